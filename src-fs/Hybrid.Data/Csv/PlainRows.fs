namespace Hybrid.Data

open System
open System.IO
open System.Numerics
open System.Runtime.InteropServices
open System.Runtime.Intrinsics

/// How far the splitting of a table's bytes has come.
type internal PlainStep =
    | Row = 0
    | End = 1
    /// The next row has a quote, or what else needs a whole reader of CSV.
    | NotPlain = 2

/// <summary>Splits a table into rows and fields as CsvHelper does, as long as there are only separators and line ends to look at, as in
/// most tables of numbers. At the first quote the rest is left to CsvHelper.</summary>
/// <param name="stream">The table, from its beginning.</param>
/// <param name="separator">Between fields.</param>
/// <param name="recordLimit">Longer rows, in bytes, are not plain.</param>
[<Sealed; AllowNullLiteral>]
type internal PlainRows(stream: Stream, separator: byte, recordLimit: int) =
    static let lanes = Vector256<byte>.Count

    let separators = Vector256.Create separator
    let feeds = Vector256.Create '\n'B
    let returns = Vector256.Create '\r'B
    let quotes = Vector256.Create '"'B

    // whole vectors are read, also behind the last byte
    let mutable buffer: byte[] = Array.zeroCreate ((1 <<< 17) + lanes)
    let mutable length = 0
    let mutable hasEnded = false
    let mutable isBegun = false
    // where the next row begins, and the present one
    let mutable next = 0
    let mutable start = 0
    // where the fields of the present row end
    let mutable ends: int[] = Array.zeroCreate 64
    let mutable count = 0
    let mutable line = 0L
    let mutable rowLine = 0L

    /// Reads on, with the bytes from the next row on at the beginning; false if there are no more.
    let refill () =
        if next > 0 then
            Buffer.BlockCopy(buffer, next, buffer, 0, length - next)
            length <- length - next
            next <- 0

        if length > (buffer.Length - lanes) / 2 then
            Array.Resize(&buffer, 2 * buffer.Length)

        let read = stream.Read(buffer, length, buffer.Length - lanes - length)
        length <- length + read
        hasEnded <- (read = 0)

    /// Files of other encodings begin with a mark.
    let begin' () =
        isBegun <- true

        while length < 4 && not hasEnded do
            refill ()

        if length >= 3 && buffer[0] = 0xEFuy && buffer[1] = 0xBBuy && buffer[2] = 0xBFuy then
            next <- 3

    let addEnd position =
        if count = ends.Length then
            Array.Resize(&ends, 2 * count)

        ends[count] <- position
        count <- count + 1

    /// Looks for the ends of the next row's fields: Row, or NotPlain; End where the bytes do not suffice.
    let scan () =
        count <- 0
        let first = &MemoryMarshal.GetArrayDataReference buffer
        let mutable position = next
        let mutable result = PlainStep.End

        while result = PlainStep.End && position < length do
            let bytes = Vector256.LoadUnsafe(&first, unativeint position)

            let mutable marks =
                Vector256.ExtractMostSignificantBits(
                    Vector256.Equals(bytes, separators)
                    ||| Vector256.Equals(bytes, feeds)
                    ||| Vector256.Equals(bytes, returns)
                    ||| Vector256.Equals(bytes, quotes)
                )

            while marks <> 0u do
                let at = position + BitOperations.TrailingZeroCount marks

                if at >= length then
                    marks <- 0u
                else
                    marks <- marks &&& (marks - 1u)
                    let found = buffer[at]

                    if found = separator then
                        addEnd at
                    elif found = '\n'B then
                        start <- next
                        next <- at + 1
                        addEnd (if at > start && buffer[at - 1] = '\r'B then at - 1 else at)
                        result <- PlainStep.Row
                        marks <- 0u
                    elif found = '"'B || at + 1 < length && buffer[at + 1] <> '\n'B then
                        result <- PlainStep.NotPlain
                        marks <- 0u

            position <- position + lanes

        result

    /// The last row may lack its line end.
    let last () =
        if next >= length then
            PlainStep.End
        elif buffer[length - 1] = '\r'B then
            PlainStep.NotPlain
        else
            start <- next
            next <- length
            addEnd length
            PlainStep.Row

    /// Where a field begins.
    let startOf field =
        if field = 0 then start else ends[field - 1] + 1

    /// Advances to the next row that is not empty.
    member _.Advance() : PlainStep =
        if not isBegun then
            begin' ()

        let mutable step = PlainStep.End
        let mutable isSearching = true

        if line = 0L && next = 0 && length > 0 && (buffer[0] = 0uy || buffer[0] >= 0xFEuy) then
            step <- PlainStep.NotPlain
            isSearching <- false

        while isSearching do
            step <- scan ()

            if step = PlainStep.End then
                if hasEnded then
                    step <- last ()
                elif length - next > recordLimit then
                    step <- PlainStep.NotPlain
                else
                    refill ()
                    step <- PlainStep.End

                if step = PlainStep.End then
                    isSearching <- not hasEnded || next < length
                else
                    isSearching <- false
            else
                isSearching <- false

            if step = PlainStep.Row then
                line <- line + 1L
                rowLine <- line
                isSearching <- (count = 1 && ends[0] = start)

                if isSearching then
                    step <- PlainStep.End

        step

    member _.FieldCount = count

    /// The line of the present row, from 1.
    member _.LineNumber = rowLine

    /// A field of the present row without the spaces and tabs around it; empty where the row has no such field.
    member _.GetSpan(field: int) : ReadOnlySpan<byte> =
        if field >= count then
            ReadOnlySpan.Empty
        else
            let mutable first = startOf field
            let mutable stop = ends[field]

            while first < stop && (buffer[first] = ' 'B || buffer[first] = '\t'B) do
                first <- first + 1

            while stop > first && (buffer[stop - 1] = ' 'B || buffer[stop - 1] = '\t'B) do
                stop <- stop - 1

            ReadOnlySpan(buffer, first, stop - first)

    /// How many lines stand above the rest, less those that the rest has itself.
    member _.LinesAbove = if line = 0L then 0L else line - 1L

    /// What is not split yet, from the beginning of a row on; an empty line stands before it unless it is the whole table, so that no
    /// bytes are taken for a mark of an encoding.
    member _.Rest() : Stream =
        let before = if line = 0L then Array.empty else [| '\n'B |]
        upcast new PrefixedStream(Array.append before buffer[next .. length - 1], stream)
