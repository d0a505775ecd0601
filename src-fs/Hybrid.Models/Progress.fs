namespace Hybrid.Models

open System
open Hybrid.Core

/// The state of training after some epochs.
[<NoComparison; ReferenceEquality>]
type Progress =
    {
        /// The best one by the metric that decides, else the one of lowest validation loss, or the last one where there is no
        /// validation.
        Best: Epoch
        /// The best epoch's value of the metric that decides; none for the loss.
        Score: float option
        /// The number of epochs begun, with at least one step each.
        Epochs: int
        /// Whether the training was cut short.
        Cancelled: bool
    }

module Progress =
    /// Of two epochs with their scores, the better one; equal scores are decided by the loss.
    let private better isHigherBetter (best: Progress) (epoch: Epoch) (score: float option) =
        match best.Score, score with
        | Some before, Some after when before <> after ->
            if (after > before) = isHigherBetter then
                epoch, score
            else
                best.Best, best.Score
        | Some _, None -> best.Best, best.Score
        | _ ->
            let chosen = Epoch.better best.Best epoch

            chosen,
            (if obj.ReferenceEquals(chosen, epoch) then
                 score
             else
                 best.Score)

    /// Whether an epoch was cut short before its first step.
    let internal isStepless (epoch: Epoch) : bool =
        epoch.Cancelled && Double.IsNaN epoch.TrainingLoss

    /// <summary>After one more epoch; none while none has made a step.</summary>
    /// <param name="isHigherBetter">Of the score.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="score">Its value of the metric that decides which epoch is best; none for the loss.</param>
    /// <param name="progress">Before it.</param>
    let after (isHigherBetter: bool) (epoch: Epoch) (score: float option) (progress: Progress option) =
        match progress with
        | _ when isStepless epoch ->
            progress |> Option.map (fun progress -> { progress with Cancelled = true })
        | Some progress ->
            let best, score = better isHigherBetter progress epoch score

            Some
                {
                    Best = best
                    Score = score
                    Epochs = epoch.Number
                    Cancelled = epoch.Cancelled
                }
        | None ->
            Some
                {
                    Best = epoch
                    Score = score
                    Epochs = epoch.Number
                    Cancelled = epoch.Cancelled
                }
