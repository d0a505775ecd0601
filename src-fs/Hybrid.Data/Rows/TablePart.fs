namespace Hybrid.Data

open System
open System.IO

/// A part of a table's rows, as the text of a table with the same first row.
[<Sealed>]
type internal TablePart(headLines: int, separator: char, openText: unit -> Stream) =
    /// Opens the text anew.
    member _.Open() : Stream = openText ()

    /// Between fields.
    member _.Separator = separator

    /// The number of lines down to the first row: these are in every part.
    member _.HeadLines = headLines

    /// How many further lines were read in the last pass.
    member val Lines = 0 with get, set

    /// Whether each line of them was whole, so that the table may be cut between them.
    member val AreWhole = true with get, set

/// The text of a part, which is looked at while it is read.
[<Sealed>]
type internal PartStream(part: TablePart) =
    inherit ForwardStream()
    let text = part.Open()
    let lines = WholeLines(byte part.Separator)
    do part.Lines <- -part.HeadLines

    override _.Read(buffer: Span<byte>) : int =
        let count = text.Read buffer
        let read = Span.op_Implicit (buffer.Slice(0, count)): ReadOnlySpan<byte>
        lines.Add read
        part.AreWhole <- lines.AreAll
        part.Lines <- part.Lines + MemoryExtensions.Count(read, '\n'B)
        count

    override _.Dispose(isDisposing: bool) =
        if isDisposing then
            text.Dispose()

        base.Dispose isDisposing

/// <summary>Some bytes, and then those of a file from one place to another.</summary>
/// <param name="file">Can seek, and is closed with this one.</param>
/// <param name="head">What comes first.</param>
/// <param name="start">The first place.</param>
/// <param name="stop">The place behind the last one.</param>
[<Sealed>]
type internal FilePart(file: Stream, head: byte[], start: int64, stop: int64) =
    inherit ForwardStream()
    let mutable taken = 0
    // the file may have become shorter meanwhile
    let mutable left = max 0L (stop - start)
    do file.Position <- start

    override _.Read(buffer: Span<byte>) : int =
        if taken < head.Length then
            let count = min buffer.Length (head.Length - taken)
            head.AsSpan(taken, count).CopyTo buffer
            taken <- taken + count
            count
        else
            let count = file.Read(buffer.Slice(0, int (min left (int64 buffer.Length))))
            left <- left - int64 count
            count

    override _.Dispose(isDisposing: bool) =
        if isDisposing then
            file.Dispose()

        base.Dispose isDisposing

/// How a text file is cut into parts of whole lines.
module internal FileParts =
    /// The longest beginning down to the first row.
    [<Literal>]
    let private MostHead = 8388608

    /// Where a line ends, the first line behind a place; the length of the file where none does.
    let private lineEnd (file: Stream) (place: int64) : int64 =
        let buffer: byte[] = Array.zeroCreate (1 <<< 16)
        file.Position <- place
        let mutable ended = -1L
        let mutable position = place

        while ended < 0L do
            let count = file.Read(buffer, 0, buffer.Length)
            let at = ReadOnlySpan(buffer, 0, count).IndexOf '\n'B

            if at >= 0 then ended <- position + int64 at + 1L
            elif count = 0 then ended <- position
            else position <- position + int64 count

        ended

    /// Why a file cannot be cut; none if it can.
    let obstacle (path: string) : string option =
        if path = DataFile.StandardInput then
            Some "it is the standard input"
        else
            match DataFile.beginning 2 path with
            | [| 0x1Fuy; 0x8Buy |] -> Some "it is compressed"
            | beginning when beginning.Length > 0 && (beginning[0] = 0uy || beginning[0] >= 0xFEuy) ->
                Some "it is not UTF-8"
            | _ -> None

    /// <summary>The bytes of a file down to the end of a line; none if that is far away.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lines">The number of the line.</param>
    let head (path: string) (lines: int) : byte[] option =
        use file = DataFile.openStream path

        let stop =
            Seq.fold
                (fun place _ -> if place > int64 MostHead then place else lineEnd file place)
                0L
                (seq { 1..lines })

        if stop > int64 MostHead then
            None
        else
            file.Position <- 0L
            let bytes = Array.zeroCreate (int stop)
            file.ReadExactly(bytes.AsSpan())
            Some bytes

    /// The length of a file.
    let length (path: string) : int64 =
        use file = DataFile.openStream path
        file.Length

    /// <summary>Where a part begins: all parts have as many bytes, to a line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">The number of bytes down to the first row.</param>
    /// <param name="part">From 0.</param>
    /// <param name="parts">Their number.</param>
    let start (path: string) (head: int64) (part: int) (parts: int) : int64 =
        use file = DataFile.openStream path
        let place = head + (file.Length - head) * int64 part / int64 parts

        if part = 0 then
            head
        elif part = parts then
            file.Length
        // a line may end just there
        else
            lineEnd file (max head place - 1L)

    /// The bytes from one place to another, behind others.
    let text (path: string) (head: byte[]) (start: int64) (stop: int64) : Stream =
        upcast new FilePart(DataFile.openStream path, head, start, stop)
