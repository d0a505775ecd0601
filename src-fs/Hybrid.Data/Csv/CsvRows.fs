namespace Hybrid.Data

open System
open System.IO
open System.Text
open System.Text.Unicode
open CsvHelper
open Hybrid.Core

/// A table read row by row; only the current row is in memory. Every error in its form is a TableException
/// that names file, line and column.
[<Sealed>]
type internal CsvRows(source: string, stream: Stream, form: CsvForm, missing: byte[][]) =
    /// Wider tables are taken for a damaged file: as many columns as an image may have numbers, and some for targets and names.
    static let columnLimit = ImageShape.limit + 1024
    /// In bytes; longer fields are taken for an unclosed quote.
    static let fieldLimit = 1 <<< 20
    /// In bytes; the reader holds at most about twice as many.
    static let recordLimit = 8 <<< 20

    // as long as rows are plain; null otherwise
    let mutable plain =
        if form.AreBlanks || form.HasComments then
            null
        else
            PlainRows(stream, byte form.Separator, recordLimit)

    let mutable linesAbove = 0L

    /// A quote inside an unquoted field is text like any other.
    let onMalformed (record: CsvMalformedRecord) =
        let line = linesAbove + record.LineNumber

        match record.Reason with
        | CsvMalformedReason.StrayQuote -> ()
        | reason ->
            DataFile.fail
                source
                (Some(int line))
                None
                (if reason = CsvMalformedReason.UnterminatedQuote then
                     "a quote that opens in this row is never closed. Close it."
                 else
                     "text follows a closing quote. Double the quotes inside a quoted field.")

    let open' (stream: Stream) =
        CsvReader.Create(
            stream,
            CsvReaderOptions(
                Separator = Nullable form.Separator,
                CommentPrefix = (if form.HasComments then Nullable '#' else Nullable()),
                HasHeader = false,
                TrackLineNumbers = true,
                TrimWhitespace = Nullable true,
                TrimInsideQuotes = true,
                MaxRecordSize = Nullable recordLimit,
                OnMalformedRecord = Action<CsvMalformedRecord> onMalformed
            ),
            true
        )

    // null as long as rows are plain
    let mutable reader: CsvReader = if isNull plain then open' stream else null

    /// The next row, by the fast way as long as it goes.
    let read () =
        if isNull plain then
            reader.Read()
        else
            match plain.Advance() with
            | PlainStep.Row -> true
            | PlainStep.End -> false
            | _ ->
                linesAbove <- plain.LinesAbove
                reader <- open' (plain.Rest())
                plain <- null
                reader.Read()

    let fieldCount () =
        if isNull plain then reader.FieldCount else plain.FieldCount

    let span (field: int) =
        if isNull plain then
            reader.GetSpan field
        else
            plain.GetSpan field

    let lineNumber () =
        if isNull plain then
            int (linesAbove + reader.LineNumber)
        else
            int plain.LineNumber

    let isEmpty field = (span field).Length = 0

    let mutable width = 0
    let mutable firstLine = 0
    let mutable latinLine = 0
    let mutable shortRows = 0
    let mutable shortLine = 0
    let mutable remarks = 0
    let mutable remarkLine = 0
    let mutable number = 0

    let fail column message =
        DataFile.fail source (Some(lineNumber ())) column message

    let failRecord (error: CsvFormatException) =
        DataFile.fail
            source
            (if error.LineNumber > 0L then
                 Some(int (linesAbove + error.LineNumber))
             else
                 None)
            None
            $"the row is longer than {recordLimit >>> 20} MiB. Is a quote unclosed, or is this not a table?"

    /// How many fields the current row lacks at its beginning: the first one has no name for the column of row names.
    let lacking () =
        if form.LacksName && number = 1 then 1 else 0

    let fields () = fieldCount () + lacking ()

    let isEmptyFrom start =
        let mutable i = start

        while i < fieldCount () && isEmpty i do
            i <- i + 1

        i = fieldCount ()

    let failWidth line found =
        DataFile.fail
            source
            (Some line)
            None
            (if width = 1 then
                 $"line {firstLine} has one field, but this one has {found}. Remove the lines above the table, or quote text that contains the separator."
             else
                 $"expected {width} fields, as in line {firstLine}, but found {found}. Correct the row, and quote text that contains the separator.")

    /// The first fields of a row may be all that it has, unless blanks separate them: then it cannot be told which are missing.
    let isShort () =
        fieldCount () > 1 && fields () < width && not form.AreBlanks

    let fits () =
        width = 0
        || fields () = width
        || isShort ()
        || fieldCount () > width && isEmptyFrom width

    let checkWidth () =
        if fieldCount () > columnLimit then
            fail None $"found {fieldCount ()} fields; a table may have at most {columnLimit} columns."

        if width = 0 then
            width <- fields ()
            firstLine <- lineNumber ()
        elif not (fits ()) then
            failWidth (lineNumber ()) (fieldCount ())
        elif fields () < width then
            if shortRows = 0 then
                shortLine <- lineNumber ()

            shortRows <- shortRows + 1

    member _.Source = source

    /// Whether the first row is quoted and numbers below it are not.
    member _.QuotesNames = form.QuotesNames

    /// The line on which the current row begins, counted from 1.
    member _.Line = lineNumber ()

    /// The number of the current row, counted from 1, with a header and without blank rows.
    member _.Number = number

    /// The number of fields in every row.
    member _.Width = width

    /// The number of rows read with fewer fields than the first one, and the line of the first of them.
    member _.ShortRows = shortRows

    member _.ShortLine = shortLine

    /// The number of lines with one field below the table, and the line of the first of them.
    member _.Remarks = remarks

    member _.RemarkLine = remarkLine

    /// The line of the first text that is not UTF-8 and was read as Latin-1; 0 if there is none.
    member _.LatinLine = latinLine

    /// A comma may be a decimal comma.
    member _.AllowsDecimalComma = form.Separator <> ','

    /// Advances to the next row that is not blank, whatever its number of fields; false at the end of the file. Separators alone
    /// are blank.
    member _.Advance() : bool =
        let mutable reading = true
        let mutable found = false

        try
            while reading do
                found <- read ()
                reading <- found && isEmpty 0 && isEmptyFrom 0 && fieldCount () <= columnLimit
        with
        | :? CsvFormatException as error -> failRecord error
        // any other exception of the parser, unless it comes from the file, means that this is not a table
        | error when
            not (
                error :? Hybrid.HybridException
                || error :? IOException
                || error :? InvalidDataException
            )
            ->
            fail None $"the row cannot be read ({error.Message}). Is the file damaged, or not a table?"

        if found then
            number <- number + 1

        found

    /// Whether the current row has as many fields as the first one, or more that are empty, or fewer, which are the first ones.
    member _.Fits = fits ()

    /// Whether the current row has fewer fields than the first one: the others count as missing.
    member _.IsShort = fields () < width

    /// Advances to the next row that is not blank; false at the end of the table, below which there may be remarks: lines with one
    /// field where the table has several.
    member this.Read() : bool =
        let mutable found = this.Advance()

        if found && width > 1 && fieldCount () = 1 then
            remarkLine <- this.Line

            while found && fieldCount () = 1 do
                remarks <- remarks + 1
                found <- this.Advance()

            if found then
                failWidth remarkLine 1

            false
        else
            if found then
                checkWidth ()

            found

    /// Passes over the lines above the table.
    member this.SkipTitles() : unit =
        for _ in 1 .. form.Titles do
            this.Advance() |> ignore

        number <- 0

    /// The bytes of a field of the current row, trimmed.
    member _.Bytes(field: int) : ReadOnlySpan<byte> =
        let at = field - lacking ()

        if at >= 0 && at < fieldCount () then
            span at
        else
            ReadOnlySpan.Empty

    /// Whether a field of the current row stands for a missing value.
    member this.IsMissing(field: int) : bool =
        Missing.isMissing (missing, this.Bytes field)

    /// Whether it is a minus, and not said to be missing by the caller.
    member this.IsMinus(field: int) : bool =
        Missing.isMinus (missing, this.Bytes field)

    /// <summary>Bytes as text: UTF-8, or else Latin-1 as Windows writes it.</summary>
    /// <param name="bytes">A field, trimmed.</param>
    /// <param name="line">Its line.</param>
    /// <param name="field">From 0.</param>
    /// <exception cref="T:Hybrid.TableException">It is too long, or no text.</exception>
    member _.Decode(bytes: ReadOnlySpan<byte>, line: int, field: int) : string =
        let fail message =
            DataFile.fail source (Some line) (Some(field + 1)) message

        if bytes.Length > fieldLimit then
            fail $"the field is longer than {fieldLimit >>> 20} MiB. Is a quote unclosed?"

        if bytes.IndexOfAnyInRange(0uy, 8uy) >= 0 then
            fail "the field contains control characters: this is not a text file. Give a CSV or TSV file."

        if Utf8.IsValid bytes then
            Encoding.UTF8.GetString bytes
        else
            Latin.decode bytes

    /// A field of the current row as text, trimmed.
    member this.Text(field: int) : string =
        let bytes = this.Bytes field

        if latinLine = 0 && not (Utf8.IsValid bytes) then
            latinLine <- this.Line

        this.Decode(bytes, this.Line, field)

    /// The fields of the current row, trimmed.
    member this.Texts() : string[] = Array.init width this.Text

    interface IDisposable with
        member _.Dispose() =
            if not (isNull reader) then
                reader.Dispose()

module internal CsvRows =
    /// Reads a table from its beginning; further texts may stand for missing values.
    let read
        (input: TableInput)
        (form: CsvForm)
        (missing: string list)
        (action: CsvRows -> 'result)
        : 'result =
        TableInput.read input (fun stream ->
            use text =
                if form.AreBlanks then
                    new BlankStream(stream) :> Stream
                else
                    stream

            use rows = new CsvRows(TableInput.name input, text, form, Missing.encode missing)
            action rows)

    /// Reads the first row of a table, which every table has, below its titles.
    let readFirst (rows: CsvRows) : unit =
        rows.SkipTitles()

        if not (rows.Read()) then
            DataFile.failFile rows.Source "the file is empty. Give a table with one row per example."
