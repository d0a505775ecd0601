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
        /// What it needs to know of outcomes.
        Needs: Needs
        /// Its value for what its needs have kept of outcomes; why it has none, for outcomes of the other kind or without examples of
        /// some class.
        Value: Tally -> Result<float, string>
    }

/// <summary>Metrics by their names, each with scikit-learn's conventions. Of two classes the second, in the order of their names, is
/// the positive one, as yes is of a label. Of several targets, a metric is the mean over them.</summary>
module Metric =
    /// Of several targets, the mean of their values; why there is none, if one of them has none.
    let rec private meanOf
        (value: TallyKind -> Result<float, string>)
        (tally: Tally)
        : Result<float, string> =
        match tally.Kind with
        | TallyKind.Nothing -> Error "no example has the target"
        | TallyKind.Each targets ->
            let values = targets |> Seq.map (meanOf value) |> List.ofSeq

            match values |> List.tryFind Result.isError with
            | Some error -> error
            | None -> values |> List.averageBy (Result.defaultValue nan) |> Ok
        | one -> value one

    let private range lower upper : Interval = { Lower = lower; Upper = upper }

    let private ofClasses name says range isHigherBetter needs value : Metric =
        let needsProbabilities = needs = Needs.Probabilities

        {
            Name = name
            Says = says
            IsHigherBetter = isHigherBetter
            IsOfClasses = true
            NeedsProbabilities = needsProbabilities
            Range = range
            Needs = needs
            Value =
                meanOf (fun kind ->
                    match kind with
                    | TallyKind.Classes tally when needsProbabilities && not tally.AreProbabilities ->
                        Error "the model returns scores, not probabilities"
                    | TallyKind.Classes tally -> value tally
                    | _ -> Error "it measures classes, and the target is a quantity")
        }

    let private ofQuantity name says range isHigherBetter needs value : Metric =
        {
            Name = name
            Says = says
            IsHigherBetter = isHigherBetter
            IsOfClasses = false
            NeedsProbabilities = false
            Range = range
            Needs = needs
            Value =
                meanOf (fun kind ->
                    match kind with
                    | TallyKind.Quantity tally -> value tally
                    | _ -> Error "it measures a quantity, and the target is a class")
        }

    /// <summary>The value of a metric for outcomes.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="outcomes">All at once.</param>
    /// <returns>Why it has none, for outcomes of the other kind or without examples of some class.</returns>
    let value (metric: Metric) (outcomes: Outcomes) : Result<float, string> =
        let tally = Tally metric.Needs
        tally.Add outcomes
        metric.Value tally

    /// What some metrics need to know together.
    let internal needs (metrics: Metric list) : Needs =
        (enum 0, metrics) ||> List.fold (fun needs metric -> needs ||| metric.Needs)

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
        ofQuantity name "one's own" (range -infinity infinity) isHigherBetter Needs.Outcomes (fun tally ->
            let all (pick: QuantityOutcomes -> float[]) =
                tally.Outcomes |> Seq.map pick |> Array.concat

            value (all _.Predicted) (all _.Actual) (all _.Weights) |> finite name)

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
        ofClasses name "one's own" (range -infinity infinity) isHigherBetter Needs.Outcomes (fun tally ->
            value
                (tally.Outcomes |> Seq.map _.Scores |> Array.concat)
                (tally.Outcomes |> Seq.map _.Labels |> Array.concat)
                (tally.Outcomes |> Seq.map _.Weights |> Array.concat)
            |> finite name)

    /// Those whose names have no number in them.
    let all: Metric list =
        let decision name says value =
            ofClasses name says (range 0.0 1.0) true Needs.Sums (value >> Ok)

        let ranking name says needs value =
            ofClasses name says (range 0.0 1.0) true needs value

        let probability name says most value =
            ofClasses name says (range 0.0 most) false Needs.Probabilities (value >> Ok)

        let error name says value =
            ofQuantity name says (range 0.0 infinity) false Needs.Sums (value >> Ok)

        let explained name says value =
            ofQuantity name says (range -infinity 1.0) true Needs.Sums value

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
                Needs.Sums
                (Decisions.matthews >> Ok)
            ranking
                "roc-auc"
                "area under the ROC curve, each class against the rest"
                Needs.Order
                Rankings.rocArea
            ranking
                "roc-auc-ovo"
                "area under the ROC curve, each class against each other"
                Needs.Scores
                Rankings.rocAreaOneVsOne
            ranking
                "average-precision"
                "mean precision over recall, each class against the rest"
                Needs.Order
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
        let value (tally: ClassTally) =
            if k < tally.Names.Length then
                Ok(Decisions.top k tally)
            else
                Error $"there are only {tally.Names.Length} classes"

        ofClasses
            $"top-{k}"
            $"share whose class is one of the {k} likeliest"
            (range 0.0 1.0)
            true
            Needs.Ranks
            value

    let private pinball (text: string) (q: float) : Metric =
        ofQuantity
            $"pinball-{text}"
            $"pinball loss of the quantile {text}"
            (range 0.0 infinity)
            false
            Needs.Sums
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

    let private usualOfClasses =
        [
            "balanced-accuracy"
            "f1-macro"
            "matthews"
            "roc-auc"
            "average-precision"
            "log-loss"
            "brier"
            "calibration-error"
            "top-5"
        ]

    /// Those that may be usual for any outcomes: what a tally for usual ones has to serve.
    let internal mayBeUsual: Metric list = List.map named usualOfClasses

    /// Those that say something of the outcomes of a tally, besides accuracy, root mean square error, mean absolute error and R²,
    /// which are always measured.
    let rec internal usualOf (tally: Tally) : Metric list =
        match tally.Kind with
        | TallyKind.Nothing -> []
        | TallyKind.Each targets -> usualOf targets[0]
        | TallyKind.Classes classes ->
            mayBeUsual
            |> List.filter (fun metric -> metric.Needs <> Needs.Ranks || classes.Names.Length > ManyClasses)
        | TallyKind.Quantity quantity ->
            [
                "explained-variance"
                if not quantity.HasZero then
                    "mape"
            ]
            |> List.map named

    /// Those that say something of the outcomes and have a value, besides accuracy, root mean square error, mean absolute error
    /// and R², which are always measured.
    let usual (outcomes: Outcomes) : Metric list =
        let tally = Tally(needs mayBeUsual)
        tally.Add outcomes
        usualOf tally |> List.filter (fun metric -> Result.isOk (metric.Value tally))
