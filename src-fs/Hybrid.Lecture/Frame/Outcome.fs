namespace Hybrid.Lecture

open Hybrid.Figures

/// What an experiment found about its claim, by the conditions that it was put to.
type Verdict =
    | Holds
    /// Some conditions hold and some do not; which, in a sentence.
    | HoldsInPart of sentence: string
    /// None of the conditions holds, at this scale and with these numbers; which, in a sentence.
    | DoesNotHold of sentence: string
    /// There is nothing to run: a fact, an advice or a reference.
    | TextOnly
    /// Fewer runs than the verdict needs, as in a quick run.
    | TooFewRuns
    /// What it needs is not here, such as data; what to do about it.
    | Skipped of why: string

/// A number that was measured, and the one that was published.
type Measurement =
    {
        /// What it is, with its unit where it has one, such as "epochs to 10 % training error, tanh".
        Name: string
        Measured: float
        /// As printed in the source; None where there is no such number.
        Published: float option
    }

/// <summary>What came of an experiment.</summary>
[<NoComparison>]
type Outcome =
    {
        Verdict: Verdict
        /// What decided, or would have with more runs: none where there is nothing to run.
        Conditions: Condition list
        Measurements: Measurement list
        /// How many random seeds stand behind the numbers; 0 where nothing is random.
        Seeds: int
        /// What a reader should know besides: one sentence or paragraph each.
        Notes: string list
        /// By the names of their files, without .svg.
        Figures: (string * Figure) list
    }

module Measurement =
    /// A number to which no source has a counterpart.
    let own (name: string) (measured: float) : Measurement =
        {
            Name = name
            Measured = measured
            Published = None
        }

    /// A number beside the published one.
    let beside (published: float) (name: string) (measured: float) : Measurement =
        { own name measured with
            Published = Some published
        }

module Verdict =
    let private failure (condition: Condition) =
        $"{condition.Says} ({condition.Measured:G3}, not {Condition.limit condition})"

    let private listed (words: Condition -> string) (conditions: Condition list) =
        conditions |> List.map words |> String.concat "; "

    /// <summary>Holds if all conditions do, in part if some do. Without a condition there is nothing to run.</summary>
    let ofConditions (conditions: Condition list) : Verdict =
        match conditions |> List.partition _.Holds with
        | [], [] -> TextOnly
        | _, [] -> Holds
        | [], failed -> DoesNotHold(listed failure failed)
        | kept, failed ->
            HoldsInPart $"not so: {listed failure failed}; but it holds that {listed _.Says kept}"

    /// <summary>The verdict of conditions, if there are any, on runs; with fewer than it needs there is none.</summary>
    /// <param name="least">How many runs the verdict needs.</param>
    /// <param name="runs">How many count: see Setting.counted.</param>
    /// <param name="conditions">On all runs together.</param>
    let ofRuns (least: int) (runs: int) (conditions: Condition list) : Verdict =
        if conditions.IsEmpty then TextOnly
        elif runs < least then TooFewRuns
        else ofConditions conditions

    /// For people and programs: holds, holds in part, does not hold here, text only, too few runs, skipped.
    let name (verdict: Verdict) : string =
        match verdict with
        | Holds -> "holds"
        | HoldsInPart _ -> "holds in part"
        | DoesNotHold _ -> "does not hold here"
        | TextOnly -> "text only"
        | TooFewRuns -> "too few runs"
        | Skipped _ -> "skipped"

    /// The reason that it gives, or nothing.
    let reason (verdict: Verdict) : string =
        match verdict with
        | HoldsInPart why
        | DoesNotHold why
        | Skipped why -> why
        | Holds
        | TextOnly
        | TooFewRuns -> ""

    /// <summary>The verdict of a row, of which several experiments are parts: what contradicts any of them is said; it does not
    /// hold only where none does, even in part. What could not be judged counts only where nothing contradicts.</summary>
    let ofParts (verdicts: Verdict list) : Verdict =
        let sentence =
            verdicts
            |> List.filter (fun verdict -> verdict.IsHoldsInPart || verdict.IsDoesNotHold)
            |> List.map reason
            |> String.concat ". "

        let judged, others =
            verdicts
            |> List.filter (fun verdict -> not verdict.IsTextOnly)
            |> List.partition (fun verdict ->
                verdict.IsHolds || verdict.IsHoldsInPart || verdict.IsDoesNotHold)

        match others with
        | _ when sentence <> "" && judged |> List.forall _.IsDoesNotHold -> DoesNotHold sentence
        | _ when sentence <> "" -> HoldsInPart sentence
        | _ when others |> List.contains TooFewRuns -> TooFewRuns
        | first :: _ -> first
        | [] -> if judged.IsEmpty then TextOnly else Holds

module Outcome =
    /// <summary>An outcome that conditions decide.</summary>
    /// <param name="conditions">All have to hold.</param>
    /// <param name="measurements">Besides those of the conditions.</param>
    let judged (conditions: Condition list) (measurements: Measurement list) : Outcome =
        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements = measurements
            Seeds = 0
            Notes = []
            Figures = []
        }

    /// A row that has nothing to run.
    let text (notes: string list) : Outcome = { judged [] [] with Notes = notes }

    /// An experiment that could not run here.
    let skipped (why: string) : Outcome = { text [] with Verdict = Skipped why }
