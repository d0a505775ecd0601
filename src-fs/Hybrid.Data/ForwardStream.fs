namespace Hybrid.Data

open System
open System.IO

/// A stream that is read from its beginning to its end.
[<AbstractClass>]
type internal ForwardStream() =
    inherit Stream()

    override this.Read(buffer: byte[], offset: int, count: int) : int = this.Read(Span(buffer, offset, count))
    override _.CanRead = true
    override _.CanSeek = false
    override _.CanWrite = false
    override _.Length = raise (NotSupportedException())

    override _.Position
        with get () = raise (NotSupportedException())
        and set _ = raise (NotSupportedException())

    override _.Flush() = ()
    override _.Seek(_, _) = raise (NotSupportedException())
    override _.SetLength _ = raise (NotSupportedException())
    override _.Write(_: byte[], _: int, _: int) : unit = raise (NotSupportedException())
