namespace Hybrid.Data

open System
open System.Text

/// What a first reading of a table finds: its first row, and all cells of each column below it, counted.
[<NoComparison; NoEquality>]
type internal CsvScan =
    {
        Source: string
        Form: CsvForm
        First: string[]
        FirstLine: int
        /// How many rows follow the first one.
        RowsBelow: int
        /// Null if no row follows the first one.
        Below: ColumnCells[]
        Missing: byte[][]
        /// How many of them have fewer fields than the first one, and the line of the first of these.
        ShortRows: int
        ShortLine: int
    }

module internal CsvScan =
    /// How many different numbers and texts of a column are counted: the columns that the caller names, or the last one that is not
    /// ignored, may have many classes or categories.
    let private limits (options: CsvOptions) (first: string[]) field =
        let all (texts: string list) =
            texts |> List.collect (fun text -> text :: ListedNames.split text)

        let isNamed (texts: string list) =
            all texts
            |> List.exists (fun name ->
                name = first[field] || name = string (field + 1) || name = $"x{field + 1}")

        let others = (all options.Ignore).Length + (Option.toList options.SplitBy).Length

        ColumnRules.limits
            (options.Targets.IsEmpty && field >= first.Length - 2 - others
             || isNamed options.Targets)
            (isNamed options.Categorical)

    let private cellsOf options missing first field =
        let struct (numbers, texts) = limits options first field
        ColumnCells(numbers, texts, missing)

    /// Reads a table through once.
    let read (options: CsvOptions) (path: string) : CsvScan =
        let form = CsvSeparator.detect path
        let missing = Missing.encode options.Missing

        CsvRows.read path form options.Missing (fun rows ->
            CsvRows.readFirst rows
            let first = rows.Texts()
            let line = rows.Line
            let mutable count = 0
            let mutable cells: ColumnCells[] = Array.empty
            let mutable texts: (unit -> string)[] = Array.empty

            while rows.Read() do
                if count = 0 then
                    cells <- Array.init first.Length (cellsOf options missing first)

                    texts <- Array.init first.Length (fun field -> fun () -> rows.Text field)

                count <- count + 1

                for field in 0 .. cells.Length - 1 do
                    cells[field].Add(rows.Bytes field, rows.Line, texts[field])

            {
                Source = rows.Source
                Form = form
                First = first
                FirstLine = line
                RowsBelow = count
                Below = cells
                Missing = missing
                ShortRows = rows.ShortRows
                ShortLine = rows.ShortLine
            })

    /// What all columns below the first row say about decimal signs.
    let signs (scan: CsvScan) : DecimalSigns =
        {
            Point = scan.Below |> Array.exists _.Bare.ShowsPoint
            Comma = scan.Below |> Array.exists _.Bare.ShowsComma
            CommaSeparates = (scan.Form.Separator = ',')
        }

    /// Whether the first row holds names.
    let hasHeader (scan: CsvScan) : bool =
        let signs = signs scan

        scan.First
        |> Array.mapi (fun field text ->
            let below = if scan.RowsBelow = 0 then null else scan.Below[field]
            text, HeaderRules.fit signs below scan.Missing text)
        |> HeaderRules.isHeader

    /// All cells of the table's columns, with those of the first row if it holds data; there must be more than one row.
    let cells (hasHeader: bool) (scan: CsvScan) : ColumnCells[] =
        if hasHeader then
            scan.Below
        else
            scan.First
            |> Array.iteri (fun field text ->
                scan.Below[field]
                    .AddFirst(ReadOnlySpan(Encoding.UTF8.GetBytes text), scan.FirstLine, fun () -> text))

            scan.Below
