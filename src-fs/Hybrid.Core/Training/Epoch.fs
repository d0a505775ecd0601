namespace Hybrid.Core

/// What came of one pass over the training examples, or of one iteration of L-BFGS.
[<NoComparison; ReferenceEquality>]
type Epoch =
    {
        /// From 1.
        Number: int
        /// As it stood at the end of the epoch.
        Network: Network
        /// With class weights, without regularisation. In steps, the mean of the batches' losses as they went by: before their
        /// updates, with dropout and noise. Of L-BFGS, the loss at the end of the iteration. NaN if it was cut short before
        /// it was known.
        TrainingLoss: float
        /// Measured at the end of the epoch, as the network is used.
        Validation: Measures option
        /// At the end of the epoch. Of L-BFGS, how much of the proposed step was taken: mostly 1.
        LearningRate: float
        /// Whether it was cut short by a cancellation.
        Cancelled: bool
    }

module Epoch =
    /// The better of two epochs: that of lower validation loss, the later one where none was measured.
    let better (a: Epoch) (b: Epoch) : Epoch =
        match a.Validation, b.Validation with
        | Some before, Some after when not (after.Loss < before.Loss) -> a
        | _ -> b

    /// <summary>Epochs until there are enough, validation has not become better for as long as patience lasts, one was
    /// cancelled, or there is no other one.</summary>
    /// <param name="most">At least 1.</param>
    /// <param name="patience">In epochs; endless if absent.</param>
    /// <param name="next">The next epoch, if there is one.</param>
    let until (most: int) (patience: int option) (next: unit -> Epoch option) : Epoch seq =
        let goOn (best: Epoch) (last: Epoch) =
            not last.Cancelled
            && last.Number < most
            && (last.Validation.IsNone
                || patience |> Option.forall (fun patience -> last.Number - best.Number < patience))

        let rec from best =
            seq {
                match next () with
                | Some last ->
                    let best = best |> Option.fold (fun last best -> better best last) last
                    yield last

                    if goOn best last then
                        yield! from (Some best)
                | None -> ()
            }

        from None
