namespace Hybrid.Data

open Hybrid.Core

/// Reading a table to train on: the kinds of its columns are detected while it is read.
module internal CsvTraining =
    let private readColumns source (columns: CsvColumn[]) (target: CsvTarget) (rows: CsvRows) (more: bool) =
        let store = RowStore(source, columns.Length)
        let mutable reading = more

        while reading do
            let row = store.Add()

            for i in 0 .. columns.Length - 1 do
                row[i] <- columns[i].Add rows

            target.Add rows
            reading <- rows.Read()

        store

    /// Gives the categories their final codes.
    let private recode (features: float32[]) (columns: (ColumnKind * float32[])[]) =
        columns
        |> Array.iteri (fun column (_, final) ->
            if final.Length > 0 then
                for i in column .. columns.Length .. features.Length - 1 do
                    let code = features[i]

                    if code = code then
                        features[i] <- final[int code])

    /// Reads the file, once more with the columns that turned out to be mixed as categories.
    let rec private readWith separator (options: CsvOptions) path (forced: Set<int>) : Table =
        let result =
            CsvRows.read path separator (fun rows ->
                CsvRows.readFirst rows

                let names =
                    if options.Header then
                        CsvHeader.read rows
                    else
                        CsvHeader.numbered rows.Width

                let targetField, features = CsvHeader.roles path options names

                if options.Header && not (rows.Read()) then
                    DataFile.failWith
                        path
                        None
                        None
                        "the file has a header but no data rows."
                        [ Remedy.Do "add the data"; Advice.noHeader ]

                let columns =
                    features
                    |> Array.map (fun field ->
                        CsvColumn(path, names[field], field, Set.contains field forced))

                let target = CsvTarget(path, names[targetField], targetField, options.Task)
                let store = readColumns path columns target rows true

                match columns |> Array.filter _.IsMixed with
                | [||] ->
                    columns |> Array.iter _.Check()
                    let target = target.Finish()
                    let kinds = columns |> Array.map _.Finish()
                    let features = store.ToArray()
                    recode features kinds

                    Ok
                        {
                            Source = path
                            Columns =
                                Array.map2
                                    (fun (column: CsvColumn) (kind, _) ->
                                        { Name = column.Name; Kind = kind })
                                    columns
                                    kinds
                            Features = features
                            TargetName = names[targetField]
                            Target = target
                            OneUnit = false
                            Reading = Reading.plain
                            Notes = []
                        }
                | mixed -> Error(mixed |> Array.map _.Field |> set))

        match result with
        | Ok table -> table
        | Error mixed -> readWith separator (options: CsvOptions) path (forced + mixed)

    /// Reads a table whose target and columns the options name.
    let read (options: CsvOptions) (path: string) : Table =
        readWith (CsvSeparator.detect path) options path Set.empty
