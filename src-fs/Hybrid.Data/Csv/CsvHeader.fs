namespace Hybrid.Data

open System
open Hybrid.Core

/// The names of a table's columns, and which of them are features, target or left out.
module internal CsvHeader =
    /// The names of columns without a header.
    let numbered (width: int) : string[] = Array.init width (fun i -> $"x{i + 1}")

    let private isNumber (name: string) =
        CsvNumber.tryParseText name |> Option.isSome

    /// The names in the current row, none empty and none twice.
    let read (rows: CsvRows) : string[] =
        let names = rows.Texts()

        let fail column problem remedies =
            DataFile.failWith rows.Source (Some rows.Line) column problem (remedies @ [ Advice.noHeader ])

        match Array.tryFindIndex String.IsNullOrEmpty names with
        | Some i -> fail (Some(i + 1)) "the header has no name for this column." [ Remedy.Do "name it" ]
        | None -> ()

        if names |> Array.forall isNumber then
            fail
                None
                "the header holds only numbers, like a row of data."
                [ Remedy.Do "name the columns in words" ]

        let seen = Collections.Generic.Dictionary<string, int>(StringComparer.Ordinal)

        names
        |> Array.iteri (fun i name ->
            if not (seen.TryAdd(name, i)) then
                fail
                    (Some(i + 1))
                    $"the name {Advice.quote name} occurs twice in the header, first in column {seen[name] + 1}."
                    [ Remedy.Do "rename one" ])

        names

    /// The position of a column that the user named, or numbered where there is no header.
    let private find
        (source: string)
        (header: bool)
        (names: string[])
        (role: string)
        (option: string)
        (wanted: string)
        =
        let byNumber () =
            match Int32.TryParse wanted with
            | true, number when not header && number >= 1 && number <= names.Length -> number - 1
            | _ ->
                DataFile.failWith
                    source
                    None
                    None
                    $"there is no column {Advice.quote wanted} to {role}. The columns are {Advice.list names}."
                    [ Remedy.Change(option, "name one of them") ]

        match Array.IndexOf(names, wanted.Trim()) with
        | -1 -> byNumber ()
        | position -> position

    /// The positions of the target and of the features, in the file's order.
    let roles (source: string) (options: CsvOptions) (names: string[]) : int * int[] =
        if names.Length < 2 then
            DataFile.failFile
                source
                "the table has fewer than 2 columns, too few for a feature and a target. Separate the fields with commas, semicolons or tabs."

        let find = find source options.Header names

        let target =
            options.Target
            |> Option.map (find "predict" OptionName.Target)
            |> Option.defaultValue (names.Length - 1)

        let ignored = options.Ignore |> List.map (find "ignore" OptionName.Ignore) |> set

        if Set.contains target ignored then
            DataFile.failWith
                source
                None
                None
                $"the column {Advice.quote names[target]} is both the target and ignored."
                [ Advice.otherTarget ]

        let features =
            [| 0 .. names.Length - 1 |]
            |> Array.filter (fun i -> i <> target && not (Set.contains i ignored))

        if features.Length = 0 then
            DataFile.failWith
                source
                None
                None
                "no column is left as a feature."
                [ Remedy.Change(OptionName.Ignore, "ignore fewer columns") ]

        target, features
