namespace Hybrid.Data

open System
open Hybrid.Core

/// The names of a table's columns, and which of them are features, targets or left out.
module internal CsvHeader =
    /// The names of columns without a header.
    let numbered (width: int) : string[] = Array.init width (fun i -> $"x{i + 1}")

    /// The names in a header: a column without one is called by its number, and a name that occurs again has its number added.
    let names (header: string[]) : string[] =
        let seen = Collections.Generic.HashSet<string>(StringComparer.Ordinal)

        header
        |> Array.mapi (fun i name ->
            let name = if name = "" then $"column {i + 1}" else name

            if seen.Add name then
                name
            else
                let again = $"{name} (column {i + 1})"
                seen.Add again |> ignore
                again)

    /// The position of a column that the user named, or numbered where there is no header.
    let find
        (source: string)
        (header: bool)
        (names: string[])
        (role: string)
        (option: string)
        (wanted: string)
        : int =
        let byNumber () =
            match Int32.TryParse wanted with
            | true, number when not header && number >= 1 && number <= names.Length -> number - 1
            | _ ->
                DataFile.failWith
                    source
                    None
                    None
                    $"there is no column {Advice.quote wanted} to {role}. The columns are {Advice.list names}."
                    [
                        Remedy.Change(option, "name one of them")
                        if not header then
                            Advice.header
                    ]

        match Array.IndexOf(names, wanted.Trim()) with
        | -1 -> byNumber ()
        | position -> position

    /// The option that names the column that splits respect.
    let optionOf (role: SplitRole) : string =
        match role with
        | SplitRole.Group _ -> OptionName.Group
        | SplitRole.Time _ -> OptionName.Time

    /// <summary>The positions of columns that the user named. A text that names none is a list, separated by commas.</summary>
    /// <param name="isName">Whether a text names a column.</param>
    /// <param name="find">The position of a name.</param>
    /// <param name="wanted">The texts.</param>
    let list (isName: string -> bool) (find: string -> 'position) (wanted: string list) : 'position list =
        wanted
        |> List.collect (fun text ->
            if isName (text.Trim()) || not (text.Contains ',') then
                [ text ]
            else
                ListedNames.split text)
        |> List.map find

    /// The positions of columns that the user named, each or in lists.
    let findAll
        (source: string)
        (header: bool)
        (names: string[])
        (role: string)
        (option: string)
        (wanted: string list)
        : int list =
        list (fun name -> Array.contains name names) (find source header names role option) wanted

    /// Whether an option names a column by a text of the first row, which then holds names. A number may count columns.
    let isNamed (options: CsvOptions) (first: string[]) : bool =
        let isText name =
            Array.contains name first && Option.isNone (NumberText.tryAny name)

        [
            options.Targets
            options.Ignore
            options.Categorical
            options.Numeric
            options.Embedded
            Option.toList options.Weight
            options.SplitBy |> Option.map SplitRole.column |> Option.toList
        ]
        |> List.concat
        |> List.exists (fun text -> isText (text.Trim()) || ListedNames.split text |> List.exists isText)

    /// <summary>The positions of the targets, of the columns that are not ignored, in the file's order, and of the weights, if there
    /// are any.</summary>
    /// <param name="source">What the table is called.</param>
    /// <param name="options">The targets and what to ignore.</param>
    /// <param name="header">The first row holds names.</param>
    /// <param name="names">Those of all fields.</param>
    /// <param name="fields">The fields that may be used.</param>
    let roles
        (source: string)
        (options: CsvOptions)
        (header: bool)
        (names: string[])
        (fields: int[])
        : int[] * int[] * int option =
        if fields.Length < 2 then
            DataFile.failFile
                source
                "the table has fewer than 2 columns, too few for a feature and a target. Separate the fields with commas, semicolons, tabs, bars or blanks."

        let find = find source header names
        let weight = options.Weight |> Option.map (find "weight by" OptionName.Weight)
        let fields = fields |> Array.filter (fun field -> Some field <> weight)

        let split =
            options.SplitBy
            |> Option.map (fun role -> find "split by" (optionOf role) (SplitRole.column role))

        let ignored =
            findAll source header names "ignore" OptionName.Ignore options.Ignore
            @ Option.toList split
            |> set

        let targets =
            match findAll source header names "predict" OptionName.Target options.Targets with
            | [] ->
                // the last one of those that have no other part
                fields
                |> Array.tryFindBack (fun field -> not (Set.contains field ignored))
                |> Option.defaultValue (Array.last fields)
                |> Array.singleton
            | found -> Array.ofList found

        let fail says =
            DataFile.failWith source None None says [ Advice.otherTarget ]

        targets
        |> Array.countBy id
        |> Array.tryFind (fun (_, count) -> count > 1)
        |> Option.iter (fun (target, _) -> fail $"the target {Advice.quote names[target]} is named twice.")

        split
        |> Option.filter (fun field -> Array.contains field targets)
        |> Option.iter (fun field ->
            fail $"the column {Advice.quote names[field]} is both the target and what splits respect.")

        targets
        |> Array.tryFind (fun target -> Set.contains target ignored)
        |> Option.iter (fun target ->
            fail $"the column {Advice.quote names[target]} is both the target and ignored.")

        match weight with
        | Some field when Array.contains field targets || Set.contains field ignored ->
            DataFile.failWith
                source
                None
                None
                $"the column {Advice.quote names[field]} holds weights, and cannot be the target or ignored too."
                [ Remedy.Change(OptionName.Weight, "name a different column") ]
        | _ -> ()

        let features =
            fields
            |> Array.filter (fun i -> not (Array.contains i targets || Set.contains i ignored))

        if features.Length = 0 then
            DataFile.failWith
                source
                None
                None
                "no column is left as a feature."
                [ Remedy.Change(OptionName.Ignore, "ignore fewer columns") ]

        targets, features, weight
