namespace Hybrid.Data

open System

/// Whether a cell could stand further down in its column.
type internal Fit =
    | Fits
    | Differs
    /// Neither can be told.
    | Unclear

/// Whether a table's first row holds names or data: data fit the columns below them.
module internal HeaderRules =
    /// Names such as 0, 1, 2 or 1990, 1991, 1992.
    let private areCounted (numbers: float[]) =
        numbers.Length >= 3
        && (numbers[0] = 0.0 || numbers[0] >= 1000.0)
        && numbers |> Array.pairwise |> Array.forall (fun (a, b) -> b = a + 1.0)

    /// <summary>Whether the first row holds names.</summary>
    /// <param name="cells">The first row, and how each of its cells fits its column.</param>
    let isHeader (cells: (string * Fit)[]) : bool =
        let count fit =
            cells |> Array.filter (snd >> (=) fit) |> Array.length

        let fitting =
            cells
            |> Array.choose (fun (text, fit) -> if fit = Fits then NumberText.tryAny text else None)

        count Fits = 0
        || count Differs >= count Fits
        || (fitting.Length = count Fits && areCounted fitting)

    /// How a cell fits a column of which all other cells are known.
    let fit (signs: DecimalSigns) (below: ColumnCells) (missing: byte[][]) (text: string) : Fit =
        if
            isNull below
            || below.Present = 0
            || Missing.isMissing (missing, ReadOnlySpan(Text.Encoding.UTF8.GetBytes text))
        then
            Unclear
        else
            let numbers = ColumnNumbers.ofCells signs below

            if ColumnNumbers.isMostly numbers below then
                if Missing.isAmongNumbers text then
                    Unclear
                elif ValueOption.isSome (ColumnNumbers.tryNumber numbers.Notation text) then
                    Fits
                else
                    Differs
            elif below.Texts.Contains text || below.Numbers.Contains text then
                Fits
            elif not below.IsFull && 2 * below.Distinct <= below.Present then
                // a category that never recurs would be rare
                Differs
            else
                Unclear

    /// How a cell fits a column of a model.
    let fitKind (kind: ColumnKind) (text: string) : Fit =
        match kind with
        | Number _ when Missing.isAmongNumbers text -> Unclear
        | Number format ->
            if ValueOption.isSome (ColumnNumbers.tryNumber format.Notation text) then
                Fits
            else
                Differs
        | Category names -> if Array.contains text names then Fits else Unclear
