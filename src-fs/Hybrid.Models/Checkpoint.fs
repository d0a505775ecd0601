namespace Hybrid.Models

open System
open System.IO
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open Hybrid.Core

/// <summary>The file of a training's state. It begins with eight signs that name the format, its version and the number of entries; each
/// entry is a name and a text, an integer, or numbers of single or double precision; SHA-256 of all that ends it. Integers and numbers
/// are little-endian.</summary>
module Checkpoint =
    [<Literal>]
    let private Signs = "HybridCp"

    [<Literal>]
    let private Version = 1

    /// The bytes of SHA-256.
    [<Literal>]
    let private DigestLength = 32

    let private refuse (name: string) (problem: string) (advice: string) : 'result =
        raise (HybridException($"{name} {problem}.", [ Remedy.Do advice ], null))

    let private damaged (name: string) : 'result =
        refuse name "is damaged or truncated" "go on from the generation before it, or begin anew"

    let private writeNumbers (writer: BinaryWriter) (numbers: 'number[]) : unit =
        writer.Write numbers.LongLength

        // streams copy what they are given at once
        for start in 0 .. 1 <<< 14 .. numbers.Length - 1 do
            let count = min (1 <<< 14) (numbers.Length - start)
            writer.Write(MemoryMarshal.AsBytes(ReadOnlySpan<'number>(numbers, start, count)))

    let private writeEntry (writer: BinaryWriter) (name: string, value: StateValue) : unit =
        writer.Write name

        match value with
        | StateValue.Text text ->
            writer.Write 0uy
            writer.Write text
        | StateValue.Whole whole ->
            writer.Write 1uy
            writer.Write whole
        | StateValue.Singles numbers ->
            writer.Write 2uy
            writeNumbers writer numbers
        | StateValue.Doubles numbers ->
            writer.Write 3uy
            writeNumbers writer numbers

    let private readNumbers (reader: BinaryReader) (size: int) : 'number[] =
        let count = reader.ReadInt64()
        let left = reader.BaseStream.Length - reader.BaseStream.Position

        if count < 0L || count > int64 Array.MaxLength || count > left / int64 size then
            raise (EndOfStreamException())

        let numbers = Array.zeroCreate (int count)
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(Span<'number> numbers))
        numbers

    let private readEntry (reader: BinaryReader) : string * StateValue =
        let name = reader.ReadString()

        name,
        match reader.ReadByte() with
        | 0uy -> StateValue.Text(reader.ReadString())
        | 1uy -> StateValue.Whole(reader.ReadInt64())
        | 2uy -> StateValue.Singles(readNumbers reader sizeof<float32>)
        | 3uy -> StateValue.Doubles(readNumbers reader sizeof<float>)
        | _ -> raise (EndOfStreamException())

    /// <summary>Writes a state.</summary>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="state">The same one gives the same bytes.</param>
    let write (stream: Stream) (state: TrainingState) : unit =
        use digest = SHA256.Create()

        do
            use hashed =
                new CryptoStream(stream, digest, CryptoStreamMode.Write, leaveOpen = true)

            use buffered = new BufferedStream(hashed, 1 <<< 16)
            use writer = new BinaryWriter(buffered, Encoding.UTF8)
            let entries = StateValues.ofState state
            writer.Write(Encoding.ASCII.GetBytes Signs)
            writer.Write Version
            writer.Write entries.Length
            entries |> List.iter (writeEntry writer)

        stream.Write(ReadOnlySpan digest.Hash)

    /// The bytes of a state.
    let toBytes (state: TrainingState) : byte[] =
        use stream = new MemoryStream()
        write stream state
        stream.ToArray()

    /// <summary>Reads a state.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="stream">Is read from its beginning, twice.</param>
    /// <exception cref="T:Hybrid.HybridException">It is not such a file, is damaged, or was written by a later version.</exception>
    let read (name: string) (stream: Stream) : TrainingState =
        let content = stream.Length - int64 DigestLength
        let signs: byte[] = Array.zeroCreate Signs.Length
        stream.Position <- 0L

        if
            stream.ReadAtLeast(Span signs, signs.Length, false) < signs.Length
            || Encoding.ASCII.GetString(ReadOnlySpan signs) <> Signs
        then
            refuse name "is not a checkpoint of a training" "check the path"

        if content < int64 signs.Length + 8L then
            damaged name

        stream.Position <- 0L
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256
        let buffer: byte[] = Array.zeroCreate (1 <<< 16)

        while stream.Position < content do
            let part = int (min (int64 buffer.Length) (content - stream.Position))
            stream.ReadExactly(buffer, 0, part)
            hash.AppendData(buffer, 0, part)

        let digest: byte[] = Array.zeroCreate DigestLength
        stream.ReadExactly(Span digest)

        if not (Span(hash.GetHashAndReset()).SequenceEqual(ReadOnlySpan digest)) then
            damaged name

        stream.Position <- int64 signs.Length
        use reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen = true)
        let version = reader.ReadInt32()

        if version <> Version then
            refuse
                name
                $"has version {version} of the format, and this program reads version {Version}"
                "go on with the program that wrote it"

        try
            StateValues.toState [ for _ in 1 .. reader.ReadInt32() -> readEntry reader ]
        with
        | :? IOException
        | :? ArgumentException
        | :? FormatException
        | :? OverflowException
        | :? IndexOutOfRangeException -> damaged name

    /// <summary>The state of bytes.</summary>
    /// <exception cref="T:Hybrid.HybridException">As for read.</exception>
    let ofBytes (bytes: byte[]) : TrainingState =
        use stream = new MemoryStream(bytes)
        read "the state" stream
