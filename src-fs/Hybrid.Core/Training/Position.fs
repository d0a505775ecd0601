namespace Hybrid.Core

open System.Collections.Generic

/// <summary>A training by steps between two of them, as a value. Shuffling, dropout and noise are functions of the key and of the
/// numbers of epoch and step, so that the rest of a training depends only on this, its options and its examples.</summary>
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type internal StepPosition =
    {
        /// The network's parameters, running statistics among them, and what the optimizer keeps of each, by name: the training's own
        /// arrays, or copies.
        Values: (string * float32[]) list
        /// The number of steps so far.
        Steps: int64
        Standing: Standing
        /// The number of steps of the epoch in progress.
        Batches: int
        /// The number of steps of a whole epoch.
        BatchesPerEpoch: int
        /// The sum of the losses of the epoch's examples so far, each times its weight.
        LossSum: float
        /// The sum of the weights of these examples.
        WeightSum: float
    }

/// A training by L-BFGS between two iterations, as a value.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type internal LbfgsPosition =
    {
        Descent: DescentPosition
        Standing: Standing
    }

/// Where a training is, by either method.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type internal Position =
    | Steps of StepPosition
    | Lbfgs of LbfgsPosition

module internal Position =
    /// How far a training has come.
    let standing (position: Position) : Standing =
        match position with
        | Position.Steps steps -> steps.Standing
        | Position.Lbfgs iterations -> iterations.Standing

    /// The position with the numbers of its steps in arrays of its own.
    let copied (position: Position) : Position =
        match position with
        | Position.Steps steps ->
            Position.Steps
                { steps with
                    Values = steps.Values |> List.map (fun (name, numbers) -> name, Array.copy numbers)
                }
        | Position.Lbfgs _ -> position

    /// A position belongs to a training of another network, or of another optimizer.
    let refuse (problem: string) : 'result =
        raise (HybridException $"The state to go on from does not fit this training: {problem}.")

    /// <summary>Copies values to a training's own arrays.</summary>
    /// <param name="values">Arrays by name.</param>
    /// <param name="names">The names that there must be.</param>
    /// <param name="state">The training's arrays; those of these names are overwritten.</param>
    /// <exception cref="T:Hybrid.HybridException">An array is missing, or there is one of another name or length.</exception>
    let restore
        (values: (string * float32[]) list)
        (names: string list)
        (state: IReadOnlyDictionary<string, float32[]>)
        : unit =
        let lacks = List.except (List.map fst values) names

        if not lacks.IsEmpty then
            refuse $"it lacks {lacks.Head}"

        for name, array in values do
            if not (List.contains name names) then
                refuse $"it has {name}, which the network or its optimizer lacks"
            elif state[name].Length <> array.Length then
                refuse $"its {name} has {array.Length} numbers, not {state[name].Length}"
            else
                array.CopyTo(state[name], 0)
