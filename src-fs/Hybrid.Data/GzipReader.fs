namespace Hybrid.Data

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression

/// Decompresses a gzip file and holds it to the size that its last four bytes announce: .NET's own stream takes a
/// file that is cut short for one that ends.
[<Sealed>]
type internal GzipReader(file: Stream) =
    inherit Stream()

    let announced =
        let trailer = Array.zeroCreate<byte> 4
        file.Position <- max 0L (file.Length - 4L)
        file.ReadAtLeast(Span trailer, 4, false) |> ignore
        file.Position <- 0L
        BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan trailer)

    // no byte of a deflated stream stands for more: RFC 1951 copies at most 258 bytes by two bits
    let most = min (int64 announced) (1032L * file.Length)

    let inner = new GZipStream(file, CompressionMode.Decompress)
    let mutable found = 0L

    /// The most bytes that can come out.
    member _.Most = most

    override _.Read(buffer: Span<byte>) : int =
        let length = inner.Read buffer
        found <- found + int64 length

        if length = 0 && buffer.Length > 0 && uint32 found <> announced then
            raise (InvalidDataException "The size is not that which the file announces.")

        length

    override this.Read(buffer: byte[], offset: int, count: int) : int = this.Read(Span(buffer, offset, count))
    override _.CanRead = true
    override _.CanSeek = false
    override _.CanWrite = false
    override _.Length = raise (NotSupportedException())

    override _.Position
        with get () = found
        and set _ = raise (NotSupportedException())

    override _.Flush() = ()
    override _.Seek(_, _) = raise (NotSupportedException())
    override _.SetLength _ = raise (NotSupportedException())
    override _.Write(_: byte[], _: int, _: int) : unit = raise (NotSupportedException())

    override _.Dispose(disposing: bool) =
        if disposing then
            inner.Dispose()

        base.Dispose disposing
