namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Data

/// The built-in handwritten digits as training data: 8×8 pixels, scaled together to mean 0 and
/// deviation 1.
module internal Digits =
    [<Literal>]
    let Width = 64

    [<Literal>]
    let Outputs = 10

    /// Their number.
    [<Literal>]
    let Count = 1797

    /// Some of the digits as examples, scaled by mean and deviation of all pixels of these or different digits.
    let private scaledBy (fitted: int[]) (rows: int[]) : Examples =
        let digits = BuiltIn.digits ()
        let pixels = (Table.subset fitted digits).Features |> Array.map float
        let mean = Array.average pixels
        let deviation = pixels |> Array.averageBy (fun x -> (x - mean) * (x - mean)) |> sqrt
        let chosen = Table.examples (Table.subset rows digits)

        { chosen with
            Features =
                chosen.Features
                |> Array.map (fun pixel -> float32 ((float pixel - mean) / deviation))
        }

    /// <summary>The first digits.</summary>
    /// <param name="count">At most 1,797.</param>
    let examples (count: int) : Examples =
        let rows = [| 0 .. count - 1 |]
        scaledBy rows rows

    /// Digits for three purposes, without overlap.
    [<NoComparison; ReferenceEquality>]
    type Parts =
        {
            /// For training, including the scaling: three fifths.
            Learned: Examples
            /// For validation: a fifth.
            Choice: Examples
            /// For testing: a fifth.
            Judged: Examples
        }

    /// <summary>Random digits, cut into parts.</summary>
    /// <param name="key">The same key gives the same parts.</param>
    /// <param name="count">The total, at most 1,797.</param>
    let parts (key: uint64) (count: int) : Parts =
        let order = Random.permutation key 0UL Count |> Array.truncate count
        let learned, others = Array.splitAt (3 * count / 5) order
        let choice, judged = Array.splitAt (count / 5) others

        {
            Learned = scaledBy learned learned
            Choice = scaledBy learned choice
            Judged = scaledBy learned judged
        }

    /// <summary>Plain gradient descent on the cross-entropy of the ten classes, in batches of 32.</summary>
    /// <param name="key">Shuffles.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="epochs">At least 1.</param>
    let options (key: uint64) (rate: float) (epochs: int) : StepOptions =
        { StepOptions.defaults (LearningTask.Classification Outputs) Count with
            Optimizer = Optimizer.sgd
            LearningRate = rate
            Epochs = epochs
            Key = key
        }

    /// <summary>The network after each epoch; the sequence ends early if the loss becomes NaN.</summary>
    let epochs (engine: Engine) (options: StepOptions) (network: Network) (examples: Examples) : Epoch seq =
        seq {
            use steps =
                (Training.epochs engine (fun () -> false) options network examples (Some examples))
                    .GetEnumerator()

            let next () =
                try
                    if steps.MoveNext() then Some steps.Current else None
                with :? TrainingDivergedException ->
                    None

            yield! Seq.unfold (fun () -> next () |> Option.map (fun epoch -> epoch, ())) ()
        }

    /// The share of the examples that are classified wrongly at the end of an epoch.
    let error (epoch: Epoch) : float =
        match epoch.Validation with
        | Some { Quality = Classified(accuracy, _) } -> 1.0 - accuracy
        | Some _
        | None -> 1.0
