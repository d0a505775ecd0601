namespace Hybrid.Models

open System
open System.Globalization
open Hybrid.Core

/// A measure of predictions that has a name.
[<CompiledName("FSharpMetric")>]
[<NoComparison; ReferenceEquality>]
type Metric =
    {
        /// As in roc-auc, top-3 or pinball-0.9.
        Name: string
        /// What it is, in a few words.
        Says: string
        IsHigherBetter: bool
        /// Whether it measures classes; a quantity otherwise.
        IsOfClasses: bool
        /// Whether it measures probabilities, for which scores are not enough.
        NeedsProbabilities: bool
        /// The values that it can have.
        Range: Interval
        /// Its value; why it has none, for outcomes of the other kind or without examples of some class.
        Value: Outcomes -> Result<float, string>
    }

/// <summary>Metrics by their names, each with scikit-learn's conventions. Of two classes the second, in the order of their names, is
/// the positive one, as yes is of a label. Of several targets, a metric is the mean over them.</summary>
module Metric =
    /// Of several targets, the mean of their values; why there is none, if one of them has none.
    let rec private meanOf
        (value: Outcomes -> Result<float, string>)
        (outcomes: Outcomes)
        : Result<float, string> =
        match outcomes with
        | Outcomes.Each [] -> Error "no example has the target"
        | Outcomes.Each targets ->
            let values = targets |> List.map (meanOf value)

            match values |> List.tryFind Result.isError with
            | Some error -> error
            | None -> values |> List.averageBy (Result.defaultValue nan) |> Ok
        | one -> value one

    let private range lower upper : Interval = { Lower = lower; Upper = upper }

    let private ofClasses name says range isHigherBetter needsProbabilities value : Metric =
        {
            Name = name
            Says = says
            IsHigherBetter = isHigherBetter
            IsOfClasses = true
            NeedsProbabilities = needsProbabilities
            Range = range
            Value =
                meanOf (fun outcomes ->
                    match outcomes with
                    | Outcomes.Classes outcomes when needsProbabilities && not outcomes.AreProbabilities ->
                        Error "the model returns scores, not probabilities"
                    | Outcomes.Classes outcomes -> value outcomes
                    | _ -> Error "it measures classes, and the target is a quantity")
        }

    let private ofQuantity name says range isHigherBetter value : Metric =
        {
            Name = name
            Says = says
            IsHigherBetter = isHigherBetter
            IsOfClasses = false
            NeedsProbabilities = false
            Range = range
            Value =
                meanOf (fun outcomes ->
                    match outcomes with
                    | Outcomes.Quantity outcomes -> value outcomes
                    | _ -> Error "it measures a quantity, and the target is a class")
        }

    let private finite (name: string) (value: float) : Result<float, string> =
        if Double.IsFinite value then
            Ok value
        else
            Error $"{name} is {Printable.number value}"

    /// <summary>A metric of one's own of quantities; of several targets, their mean.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="isHigherBetter">Whether a higher value is better.</param>
    /// <param name="value">Predicted and true quantities, in their own unit, and how often each example counts, to a finite
    /// number.</param>
    let ofNumbers
        (name: string)
        (isHigherBetter: bool)
        (value: float[] -> float[] -> float[] -> float)
        : Metric =
        ofQuantity name "one's own" (range -infinity infinity) isHigherBetter (fun outcomes ->
            value outcomes.Predicted outcomes.Actual outcomes.Weights |> finite name)

    /// <summary>A metric of one's own of classes, and of labels, which have two, no and yes; of several targets, their mean.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="isHigherBetter">Whether a higher value is better.</param>
    /// <param name="value">Probabilities or scores, [examples; classes], indices of the true classes, and how often each example
    /// counts, to a finite number.</param>
    let ofScores
        (name: string)
        (isHigherBetter: bool)
        (value: float[] -> int[] -> float[] -> float)
        : Metric =
        ofClasses name "one's own" (range -infinity infinity) isHigherBetter false (fun outcomes ->
            value outcomes.Scores outcomes.Labels outcomes.Weights |> finite name)

    /// Those whose names have no number in them.
    let all: Metric list =
        let decision name says value =
            ofClasses name says (range 0.0 1.0) true false (value >> Ok)

        let ranking name says value =
            ofClasses name says (range 0.0 1.0) true false value

        let probability name says most value =
            ofClasses name says (range 0.0 most) false true (value >> Ok)

        let error name says value =
            ofQuantity name says (range 0.0 infinity) false (value >> Ok)

        let explained name says value =
            ofQuantity name says (range -infinity 1.0) true value

        [
            decision "accuracy" "share decided rightly" Decisions.accuracy
            decision "balanced-accuracy" "mean recall of the classes" Decisions.balanced
            decision "f1-macro" "mean F1 of the classes" Decisions.f1Macro
            decision "f1-micro" "F1 of all decisions together, the accuracy" Decisions.accuracy
            decision "f1-weighted" "mean F1 of the examples' classes" Decisions.f1Weighted
            ofClasses
                "matthews"
                "correlation of decided and true classes"
                (range -1.0 1.0)
                true
                false
                (Decisions.matthews >> Ok)
            ranking "roc-auc" "area under the ROC curve, each class against the rest" Rankings.rocArea
            ranking
                "roc-auc-ovo"
                "area under the ROC curve, each class against each other"
                Rankings.rocAreaOneVsOne
            ranking
                "average-precision"
                "mean precision over recall, each class against the rest"
                Rankings.averagePrecision
            probability "log-loss" "mean of -ln p of the true class" infinity Probabilities.logLoss
            probability "brier" "mean squared error of the probabilities" 2.0 Probabilities.brier
            probability
                "calibration-error"
                "expected difference of confidence and accuracy"
                1.0
                Probabilities.calibrationError
            error "mae" "mean absolute error" Errors.absolute
            error "rmse" "root mean square error" Errors.rootMeanSquare
            explained "r2" "share of the variance that is explained" Errors.rSquared
            error "mape" "mean absolute error as a share of the true value" Errors.relative
            explained
                "explained-variance"
                "share of the variance that is explained, but for a constant"
                Errors.explainedVariance
        ]

    let private top (k: int) : Metric =
        let value (outcomes: ClassOutcomes) =
            if k < outcomes.Names.Length then
                Ok(Decisions.top k outcomes)
            else
                Error $"there are only {outcomes.Names.Length} classes"

        ofClasses $"top-{k}" $"share whose class is one of the {k} likeliest" (range 0.0 1.0) true false value

    let private pinball (text: string) (q: float) : Metric =
        ofQuantity
            $"pinball-{text}"
            $"pinball loss of the quantile {text}"
            (range 0.0 infinity)
            false
            (Errors.pinball q >> Ok)

    /// What to call them in lists: those above, and two that take a number.
    let names: string list = List.map _.Name all @ [ "top-k"; "pinball-q" ]

    let private numbered (name: string) : Metric option =
        let rest (prefix: string) =
            if name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) then
                Some(name.Substring prefix.Length)
            else
                None

        let culture = CultureInfo.InvariantCulture

        match rest "top-", rest "pinball-" with
        | Some text, _ ->
            match Int32.TryParse(text, NumberStyles.None, culture) with
            | true, k when k >= 1 -> Some(top k)
            | _ -> None
        | _, Some text ->
            match Double.TryParse(text, NumberStyles.AllowDecimalPoint, culture) with
            | true, q when q > 0.0 && q < 1.0 -> Some(pinball text q)
            | _ -> None
        | None, None -> None

    /// <summary>The metric of this name, in any case and with any dashes; top-k for k of at least 1, pinball-q for q between 0 and
    /// 1.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no such metric; the message lists the names.</exception>
    let named (name: string) : Metric =
        match numbered name with
        | Some metric -> metric
        | None ->
            try
                Named.find "metric" _.Name all name
            with :? HybridException ->
                raise (
                    HybridException
                        $"""There is no metric {Printable.quote name}. Choose one of {String.concat ", " names}, with k from 1 and q between 0 and 1."""
                )

    /// A value by which outcomes can be compared: the higher, the better.
    let internal score (metric: Metric) (value: float) : float =
        if metric.IsHigherBetter then value else -value

    [<Literal>]
    let private ManyClasses = 10

    /// Those that say something of the outcomes and have a value, besides accuracy, root mean square error, mean absolute error
    /// and R², which are always measured.
    let rec usual (outcomes: Outcomes) : Metric list =
        match outcomes with
        | Outcomes.Each [] -> []
        | Outcomes.Each targets -> targets |> List.head |> usual |> List.map _.Name
        | Outcomes.Classes classes ->
            [
                "balanced-accuracy"
                "f1-macro"
                "matthews"
                "roc-auc"
                "average-precision"
                "log-loss"
                "brier"
                "calibration-error"
                if classes.Names.Length > ManyClasses then
                    "top-5"
            ]
        | Outcomes.Quantity quantity ->
            [
                "explained-variance"
                if quantity.Actual |> Array.forall (fun t -> abs t > 0.0) then
                    "mape"
            ]
        |> List.map named
        |> List.filter (fun metric -> Result.isOk (metric.Value outcomes))
