namespace Hybrid.Data

open System
open System.Buffers.Binary
open System.IO

/// An array read from a file in the IDX layout: its extents, and its values one after another.
type internal IdxArray = { Extents: int[]; Values: float32[] }

/// <summary>The IDX layout: two zero bytes, a type, a rank, the extents, and the values, all big-endian.</summary>
/// <remarks>LeCun, Cortes and Burges, "The MNIST database of handwritten digits".</remarks>
module internal IdxFile =
    [<Literal>]
    let private ChunkLength = 1048576

    /// Space is always allocated for this many.
    let private fewValues = 65536L

    /// The size of a value in bytes.
    let private width (source: string) (code: byte) : int =
        match code with
        | 0x08uy
        | 0x09uy -> 1
        | 0x0Buy -> 2
        | 0x0Cuy
        | 0x0Duy -> 4
        | 0x0Euy -> 8
        | _ -> DataFile.failFile source $"0x{code:X2} is not a type of the IDX format. Is this an IDX file?"

    let private valueAt (code: byte) (bytes: byte[]) (offset: int) : float32 =
        let value = ReadOnlySpan(bytes, offset, bytes.Length - offset)

        match code with
        | 0x08uy -> float32 value[0]
        | 0x09uy -> float32 (sbyte value[0])
        | 0x0Buy -> float32 (BinaryPrimitives.ReadInt16BigEndian value)
        | 0x0Cuy -> float32 (BinaryPrimitives.ReadInt32BigEndian value)
        | 0x0Duy -> BinaryPrimitives.ReadSingleBigEndian value
        | _ -> float32 (BinaryPrimitives.ReadDoubleBigEndian value)

    let private cutShort source (expected: int64) (found: int64) =
        DataFile.failFile
            source
            $"the file is truncated: its header announces {expected} bytes of values, but it has {found}. Download it again."

    let private readExtents source (stream: Stream) : byte * int[] =
        let magic = Array.zeroCreate<byte> 4

        if DataFile.fill stream magic < 4 then
            DataFile.failFile
                source
                "the file is truncated: it is shorter than the four bytes that begin an IDX file. Download it again."

        if magic[0] <> 0uy || magic[1] <> 0uy || magic[3] = 0uy then
            DataFile.failFile
                source
                $"the file begins with {Convert.ToHexString magic}, which is not the start of an IDX file. Give the files of an MNIST-like folder."

        let header = Array.zeroCreate<byte>(4 * int magic[3])

        if DataFile.fill stream header < header.Length then
            DataFile.failFile
                source
                $"the file is truncated in its header of {magic[3]} extents. Download it again."

        let extents =
            Array.init (int magic[3]) (fun i ->
                BinaryPrimitives.ReadInt32BigEndian(ReadOnlySpan(header, 4 * i, 4)))

        if extents |> Array.exists (fun extent -> extent <= 0) then
            DataFile.failFile
                source
                $"the header has the extents {extents |> Array.map string |> Advice.list}; all must be positive."

        magic[2], extents

    /// The number of values that the extents announce, if an array can hold them.
    let private size source (extents: int[]) : int =
        let size = extents |> Array.fold (fun size extent -> size * bigint extent) 1I

        if size > bigint Array.MaxLength then
            DataFile.failFile
                source
                $"the header announces {size} values, too many to hold in memory. Is the file damaged?"

        int size

    /// The values in the bytes of a chunk.
    let private convert
        (code: byte)
        (width: int)
        (bytes: byte[])
        (count: int)
        (values: float32[])
        (start: int)
        =
        if code = 0x08uy then
            for i in 0 .. count - 1 do
                values[start + i] <- float32 bytes[i]
        else
            for i in 0 .. count - 1 do
                values[start + i] <- valueAt code bytes (i * width)

    /// Reads the announced number of values. Space is allocated for what the file's length makes likely, and grows as needed.
    let private readValues source (stream: Stream) (code: byte) (width: int) (count: int) : float32[] =
        let announced = int64 count * int64 width
        let likely = max fewValues (DataFile.likely stream / int64 width)
        let mutable values = Array.zeroCreate<float32>(int (min (int64 count) likely))
        let chunk = Array.zeroCreate<byte>(int (min (int64 ChunkLength) announced))
        let mutable found = 0L
        let mutable more = true

        while more && found < announced do
            let wanted = int (min (int64 chunk.Length) (announced - found))
            let length = stream.ReadAtLeast(chunk.AsSpan(0, wanted), wanted, false)
            let start = int (found / int64 width)

            if start + length / width > values.Length then
                Array.Resize(&values, int (min (int64 count) (2L * int64 values.Length)))

            convert code width chunk (length / width) values start
            more <- length = wanted
            found <- found + int64 length

        if found < announced then
            cutShort source announced found

        if stream.ReadByte() >= 0 then
            DataFile.failFile
                source
                $"the file holds more than the {announced} bytes of values that its header announces. Is it damaged?"

        values

    /// Reads a whole file, gzip or not.
    let read (path: string) : IdxArray =
        DataFile.read path (fun stream ->
            let code, extents = readExtents path stream
            let values = readValues path stream code (width path code) (size path extents)

            match Array.tryFindIndex (Single.IsFinite >> not) values with
            | Some i -> DataFile.failFile path $"value {i + 1} is {values[i]}; values must be finite."
            | None -> { Extents = extents; Values = values })
