namespace Hybrid.Data

open System
open System.IO
open System.Text

/// A cell as it is written: what all its occurrences in a column share. The ranges that count it are null where another process has
/// counted it.
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

    /// How many cells had been counted when it was first seen, with itself.
    member val Place = 0 with get, set

    /// Whether Recur counts it wherever it was counted before.
    member _.IsOwn = not (isNull ranges)

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
            cell.Place <- this.Count
            known.Add cell
        else
            this.IsFull <- true
            this.CountWhenFull <- this.Count

    /// How often a known cell occurs; 0 where that is not known, since there are more different ones than are counted.
    member this.CountOf(cell: DistinctCell) : int = if this.IsFull then 0 else cell.Count

    /// Writes the cells for Append.
    member this.Write(writer: BinaryWriter) : unit =
        writer.Write this.Count
        writer.Write this.IsFull
        writer.Write this.CountWhenFull
        writer.Write known.Count

        for cell in known do
            writer.Write cell.Text
            writer.Write cell.Line
            writer.Write cell.Number
            writer.Write cell.BeginsWithZero
            writer.Write cell.IsMissingNumber
            writer.Write cell.IsSentence
            writer.Write cell.Count
            writer.Write cell.Place

    /// <summary>Counts the cells that another process has counted in later rows.</summary>
    /// <param name="reader">What it has written.</param>
    /// <param name="lines">By how much its lines are counted too low.</param>
    member this.Append(reader: BinaryReader, lines: int) : unit =
        let before = this.Count
        let count = reader.ReadInt32()
        let isFull = reader.ReadBoolean()
        let countWhenFull = reader.ReadInt32()

        for _ in 1 .. reader.ReadInt32() do
            let text = reader.ReadString()
            let line = reader.ReadInt32() + lines
            let cell = DistinctCell(text, line, reader.ReadDouble(), null)
            cell.BeginsWithZero <- reader.ReadBoolean()
            cell.IsMissingNumber <- reader.ReadBoolean()
            cell.IsSentence <- reader.ReadBoolean()
            cell.Count <- reader.ReadInt32()
            let bytes = ReadOnlySpan(Encoding.UTF8.GetBytes text)
            this.Count <- before + reader.ReadInt32()

            if not this.IsFull then
                match this.Find bytes with
                | null -> this.Add(bytes, cell)
                | same -> same.Count <- same.Count + cell.Count

        if isFull && not this.IsFull then
            this.IsFull <- true
            this.CountWhenFull <- before + countWhenFull

        this.Count <- before + count
