namespace Hybrid.Models

open Hybrid.Core

/// The spread of a result over trainings that differ by their seeds.
[<CompiledName("FSharpSeedSummary")>]
type SeedSummary =
    {
        /// The test part, or where there is none the validation part, or the training part.
        Part: Part
        /// accuracy, or r2 for a quantity.
        Metric: string
        Mean: float
        /// Of a sample: with n - 1 in the denominator.
        Deviation: float
        Minimum: float
        Maximum: float
    }

/// Trainings that differ by their seeds.
module Seeds =
    /// The seed of one of several trainings, counted from 0.
    let at (first: uint64) (index: int) : uint64 = first + uint64 index

    /// The trainings that count: all but those that were cut short, which would count for less than they are worth; the first
    /// one, if all were.
    let counted (reports: Report list) : Report list =
        match reports |> List.filter (fun report -> not report.Cancelled) with
        | [] -> List.truncate 1 reports
        | whole -> whole

    /// Of those that count, the report with the best value of the metric that decided, else with the lowest validation loss, or with
    /// the lowest training loss where there is no validation.
    let best (reports: Report list) : Report =
        counted reports
        |> List.minBy (fun report ->
            match report.Metric, report.StopBy with
            | Some metric, Some value -> -(Metric.score metric value)
            | _ -> (defaultArg report.Validation report.Train).Loss)

    /// <summary>The spread of accuracy or R² over those that count.</summary>
    /// <param name="reports">At least one.</param>
    let summary (reports: Report list) : SeedSummary =
        let reports = counted reports

        let part, choose =
            match reports.Head with
            | { Test = Some _ } -> Part.Test, _.Test.Value
            | { Validation = Some _ } -> Part.Validation, _.Validation.Value
            | _ -> Part.Train, _.Train

        let value (measures: Measures) =
            match measures.Quality with
            | Classified(accuracy, _) -> accuracy
            | Estimated(_, _, r2) -> r2

        let values = reports |> List.map (choose >> value)
        let mean = List.average values
        let squares = values |> List.sumBy (fun value -> (value - mean) * (value - mean))

        {
            Part = part
            Metric =
                match (choose reports.Head).Quality with
                | Classified _ -> "accuracy"
                | Estimated _ -> "r2"
            Mean = mean
            Deviation = sqrt (squares / float (max 1 (values.Length - 1)))
            Minimum = List.min values
            Maximum = List.max values
        }
