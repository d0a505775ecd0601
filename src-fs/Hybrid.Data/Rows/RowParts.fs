namespace Hybrid.Data

open System

/// The text of some rows, whose reader is disposed of with it.
[<Sealed>]
type internal RowPartText(name: string, reader: RowReader) =
    inherit ForwardStream()
    let text = new RowText(name, reader, ignore)

    override _.Read(buffer: Span<byte>) : int = text.Read buffer

    override _.Dispose(isDisposing: bool) =
        if isDisposing then
            reader.Dispose()

        base.Dispose isDisposing

/// How rows that are not text are cut into parts.
module internal RowParts =
    /// A part of some rows; none if they cannot be cut.
    let part (source: RowSource) (part: int) (parts: int) : TablePart option =
        match source.OpenPart(part, parts) with
        | null -> None
        | reader ->
            reader.Dispose()

            Some(
                TablePart(1, ',', fun () -> upcast new RowPartText(source.Name, source.OpenPart(part, parts)))
            )
