namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures
open Hybrid.Kernels

/// A network trained like ConvNetJS's demonstration, measured on its points.
[<NoComparison; ReferenceEquality>]
type internal PlaneClassifier =
    {
        /// The number of points on the wrong side.
        Errors: int
        /// The number of connected pieces in the map of its predictions.
        Regions: int
        /// The length of all borders on a map of 81 × 81 cells, in cells.
        Border: int
        /// The Euclidean norm of all weights together.
        Norm: float
        Network: Network
    }

module internal PlaneClassifier =
    /// The visible part of the plane: the demonstration's, [-4, 4]²; for other points a quarter more than
    /// they need.
    let view (setting: Setting) (examples: Examples) : Interval * Interval =
        let around axis =
            let values =
                examples.Rows |> Array.map (fun row -> float examples.Features[2 * row + axis])

            let low, high = Array.min values, Array.max values
            let room = max 1e-6 (0.25 * (high - low))

            {
                Lower = low - room
                Upper = high + room
            }

        if setting.Data.IsSome then
            around 0, around 1
        else
            let whole = { Lower = -4.0; Upper = 4.0 }
            whole, whole

    let private fit view points (engine: Engine) (hidden, decay, seed) : PlaneClassifier =
        let examples: Examples = points seed
        let network = PlaneFit.convNet engine decay seed hidden examples
        let struct (_, accuracy) = PlaneFit.measure engine network examples
        let map = DecisionMap.scores engine view 81 network |> DecisionMap.ofScores

        {
            Errors = int (round ((1.0 - accuracy) * float examples.Count))
            Regions = DecisionMap.regions map
            Border = DecisionMap.border map
            Norm = PlaneFit.weightNorm network
            Network = network
        }

    /// <summary>Networks of several kinds (hidden neurons and decay), each from every seed and on its points.</summary>
    /// <returns>The classifiers of each kind, in the order of the seeds.</returns>
    let fitAll view (points: uint64 -> Examples) (seeds: uint64 list) (kinds: (int * float) list) =
        [
            for hidden, decay in kinds do
                for seed in seeds -> hidden, decay, seed
        ]
        |> Runs.map (fit view points)
        |> List.chunkBySize seeds.Length

    /// The median of a number over some classifiers.
    let median (number: PlaneClassifier -> float) (runs: PlaneClassifier list) : float =
        runs |> List.map number |> Statistics.median

    /// The median number of points on the wrong side.
    let errors (runs: PlaneClassifier list) : float =
        median (fun run -> float run.Errors) runs

    /// The median number of regions of the plane.
    let regions (runs: PlaneClassifier list) : float =
        median (fun run -> float run.Regions) runs

    /// The median length of the border.
    let border (runs: PlaneClassifier list) : float =
        median (fun run -> float run.Border) runs

    /// The median norm of the weights.
    let norm (runs: PlaneClassifier list) : float = median _.Norm runs

    /// Errors, regions, border and weights of some runs, as medians.
    let measurements (name: string) (runs: PlaneClassifier list) : Measurement list =
        [
            Measurement.own $"points on the wrong side, {name}" (errors runs)
            Measurement.own $"regions, {name}" (regions runs)
            Measurement.own $"length of the border in cells, {name}" (border runs)
            Measurement.own $"norm of the weights, {name}" (norm runs)
        ]

    /// The most typical seed, for a picture: the one whose borders are closest to the medians of all seeds, each relative to
    /// its median.
    let typical (kinds: PlaneClassifier list list) : int =
        let distance index =
            kinds
            |> List.sumBy (fun runs ->
                let median = border runs
                abs (float runs[index].Border - median) / max 1.0 median)

        List.minBy distance [ 0 .. kinds.Head.Length - 1 ]

    /// The map of a network with its points, and lines drawn from its scores.
    let picture title view lines (examples: Examples) (classifier: PlaneClassifier) : Figure =
        let title = $"{title}: {classifier.Errors} of {examples.Count} points wrong"
        let scores = DecisionMap.scores (CpuEngine.Create 1) view 200 classifier.Network

        let names =
            match scores.Length with
            | 2 -> [ "red"; "green" ]
            | classes -> List.init classes (fun label -> $"class {label + 1}")

        DecisionMap.picture title names scores (lines scores) examples
