namespace Hybrid.Data

open System
open System.IO
open System.Text
open System.Text.Unicode
open CsvHelper

/// A table read row by row; only the current row is in memory. Every error in its form is a TableException
/// that names file, line and column.
[<Sealed>]
type internal CsvRows(source: string, stream: Stream, separator: char) =
    /// Wider tables are taken for a damaged file.
    static let columnLimit = 100_000
    /// In bytes; longer fields are taken for an unclosed quote.
    static let fieldLimit = 1 <<< 20
    /// In bytes; the reader holds at most about twice as many.
    static let recordLimit = 8 <<< 20

    static let describe reason =
        match reason with
        | CsvMalformedReason.UnterminatedQuote -> "a quote that opens in this row is never closed. Close it."
        | CsvMalformedReason.StrayQuote ->
            "an unquoted field contains a quote. Quote the whole field and double the quotes inside it."
        | _ -> "text follows a closing quote. Double the quotes inside a quoted field."

    let onMalformed (record: CsvMalformedRecord) =
        DataFile.fail source (Some(int record.LineNumber)) None (describe record.Reason)

    let reader =
        CsvReader.Create(
            stream,
            CsvReaderOptions(
                Separator = Nullable separator,
                HasHeader = false,
                TrackLineNumbers = true,
                TrimWhitespace = Nullable true,
                TrimInsideQuotes = true,
                MaxRecordSize = Nullable recordLimit,
                OnMalformedRecord = Action<CsvMalformedRecord> onMalformed
            ),
            true
        )

    let decimalComma = separator <> ','
    let mutable width = 0
    let mutable firstLine = 0
    // the lines on which a decimal point and a decimal comma were first seen
    let mutable pointLine = 0
    let mutable commaLine = 0

    let fail column message =
        DataFile.fail source (Some(int reader.LineNumber)) column message

    let failRecord (error: CsvFormatException) =
        DataFile.fail
            source
            (if error.LineNumber > 0L then
                 Some(int error.LineNumber)
             else
                 None)
            None
            $"the row is longer than {recordLimit >>> 20} MiB. Is a quote unclosed, or is this not a table?"

    let checkWidth () =
        let found = reader.FieldCount

        if found > columnLimit then
            fail None $"found {found} fields; a table may have at most {columnLimit} columns."

        if width = 0 then
            width <- found
            firstLine <- int reader.LineNumber
        elif found <> width then
            fail
                None
                $"expected {width} fields, as in line {firstLine}, but found {found}. Correct the row, and quote text that contains the separator."

    /// A table with both decimal commas and decimal points more likely has thousands separators.
    let noteDecimals (text: ReadOnlySpan<byte>) column =
        let line = int reader.LineNumber

        if pointLine = 0 && text.IndexOf '.'B >= 0 then
            pointLine <- line

        if commaLine = 0 && text.IndexOf ','B >= 0 then
            commaLine <- line

        if pointLine > 0 && commaLine > 0 then
            let other = if pointLine = line then commaLine else pointLine

            fail
                (Some column)
                $"the number {Advice.quote (Encoding.UTF8.GetString text)} and one in line {other} use different decimal separators, one a comma and one a point. Write all numbers alike, without thousands separators."

    member _.Source = source

    /// The line on which the current row begins, counted from 1.
    member _.Line = int reader.LineNumber

    /// The number of fields in every row.
    member _.Width = width

    member _.Separator = separator

    /// Advances to the next row that is not blank, whatever its number of fields; false at the end of the file.
    member _.Advance() : bool =
        let mutable reading = true
        let mutable found = false

        try
            while reading do
                found <- reader.Read()
                reading <- found && reader.FieldCount = 1 && reader.IsEmpty 0
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

        found

    /// Whether the current row has as many fields as the first one.
    member _.Fits = width = 0 || reader.FieldCount = width

    /// Advances to the next row that is not blank; false at the end of the file.
    member this.Read() : bool =
        let found = this.Advance()

        if found then
            checkWidth ()

        found

    /// A field of the current row as text, trimmed.
    member _.Text(field: int) : string =
        let bytes = reader.GetSpan field
        let column = Some(field + 1)

        if bytes.Length > fieldLimit then
            fail column $"the field is longer than {fieldLimit >>> 20} MiB. Is a quote unclosed?"

        if not (Utf8.IsValid bytes) then
            fail column "the text is not UTF-8. Save the file as CSV in UTF-8."

        if bytes.IndexOfAnyInRange(0uy, 8uy) >= 0 then
            fail
                column
                "the field contains control characters: this is not a text file. Give a CSV or TSV file."

        reader.GetString field

    /// Reads a field of the current row as a number, if it is one that float32 can hold.
    member this.Cell(field: int, value: byref<float>) : CellKind =
        let bytes = reader.GetSpan field
        let kind = CsvNumber.read (bytes, decimalComma, &value)

        if kind = CellKind.NotFinite then
            fail
                (Some(field + 1))
                $"{Advice.quote (this.Text field)} is not a finite number. If the value is missing, leave the field empty or write NA or ?."

        if kind = CellKind.Number then
            if abs value > float Single.MaxValue then
                fail
                    (Some(field + 1))
                    $"the number {Advice.quote (this.Text field)} is too large (the maximum magnitude is {Single.MaxValue}). Scale the column or correct the value."

            if decimalComma then
                noteDecimals bytes (field + 1)

        kind

    /// The fields of the current row, trimmed.
    member this.Texts() : string[] = Array.init width this.Text

    interface IDisposable with
        member _.Dispose() = reader.Dispose()

module internal CsvRows =
    /// Reads a file from its beginning.
    let read (path: string) (separator: char) (action: CsvRows -> 'result) : 'result =
        DataFile.read path (fun stream ->
            use rows = new CsvRows(path, stream, separator)
            action rows)

    /// Reads the first row of a table, which every table has.
    let readFirst (rows: CsvRows) : unit =
        if not (rows.Read()) then
            DataFile.failFile rows.Source "the file is empty. Give a table with one row per example."
