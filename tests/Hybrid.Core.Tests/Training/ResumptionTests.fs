module Hybrid.Tests.ResumptionTests

open System
open System.IO
open Hybrid.Core
open Hybrid.Data
open Hybrid.Kernels
open Hybrid.Models
open Hybrid.Tests.CoreTesting
open Xunit

/// Examples of three numbers, which two classes or a quantity depend on.
let private table isQuantity : Table =
    let features = Random.normals 7UL (90 * 3) |> Array.map float32
    let sums = features |> Array.chunkBySize 3 |> Array.map Array.sum

    let target =
        if isQuantity then
            Quantity sums
        else
            Classes([| "no"; "yes" |], sums |> Array.map (fun sum -> if sum > 0f then 1 else 0))

    let columns = [| "a"; "b"; "c" |] |> Array.map Column.numeric
    Table.create "data" columns features "y" target

let private options: Options =
    { Options.defaults with
        Hidden = Some [ 8 ]
        BatchSize = Some 16
        Epochs = Some 4
        ValidationFraction = Some 0.2
        Patience = Some 2
    }

/// Everything in it that is random or has a state of its own.
let private restless: Options =
    { options with
        Layers = Some "norm,8,norm,dropout0.2,8"
        Hidden = None
        Schedule = Some Schedule.cosine
        ClipNorm = Some 0.5
        L1 = 0.001
    }

let private prepare options (table: Table) =
    Recipe.prepare options { Train = table; Test = None }

/// A checkpoint of the state: written and read.
let private copied (state: TrainingState) : TrainingState =
    use stream = new MemoryStream()
    Checkpoint.write stream state
    stream.Position <- 0L
    Checkpoint.read "state" stream

/// What can be told of a training's end: the best network's numbers, and what was measured.
let private ending (epochs: TrainedEpoch list) (start: Progress option) =
    let progress =
        match List.tryLast epochs with
        | Some last -> last.Progress
        | None -> start.Value

    numbers progress.Best.Network |> Array.map BitConverter.DoubleToInt64Bits,
    (progress.Epochs,
     progress.Best.Number,
     progress.Best.TrainingLoss,
     progress.Best.Validation,
     progress.Score)

/// The state before each step, and the end.
let private course engine prepared =
    let states = ResizeArray<TrainingState>()
    let offered = ResizeArray<unit -> TrainingState>()

    let watch (state: unit -> TrainingState) =
        states.Add(state ())
        offered.Add state

    let epochs =
        Recipe.resumable engine Communicator.alone (fun () -> false) watch None prepared
        |> List.ofSeq

    states.Add(offered[offered.Count - 1]())
    List.ofSeq states, ending epochs None

let private resumed engine prepared (state: TrainingState) =
    let epochs =
        Recipe.resumable engine Communicator.alone (fun () -> false) ignore (Some state) prepared
        |> List.ofSeq

    ending epochs (TrainingState.progress prepared state)

let private same expected actual =
    Assert.True((expected = actual), $"The end is {actual}, not {expected}.")

/// Wherever it is stopped, it ends as it does without a break; with other threads too.
let private isResumable (prepared: Prepared) =
    use other = CpuEngine.Create(2, null)
    let states, expected = course engine prepared

    states
    |> List.iteri (fun i state ->
        if i % 3 = 0 || i = states.Length - 1 then
            same expected (resumed other prepared (copied state)))

/// Trainings by every method, and of everything else that has a state of its own.
let private kinds: Map<string, Options * bool> =
    Map.ofList
        [
            for name in Method.names do
                name,
                ({ options with
                    Optimizer = Method.named name
                    BatchSize = if name = Lbfgs.Name then None else options.BatchSize
                 },
                 false)

            "statistics, dropout, a schedule and clipping", (restless, true)
            "grains", ({ options with Grains = 2 }, false)
            "a metric to stop by",
            ({ options with
                StopBy = Some(Metric.named "accuracy")
             },
             false)
            "a certificate",
            ({ options with
                Certify = Some "0.1"
                ValidationFraction = None
                Patience = None
             },
             false)
        ]

let trainings: TheoryData<string> = TheoryData<string> kinds.Keys

/// Each with weights of its own, which a training may change where they are.
let private ofKind (name: string) change : Prepared =
    let options, isQuantity = kinds[name]
    prepare (change options) (table isQuantity)

/// The end of a training that is cut short after some steps, and the checkpoint there if states are kept.
let private cutShort follow (steps: int) (areStatesKept: bool) (prepared: Prepared) =
    let made = ref 0
    let last: (unit -> TrainingState) option ref = ref None

    let watch state =
        made.Value <- made.Value + 1
        last.Value <- Some state

    let epochs: TrainedEpoch list =
        follow engine Communicator.alone (fun () -> made.Value = steps) watch None prepared
        |> List.ofSeq

    ending epochs None,
    if areStatesKept then
        Checkpoint.toBytes (last.Value.Value())
    else
        [||]

