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

/// How far a training has come, as far as its end depends on it.
[<RequireQualifiedAccess>]
type internal Standing =
    {
        /// The number of whole epochs.
        Epochs: int
        /// The number of the best one: that of the lowest validation loss, or the last one if none was measured.
        Best: int
        /// The validation loss of the best one.
        BestLoss: float option
    }

module internal Standing =
    /// Before the first epoch.
    let start: Standing =
        {
            Epochs = 0
            Best = 0
            BestLoss = None
        }

    /// After one more epoch.
    let after (epoch: Epoch) (standing: Standing) : Standing =
        match standing.BestLoss, epoch.Validation with
        | Some before, Some after when not (after.Loss < before) -> { standing with Epochs = epoch.Number }
        | _ ->
            {
                Epochs = epoch.Number
                Best = epoch.Number
                BestLoss = epoch.Validation |> Option.map _.Loss
            }

    /// <summary>Whether there is to be a further epoch.</summary>
    /// <param name="most">The maximum number of epochs.</param>
    /// <param name="patience">In epochs without a lower validation loss; no limit if absent.</param>
    /// <param name="standing">After the epochs so far.</param>
    let goesOn (most: int) (patience: int option) (standing: Standing) : bool =
        standing.Epochs < most
        && (standing.BestLoss.IsNone
            || patience
               |> Option.forall (fun patience -> standing.Epochs - standing.Best < patience))

module internal Epoch =
    /// The better of two epochs: the one of lower validation loss, or the later one if none was measured.
    let better (a: Epoch) (b: Epoch) : Epoch =
        match a.Validation, b.Validation with
        | Some before, Some after when not (after.Loss < before.Loss) -> a
        | _ -> b

    /// The epoch with the numbers of its network in arrays of its own.
    let copied (epoch: Epoch) : Epoch =
        { epoch with
            Network = Network.copied epoch.Network
        }

    /// <summary>Epochs until their number reaches the maximum, validation has not improved for as long as patience lasts, one was
    /// cancelled, or there is no next one.</summary>
    /// <param name="most">The maximum number of epochs; at least 1.</param>
    /// <param name="patience">In epochs; no limit if absent.</param>
    /// <param name="standing">How far the training has come, asked for before each epoch.</param>
    /// <param name="next">The next epoch, if there is one.</param>
    let until
        (most: int)
        (patience: int option)
        (standing: unit -> Standing)
        (next: unit -> Epoch option)
        : Epoch seq =
        let rec from () =
            seq {
                if Standing.goesOn most patience (standing ()) then
                    match next () with
                    | Some epoch ->
                        yield epoch

                        if not epoch.Cancelled then
                            yield! from ()
                    | None -> ()
            }

        from ()
