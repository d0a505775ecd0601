namespace Hybrid.Data

open System
open Hybrid.Core

/// The column of a table's weights.
module internal CsvWeights =
    /// A reader of the current row's weight.
    let reader (rows: CsvRows) (column: Column) (field: int) : unit -> float32 =
        let fail problem =
            DataFile.fail
                rows.Source
                (Some rows.Line)
                (Some(field + 1))
                $"the weight in the column {Advice.quote column.Name} {problem}. Give every row a weight of at least 0."

        let format =
            match column.Kind with
            | Number format -> format
            | Category _ -> NumberFormat.plain

        let read =
            CsvFields.number rows format field (fun text ->
                fail $"is {Advice.quote text}, which is not a number")

        fun () ->
            let weight = read ()

            match Weights.problem weight with
            | Some problem -> fail problem
            | None -> float32 weight

    /// The column and the field of the weights: one that is asked for must be there, that of the training may be missing.
    let find
        (source: string)
        (schema: Schema)
        (options: ModelCsvOptions)
        (layout: CsvLayout)
        : struct (Column * int) option * Note list =
        let trained = schema.Reading.Weight

        let position (wanted: string) =
            match Array.IndexOf(layout.Names, wanted) with
            | -1 when not layout.HasHeader -> Array.IndexOf(layout.Names, $"x{wanted}")
            | field -> field

        match options.Weight, trained with
        | Some name, _ ->
            match position name with
            | -1 ->
                DataFile.failWith
                    source
                    None
                    None
                    $"there is no column {Advice.quote name} to weight by. The columns are {Advice.list layout.Names}."
                    [ Remedy.Change(OptionName.Weight, "name one of them") ]
            | field ->
                let column =
                    trained
                    |> Option.filter (fun column -> column.Name = layout.Names[field])
                    |> Option.defaultValue (Column.numeric name)

                Some(struct (column, field)), []
        | None, Some column ->
            match position column.Name with
            | -1 ->
                None,
                [
                    {
                        Columns = []
                        Says =
                            $"the column of weights in training, {Advice.quote column.Name}, is not there, so all rows count alike"
                        Remedies = []
                    }
                ]
            | field -> Some(struct (column, field)), []
        | None, None -> None, []

    /// Rows with further notes.
    let note (notes: Note list) (batch: RowBatch) : RowBatch =
        { batch with
            Rows =
                { batch.Rows with
                    Notes = batch.Rows.Notes @ notes
                }
        }
