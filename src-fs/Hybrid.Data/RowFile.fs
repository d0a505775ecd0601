namespace Hybrid.Data

open System
open System.IO
open System.Runtime.InteropServices
open Hybrid.Core

/// <summary>Rows of numbers in a file of their own, which is gone as soon as it is not used any more, however the program ends.</summary>
/// <param name="source">What the rows are from, for messages.</param>
/// <param name="width">The number of features of a row.</param>
/// <param name="file">The file, to read and to write.</param>
/// <param name="buffer">As for StoredRows.</param>
[<Sealed>]
type internal RowFile private (source: string, width: int, file: FileStream, buffer: int) =
    inherit StoredRows(buffer)

    // rows nearer than this are read together
    static let gap = 1 <<< 15
    static let piece = 1 <<< 20
    let rowBytes = int64 width * 4L

    let fail (error: IOException) =
        DataFile.failFile
            source
            $"its rows are kept in a file in {RowFile.Folder}, and that failed: {error.Message.TrimEnd '.'}. Free space there, or set TMPDIR to another folder."

    let readAt (start: int64) (bytes: Span<byte>) =
        let mutable filled = 0

        while filled < bytes.Length do
            let read =
                RandomAccess.Read(file.SafeFileHandle, bytes.Slice filled, start + int64 filled)

            if read = 0 then
                raise (EndOfStreamException "it is shorter than it was written")

            filled <- filled + read

    /// Where the file lies: not in the folder of temporary files, which is often held in memory.
    static member Folder =
        if not (String.IsNullOrEmpty(Environment.GetEnvironmentVariable "TMPDIR")) then
            Path.GetTempPath()
        elif Directory.Exists "/var/tmp" then
            "/var/tmp"
        else
            Path.GetTempPath()

    /// <summary>A file without rows.</summary>
    /// <exception cref="T:Hybrid.TableException">It cannot be made.</exception>
    static member Create(source: string, width: int, buffer: int) : RowFile =
        let path = Path.Combine(RowFile.Folder, $"hybrid-{Guid.NewGuid():N}.rows")

        try
            let file =
                new FileStream(
                    path,
                    FileMode.CreateNew,
                    FileAccess.ReadWrite,
                    FileShare.Delete,
                    1 <<< 16,
                    FileOptions.DeleteOnClose
                )

            // its name goes at once where an open file needs none
            if not (OperatingSystem.IsWindows()) then
                File.Delete path

            new RowFile(source, width, file, buffer)
        with
        | :? IOException
        | :? UnauthorizedAccessException ->
            DataFile.failFile
                source
                $"its rows cannot be kept in a file in {RowFile.Folder}: it cannot be made there. Set TMPDIR to another folder."

    /// Appends rows, one after the other.
    member _.Append(features: float32[]) : unit =
        try
            file.Write(MemoryMarshal.AsBytes(ReadOnlySpan features))
        with :? IOException as error ->
            fail error

    /// Ends the writing.
    member _.Complete() : unit =
        try
            file.Flush()
        with :? IOException as error ->
            fail error

    override _.Read(rows: int[], into: float32[]) : unit =
        let places = Array.init rows.Length id
        let keys = Array.copy rows
        Array.Sort(keys, places)
        let bytes: byte[] = Array.zeroCreate (max piece (int rowBytes))
        let mutable i = 0

        try
            while i < keys.Length do
                let first = keys[i]
                let mutable last = i

                while last + 1 < keys.Length
                      && int64 (keys[last + 1] - keys[last]) * rowBytes <= int64 gap
                      && int64 (keys[last + 1] + 1 - first) * rowBytes <= int64 bytes.Length do
                    last <- last + 1

                let read = Span(bytes, 0, int (int64 (keys[last] + 1 - first) * rowBytes))
                readAt (int64 first * rowBytes) read

                let numbers =
                    MemoryMarshal.Cast<byte, float32>(Span.op_Implicit read: ReadOnlySpan<byte>)

                for j in i..last do
                    numbers
                        .Slice((keys[j] - first) * width, width)
                        .CopyTo(Span(into, places[j] * width, width))

                i <- last + 1
        with :? IOException as error ->
            fail error
