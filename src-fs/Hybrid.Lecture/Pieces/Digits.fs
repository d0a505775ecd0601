namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Data

/// The handwritten digits that come with the program, as what is trained on: 8×8 pixels, scaled together to mean 0 and
/// deviation 1.
module Digits =
    [<Literal>]
    let Width = 64

    [<Literal>]
    let Outputs = 10

    /// <summary>The first of them.</summary>
    /// <param name="count">At most 1,797.</param>
    let examples (count: int) : Examples =
        let digits = Dataset.subset [| 0 .. count - 1 |] (BuiltIn.digits ())
        let pixels = digits.Features |> Array.map float
        let mean = Array.average pixels

        let deviation = pixels |> Array.averageBy (fun x -> (x - mean) * (x - mean)) |> sqrt

        let labels =
            match digits.Target with
            | Classes(_, labels) -> Array.map float32 labels
            | Quantity values -> values

        Examples.all Width (pixels |> Array.map (fun x -> float32 ((x - mean) / deviation))) labels

    /// How many there are.
    [<Literal>]
    let Count = 1797

    /// <summary>Plain gradient descent on the cross-entropy of the ten classes, in batches of 32.</summary>
    /// <param name="key">Shuffles.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="epochs">At least 1.</param>
    let options (key: uint64) (rate: float) (epochs: int) : TrainingOptions =
        { TrainingOptions.defaults (Task.Classification Outputs) Count with
            Optimizer = Optimizer.sgd
            LearningRate = rate
            Epochs = epochs
            Key = key
        }

    /// <summary>The network after each epoch; the sequence ends early where the loss is not a number any more.</summary>
    let epochs
        (engine: IKernels)
        (options: TrainingOptions)
        (network: Network)
        (examples: Examples)
        : Epoch seq =
        seq {
            use steps =
                (Training.epochs engine (fun () -> false) options network examples (Some examples))
                    .GetEnumerator()

            let next () =
                try
                    if steps.MoveNext() then Some steps.Current else None
                with :? TrainingDiverged ->
                    None

            yield! Seq.unfold (fun () -> next () |> Option.map (fun epoch -> epoch, ())) ()
        }

    /// The share of the examples that are classified wrongly at the end of an epoch.
    let error (epoch: Epoch) : float =
        match epoch.Validation with
        | Some { Quality = Classified(accuracy, _) } -> 1.0 - accuracy
        | Some _
        | None -> 1.0
