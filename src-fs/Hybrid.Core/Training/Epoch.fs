namespace Hybrid.Core

/// The result of one pass over the training examples, or of one iteration of L-BFGS.
[<NoComparison; ReferenceEquality>]
type Epoch =
    {
        /// From 1.
        Number: int
        /// The network at the end of the epoch.
        Network: Network
        /// With weights of classes and examples, without regularisation. For training by steps, the mean of the batch losses as they were computed:
        /// before each update, with dropout and noise. For L-BFGS, the loss at the end of the iteration. NaN if the epoch was cut
        /// short before it was known.
        TrainingLoss: float
        /// Measured at the end of the epoch, without dropout and noise.
        Validation: Measures option
        /// At the end of the epoch. For L-BFGS, the length of the step as a multiple of the proposed one: usually 1.
        LearningRate: float
        /// Whether it was cut short by cancellation.
        Cancelled: bool
    }

module internal Epoch =
    /// The better of two epochs: the one of lower validation loss, or the later one if none was measured.
    let better (a: Epoch) (b: Epoch) : Epoch =
        match a.Validation, b.Validation with
        | Some before, Some after when not (after.Loss < before.Loss) -> a
        | _ -> b

    /// <summary>Epochs until their number reaches the maximum, validation has not improved for as long as patience lasts, one was
    /// cancelled, or there is no next one.</summary>
    /// <param name="most">The maximum number of epochs; at least 1.</param>
    /// <param name="patience">In epochs; no limit if absent.</param>
    /// <param name="next">The next epoch, if there is one.</param>
    let internal until (most: int) (patience: int option) (next: unit -> Epoch option) : Epoch seq =
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
