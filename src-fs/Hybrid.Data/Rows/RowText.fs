namespace Hybrid.Data

open System
open System.Globalization
open System.Text

/// <summary>Rows as the text of a CSV file, so that one set of rules says what columns hold, wherever rows are from: numbers with all
/// their digits, dates as 2010-12-31 or with the time behind, durations in days, nothing for a missing value.</summary>
[<Sealed>]
type internal RowText(name: string, reader: RowReader, ended: int -> unit) =
    inherit ForwardStream()
    let mutable buffer: byte[] = Array.zeroCreate (1 <<< 16)
    let mutable length = 0
    let mutable taken = 0
    let mutable rows = -1
    let mutable hasEnded = false
    let special = [| ','; '"'; '\r'; '\n' |]

    let makeRoom count =
        while length + count > buffer.Length do
            Array.Resize(&buffer, 2 * buffer.Length)

    let addByte (value: byte) =
        makeRoom 1
        buffer[length] <- value
        length <- length + 1

    let addBare (text: string) =
        makeRoom (3 * text.Length)

        length <-
            length
            + Encoding.UTF8.GetBytes(text.AsSpan(), Span(buffer, length, buffer.Length - length))

    let addText (text: string) =
        if text.IndexOfAny special >= 0 then
            addByte '"'B
            addBare (text.Replace("\"", "\"\""))
            addByte '"'B
        else
            addBare text

    let addNumber (number: IUtf8SpanFormattable) =
        makeRoom 64
        let mutable written = 0

        number.TryFormat(
            Span(buffer, length, buffer.Length - length),
            &written,
            ReadOnlySpan.Empty,
            CultureInfo.InvariantCulture
        )
        |> ignore

        length <- length + written

    let addTime (time: DateTime) =
        let form =
            if time.TimeOfDay = TimeSpan.Zero then
                "yyyy-MM-dd"
            else
                "yyyy-MM-dd HH:mm:ss.FFFFFFF"

        addBare (time.ToString(form, CultureInfo.InvariantCulture))

    let add column (value: obj) =
        match value with
        | null
        | :? DBNull -> ()
        | :? string as text -> addText text
        | :? bool as value -> addBare (if value then "true" else "false")
        | :? DateTime as time -> addTime time
        | :? DateTimeOffset as time -> addTime time.UtcDateTime
        | :? DateOnly as date -> addTime (date.ToDateTime TimeOnly.MinValue)
        | :? TimeSpan as duration -> addNumber duration.TotalDays
        | :? TimeOnly as time -> addNumber (time.ToTimeSpan().TotalDays)
        | :? char
        | :? Guid
        | :? Enum -> addText (string value)
        // of all types of numbers, and of no others by now
        | :? IUtf8SpanFormattable as number -> addNumber number
        | other ->
            DataFile.fail
                name
                (Some(rows + 2))
                (Some(column + 1))
                $"a value is of the type {other.GetType().Name}, which is neither a number, a text, a date nor yes or no. Leave the column {Advice.quote reader.Columns[column]} out."

    let addRow () =
        length <- 0
        taken <- 0

        if rows < 0 then
            reader.Columns
            |> Array.iteri (fun column text ->
                if column > 0 then
                    addByte ','B

                addText text)

            addByte '\n'B
            rows <- 0
        elif reader.Read() then
            for column in 0 .. reader.Columns.Length - 1 do
                if column > 0 then
                    addByte ','B

                add column (reader.Value column)

            addByte '\n'B
            rows <- rows + 1
        else
            hasEnded <- true
            ended rows

    override _.Read(into: Span<byte>) : int =
        while taken = length && not hasEnded do
            try
                addRow ()
            with error when not (error :? Hybrid.HybridException) ->
                DataFile.failFile
                    name
                    $"it could not be read further after {max 0 rows} rows: {error.Message.TrimEnd '.'}."

        let count = min into.Length (length - taken)
        buffer.AsSpan(taken, count).CopyTo into
        taken <- taken + count
        count
