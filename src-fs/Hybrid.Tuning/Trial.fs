namespace Hybrid.Tuning

open System
open Hybrid.Models

/// How good a configuration is on examples that it did not learn from.
type TrialScore =
    {
        /// The best epoch, from 1; values are means over the last epochs before it.
        Epoch: int
        /// The mean of the metric over the parts held out, or of the loss.
        Value: float
        /// The mean of the loss, which decides between equal values.
        Loss: float
        /// The metric on each of the parts.
        Parts: float list
    }

/// What a trial measured when it had been trained for some epochs.
type TrialResult =
    {
        /// The number of the trial, from 1.
        Trial: int
        /// The number of epochs that it was trained for, at most.
        Reached: int
        /// The best epoch so far; or why there is none, such as a loss that became NaN.
        Outcome: Result<TrialScore, string>
        /// Whether the time was over before it had the epochs that the search gives it: it has fewer than others.
        IsCut: bool
    }

/// A configuration, and what was measured of it.
[<CompiledName("FSharpTrial")>]
type Trial =
    {
        /// From 1.
        Number: int
        Configuration: Configuration
        /// By the number of epochs, ascending; at least one.
        Results: TrialResult list
    }

    /// The number of epochs that it was trained for, at most.
    member this.Reached = (List.last this.Results).Reached

    /// The best epoch of all; none if the training failed from the start.
    member this.Score =
        this.Results
        |> List.rev
        |> List.tryPick (fun result ->
            match result.Outcome with
            | Ok score -> Some score
            | Error _ -> None)

    /// Why it went no further; none if it did not fail.
    member this.Failure =
        match (List.last this.Results).Outcome with
        | Error reason -> Some reason
        | Ok _ -> None

/// Functions of trials.
module Trial =
    /// Whether further epochs are not worth their time: the last two thirds of them were no better.
    let internal isSettled (result: TrialResult) : bool =
        match result.Outcome with
        | Ok score -> Halving.Factor * score.Epoch <= result.Reached
        | Error _ -> true

    /// <summary>Negative where the first of two scores is better, by its value and then by its loss; none is worst.</summary>
    /// <param name="metric">What was measured; none for the loss.</param>
    /// <param name="one">The first.</param>
    /// <param name="other">The second.</param>
    let compare (metric: Metric option) (one: TrialScore option) (other: TrialScore option) : int =
        let cost (score: TrialScore) =
            match metric with
            | Some metric when metric.IsHigherBetter -> -score.Value, score.Loss
            | _ -> score.Value, score.Loss

        match one, other with
        | Some one, Some other -> compare (cost one) (cost other)
        | Some _, None -> -1
        | None, Some _ -> 1
        | None, None -> 0

    /// <summary>The best of some trials, of equal ones the first.</summary>
    /// <param name="metric">What was measured; none for the loss.</param>
    /// <param name="trials">At least one.</param>
    let best (metric: Metric option) (trials: Trial list) : Trial =
        trials
        |> List.reduce (fun best trial ->
            if compare metric trial.Score best.Score < 0 then
                trial
            else
                best)
