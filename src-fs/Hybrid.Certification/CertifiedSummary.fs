namespace Hybrid.Certification

open Hybrid.Core

/// How many of some rows are right, attacked, certified and undecided.
[<NoComparison>]
type CertifiedCounts =
    {
        /// The number of rows.
        Rows: int
        /// Rows that are given their class.
        Right: int
        /// Those for which a row with another class was found in the box.
        Attacked: int
        Certified: int
        /// Those of which neither is known.
        Undecided: int
    }

/// What rows together show.
module CertifiedSummary =
    let private count (verdict: RowVerdict) (rows: CertifiedRow[]) =
        rows |> Array.filter (fun row -> row.Verdict = verdict) |> Array.length

    /// The counts of some rows.
    let counts (rows: CertifiedRow[]) : CertifiedCounts =
        {
            Rows = rows.Length
            Right = rows.Length - count RowVerdict.Wrong rows
            Attacked = count RowVerdict.Attacked rows
            Certified = count RowVerdict.Certified rows
            Undecided = count RowVerdict.Undecided rows
        }

    /// The counts of each class, by its index.
    let byClass (classes: int) (rows: CertifiedRow[]) : CertifiedCounts[] =
        Array.init classes (fun label -> rows |> Array.filter (fun row -> row.Class = label) |> counts)

    /// Rows that are given their class, those nearest to another one first: by what their margins, or their bounds, show.
    let hardest (most: int) (rows: CertifiedRow[]) : CertifiedRow[] =
        let ease (row: CertifiedRow) =
            match row.Margin with
            | Some margin -> struct (margin.Attacked, margin.Proved)
            | None -> struct ((if row.Verdict = RowVerdict.Attacked then -infinity else 0.0), row.Bound)

        rows
        |> Array.filter (fun row -> row.Verdict <> RowVerdict.Wrong && row.Reached)
        |> Array.sortBy ease
        |> Array.truncate most

    /// The quantiles of some numbers, which may be infinite; none without numbers.
    let quantiles (shares: float[]) (numbers: float[]) : float[] =
        let sorted = Array.sort numbers

        if sorted.Length = 0 then
            [||]
        else
            shares
            |> Array.map (fun share -> sorted[int (floor (share * float (sorted.Length - 1)))])

    /// How far the answer for a row may be from those of its box: proved, and found.
    let reach (row: MovedRow) : struct (float * float) =
        let from (x: Interval) =
            max (x.Upper - row.Answer) (row.Answer - x.Lower)

        struct (from row.Proved, from row.Attacked)
