/// Training in grains: the result does not depend on which rank computes which, and is that of whole batches up to rounding.
module Hybrid.Properties.GrainProperties

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid
open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Testing

let private engine = Engines.all |> List.last

/// A way to train, and the networks and options that it has.
[<NoComparison; NoEquality>]
type private Way =
    {
        Name: string
        Network: uint64 -> Network
        Options: StepOptions -> StepOptions
    }

let private dense key = Dense.network "tanh" key [ 3; 5; 2 ]

let private drawing key : Network =
    Noise.network 0.1
    >=> Dense.network "tanh" key [ 3; 6; 5 ]
    >=> Dropout.network 0.3
    >=> Linear.network (Linear.create Glorot (Random.split key 7) 5 2)

let private normalised key : Network =
    Linear.network (Linear.create Glorot key 3 4)
    >=> Network.ofLayer (BatchNormalization.layer 4)
    >=> Activation.tanh
    >=> Linear.network (Linear.create Glorot (Random.split key 1) 4 2)

let private way name network options =
    {
        Name = name
        Network = network
        Options = options
    }

/// A new way to train is a new row.
let private ways: Way list =
    [
        for optimizer in Optimizer.all do
            way optimizer.Name dense (fun options ->
                { options with
                    Optimizer = optimizer
                    LearningRate = optimizer.DefaultRate
                })
        way "dropout and noise" drawing (fun options ->
            { options with
                Optimizer = Optimizer.sgd
                LearningRate = 0.1
            })
        way "normalization" normalised id
        way "clipping" dense (fun options -> { options with ClipNorm = Some 0.05 })
        way "penalties" drawing (fun options ->
            { options with
                Regularizer =
                    {
                        L1 = 0.001
                        L2 = 0.01
                        MaxNorm = Some 1.0
                    }
            })
        way "early stopping" drawing (fun options ->
            { options with
                Patience = Some 1
                LearningRate = 0.5
                Epochs = 6
            })
        way "a schedule" dense (fun options ->
            { options with
                Schedule = Schedule.cosine
            })
        way "class weights" dense (fun options ->
            { options with
                ClassWeights = Some [| 0.5f; 2f |]
            })
        way "certified" dense (fun options ->
            { options with
                Certify =
                    Some
                        {
                            Radius = [| 0.1; 0.1; 0.1 |]
                            Range = None
                        }
            })
    ]

/// Examples, a batch size, a number of grains and a number of ranks: batches that grains and examples do not divide.
[<NoComparison; NoEquality>]
type private Case =
    {
        Key: uint64
        Examples: Examples
        Batch: int
        Grains: int
        Ranks: int
    }

let private cases: Arbitrary<Case> =
    gen {
        let! key = Gen.choose (0, 1 <<< 20)
        let! count = Gen.choose (1, 23)
        let! batch = Gen.choose (1, count)
        let! ranks = Gen.choose (1, 8)
        let! grains = Gen.choose (max 2 ranks, 11)
        let! areWeighted = Gen.elements [ false; true ]
        let key = uint64 key

        let numbers part n =
            Random.normals (Random.split key part) n |> Array.map float32

        let all =
            Examples.all 3 (numbers 0 (3 * count)) (Array.init count (fun i -> float32 ((i * i + i / 3) % 2)))

        return
            {
                Key = key
                Examples =
                    if areWeighted then
                        { all with
                            Weights = Some(numbers 1 count |> Array.map abs)
                        }
                    else
                        all
                Batch = batch
                Grains = grains
                Ranks = ranks
            }
    }
    |> Arb.fromGen

let private options (case: Case) (way: Way) : StepOptions =
    way.Options
        { StepOptions.defaults (LearningTask.Classification 2) case.Examples.Count with
            BatchSize = case.Batch
            Grains = case.Grains
            Epochs = 3
            Key = case.Key
        }

let private train engine (case: Case) (way: Way) (communicator: ICommunicator) : Epoch list =
    Training.resumable
        engine
        communicator
        (fun () -> false)
        ignore
        None
        (options case way)
        (way.Network case.Key)
        false
        case.Examples
        (Some case.Examples)
    |> Seq.map Epoch.copied
    |> List.ofSeq

let private parameters (epoch: Epoch) =
    Network.parameters epoch.Network
    |> List.collect (snd >> Reference.value >> List.ofArray)

/// All that a training shows, as bits.
let private bits (epochs: Epoch list) : int64 list =
    epochs
    |> List.collect (fun epoch -> epoch.TrainingLoss :: epoch.Validation.Value.Loss :: parameters epoch)
    |> List.map BitConverter.DoubleToInt64Bits

let private differences (case: Case) : string list =
    [
        for way in ways do
            let alone = bits (train engine case way Communicator.alone)

            for rank, epochs in List.indexed (Ranks.together case.Ranks (train engine case way)) do
                if bits epochs <> alone then
                    $"{way.Name}: rank {rank} of {case.Ranks} has other bits than one alone"
    ]

