namespace Hybrid.Data

open System

/// Where a model's columns stand in a file.
type internal CsvLayout =
    {
        /// The field of each of the model's columns.
        Fields: int[]
        /// The field of each of the model's targets; none if the file does not have them all.
        Targets: int[]
        /// The first row holds names.
        HasHeader: bool
        /// The names of the file's columns, among which the target may be found.
        Names: string[]
        /// What was decided about the first row, where that is not plain.
        Says: string
    }

module internal CsvLayout =
    /// The numbers of columns that were named x1 … xn because there was no header.
    let private numbers (schema: Schema) : int[] option =
        let number (name: string) =
            match Int32.TryParse(name.AsSpan(min 1 name.Length)) with
            | true, number when name = $"x{number}" && number > 0 -> Some number
            | _ -> None

        let names = Array.append schema.Columns schema.Targets |> Array.map _.Name

        let found = names |> Array.choose number
        if found.Length = names.Length then Some found else None

    /// Whether the training data had no header.
    let isNumbered (schema: Schema) : bool = (numbers schema).IsSome

    let private byName (rows: CsvRows) (schema: Schema) (names: string[]) =
        let positions =
            schema.Columns |> Array.map (fun column -> Array.IndexOf(names, column.Name))

        let missing =
            Array.zip schema.Columns positions
            |> Array.choose (fun (column, position) -> if position < 0 then Some column.Name else None)

        if missing.Length > 0 then
            DataFile.fail
                rows.Source
                (Some rows.Line)
                None
                $"the model needs {Advice.columns missing.Length} that the file does not have: {Advice.list missing}. The file has {Advice.list names}."

        {
            Fields = positions
            Targets =
                match schema.Targets |> Array.map (fun target -> Array.IndexOf(names, target.Name)) with
                | positions when Array.contains -1 positions -> Array.empty
                | positions -> positions
            HasHeader = true
            Names = names
            Says = ""
        }

    /// Only the model's columns, in its order; or laid out like the training data; or followed by the targets.
    let private byPosition (source: string) (schema: Schema) (width: int) hasHeader =
        let columns, targets = schema.Columns.Length, schema.Targets.Length

        // the fields of a training table without header: some columns may have been left out
        let trained =
            match numbers schema with
            | Some numbers -> numbers |> Array.map (fun number -> number - 1)
            | None -> [| 0 .. columns + targets - 1 |]

        let trainedWidth = max (1 + Array.max trained) (defaultArg schema.Reading.Unnamed 0)

        // the targets may be left out if they are the last columns
        let withoutTarget =
            width = trainedWidth - targets
            && trained[columns..] |> Array.forall (fun field -> field >= width)

        if width = columns && not withoutTarget then
            {
                Fields = [| 0 .. columns - 1 |]
                Targets = Array.empty
                HasHeader = hasHeader
                Names = CsvHeader.numbered width
                Says = ""
            }
        elif width = trainedWidth || withoutTarget then
            {
                Fields = Array.truncate columns trained
                Targets = if withoutTarget then Array.empty else trained[columns..]
                HasHeader = hasHeader
                Names = CsvHeader.numbered width
                Says = ""
            }
        else
            DataFile.failFile
                source
                $"{Advice.columns width} found where the model expects {columns}, or {trainedWidth} with the target. Give the columns of the training data in their order, or a header with their names."

    /// The first row is data if its cells fit the model's columns, as in training.
    let private looksLikeData (schema: Schema) (rows: CsvRows) =
        let layout = byPosition rows.Source schema rows.Width false

        Array.zip schema.Columns layout.Fields
        |> Array.map (fun (column, field) ->
            let text = rows.Text field

            text,
            (if rows.IsMissing field then
                 Unclear
             else
                 HeaderRules.fitKind column.Kind text))
        |> HeaderRules.isHeader
        |> not

    /// Looks at the first row, at which the rows must be.
    let ofFirstRow (schema: Schema) (header: bool option) (rows: CsvRows) : CsvLayout =
        let names = lazy CsvHeader.names (rows.Texts())

        let numbered = isNumbered schema

        // names that are numbers do not name a column unless all of them are there, and no other: x0, …, x5 are not x1, …, x6, and if
        // the names were made up, x1, x2 and x3 are not the columns of a table that has x0 too
        let named () =
            schema.Columns
            |> (if numbered then Array.forall else Array.exists) (fun column ->
                Array.contains column.Name names.Value)
            && (match schema.Reading.Unnamed with
                | Some width when numbered ->
                    let all = CsvHeader.numbered width
                    names.Value |> Array.forall (fun name -> Array.contains name all)
                | _ -> true)

        let asDecided says (layout: CsvLayout) = { layout with Says = says }

        match header with
        | Some false -> byPosition rows.Source schema rows.Width false
        | _ when named () -> byName rows schema names.Value
        | Some true when numbered -> byPosition rows.Source schema rows.Width true
        | Some true -> byName rows schema names.Value
        | None when not numbered && rows.Width < schema.Columns.Length -> byName rows schema names.Value
        | None when not rows.QuotesNames && looksLikeData schema rows ->
            let layout = byPosition rows.Source schema rows.Width false

            // of a model without names nothing else is expected
            if numbered then
                layout
            else
                layout
                |> asDecided
                    "the first row holds data, not names, so that columns are taken by their positions"
        | None when numbered ->
            let layout = byPosition rows.Source schema rows.Width true

            if rows.Texts() |> Array.forall (NumberText.tryAny >> Option.isSome) then
                layout
                |> asDecided "the first row holds names, not data, although they are numbers"
            else
                layout
        | None -> byName rows schema names.Value
