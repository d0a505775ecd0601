namespace Hybrid.Data

open System
open System.Collections.Generic
open Hybrid.Core

/// Whether a row fits a model.
type internal RowFit =
    | Whole = 0
    /// With a missing value in place of one that does not fit.
    | Mended = 1
    | No = 2

/// Reading a table for a model: its schema says what each column holds.
module internal CsvForModel =
    let private codesOf (names: string[]) =
        let codes = Dictionary<string, int>(StringComparer.Ordinal)
        names |> Array.iteri (fun code name -> codes.TryAdd(name, code) |> ignore)
        codes

    /// A reader of one feature's field in the current row.
    let private feature (rows: CsvRows) (column: Column) (field: int) : unit -> float32 =
        let fail message =
            DataFile.fail rows.Source (Some rows.Line) (Some(field + 1)) message

        match column.Kind with
        | Number _ ->
            fun () ->
                let mutable value = 0.0
                let kind = rows.Cell(field, &value)

                if kind = CellKind.Number then
                    float32 value
                elif kind = CellKind.Missing then
                    nanf
                else
                    fail
                        $"text {Advice.quote (rows.Text field)} in the numeric column {Advice.quote column.Name}. Correct the value, or leave the field empty if it is missing."
        | Category names ->
            let codes = codesOf names

            fun () ->
                let mutable value = 0.0

                if rows.Cell(field, &value) = CellKind.Missing then
                    nanf
                else
                    let text = rows.Text field

                    match codes.TryGetValue text with
                    | true, code -> float32 code
                    | _ ->
                        fail
                            $"{Advice.quote text} is not a category of the column {Advice.quote column.Name} that the model knows. It knows {Advice.list names}. Correct the value, leave it empty if it is missing, or train on data that contains it."

    /// A reader of the target's field in the current row: a class's index, or a quantity.
    let private target (rows: CsvRows) (schema: Schema) (field: int) : unit -> float =
        let fail message =
            DataFile.fail rows.Source (Some rows.Line) (Some(field + 1)) message

        let missing () =
            fail $"the target {Advice.quote schema.TargetName} is missing. Fill it in or delete the row."

        match schema.Classes with
        | None ->
            fun () ->
                let mutable value = 0.0
                let kind = rows.Cell(field, &value)

                if kind = CellKind.Number then
                    value
                elif kind = CellKind.Missing then
                    missing ()
                else
                    fail
                        $"text {Advice.quote (rows.Text field)} in the target {Advice.quote schema.TargetName}, which is a quantity. Correct the value."
        | Some names ->
            let byText = codesOf names
            let byNumber = Dictionary<float, int>()

            names
            |> Array.iteri (fun code name ->
                CsvNumber.tryParseText name
                |> Option.iter (fun number -> byNumber.TryAdd(number, code) |> ignore))

            fun () ->
                let mutable value = 0.0
                let kind = rows.Cell(field, &value)

                if kind = CellKind.Missing then
                    missing ()

                let text = rows.Text field

                match byText.TryGetValue text with
                | true, code -> float code
                | _ ->
                    match byNumber.TryGetValue value with
                    | true, code when kind = CellKind.Number -> float code
                    | _ ->
                        fail
                            $"{Advice.quote text} is not a class of {Advice.quote schema.TargetName} that the model knows. It knows {Advice.list names}."

    /// The schema with the target's name in the file.
    let private named (options: ModelCsvOptions) (schema: Schema) : Schema =
        match options.Target with
        | None -> schema
        | Some name ->
            let numbered = CsvLayout.isNumbered schema && Seq.forall Char.IsAsciiDigit name

            { schema with
                TargetName = if numbered then $"x{name}" else name
            }

    let private targetOf (schema: Schema) (values: float seq) =
        match schema.Classes with
        | Some names -> Classes(names, values |> Seq.map int |> Seq.toArray)
        | None -> Quantity(values |> Seq.map float32 |> Seq.toArray)

    let private keptFields (path: string) (options: ModelCsvOptions) (layout: CsvLayout) : int[] =
        [|
            for name in options.Keep do
                match Array.IndexOf(layout.Names, name) with
                | -1 ->
                    DataFile.failFile
                        path
                        $"there is no column {Advice.quote name} to keep. The columns are {Advice.list layout.Names}."
                | field -> field
        |]

    /// Reads a row's values into the array.
    let private fill (onError: RowErrors) (features: (unit -> float32)[]) (values: float32[]) : RowFit =
        let mutable fit = RowFit.Whole
        let mutable i = 0

        while i < values.Length && fit <> RowFit.No do
            try
                values[i] <- features[i]()
            with :? TableException when onError <> RowErrors.Fail ->
                values[i] <- nanf

                fit <-
                    if onError = RowErrors.Skip then
                        RowFit.No
                    else
                        RowFit.Mended

            i <- i + 1

        fit

    /// Passes the rows on in batches of at most the given size.
    let each
        (schema: Schema)
        (options: ModelCsvOptions)
        (path: string)
        (size: int)
        (action: RowBatch -> unit)
        : unit =
        CsvRows.read path (CsvSeparator.detect path) (fun rows ->
            CsvRows.readFirst rows
            let schema = named options schema
            let layout = CsvLayout.ofFirstRow schema options.Header rows
            let features = Array.map2 (feature rows) schema.Columns layout.Fields
            let kept = keptFields path options layout

            let target =
                match layout.Target with
                | Some field when options.Evaluate -> Some(target rows schema field)
                | None when options.Evaluate ->
                    DataFile.failWith
                        path
                        None
                        None
                        $"the target {Advice.quote schema.TargetName} is not in the file, so nothing can be evaluated. The columns are {Advice.list layout.Names}."
                        [ Remedy.Do "add the column"; Advice.otherTarget ]
                | _ -> None

            let skipped = ref 0

            let next () =
                if options.OnError = RowErrors.Fail then
                    rows.Read()
                else
                    let mutable reading = rows.Advance()

                    while reading && not rows.Fits do
                        skipped.Value <- skipped.Value + 1
                        reading <- rows.Advance()

                    reading

            let mutable reading = not layout.HasHeader || next ()

            if not reading then
                DataFile.failFile path "the file has a header but no data rows. Add the data."

            let targets = ResizeArray<float>()
            let texts = ResizeArray<string[]>()
            let values = Array.zeroCreate features.Length

            while reading do
                let store = RowStore(path, features.Length)
                targets.Clear()
                texts.Clear()
                let mutable mended = 0

                while reading && store.Count < size do
                    match fill options.OnError features values with
                    | RowFit.No -> skipped.Value <- skipped.Value + 1
                    | fit ->
                        values.CopyTo(store.Add())
                        texts.Add(Array.map rows.Text kept)
                        target |> Option.iter (fun read -> targets.Add(read ()))

                        if fit = RowFit.Mended then
                            mended <- mended + 1

                    reading <- next ()

                let examples = store.Count

                action
                    {
                        Rows =
                            {
                                Source = path
                                Features = store.ToArray()
                                Examples = examples
                                Target = target |> Option.map (fun _ -> targetOf schema targets)
                                Notes = []
                            }
                        Kept = texts.ToArray()
                        Skipped = skipped.Value
                        Mended = mended
                    }

                skipped.Value <- 0)
