namespace Hybrid.Models

open System
open Hybrid.Core

/// What a model says of the classes of some examples, and their true classes.
[<NoComparison; ReferenceEquality>]
type ClassOutcomes =
    {
        /// The names of the classes.
        Names: string[]
        /// [examples; classes]: a higher score makes a class more likely.
        Scores: float[]
        /// Whether the scores of an example are probabilities.
        AreProbabilities: bool
        /// The true class of each example, as an index.
        Labels: int[]
        /// How often each example counts.
        Weights: float[]
        /// The score of the second of two classes from which on it is decided for; none where the highest score decides.
        Threshold: float option
    }

/// The quantities that a model predicts, and the true ones, in one unit.
[<NoComparison; ReferenceEquality>]
type QuantityOutcomes =
    {
        Predicted: float[]
        Actual: float[]
        /// How often each example counts.
        Weights: float[]
    }

/// Predictions for some examples with what is true of them: what metrics measure.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type Outcomes =
    | Classes of ClassOutcomes
    | Quantity of QuantityOutcomes
    /// Of several targets, each on the examples that have it; nothing where none has.
    | Each of Outcomes list

module Outcomes =
    let private require condition name message =
        if not condition then
            raise (ArgumentException(message, (name: string)))

    let private weighted (count: int) (weights: float[] option) : float[] =
        let weights = weights |> Option.defaultWith (fun () -> Array.create count 1.0)

        require
            (weights.Length = count)
            (nameof weights)
            $"There are {weights.Length} weights for {count} examples."

        require
            (weights |> Array.forall (fun weight -> weight >= 0.0 && Double.IsFinite weight))
            (nameof weights)
            "A weight is negative, NaN or infinite."

        require
            (weights |> Array.exists (fun weight -> weight > 0.0))
            (nameof weights)
            "No example has a weight above 0."

        weights

    let private finite name (values: float[]) =
        require (Array.forall Double.IsFinite values) name "A value is NaN or infinite."

    /// <summary>Outcomes of a classification.</summary>
    /// <param name="names">The names of the classes, at least two.</param>
    /// <param name="areProbabilities">Whether the scores of an example are probabilities.</param>
    /// <param name="scores">[examples; classes], at least one example.</param>
    /// <param name="labels">[examples]: the true classes, as indices.</param>
    /// <param name="weights">How often each example counts; once if absent.</param>
    /// <exception cref="T:System.ArgumentException">The lengths do not fit, a number is not finite, a label is not the index of a
    /// class, or a weight is negative or all are 0.</exception>
    let ofClasses
        (names: string[])
        (areProbabilities: bool)
        (scores: float[])
        (labels: int[])
        (weights: float[] option)
        : Outcomes =
        require (names.Length >= 2) (nameof names) "There must be at least two classes."
        require (labels.Length > 0) (nameof labels) "There are no examples."

        require
            (scores.Length = labels.Length * names.Length)
            (nameof scores)
            $"There are {scores.Length} scores for {labels.Length} examples and {names.Length} classes."

        finite (nameof scores) scores

        require
            (labels |> Array.forall (fun label -> label >= 0 && label < names.Length))
            (nameof labels)
            $"A label is not from 0 to {names.Length - 1}."

        if areProbabilities then
            require
                (scores |> Array.forall (fun p -> p >= 0.0 && p <= 1.0 + 1e-6))
                (nameof scores)
                "A probability is not from 0 to 1."

        Outcomes.Classes
            {
                Names = names
                Scores = scores
                AreProbabilities = areProbabilities
                Labels = labels
                Weights = weighted labels.Length weights
                Threshold = None
            }

    /// <summary>Outcomes of a label, which is yes from a threshold on.</summary>
    /// <param name="areProbabilities">Whether scores are probabilities of yes.</param>
    /// <param name="threshold">Of probabilities; scores are yes from 0 on.</param>
    /// <param name="scores">[examples], of yes.</param>
    /// <param name="labels">[examples]: 1 for yes, 0 for no.</param>
    /// <param name="weights">How often each example counts; once if absent.</param>
    let internal ofLabel
        (areProbabilities: bool)
        (threshold: float)
        (scores: float[])
        (labels: int[])
        (weights: float[] option)
        : Outcomes =
        let both p =
            [| (if areProbabilities then 1.0 - p else 0.0); p |]

        match ofClasses [| "no"; "yes" |] areProbabilities (Array.collect both scores) labels weights with
        | Outcomes.Classes outcomes ->
            Outcomes.Classes
                { outcomes with
                    Threshold = Some(if areProbabilities then threshold else 0.0)
                }
        | others -> others

    /// <summary>Outcomes of a regression.</summary>
    /// <param name="predicted">[examples], at least one.</param>
    /// <param name="actual">[examples], in the same unit.</param>
    /// <param name="weights">How often each example counts; once if absent.</param>
    /// <exception cref="T:System.ArgumentException">The lengths differ, a number is not finite, or a weight is negative or all are
    /// 0.</exception>
    let ofQuantity (predicted: float[]) (actual: float[]) (weights: float[] option) : Outcomes =
        require (actual.Length > 0) (nameof actual) "There are no examples."

        require
            (predicted.Length = actual.Length)
            (nameof predicted)
            $"There are {predicted.Length} predictions for {actual.Length} examples."

        finite (nameof predicted) predicted
        finite (nameof actual) actual

        Outcomes.Quantity
            {
                Predicted = predicted
                Actual = actual
                Weights = weighted actual.Length weights
            }
