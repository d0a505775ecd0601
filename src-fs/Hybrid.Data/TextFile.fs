namespace Hybrid.Data

open System

/// Files that are not tables in text, by how they begin.
module internal TextFile =
    let private beginnings =
        [
            "PK\u0003\u0004",
            "a ZIP archive, as Excel's workbooks (.xlsx) are, not a table in text. Unpack it, or save the workbook's sheet as CSV."
            "PAR1",
            "a Parquet file, not a table in text. It is read by the package Hybrid.Parquet, where a program references it and the file is not compressed by another program; or save it as CSV."
            "ARROW1",
            "an Arrow file, not a table in text. It is read by the package Hybrid.Arrow, where a program references it and the file is not compressed by another program; or save it as CSV."
            "FEA1", "a Feather file of version 1, not a table in text. Save it in version 2, or as CSV."
            "%PDF", "a PDF document, not a table. Save the table as CSV."
            "SQLite format 3", "an SQLite database, not a table in text. Export the table as CSV."
            "\u2030PNG", "a picture, not a table."
            "\uFFFDPNG", "a picture, not a table."
            "\uFFFDHDF", "an HDF5 file, not a table in text. Save the table as CSV."
            "\uFFFD\uFFFD\u0011\uFFFD",
            "a workbook of Excel (.xls), not a table in text. Save its sheet as CSV."
        ]

    let private isJson (text: string) =
        let inside = text.Substring(1).TrimStart()

        match text[0] with
        | '{' -> inside.StartsWith '"' || inside.StartsWith '}'
        | '[' -> inside <> "" && ("{[\"]-".Contains inside[0] || Char.IsAsciiDigit inside[0])
        | _ -> false

    /// What a file is, if its beginning shows that it is not a table in text; a whole sentence.
    let tryOther (head: string) : string option =
        let text = head.TrimStart('\uFEFF', ' ', '\t', '\r', '\n')

        let starts (beginning: string) =
            text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)

        match beginnings |> List.tryFind (fst >> starts) with
        | Some(_, found) -> Some $"this is {found}"
        | None when text = "" -> None
        | None when starts "<!doctype html" || starts "<html" ->
            Some
                "this is an HTML page, not a table: a download may have given a web page instead of the file. Download the file itself."
        | None when starts "<?xml" ->
            Some "this is an XML document, not a table in text. Save the table as CSV."
        | None when starts "@relation" ->
            Some "this is an ARFF file of Weka, not a table in CSV. Save it as CSV."
        | None when isJson text ->
            Some "this is JSON, not a table in text. Write a row of values for each object, as CSV."
        | None -> None
