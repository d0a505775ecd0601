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

/// Reading a table for a model: its schema says what each column holds. Training reads its own table in the same way, once its
/// columns are decided.
module internal CsvForModel =
    /// A reader of numbers in one field of the current row; NaN for a missing one.
    let private number
        (rows: CsvRows)
        (format: NumberFormat)
        (field: int)
        (wrong: string -> float)
        : unit -> float =
        let fail message =
            DataFile.fail rows.Source (Some rows.Line) (Some(field + 1)) message

        let isPoint = format.Notation = Notation.plain

        // numbers with points may have commas in another file, where these do not separate the columns
        let takesComma = isPoint && rows.AllowsDecimalComma
        let pointLine = ref 0
        let commaLine = ref 0

        let checkSign (text: string) =
            if pointLine.Value = 0 && text.Contains '.' then
                pointLine.Value <- rows.Line

            if commaLine.Value = 0 && text.Contains ',' then
                commaLine.Value <- rows.Line

            if pointLine.Value > 0 && commaLine.Value > 0 then
                let other =
                    if pointLine.Value = rows.Line then
                        commaLine.Value
                    else
                        pointLine.Value

                fail
                    $"the number {Advice.quote text} and one in line {other} use different decimal separators, one a comma and one a point. Write all numbers alike, without thousands separators."

        let read = ColumnText.reader (Number format)

        let ofText (text: string) =
            match read text with
            | ValueSome value -> value
            | ValueNone when takesComma ->
                match NumberText.tryDigits Digits.Comma text with
                | ValueSome value -> value
                | ValueNone -> wrong text
            | ValueNone -> wrong text

        fun () ->
            let mutable value = 0.0
            let bytes = rows.Bytes field

            if rows.IsMissing field then
                nan
            else
                if not (isPoint && NumberText.tryPoint (bytes, &value)) then
                    value <- ofText (rows.Text field)

                if takesComma then
                    if (bytes.IndexOfAny(','B, '.'B)) >= 0 then
                        checkSign (rows.Text field)

                if abs (value - format.Offset) > float Single.MaxValue then
                    fail
                        $"the number {Advice.quote (rows.Text field)} is too large (the maximum magnitude is {Single.MaxValue}). Scale the column or correct the value."

                value

    /// A reader of one feature's field in the current row.
    let private feature (rows: CsvRows) (column: Column) (field: int) : unit -> float32 =
        let fail message =
            DataFile.fail rows.Source (Some rows.Line) (Some(field + 1)) message

        match column.Kind with
        | Number format ->
            let wrong text =
                if NumberText.isInfinity text then
                    fail
                        $"{Advice.quote text} is not a finite number. If the value is missing, leave the field empty or write NA or ?."
                else
                    fail
                        $"text {Advice.quote text} in the numeric column {Advice.quote column.Name}. Correct the value, or leave the field empty if it is missing."

            let read = number rows format field wrong
            fun () -> float32 (read () - format.Offset)
        | Category names ->
            let read = ColumnText.reader column.Kind

            fun () ->
                if rows.IsMissing field then
                    nanf
                else
                    let text = rows.Text field

                    match read text with
                    | ValueSome code -> float32 code
                    | ValueNone ->
                        fail
                            $"{Advice.quote text} is not a category of the column {Advice.quote column.Name} that the model knows. It knows {Advice.list names}. Correct the value, leave it empty if it is missing, or train on data that contains it."

    /// A reader of the target's field in the current row: a class's index, or a quantity; NaN where it is missing.
    let private target (rows: CsvRows) (schema: Schema) (field: int) : unit -> float =
        let fail message =
            DataFile.fail rows.Source (Some rows.Line) (Some(field + 1)) message

        match schema.Classes with
        | None ->
            number rows schema.Reading.Target field (fun text ->
                fail
                    $"text {Advice.quote text} in the target {Advice.quote schema.TargetName}, which is a quantity. Correct the value.")
        | Some names ->
            let byText = ColumnText.codes names
            let byNumber = Dictionary<float, int>()

            names
            |> Array.iteri (fun code name ->
                NumberText.tryAny name
                |> Option.iter (fun number -> byNumber.TryAdd(number, code) |> ignore))

            fun () ->
                if rows.IsMissing field then
                    nan
                else
                    let text = rows.Text field

                    match byText.TryGetValue text with
                    | true, code -> float code
                    | _ ->
                        match NumberText.tryAny text |> Option.map byNumber.TryGetValue with
                        | Some(true, code) -> float code
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

    let private targetOf (source: string) (schema: Schema) (values: float seq) =
        match schema.Classes with
        | Some names -> Classes(names, values |> Seq.map int |> Seq.toArray)
        | None -> Target.quantity source schema.TargetName schema.Reading.Target.Offset (Array.ofSeq values)

    let private keptFields (source: string) (options: ModelCsvOptions) (layout: CsvLayout) : int[] =
        [|
            for name in options.Keep do
                match Array.IndexOf(layout.Names, name) with
                | -1 ->
                    DataFile.failFile
                        source
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

    let private notesOf (rows: CsvRows) (left: int) : Note list =
        let note says =
            {
                Columns = []
                Says = says
                Remedies = []
            }

        [
            if left = 1 then
                note "1 row without a target is left out"
            elif left > 1 then
                note $"{left} rows without a target are left out"
            if rows.LatinLine > 0 then
                note
                    $"the text is not UTF-8 (first in line {rows.LatinLine}) and is read as Latin-1 (Windows-1252)"
        ]

    /// The next row; those of another number of fields are passed over, and counted, unless they are an error.
    let private next (rows: CsvRows) (onError: RowErrors) (skipped: int ref) : bool =
        if onError = RowErrors.Fail then
            rows.Read()
        else
            let mutable reading = rows.Advance()

            while reading && not rows.Fits do
                skipped.Value <- skipped.Value + 1
                reading <- rows.Advance()

            reading

    /// Where a table's values stand, and what is read of them.
    type internal Wanted =
        {
            /// The field of each of the schema's columns.
            Fields: int[]
            /// The field of the target, if it is read: rows without one are left out.
            Target: int option
            /// The fields whose texts are passed on.
            Kept: int[]
            OnError: RowErrors
            /// How many rows were passed over before the first one.
            Skipped: int
        }

    /// Passes the rows on in batches of at most the given size, from the first row of data on, at which the rows must be.
    let readFrom
        (rows: CsvRows)
        (schema: Schema)
        (wanted: Wanted)
        (size: int)
        (action: RowBatch -> unit)
        : unit =
        let features = Array.map2 (feature rows) schema.Columns wanted.Fields
        let target = wanted.Target |> Option.map (target rows schema)
        let targets = ResizeArray<float>()
        let texts = ResizeArray<string[]>()
        let values = Array.zeroCreate features.Length
        let skipped = ref wanted.Skipped
        let mutable reading = true
        let mutable left = 0

        while reading do
            let store = RowStore(rows.Source, features.Length)
            targets.Clear()
            texts.Clear()
            let mutable mended = 0

            while reading && store.Count < size do
                let value =
                    match target with
                    | Some read -> read ()
                    | None -> 0.0

                if Double.IsNaN value then
                    left <- left + 1
                else
                    match fill wanted.OnError features values with
                    | RowFit.No -> skipped.Value <- skipped.Value + 1
                    | fit ->
                        values.CopyTo(store.Add())
                        texts.Add(Array.map rows.Text wanted.Kept)
                        targets.Add value

                        if fit = RowFit.Mended then
                            mended <- mended + 1

                reading <- next rows wanted.OnError skipped

            let examples = store.Count

            action
                {
                    Rows =
                        {
                            Source = rows.Source
                            Features = store.ToArray()
                            Examples = examples
                            Target = target |> Option.map (fun _ -> targetOf rows.Source schema targets)
                            OneUnit = false
                            Notes = if reading then [] else notesOf rows left
                        }
                    Kept = texts.ToArray()
                    Skipped = skipped.Value
                    Mended = mended
                }

            skipped.Value <- 0

    /// Passes the rows of a file on in batches of at most the given size.
    let each
        (schema: Schema)
        (options: ModelCsvOptions)
        (path: string)
        (size: int)
        (action: RowBatch -> unit)
        : unit =
        CsvRows.read path (CsvSeparator.detect path) schema.Reading.Missing (fun rows ->
            CsvRows.readFirst rows
            let schema = named options schema
            let layout = CsvLayout.ofFirstRow schema options.Header rows
            let kept = keptFields rows.Source options layout

            let target =
                match layout.Target with
                | Some field when options.Evaluate -> Some field
                | None when options.Evaluate ->
                    DataFile.failWith
                        rows.Source
                        None
                        None
                        $"the target {Advice.quote schema.TargetName} is not in the file, so nothing can be evaluated. The columns are {Advice.list layout.Names}."
                        [ Remedy.Do "add the column"; Advice.otherTarget ]
                | _ -> None

            let skipped = ref 0

            if layout.HasHeader && not (next rows options.OnError skipped) then
                DataFile.failFile rows.Source "the file has a header but no data rows. Add the data."

            let wanted =
                {
                    Fields = layout.Fields
                    Target = target
                    Kept = kept
                    OnError = options.OnError
                    Skipped = skipped.Value
                }

            readFrom rows schema wanted size (fun batch ->
                if batch.Rows.Examples = 0 && not batch.Rows.Notes.IsEmpty && target.IsSome then
                    DataFile.failFile
                        rows.Source
                        $"every value of the target {Advice.quote schema.TargetName} is missing."

                action batch))
