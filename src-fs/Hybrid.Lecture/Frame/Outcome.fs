namespace Hybrid.Lecture

open Hybrid.Figures

/// What an experiment found about its claim, decided by its conditions.
type Verdict =
    | Holds
    /// Some conditions hold and some do not; which, in a sentence.
    | HoldsInPart of sentence: string
    /// No condition holds, at this scale and with these numbers; which, in a sentence.
    | DoesNotHold of sentence: string
    /// Nothing to run: a fact, advice or a reference.
    | TextOnly
    /// Fewer runs than the verdict needs, as in a quick run.
    | TooFewRuns
    /// Something is missing, such as data; what to do about it.
    | Skipped of why: string

/// A measured number and its published counterpart.
type Measurement =
    {
        /// What it is, with its unit where it has one, such as "epochs to 10 % training error, tanh".
        Name: string
        Measured: float
        /// As printed in the source; None if it prints no such number.
        Published: float option
    }

/// <summary>The outcome of an experiment.</summary>
[<NoComparison>]
type Outcome =
    {
        Verdict: Verdict
        /// What decided, or would decide with more runs; empty if there is nothing to run.
        Conditions: Condition list
        Measurements: Measurement list
        /// The number of random seeds behind the numbers; 0 if nothing is random.
        Seeds: int
        /// Further remarks for the reader, one sentence or paragraph each.
        Notes: string list
        /// By file name, without .svg.
        Figures: (string * Figure) list
    }

module Measurement =
    /// A number without a published counterpart.
    let own (name: string) (measured: float) : Measurement =
        {
            Name = name
            Measured = measured
            Published = None
        }

    /// A number with its published counterpart.
    let versus (published: float) (name: string) (measured: float) : Measurement =
        { own name measured with
            Published = Some published
        }

module Verdict =
    let private failure (condition: Condition) =
        $"{condition.Says} ({condition.Measured:G3}, not {Condition.limit condition})"

    let private listed (words: Condition -> string) (conditions: Condition list) =
        conditions |> List.map words |> String.concat "; "

    /// <summary>Holds if all conditions hold, in part if some do. Without conditions there is nothing to run.</summary>
    let ofConditions (conditions: Condition list) : Verdict =
        match conditions |> List.partition _.Holds with
        | [], [] -> TextOnly
        | _, [] -> Holds
        | [], failed -> DoesNotHold(listed failure failed)
        | kept, failed -> HoldsInPart $"fails: {listed failure failed}; holds: {listed _.Says kept}"

    /// <summary>The verdict of conditions on runs; with too few runs, or without conditions, none.</summary>
    /// <param name="least">The minimum number of runs for a verdict.</param>
    /// <param name="runs">The number that counts: see Setting.counted.</param>
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

    /// Its reason, or nothing.
    let reason (verdict: Verdict) : string =
        match verdict with
        | HoldsInPart why
        | DoesNotHold why
        | Skipped why -> why
        | Holds
        | TextOnly
        | TooFewRuns -> ""

    /// <summary>The verdict of a row with several experiments: it states what contradicts any of them. It does not
    /// hold only if none holds, even in part. Experiments that could not be judged count only if nothing contradicts.</summary>
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
    /// <summary>An outcome decided by conditions.</summary>
    /// <param name="conditions">All must hold.</param>
    /// <param name="measurements">In addition to those of the conditions.</param>
    let judged (conditions: Condition list) (measurements: Measurement list) : Outcome =
        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements = measurements
            Seeds = 0
            Notes = []
            Figures = []
        }

    /// A row with nothing to run.
    let text (notes: string list) : Outcome = { judged [] [] with Notes = notes }

    /// An experiment that could not run here.
    let skipped (why: string) : Outcome = { text [] with Verdict = Skipped why }
