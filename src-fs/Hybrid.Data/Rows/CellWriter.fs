namespace Hybrid.Data

open System
open System.Buffers
open System.Globalization
open System.Text
open System.Text.Unicode

/// <summary>Takes the values of rows, each as the text that a CSV file has for it, so that one set of rules says what columns hold, wherever
/// rows are from. A value is given at most once; one that is missing is not given. Those of single types take no memory of their
/// own.</summary>
[<Sealed>]
type CellWriter internal (source: string, columns: string[]) =
    static let special = SearchValues.Create(",\"\r\n".AsSpan())
    static let specialBytes = SearchValues.Create(ReadOnlySpan ",\"\r\n"B)
    let mutable buffer: byte[] = Array.zeroCreate (1 <<< 16)
    let mutable length = 0
    // where the present value begins, and its column
    let mutable start = 0
    let mutable column = 0
    let mutable line = 1

    let makeRoom count =
        while length + count > buffer.Length do
            Array.Resize(&buffer, 2 * buffer.Length)

    let addByte (value: byte) =
        makeRoom 1
        buffer[length] <- value
        length <- length + 1

    let requireNone () =
        if length > start then
            invalidOp $"The column {Advice.quote columns[column]} has a value in this row already."

    /// Up to 64 characters of ASCII.
    let format (value: 'value :> IUtf8SpanFormattable) (form: string) =
        makeRoom 64
        let mutable written = 0

        value.TryFormat(
            Span(buffer, length, buffer.Length - length),
            &written,
            form.AsSpan(),
            CultureInfo.InvariantCulture
        )
        |> ignore

        length <- length + written

    member internal _.Buffer = buffer
    member internal _.Length = length

    /// Begins with nothing.
    member internal _.Clear() : unit =
        length <- 0
        start <- 0

    /// Begins a value of a column.
    member internal _.Begin(next: int) : unit =
        if next > 0 then
            addByte ','B

        column <- next
        start <- length

    member internal _.EndRow() : unit =
        addByte '\n'B
        line <- line + 1

    /// <summary>A number, with all its digits; NaN is a missing value.</summary>
    member _.Number<'number when 'number :> IUtf8SpanFormattable>(number: 'number) : unit =
        requireNone ()
        format number ""

    /// Yes or no, as the texts true and false.
    member _.Boolean(value: bool) : unit =
        requireNone ()
        let text = if value then "true"B else "false"B
        makeRoom text.Length
        text.CopyTo(buffer, length)
        length <- length + text.Length

    /// A date, with the time of day if there is one.
    member _.Time(time: DateTime) : unit =
        requireNone ()

        format
            time
            (if time.TimeOfDay = TimeSpan.Zero then
                 "yyyy-MM-dd"
             else
                 "yyyy-MM-dd HH:mm:ss.FFFFFFF")

    /// A duration, or a time of day, in days.
    member this.Duration(duration: TimeSpan) : unit = this.Number duration.TotalDays

    /// A text; an empty one is a missing value.
    member _.Text(text: ReadOnlySpan<char>) : unit =
        requireNone ()

        if text.IndexOfAny special < 0 then
            makeRoom (3 * text.Length)

            length <-
                length
                + Encoding.UTF8.GetBytes(text, Span(buffer, length, buffer.Length - length))
        else
            let quoted = Encoding.UTF8.GetBytes(text.ToString().Replace("\"", "\"\""))
            addByte '"'B
            makeRoom quoted.Length
            quoted.CopyTo(buffer, length)
            length <- length + quoted.Length
            addByte '"'B

    /// <summary>The same in UTF-8.</summary>
    /// <param name="text">What is not UTF-8 becomes U+FFFD.</param>
    member this.Text(text: ReadOnlySpan<byte>) : unit =
        if text.IndexOfAny specialBytes < 0 && Utf8.IsValid text then
            requireNone ()
            makeRoom text.Length
            text.CopyTo(Span(buffer, length, text.Length))
            length <- length + text.Length
        else
            this.Text((Encoding.UTF8.GetString text).AsSpan())

    /// <summary>A value of any type: a number, a text, a Boolean, a date, a time, a duration or an identifier; null and DBNull are
    /// missing.</summary>
    /// <exception cref="T:Hybrid.TableException">It is of a different type.</exception>
    member this.Value(value: obj) : unit =
        match value with
        | null
        | :? DBNull -> ()
        | :? string as text -> this.Text(text.AsSpan())
        | :? bool as value -> this.Boolean value
        | :? DateTime as time -> this.Time time
        | :? DateTimeOffset as time -> this.Time time.UtcDateTime
        | :? DateOnly as date -> this.Time(date.ToDateTime TimeOnly.MinValue)
        | :? TimeSpan as duration -> this.Duration duration
        | :? TimeOnly as time -> this.Duration(time.ToTimeSpan())
        | :? char
        | :? Guid
        | :? Enum -> this.Text((string value).AsSpan())
        // of all types of numbers, and of no others by now
        | :? IUtf8SpanFormattable as number -> this.Number number
        | other ->
            DataFile.fail
                source
                (Some line)
                (Some(column + 1))
                $"a value is of the type {other.GetType().Name}, which is neither a number, a text, a date nor yes or no. Leave the column {Advice.quote columns[column]} out."
