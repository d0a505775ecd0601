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
        /// How many lines below the table have one field only.
        Remarks: int
        /// All cells below the first row as plain numbers, row-major; NaN for any other. Null if they were not to be kept. Whoever has the
        /// scan disposes of it.
        Values: RowStore
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

    /// The cells of a column, before any are counted.
    let cellsOf options missing first field =
        let struct (numbers, texts) = limits options first field
        ColumnCells(numbers, texts, missing)

    /// <summary>Reads a table through once.</summary>
    /// <param name="keep">Whether plain numbers are kept, as far as memory holds them.</param>
    /// <param name="options">What is wished.</param>
    /// <param name="input">The table.</param>
    let read (keep: bool) (options: CsvOptions) (input: TableInput) : CsvScan =
        let form = CsvSeparator.detect input
        let missing = Missing.encode options.Missing

        CsvRows.read input form options.Missing (fun rows ->
            CsvRows.readFirst rows
            let first = rows.Texts()
            let line = rows.Line
            let width = first.Length
            let block = RowBlock width
            let count = ref 0
            let cells: ColumnCells[] ref = ref Array.empty
            let values = ref (if keep then new RowStore(rows.Source, width) else null)

            let forget () =
                if not (isNull values.Value) then
                    (values.Value :> IDisposable).Dispose()
                    values.Value <- null

            let numbers: float32[] ref = ref Array.empty

            let inspect () =
                if numbers.Value.Length < block.Count * width then
                    numbers.Value <- Array.zeroCreate (block.Count * width)

                let numbers = numbers.Value

                if count.Value = 0 && block.Count > 0 then
                    cells.Value <- Array.init width (cellsOf options missing first)

                let cells = cells.Value

                block.ByColumns(fun field ->
                    let row = ref 0

                    let decode () =
                        rows.Decode(block.Bytes(row.Value, field), block.Line row.Value, field)

                    while row.Value < block.Count do
                        let at = row.Value
                        cells[field].Add(block.Bytes(at, field), block.Line at, decode)
                        numbers[at * width + field] <- float32 cells[field].Value
                        row.Value <- at + 1)

                count.Value <- count.Value + block.Count

                // a table of too many numbers is an error only if these are needed
                if int64 count.Value * int64 width > int64 Array.MaxLength / 2L then
                    forget ()

                if not (isNull values.Value) then
                    for row in 0 .. block.Count - 1 do
                        numbers.AsSpan(row * width, width).CopyTo(values.Value.Add())

                block.Clear()

            try
                try
                    while rows.Read() do
                        block.Add rows

                        if block.IsFull then
                            inspect ()
                with :? TableException ->
                    // what is wrong in an earlier row comes first
                    inspect ()
                    reraise ()

                inspect ()
            with _ ->
                forget ()
                reraise ()

            {
                Source = rows.Source
                Form = form
                First = first
                FirstLine = line
                RowsBelow = count.Value
                Below = cells.Value
                Missing = missing
                ShortRows = rows.ShortRows
                ShortLine = rows.ShortLine
                Remarks = rows.Remarks
                Values = values.Value
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

        scan.Form.QuotesNames
        || scan.First
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
