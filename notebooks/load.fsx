// The beginning of every notebook: the libraries, the printing of values, the display of pictures, and the few lines that
// all notebooks share.
#I "../src/Hybrid.Cli/bin/Release/net10.0"
#r "Hybrid.Core.dll"
#r "Hybrid.Data.dll"
#r "Hybrid.Diagnostics.dll"
#r "Hybrid.Figures.dll"
#r "Hybrid.Kernels.dll"
#r "Hybrid.Theory.dll"
#r "CsvHelper.dll" // reads the built-in data
#load "../src-fs/Hybrid.Core/Hybrid.Core.fsx"
#load "../src-fs/Hybrid.Figures/Hybrid.Figures.fsx"

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Data
open Hybrid.Figures
open Hybrid.Kernels

#if HAS_FSI_ADDHTMLPRINTER
/// The picture, as a notebook shows it.
let show (figure: Figure) : Figure = figure
#else
/// A line that names the picture a notebook shows here.
let show (figure: Figure) : unit =
    printfn "%s" (Hybrid.Figures.Printers.text figure)
#endif

/// One thread is fastest for such small networks, and any number gives the same bits.
let engine = CpuEngine.Create 1

/// Cross-entropy of classes, Adam, all examples in every step, no regularisation: the notebooks' defaults.
let optionsFor (classes: int) (examples: Examples) : StepOptions =
    { StepOptions.defaults (LearningTask.Classification classes) examples.Count with
        LearningRate = 0.02
        BatchSize = examples.Count
        Epochs = 500
    }

/// The last epoch of a training.
let train (options: StepOptions) (network: Network) (examples: Examples) : Epoch =
    Training.epochs engine (fun () -> false) options network examples None
    |> Seq.last

/// The share of examples that a network classifies correctly.
let accuracy (network: Network) (examples: Examples) : float =
    let inference = Inference.create engine network examples.Width

    let measures =
        Inference.evaluate (LearningTask.Classification inference.Outputs) Loss.softmax inference examples

    match measures.Quality with
    | Classified(accuracy, _) -> accuracy
    | Estimated _ -> nan

/// The regions of a classifier in the plane, with the points on them.
let regions (title: string) (network: Network) (points: Examples) : Figure =
    let inference = Inference.create engine network 2
    let at axis row = float points.Features[2 * row + axis]

    let range axis =
        let values = points.Rows |> Array.map (at axis)
        let room = 0.15 * (Array.max values - Array.min values)

        {
            Lower = Array.min values - room
            Upper = Array.max values + room
        }

    let score label =
        Grid.batch (range 0) (range 1) 90 90 (fun centres ->
            inference.Run(Array.map float32 centres)
            |> Array.chunkBySize inference.Outputs
            |> Array.map (fun scores -> float scores[label]))

    let marks =
        [
            for label in 0 .. inference.Outputs - 1 do
                let rows = points.Rows |> Array.filter (fun row -> int points.Targets[row] = label)
                Scatter.points (Series label) $"class {label}" (Array.map (at 0) rows) (Array.map (at 1) rows)
        ]

    Regions.ofScores (List.init inference.Outputs score) @ marks
    |> Chart.create title (Axis.linear "x") (Axis.linear "y")
    |> Chart.sized 260.0 260.0
    |> Chart.draw
