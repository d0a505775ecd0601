namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures
open Hybrid.Kernels

/// What a network that was trained in the way of ConvNetJS's demonstration makes of its points.
[<NoComparison; ReferenceEquality>]
type PlaneClassifier =
    {
        /// How many of the points are on the wrong side.
        Errors: int
        /// Into how many connected pieces the map of its answers falls.
        Regions: int
        /// The length of all borders on a map of 81 × 81 cells, in cells.
        Border: int
        /// The Euclidean length of all weights together.
        Norm: float
        Network: Network
    }

module PlaneClassifier =
    /// The part of the plane that is looked at: the demonstration's, [-4, 4]²; for other points a quarter more than
    /// they take.
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

    let private fit view points (engine: IKernels) (hidden, decay, seed) : PlaneClassifier =
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

    /// <summary>Networks with so many hidden neurons and so strong a decay, each from every seed and on its points.</summary>
    /// <returns>For each of the kinds, its classifiers in the order of the seeds.</returns>
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

    /// The median of how many points are on the wrong side.
    let errors (runs: PlaneClassifier list) : float =
        median (fun run -> float run.Errors) runs

    /// The median of how many regions the plane falls into.
    let regions (runs: PlaneClassifier list) : float =
        median (fun run -> float run.Regions) runs

    /// The median of the border's length.
    let border (runs: PlaneClassifier list) : float =
        median (fun run -> float run.Border) runs

    /// The median of the size of the weights.
    let norm (runs: PlaneClassifier list) : float = median _.Norm runs

    /// Errors, regions, border and weights of some runs, as medians.
    let measurements (name: string) (runs: PlaneClassifier list) : Measurement list =
        [
            Measurement.own $"points on the wrong side, {name}" (errors runs)
            Measurement.own $"regions, {name}" (regions runs)
            Measurement.own $"length of the border in cells, {name}" (border runs)
            Measurement.own $"length of the weights, {name}" (norm runs)
        ]

    /// Which of the seeds is best shown in a picture: the one whose borders are nearest to the medians of all seeds, each in
    /// parts of its median.
    let typical (kinds: PlaneClassifier list list) : int =
        let distance index =
            kinds
            |> List.sumBy (fun runs ->
                let median = border runs
                abs (float runs[index].Border - median) / max 1.0 median)

        List.minBy distance [ 0 .. kinds.Head.Length - 1 ]

    /// The map of a network with its points on it, and lines that are made of its scores.
    let picture title view lines (examples: Examples) (classifier: PlaneClassifier) : Figure =
        let title = $"{title}: {classifier.Errors} of {examples.Count} points wrong"
        let scores = DecisionMap.scores (Engine.Create 1) view 200 classifier.Network

        let names =
            match scores.Length with
            | 2 -> [ "red"; "green" ]
            | classes -> List.init classes (fun label -> $"class {label + 1}")

        DecisionMap.picture title names scores (lines scores) examples
