namespace Hybrid.Data

open System
open System.IO

/// What a table's text is read from, as often as needed.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal TableInput =
    | File of path: string
    | Rows of RowSource * RowPasses
    /// Some rows of another one, with its first row.
    | Part of whole: TableInput * TablePart

/// What must be alike in all passes over a source.
and [<Sealed>] internal RowPasses() =
    /// The names of its columns; null before the first pass.
    member val Columns: string[] = null with get, set
    /// The number of its rows; -1 before the end of the first pass.
    member val Rows = -1 with get, set

module internal TableInput =
    let ofRows (source: RowSource) : TableInput = TableInput.Rows(source, RowPasses())

    /// What messages call it.
    let rec name (input: TableInput) : string =
        match input with
        | TableInput.Part(whole, _) -> name whole
        | TableInput.File path -> DataFile.nameOf path
        | TableInput.Rows(source, _) -> source.Name

    let private readRows (source: RowSource) (passes: RowPasses) (action: Stream -> 'result) : 'result =
        let reader =
            try
                source.Open()
            with error when not (error :? Hybrid.HybridException) ->
                DataFile.failFile source.Name $"it could not be opened: {error.Message.TrimEnd '.'}."

        use reader = reader

        if reader.Columns.Length = 0 then
            DataFile.failFile source.Name "there are no columns."

        if isNull passes.Columns then
            passes.Columns <- reader.Columns
        elif passes.Columns <> reader.Columns then
            DataFile.failFile
                source.Name
                $"its columns changed between two passes: they were {Advice.list passes.Columns} and are {Advice.list reader.Columns}. A table is read more than once, and must be the same every time."

        let ended rows =
            if passes.Rows < 0 then
                passes.Rows <- rows
            elif passes.Rows <> rows then
                DataFile.failFile
                    source.Name
                    $"it had {passes.Rows} rows in the first pass and has {rows} now. A table is read more than once, and must be the same every time: read it in one transaction, or from a copy."

        use text = new RowText(source.Name, reader, ended)
        action text

    /// Reads the text from its beginning.
    let read (input: TableInput) (action: Stream -> 'result) : 'result =
        match input with
        | TableInput.File path -> DataFile.read path action
        | TableInput.Rows(source, passes) -> readRows source passes action
        | TableInput.Part(whole, part) ->
            DataFile.guarded (name whole) (fun () ->
                use text = new PartStream(part)
                action text)

    /// Reads it more than once: an error if it changes meanwhile.
    let unchanged (input: TableInput) (action: unit -> 'result) : 'result =
        match input with
        | TableInput.File path -> DataFile.unchanged path action
        | TableInput.Rows _
        | TableInput.Part _ -> action ()

    /// Whether the first row holds names, where that is known.
    let rec header (input: TableInput) (asked: bool option) : bool option =
        match input with
        | TableInput.Part(whole, _) -> header whole asked
        | TableInput.File _ -> asked
        | TableInput.Rows _ -> Some true