[<Theory; MemberData(nameof trainings)>]
let ``A training in its own arrays – of every kind, cut short or not – ends with the bits of one that copies``
    (name: string)
    =
    let validations =
        if (fst kinds[name]).ValidationFraction.IsSome then
            [ Some 0.0; Some 0.2 ]
        else
            [ None ]

    for validation in validations do
        for steps in [ 3; 7; Int32.MaxValue ] do
            for areStatesKept in [ false; true ] do
                let prepare () =
                    ofKind name (fun options ->
                        { options with
                            ValidationFraction = validation
                            StopBy = if validation = Some 0.0 then None else options.StopBy
                        })

                same
                    (cutShort Recipe.resumable steps areStatesKept (prepare ()))
                    (cutShort (Recipe.sparing areStatesKept) steps areStatesKept (prepare ()))

[<Theory; MemberData(nameof trainings)>]
let ``A training stopped between any two steps – of every kind – ends with the same bits`` (name: string) =
    isResumable (ofKind name id)

[<Fact>]
let ``A training whose epochs cross-validation decides – stopped anywhere, or in its own arrays – ends with the same bits``
    ()
    =
    let prepared =
        prepare
            { Options.defaults with
                Hidden = Some [ 2 ]
                BatchSize = Some 90
                TestFraction = Some 0.0
                LearningRate = Some 0.1
            }
            (table true)

    Assert.NotEmpty prepared.Folds
    let states, expected = course engine prepared
    same expected (resumed engine prepared (copied states[states.Length / 2]))
    same expected (cutShort (Recipe.sparing false) Int32.MaxValue false prepared |> fst)

[<Fact>]
let ``A training whose network cross-validation decides – stopped anywhere, or in its own arrays – ends with the same bits``
    ()
    =
    // rows to be learned by heart, for which the wide network is chosen
    let table = table false
    let labels = Random.permutation 1UL 0UL 30 |> Array.map (fun place -> place % 2)

    let threefold (numbers: 'number[]) =
        Array.concat [ numbers; numbers; numbers ]

    let prepared =
        prepare
            { Options.defaults with
                BatchSize = Some 72
                TestFraction = Some 0.0
                LearningRate = Some 0.05
            }
            (Table.create
                "data"
                table.Columns
                (threefold (Array.truncate (30 * 3) table.Features))
                "y"
                (Classes([| "no"; "yes" |], threefold labels)))

    let states, expected = course engine prepared
    let chosen = states |> List.last |> TrainingState.progress prepared
    Assert.Equal(Some [ 256 ], (Recipe.model prepared chosen.Value.Best).Training.Value.Hidden)
    same expected (resumed engine prepared (copied states[states.Length / 2]))
    same expected (cutShort (Recipe.sparing false) Int32.MaxValue false prepared |> fst)

[<Fact>]
let ``A cancelled epoch – resumed – is gone on with, not begun anew`` () =
    let prepared = prepare restless (table false)
    let states, expected = course engine prepared
    let offered = ResizeArray<unit -> TrainingState>()

    Recipe.resumable engine Communicator.alone (fun () -> offered.Count = 7) offered.Add None prepared
    |> Seq.iter ignore

    let state = offered[6]()
    Assert.Equal(7L, state.Steps)
    Assert.Equal(states[7].Epochs, state.Epochs)
    same expected (resumed engine prepared (copied state))

[<Fact>]
let ``A state of other data or options – resumed – is refused with what differs, unless it is adopted`` () =
    let state = course engine (prepare options (table false)) |> fst |> List.item 5

    let resume options table =
        resumed engine (prepare options table) state

    raises<HybridException, _> [ "other options: epochs was 4 and is 5"; "AcceptChanges" ] (fun () ->
        resume { options with Epochs = Some 5 } (table false))

    let other = table false

    raises<HybridException, _> [ "other data" ] (fun () ->
        resume
            options
            { other with
                Features = Array.map ((*) 2f) other.Features
            })

    raises<HybridException, _> [ "other options: hidden was 8 and is 9" ] (fun () ->
        resume { options with Hidden = Some [ 9 ] } (table false))

    let longer =
        prepare
            { options with
                Epochs = Some 6
                Patience = Some 6
            }
            (table false)

    let _, (epochs, _, _, _, _) =
        resumed engine longer (TrainingState.adopted longer state)

    Assert.Equal(6, epochs)
    let wider = prepare { options with Hidden = Some [ 9 ] } (table false)

    raises<HybridException, _> [ "numbers" ] (fun () ->
        resumed engine wider (TrainingState.adopted wider state))

[<Fact>]
let ``Any damaged byte, and any lost end, of a checkpoint – read – is refused in words`` () =
    let state = course engine (prepare options (table false)) |> fst |> List.item 5
    use stream = new MemoryStream()
    Checkpoint.write stream state
    let bytes = stream.ToArray()

    let read (bytes: byte[]) =
        use stream = new MemoryStream(bytes)
        Checkpoint.read "run" stream

    for i in 0..97 .. bytes.Length - 1 do
        let damaged = Array.copy bytes
        damaged[i] <- damaged[i] ^^^ 0x40uy
        raises<HybridException, _> [ "run is " ] (fun () -> read damaged)
        raises<HybridException, _> [ "run is " ] (fun () -> read (Array.truncate i bytes))

    raises<HybridException, _> [ "not a checkpoint" ] (fun () -> read [| for i in 0..99 -> byte i |])
    Assert.Equal(state.Steps, (read bytes).Steps)
