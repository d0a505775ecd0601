namespace Hybrid.Lecture

open Hybrid.Figures

/// What an experiment found about its claim.
type Verdict =
    | Holds
    /// Not at this scale, with these numbers; why, in a sentence.
    | DoesNotHold of why: string
    /// There is nothing to run: a fact, an advice or a reference.
    | TextOnly
    /// Fewer runs than the verdict needs, as with --quick.
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
    /// <summary>Holds if all conditions do; else says which does not.</summary>
    /// <param name="conditions">In words, such as "sigmoid takes 1.3 times the epochs of ReLU at least", and whether it is so.</param>
    let ofAll (conditions: (string * bool) list) : Verdict =
        match conditions |> List.filter (snd >> not) |> List.map fst with
        | [] -> Holds
        | failed ->
            let listed = String.concat "; " failed
            DoesNotHold $"not so: {listed}"

    /// <summary>The verdict of conditions on medians; with fewer runs than they were set from there is none.</summary>
    /// <param name="least">How many runs the verdict needs.</param>
    /// <param name="runs">Those that were made.</param>
    /// <param name="conditions">As in ofAll.</param>
    let ofRuns (least: int) (runs: 'run list) (conditions: (string * bool) list) : Verdict =
        if runs.Length < least then TooFewRuns else ofAll conditions

    /// For people and programs: holds, does not hold here, text only, too few runs, skipped.
    let name (verdict: Verdict) : string =
        match verdict with
        | Holds -> "holds"
        | DoesNotHold _ -> "does not hold here"
        | TextOnly -> "text only"
        | TooFewRuns -> "too few runs"
        | Skipped _ -> "skipped"

    /// The reason that it gives, or nothing.
    let reason (verdict: Verdict) : string =
        match verdict with
        | DoesNotHold why
        | Skipped why -> why
        | Holds
        | TextOnly
        | TooFewRuns -> ""

    /// Of several parts of a row the one that says most against it.
    let worst (verdicts: Verdict list) : Verdict =
        let rank verdict =
            match verdict with
            | DoesNotHold _ -> 4
            | TooFewRuns -> 3
            | Skipped _ -> 2
            | Holds -> 1
            | TextOnly -> 0

        List.maxBy rank verdicts

module Outcome =
    /// A row that has nothing to run.
    let text (notes: string list) : Outcome =
        {
            Verdict = TextOnly
            Measurements = []
            Seeds = 0
            Notes = notes
            Figures = []
        }

    /// An experiment that could not run here.
    let skipped (why: string) : Outcome = { text [] with Verdict = Skipped why }
