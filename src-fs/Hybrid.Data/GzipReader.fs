namespace Hybrid.Data

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression

/// A gzip file unpacks to more than the limit, which the message names.
type internal UnpacksTooFar(mebibytes: int64) =
    inherit
        IOException(
            $"it unpacks to more than {mebibytes} MiB, over a hundred times its size. Unpack it first if that is intended."
        )

/// Decompresses a gzip file and checks the size that its last four bytes announce: .NET's own stream takes a
/// truncated file for a complete one. A small file that becomes a huge one is refused: to read it, unpack it first.
[<Sealed>]
type internal GzipReader(file: Stream) =
    inherit ForwardStream()

    let announced =
        let trailer = Array.zeroCreate<byte> 4
        file.Position <- max 0L (file.Length - 4L)
        file.ReadAtLeast(Span trailer, 4, false) |> ignore
        file.Position <- 0L
        BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan trailer)

    // data rarely shrink to a tenth; deflate's limit is near a thousandth (RFC 1951: 258 bytes in two bits)
    static let suspect = 100L
    // smaller files are always allowed
    static let harmless = 64L <<< 20

    let most = max harmless (suspect * file.Length)
    let inner = new GZipStream(file, CompressionMode.Decompress)
    let mutable found = 0L

    /// The expected number of bytes: what the file announces, as far as its own length makes that plausible.
    member _.Likely = min (int64 announced) (16L * file.Length)

    override _.Read(buffer: Span<byte>) : int =
        let length =
            try
                inner.Read buffer
            with error when not (error :? IOException) ->
                // any other exception of the decompressor means the same
                raise (InvalidDataException(error.Message, error))

        found <- found + int64 length

        if found > most then
            raise (UnpacksTooFar(most >>> 20))

        if length = 0 && buffer.Length > 0 && uint32 found <> announced then
            raise (InvalidDataException "The size differs from the announced one.")

        length

    override _.Dispose(disposing: bool) =
        if disposing then
            inner.Dispose()

        base.Dispose disposing