/// Rows outside memory, which count how many are read.
[<Sealed>]
type private CountedRows(width: int, features: float32[], buffer: int) =
    inherit StoredRows(buffer)
    let mutable read = 0
    member _.Count = read

    override _.Read(rows: int[], into: float32[]) =
        read <- read + rows.Length

        rows
        |> Array.iteri (fun i row -> Array.blit features (row * width) into (i * width) width)

/// Of rows outside memory each rank reads only those of its grains: all of them together each row once an epoch.
let private ofStored (case: Case) : string list =
    [
        for way in ways do
            let trained (communicator: ICommunicator) =
                let rows = CountedRows(3, case.Examples.Features, 2 * case.Batch)

                let examples =
                    { case.Examples with
                        Features = Array.empty
                        Stored = Some(rows :> StoredRows)
                    }

                let epochs =
                    Training.resumable
                        engine
                        communicator
                        (fun () -> false)
                        ignore
                        None
                        (options case way)
                        (way.Network case.Key)
                        false
                        examples
                        None
                    |> Seq.map Epoch.copied
                    |> List.ofSeq

                epochs
                |> List.collect (fun epoch -> epoch.TrainingLoss :: parameters epoch)
                |> List.map BitConverter.DoubleToInt64Bits,
                rows.Count,
                epochs.Length

            let alone, _, _ = trained Communicator.alone
            let ranks = Ranks.together case.Ranks trained

            for rank, (bits, _, _) in List.indexed ranks do
                if bits <> alone then
                    $"{way.Name}: rank {rank} of {case.Ranks} has other bits than one alone"

            let read = ranks |> List.sumBy (fun (_, read, _) -> read)
            let _, _, epochs = ranks.Head
            let certified = (options case way).Certify.IsSome

            if not certified && read <> epochs * case.Examples.Count then
                $"{way.Name}: {read} rows were read in {epochs} epochs of {case.Examples.Count}"
    ]

let private ofThreads (case: Case) : string list =
    [
        use several = CpuEngine.Create(3, null)

        for way in ways do
            if
                bits (train several case way Communicator.alone)
                <> bits (train engine case way Communicator.alone)
            then
                $"{way.Name}: other bits with other threads"
    ]

/// Whole batches, but for the rounding of sums. Normalization is by the statistics of a grain; optimizers that divide by the size of
/// gradients magnify what rounding leaves of those that are 0.
let private far (case: Case) : string list =
    [
        for way in ways do
            let optimizer = (options case way).Optimizer

            if
                way.Name <> "normalization"
                && List.contains optimizer.Name [ "sgd"; "momentum"; "nesterov" ]
            then
                let grains = train engine case way Communicator.alone

                let whole = train engine { case with Grains = 1 } way Communicator.alone

                for a, b in List.zip grains whole do
                    for x, y in List.zip (a.TrainingLoss :: parameters a) (b.TrainingLoss :: parameters b) do
                        if abs (x - y) > 1e-4 * (1.0 + abs y) then
                            $"{way.Name}: {x:R} with grains, {y:R} without"
    ]

[<Tests>]
let tests =
    testList
        "grains"
        [
            property
                "Any number of ranks gives the bits of one alone"
                6
                cases
                (differences >> withoutComplaints)

            property
                "Of rows outside memory each rank reads its own, and the bits are those of one alone"
                4
                cases
                (ofStored >> withoutComplaints)

            property "Any number of threads gives the same bits" 4 cases (ofThreads >> withoutComplaints)

            property "Grains give what whole batches give, up to rounding" 12 cases (far >> withoutComplaints)

            testCase "The grain of a row is the one that begins at or before it"
            <| fun () ->
                for grains in 1..12 do
                    for rows in 1..30 do
                        for grain in 0 .. grains - 1 do
                            for row in
                                Grains.start grains rows grain .. Grains.start grains rows (grain + 1) - 1 do
                                Expect.equal (Grains.ofRow grains rows row) grain $"row {row} of {rows}"

            testCase "Every grain has one owner, and every rank of enough grains has some"
            <| fun () ->
                for grains in 1..20 do
                    for ranks in 1..grains do
                        let owners = [ for grain in 0 .. grains - 1 -> Grains.owner grains ranks grain ]

                        Expect.equal
                            (List.distinct owners)
                            [ 0 .. ranks - 1 ]
                            $"{grains} grains, {ranks} ranks"

            testCase "A rank that fails ends the others"
            <| fun () ->
                Expect.throwsT<InvalidOperationException>
                    (fun () ->
                        Ranks.together 3 (fun communicator ->
                            if communicator.Rank = 1 then
                                invalidOp "failed"

                            Communicator.agree communicator true)
                        |> ignore)
                    "rank 1 failed"
        ]
