namespace Hybrid.Data

open System
open System.Collections.Generic
open Hybrid.Core

/// Readers of single fields of a table's current row, as a schema says.
module internal CsvFields =
    let private codeIn (codes: Dictionary<string, int>) (text: string) : int voption =
        match codes.TryGetValue text with
        | true, code -> ValueSome code
        | _ -> ValueNone

    /// A reader of numbers in one field of the current row; NaN for a missing one.
    let number (rows: CsvRows) (format: NumberFormat) (field: int) (wrong: string -> float) : unit -> float =
        let fail message =
            DataFile.fail rows.Source (Some rows.Line) (Some(field + 1)) message

        let isPoint = format.Notation = Notation.plain

        // numbers with points may have commas in another file, where these do not separate the columns
        let takesComma = isPoint && rows.AllowsDecimalComma
        let pointLine = ref 0
        let commaLine = ref 0

        let checkSign hasPoint hasComma =
            if pointLine.Value = 0 && hasPoint then
                pointLine.Value <- rows.Line

            if commaLine.Value = 0 && hasComma then
                commaLine.Value <- rows.Line

            if pointLine.Value > 0 && commaLine.Value > 0 then
                let other =
                    if pointLine.Value = rows.Line then
                        commaLine.Value
                    else
                        pointLine.Value

                fail
                    $"the number {Advice.quote (rows.Text field)} and one in line {other} use different decimal separators, one a comma and one a point. Write all numbers alike, without thousands separators."

        let read = ColumnText.reader (Number format)

        let ofText (text: string) =
            match read text with
            | ValueSome value -> value
            | ValueNone when Missing.isAmongNumbers text -> nan
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
                    checkSign (bytes.IndexOf '.'B >= 0) (bytes.IndexOf ','B >= 0)

                if abs (value - format.Offset) > float Single.MaxValue then
                    fail
                        $"the number {Advice.quote (rows.Text field)} is too large (the maximum magnitude is {Single.MaxValue}). Scale the column or correct the value."

                value

    /// A reader of names in one field of the current row, which must not be missing there: their codes; the field's text is
    /// looked up once for each way in which it is written.
    let private code
        (rows: CsvRows)
        (field: int)
        (tryCode: string -> int voption)
        (wrong: string -> int)
        : unit -> int =
        let known = TextIndex()
        let codes = ResizeArray<int>()

        fun () ->
            let bytes = rows.Bytes field

            match known.Find bytes with
            | -1 ->
                let text = rows.Text field

                match tryCode text with
                | ValueSome code ->
                    known.Add bytes
                    codes.Add code
                    code
                | ValueNone -> wrong text
            | number -> codes[number]

    /// A reader of one feature's field in the current row.
    let feature (rows: CsvRows) (column: Column) (field: int) : unit -> float32 =
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
            let read =
                code rows field (codeIn (ColumnText.codes names)) (fun text ->
                    DataFile.failWith
                        rows.Source
                        (Some rows.Line)
                        (Some(field + 1))
                        $"{Advice.quote text} is not a category of the column {Advice.quote column.Name} that the model knows. It knows {Advice.list names}."
                        [
                            Remedy.Do "correct the value"
                            Remedy.Do "train on data that contains it"
                            Remedy.Set(OptionName.OnError, "missing", "to take it as missing")
                        ])

            fun () -> if rows.IsMissing field then nanf else float32 (read ())

    /// A reader of a target's field in the current row: a class's index, or a quantity less its offset; NaN where it is missing.
    let target (rows: CsvRows) (target: Column) (field: int) : unit -> float =
        let fail message =
            DataFile.fail rows.Source (Some rows.Line) (Some(field + 1)) message

        match target.Kind with
        | Number format ->
            let read =
                number rows format field (fun text ->
                    fail
                        $"text {Advice.quote text} in the target {Advice.quote target.Name}, which is a quantity. Correct the value.")

            fun () -> read () - format.Offset
        | Category names ->
            let byText = ColumnText.codes names
            let byNumber = Dictionary<float, int>()

            names
            |> Array.iteri (fun code name ->
                NumberText.tryAny name
                |> Option.iter (fun number -> byNumber.TryAdd(number, code) |> ignore))

            let codeOf text =
                match codeIn byText text with
                | ValueSome code -> ValueSome code
                | ValueNone ->
                    match NumberText.tryAny text |> Option.map byNumber.TryGetValue with
                    | Some(true, code) -> ValueSome code
                    | _ -> ValueNone

            let areNumbers = byNumber.Count = names.Length

            let read =
                code rows field codeOf (fun text ->
                    if areNumbers && Missing.isAmongNumbers text then
                        -1
                    else
                        fail
                            $"{Advice.quote text} is not a class of {Advice.quote target.Name} that the model knows. It knows {Advice.list names}.")

            // plus and minus
            let hasMinus = Array.contains "-" names

            fun () ->
                let isMissing = rows.IsMissing field && not (hasMinus && rows.IsMinus field)

                let code = if isMissing then -1 else read ()
                if code < 0 then nan else float code
