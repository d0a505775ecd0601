namespace Hybrid.Data

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression

/// More comes out of a gzip file than is read; the message says how much is.
type internal UnpacksTooFar(mebibytes: int64) =
    inherit
        IOException(
            $"it unpacks to more than {mebibytes} MiB, a hundred times its size and more. Unpack it, if that is meant."
        )

/// Decompresses a gzip file and holds it to the size that its last four bytes announce: .NET's own stream takes a
/// file that is cut short for one that ends. A small file that becomes a huge one is refused: who means it unpacks it.
[<Sealed>]
type internal GzipReader(file: Stream) =
    inherit Stream()

    let announced =
        let trailer = Array.zeroCreate<byte> 4
        file.Position <- max 0L (file.Length - 4L)
        file.ReadAtLeast(Span trailer, 4, false) |> ignore
        file.Position <- 0L
        BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan trailer)

    // data are seldom packed to a tenth; deflate itself ends near a thousandth (RFC 1951: 258 bytes by two bits)
    static let suspect = 100L
    // up to here no file is a burden
    static let harmless = 64L <<< 20

    let most = max harmless (suspect * file.Length)
    let inner = new GZipStream(file, CompressionMode.Decompress)
    let mutable found = 0L

    /// How many bytes may be expected to come out: what the file announces, as far as its own length makes that likely.
    member _.Likely = min (int64 announced) (16L * file.Length)

    override _.Read(buffer: Span<byte>) : int =
        let length =
            try
                inner.Read buffer
            with error when not (error :? IOException) ->
                // whatever else the decompressor throws says the same
                raise (InvalidDataException(error.Message, error))

        found <- found + int64 length

        if found > most then
            raise (UnpacksTooFar(most >>> 20))

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
