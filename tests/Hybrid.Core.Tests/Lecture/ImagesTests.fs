module Hybrid.Tests.ImagesTests

open System
open System.IO
open Hybrid.Core
open Hybrid.Data
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.DataTesting
open Hybrid.Tests.LectureTesting
open Xunit

/// Writes the built-in digits, 8 × 8 pixels, as a folder of IDX files: the first 600 to learn from, the next 300 to test.
let private write (folder: string) =
    let digits = BuiltIn.digits ()
    let width = digits.Columns.Length

    let part name first count =
        let pixels =
            digits.Features[first * width .. (first + count) * width - 1] |> Array.map byte

        let labels = (labels digits)[first .. first + count - 1] |> Array.map byte

        File.WriteAllBytes(
            Path.Combine(folder, $"{name}-images-idx3-ubyte"),
            idx 0x08uy [ count; 8; 8 ] pixels
        )

        File.WriteAllBytes(Path.Combine(folder, $"{name}-labels-idx1-ubyte"), idx 0x08uy [ count ] labels)

    part "train" 0 600
    part "t10k" 600 300

/// Writes images of CIFAR's kind, red ones and blue ones, each with a bright line of its own.
let private writeColours (folder: string) =
    let plane = 32 * 32

    let image number =
        let label = number % 2
        let pixels = Array.zeroCreate<byte>(3 * plane)
        Array.fill pixels (2 * label * plane) plane 200uy
        Array.fill pixels (plane + number % 32 * 32) 32 150uy
        Array.append [| byte label |] pixels

    let part name count =
        File.WriteAllBytes(Path.Combine(folder, name), Array.collect image [| 0 .. count - 1 |])

    part "data_batch_1.bin" 32
    part "test_batch.bin" 4

let private runOn (write: string -> unit) (experiment: Experiment) : Outcome =
    inFolder (fun folder ->
        write folder
        Lecture.run { quick with Data = Some folder } experiment)

/// What comes of an experiment on images, with small ones.
let onDigits (experiment: Experiment) : Outcome = runOn write experiment

/// The same on CIFAR's files.
let onColours (experiment: Experiment) : Outcome = runOn writeColours experiment

let private behavesOn run (figure: string) (experiment: Experiment) : Outcome =
    let first: Outcome = run experiment
    let second: Outcome = run experiment
    Assert.Equal(TooFewRuns, first.Verdict)
    Assert.Equal(1, first.Seeds)
    draws [ figure ] first
    Assert.Equal<Measurement list>(first.Measurements, second.Measurements)
    first

/// An experiment on images draws its figure, has too few runs for a verdict with --quick, and comes out the same again.
let behaves (figure: string) (experiment: Experiment) : Outcome = behavesOn onDigits figure experiment

/// The same on CIFAR's files.
let behavesOnColours (figure: string) (experiment: Experiment) : Outcome =
    behavesOn onColours figure experiment

[<Fact>]
let ``CIFAR's files are images of every experiment`` () =
    inFolder (fun folder ->
        writeColours folder
        let images = Images.read folder
        Assert.Equal(2, images.Classes)
        Assert.Equal(3 * 32 * 32, images.Train.Width)
        Assert.Equal(4, images.Test.Count))

[<Fact>]
let ``Pixels are standardised by the mean and deviation of all training images`` () =
    inFolder (fun folder ->
        write folder
        let images = Images.read folder
        let mean = images.Train.Features |> Array.averageBy float

        let variance =
            images.Train.Features
            |> Array.averageBy (fun pixel -> (float pixel - mean) ** 2.0)

        Assert.Equal(0.0, mean, 1e-5)
        Assert.Equal(1.0, variance, 1e-5)
        Assert.Equal(10, images.Classes)
        Assert.Equal(64, images.Train.Width)
        Assert.Equal(600, images.Train.Count)
        Assert.Equal(300, images.Test.Count))

[<Fact>]
let ``Centred pixels are those of the file, less their mean`` () =
    inFolder (fun folder ->
        writeColours folder
        let images = Images.read folder
        let centred = (Images.centred images images.Train).Features
        Assert.Equal(0.0, Array.averageBy float centred, 1e-3)
        Assert.Equal(200f, Array.max centred - Array.min centred, 1e-3f))

[<Fact>]
let ``A folder without test images is refused`` () =
    inFolder (fun folder ->
        write folder
        Directory.GetFiles(folder, "t10k*") |> Array.iter File.Delete
        raises<HybridException, _> [ folder; "test images" ] (fun () -> Images.read folder))

[<Fact>]
let ``Images are drawn without repetition, and identically for the same key`` () =
    let images = Examples.all 1 (Array.init 50 float32) (Array.zeroCreate 50)
    let drawn = (Images.draw 7UL 20 images).Rows
    Assert.Equal(20, drawn |> Array.distinct |> Array.length)
    Assert.Equal<int[]>(drawn, (Images.draw 7UL 20 images).Rows)
    Assert.NotEqual<int[]>(drawn, (Images.draw 8UL 20 images).Rows)
    Assert.Equal(50, (Images.draw 7UL 100 images).Count)
    Assert.Equal<int[]>([| 0; 1; 2 |], (Images.first 3 images).Rows)
