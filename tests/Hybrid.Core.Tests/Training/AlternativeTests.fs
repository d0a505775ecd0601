module Hybrid.Tests.AlternativeTests

open System
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Tests.CoreTesting
open Xunit

let private named (target: Target) (features: float32[]) : Table =
    let columns = [| "a"; "b"; "c" |] |> Array.map Column.numeric
    Table.create "data" columns features "y" target

let private classes (labels: int[]) : Target = Classes([| "no"; "yes" |], labels)

/// Each of thirty points three times, with a class that nothing but the point itself tells.
let private byHeart: Table =
    let points = Random.normals 3UL (30 * 3) |> Array.map float32
    let labels = Random.permutation 5UL 0UL 30 |> Array.map (fun place -> place % 2)

    named (classes (Array.concat [ labels; labels; labels ])) (Array.concat [ points; points; points ])

/// Classes that depend on a sum, with much noise.
let private noisy: Table =
    let features = Random.normals 7UL (90 * 3) |> Array.map float32
    let noise = Random.normals 8UL 90

    features
    |> Array.chunkBySize 3
    |> Array.mapi (fun i row ->
        if float (Array.sum row) + 2.0 * noise[i] > 0.0 then
            1
        else
            0)
    |> fun labels -> named (classes labels) features

let private options: Options =
    { Options.defaults with
        LearningRate = Some 0.01
        TestFraction = Some 0.0
    }

let private prepare options table =
    Recipe.prepare options { Train = table; Test = None }

let private trained (prepared: Prepared) =
    Recipe.trained engine (fun () -> false) prepared |> Seq.last

[<Fact>]
let ``A usual network and a wide one - few examples of classes - have the same rows and folds`` () =
    let prepared = prepare options noisy
    let other = prepared.Alternative.Value
    Assert.Equal(Some [ 32; 16 ], prepared.Record.Hidden)
    Assert.Equal(Some [ 256 ], other.Record.Hidden)
    Assert.Equal(0.0, other.Record.L2)
    Assert.Equal<int[]>(prepared.Split.Training, other.Split.Training)

    for (training, held), (otherTraining, otherHeld) in List.zip prepared.Folds other.Folds do
        Assert.Equal<int[]>(training.Rows, otherTraining.Rows)
        Assert.Equal<int[]>(held.Rows, otherHeld.Rows)

[<Fact>]
let ``There is one network only - layers, L2 or epochs - as the options say`` () =
    for options, table in
        [
            { options with Hidden = Some [ 8 ] }, noisy
            { options with Layers = Some "8" }, noisy
            { options with MaxoutPieces = 2 }, noisy
            { options with L2 = Some 0.1 }, noisy
            { options with Epochs = Some 3 }, noisy
            { options with
                ValidationFraction = Some 0.2
            },
            noisy
        ] do
        Assert.True((prepare options table).Alternative.IsNone)

[<Fact>]
let ``What is trained - rows to be learned by heart or noise - is the network that the folds find better``
    ()
    =
    for table, hidden in [ byHeart, [ 256 ]; noisy, [ 32; 16 ] ] do
        let prepared = prepare options table
        let last = trained prepared
        let report = Recipe.conclude engine prepared last.Progress
        let record = report.Model.Training.Value
        Assert.Equal(Some hidden, record.Hidden)
        Assert.Equal((if hidden = [ 256 ] then 0.0 else 1.0 / 90.0), record.L2, 9)

        // the same by the courses of both
        let courses =
            NetworkChoice.courses engine Communicator.alone (fun () -> false) prepared

        let usual, wide = courses[0], courses[1]

        let best (course: HeldOut[]) =
            EpochChoice.best (course |> Array.map _.Loss) (course |> Array.map _.Accuracy)

        let chosen = if hidden = [ 256 ] then wide else usual
        Assert.Equal(min 1_000 ((best chosen + 1) * 5 / 4), report.Epochs)
        Assert.Equal(chosen[report.Epochs - 1].Measures, report.Validation.Value)

        let right (course: HeldOut[]) = course |> Array.map _.Right

        let isMoreAccurate one other =
            EpochChoice.isMoreAccurate usual[0].Weights (right one) (best one) (right other) (best other)

        let least (course: HeldOut[]) = course |> Array.map _.Loss |> Array.min

        let isWideBetter =
            if least wide < least usual then
                not (isMoreAccurate usual wide)
            else
                isMoreAccurate wide usual

        Assert.Equal(isWideBetter, (hidden = [ 256 ]))

/// A sum with much noise.
let private sum: Table =
    let noise = Random.normals 8UL 90

    noisy.Features
    |> Array.chunkBySize 3
    |> Array.mapi (fun i row -> Array.sum row + float32 (2.0 * noise[i]))
    |> fun sums -> named (Quantity sums) noisy.Features

/// A curve without noise.
let private curve: Table =
    noisy.Features
    |> Array.chunkBySize 3
    |> Array.map (fun row -> sin (3.0f * row[0]))
    |> fun values -> named (Quantity values) noisy.Features

[<Fact>]
let ``What is trained - a sum in noise or a curve - is the network whose loss on the folds is lower`` () =
    for table, hidden in [ sum, [ 256 ]; curve, [ 32; 16 ] ] do
        let prepared = prepare options table
        let last = trained prepared
        let record = (Recipe.conclude engine prepared last.Progress).Model.Training.Value
        Assert.Equal(Some hidden, record.Hidden)
        Assert.Equal((if hidden = [ 256 ] then 0.03 else 1.0 / 90.0), record.L2, 9)

        let least =
            NetworkChoice.courses engine Communicator.alone (fun () -> false) prepared
            |> Array.map (Array.map _.Loss >> Array.min)

        Assert.Equal((least[1] < least[0]), (hidden = [ 256 ]))

[<Fact>]
let ``The choice - any number of threads - is the same`` () =
    use two = Hybrid.Kernels.CpuEngine.Create(2, null)
    let prepared = prepare options byHeart

    let bits engine =
        let last = Recipe.trained engine (fun () -> false) prepared |> Seq.last
        numbers last.Epoch.Network |> Array.map BitConverter.DoubleToInt64Bits

    Assert.Equal<int64[]>(bits engine, bits two)
