namespace Hybrid.Data

open System
open System.Text

/// A cell as it is written: what all its occurrences in a column share.
[<Sealed; AllowNullLiteral>]
type internal DistinctCell(text: string, line: int, number: float, ranges: NumberRange[]) =
    member _.Text = text
    /// Where it was first seen.
    member _.Line = line
    /// The plain number; NaN for other texts.
    member _.Number = number
    /// A whole number that begins with a 0.
    member val BeginsWithZero = false with get, set
    /// A missing value, if the others are numbers.
    member val IsMissingNumber = false with get, set
    /// Several words.
    member val IsSentence = false with get, set
    /// How often it occurs, as long as not too many different cells are known.
    member val Count = 1 with get, set

    /// Counts it once more, wherever it was counted before.
    member this.Recur() =
        this.Count <- this.Count + 1

        for range in ranges do
            range.Count <- range.Count + 1

/// Different cells up to a limit, in the order in which they were first seen.
[<Sealed; AllowNullLiteral>]
type internal DistinctCells(limit: int) =
    let index = TextIndex()
    let known = ResizeArray<DistinctCell>()

    member _.Limit = limit

    /// There are more than the limit.
    member val IsFull = false with get, set

    /// How many cells there are, each as often as it occurs.
    member val Count = 0 with get, set

    /// How many were added until the limit was passed: the limit and one more if none of them recurs.
    member val CountWhenFull = 0 with get, set

    member _.Known = known

    /// Null if it is not known.
    member _.Find(text: ReadOnlySpan<byte>) : DistinctCell =
        match index.Find text with
        | -1 -> null
        | number -> known[number]

    /// Whether this text is known.
    member _.Contains(text: string) : bool =
        index.Find(ReadOnlySpan(Encoding.UTF8.GetBytes text)) >= 0

    /// Counts a cell that is not known; there is room for it, unless this is the one too many.
    member this.Add(text: ReadOnlySpan<byte>, cell: DistinctCell) =
        if known.Count < limit then
            index.Add text
            known.Add cell
        else
            this.IsFull <- true
            this.CountWhenFull <- this.Count
