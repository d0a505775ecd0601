namespace Hybrid.Data

open System
open Hybrid.Core

/// What is learned from a table's target.
type TaskChoice =
    /// Classes for texts and for numbers that look like labels, a quantity otherwise.
    | Guess
    | Classification
    | Regression

/// From all cells of the target to what is predicted.
module internal TargetRules =
    /// More classes than this are taken for names or a quantity.
    let private mostClasses = 1024
    /// Texts that rarely recur are names: from this number of distinct ones on, each needs two examples.
    let private mostRare = 64
    /// Integers are guessed to be classes if they have at most this many distinct values …
    let private guessedClasses = 20
    /// … and on average this many examples of each.
    let private guessedExamples = 5

    /// Whether so many different integers in so many examples are guessed to be classes.
    let areClasses (distinct: int) (present: int) : bool =
        distinct <= 2
        || (distinct <= guessedClasses && present >= guessedExamples * distinct)

    /// The usual names of no and yes whose order is not that of their letters.
    let private noAndYes =
        set [ "-", "+"; "nein", "ja"; "n", "j"; "nee", "ja"; "nej", "ja" ]

    /// Two values as no and yes: in their order, which is that of 0 and 1, false and true, no and yes.
    let inOrder (names: string[]) : string[] =
        match names with
        | [| first; second |] when noAndYes.Contains((second.ToLowerInvariant(), first.ToLowerInvariant())) ->
            [| second; first |]
        | names -> names

    /// What a target is, and what is said about it; or what is wrong with it.
    let decide
        (signs: DecimalSigns)
        (task: TaskChoice)
        (isOnly: bool)
        (name: string)
        (cells: ColumnCells)
        : Result<ColumnKind * string, int option * string * Remedy list> =
        let quoted = Advice.quote name
        let numbers = ColumnNumbers.ofCells signs cells

        let areFew =
            not cells.IsFull
            && cells.Distinct <= guessedClasses
            && cells.Present >= guessedExamples * cells.Distinct

        // among labels, in place of a number, a word is a label
        let isNumeric =
            ColumnNumbers.areAll numbers cells
            && not (
                (task = Classification || task = Guess && areFew)
                && Seq.exists Missing.mayBeLabel (ColumnRules.texts cells)
            )

        // plus and minus are two classes
        let isSigned = cells.Minuses > 0 && Seq.forall ((=) "+") (ColumnRules.texts cells)

        let present =
            if isNumeric then cells.Present - cells.MissingNumbers
            elif isSigned then cells.Present + cells.Minuses
            else cells.Present

        let texts =
            lazy
                (ColumnRules.texts cells
                 |> Seq.filter (fun text -> not (isNumeric && Missing.isAmongNumbers text))
                 |> Seq.append (if isSigned then [ "-" ] else [])
                 |> Array.ofSeq)

        let number =
            ColumnNumbers.tryNumber numbers.Notation >> ValueOption.defaultValue nan

        let amount () =
            let range = numbers.Range

            // the squared error of such a range, in float32, would be infinite
            if range.Most - range.Least > 1e18 then
                Error(
                    None,
                    $"the numbers of the target {quoted} are too far apart, from {range.Least} to {range.Most}: their squared errors exceed what float32 can hold.",
                    [ Remedy.Do "scale the column"; Advice.otherTarget ]
                )
            elif range.Least = range.Most then
                Error(
                    None,
                    $"every example has the same value of the target {quoted}, so there is nothing to learn.",
                    [ Advice.otherTarget ]
                )
            else
                let offset = NumberFormat.offset range.Least range.Most range.AreWhole

                Ok(
                    Number
                        {
                            Notation = numbers.Notation
                            Offset = offset
                        },
                    [
                        ColumnNumbers.sayNotation cells numbers.Notation
                        if offset <> 0.0 then
                            $"{offset} is subtracted first, because float32 holds about 7 digits and the differences are small beside that; predictions have it added again"
                        ColumnNumbers.sayMissing cells
                    ]
                    |> List.filter ((<>) "")
                    |> String.concat "; "
                )

        /// Classes sorted by their numbers, if they are numbers; those of the same number are one.
        let labels () =
            let names =
                if isNumeric && cells.LeadingZeros = 0 then
                    texts.Value
                    |> Array.groupBy number
                    |> Array.sortBy fst
                    |> Array.map (snd >> Array.head)
                else
                    ColumnRules.categories texts.Value

            let different =
                if cells.IsFull then
                    $"more than {cells.Distinct}"
                else
                    $"{names.Length}"

            if
                cells.IsFull
                || names.Length > mostClasses
                || (names.Length > mostRare && present < 2 * names.Length)
            then
                match ColumnNumbers.differentUnits cells with
                | Some(one, another) ->
                    Error(
                        Some cells.FirstTextLine,
                        $"the numbers of the target {quoted} have different units, such as {one} and {another}, like {Advice.quote cells.FirstText}.",
                        [ Remedy.Do "write all of them in one unit"; Advice.otherTarget ]
                    )
                | None ->
                    Error(
                        None,
                        $"the target {quoted} has {different} different values in {present} examples, too many to be classes.",
                        [
                            Advice.otherTarget
                            if isNumeric then
                                Advice.regression
                        ]
                    )
            elif names.Length = 1 then
                let lacking =
                    match cells.Missing + (if isNumeric then cells.MissingNumbers else 0) with
                    | 0 -> ""
                    | 1 -> ", or none, as 1 row does"
                    | count -> $", or none, as {count} rows do"

                Error(
                    None,
                    $"every example has the same class {Advice.quote names[0]} in {quoted}{lacking}, so there is nothing to distinguish.",
                    [ Advice.otherClasses; Advice.otherTarget ]
                )
            elif isOnly then
                Ok(Category names, (if isNumeric then ColumnNumbers.sayMissing cells else ""))
            elif names.Length = 2 then
                let names = inOrder names
                Ok(Category names, $"yes is {Advice.quote names[1]}, no is {Advice.quote names[0]}")
            else
                Error(
                    None,
                    $"the target {quoted} has {different} classes: of several targets, each must be a quantity, or yes or no.",
                    [
                        Advice.oneTarget
                        if isNumeric then
                            Advice.regression
                    ]
                )

        let looksLikeLabels () =
            let different = texts.Value |> Array.distinctBy number |> Array.length

            not cells.IsFull
            && numbers.Range.AreWhole
            && numbers.Notation = Notation.plain
            && (if isOnly then
                    areClasses different present
                else
                    different = 2)

        let spoiled () =
            match ColumnNumbers.strangers numbers.Notation cells with
            | [] ->
                Error(
                    None,
                    $"{ColumnNumbers.sayUnknown numbers cells} in the numeric target {quoted}.",
                    [ Advice.correctValue; Advice.otherTarget ]
                )
            | strangers ->
                let first = strangers |> List.map (fun (_, _, line) -> line) |> List.min
                let text, _, _ = strangers.Head
                let one = if strangers.Length = 1 then "text" else "texts"

                Error(
                    Some first,
                    $"{one} {ColumnNumbers.namedTextsAt first strangers} in the numeric target {quoted}.",
                    [
                        Advice.correctValue
                        Remedy.Set(OptionName.Missing, text, "if it stands for a missing value")
                        Advice.otherTarget
                    ]
                )

        match task, ColumnRules.excess cells with
        | _ when cells.Present = 0 || task = Regression && cells.Present = cells.MissingNumbers ->
            Error(None, $"every value of the target {quoted} is missing.", [ Advice.otherTarget ])
        | _, Some(Refuse(line, problem, remedies)) when ColumnNumbers.isMostly numbers cells ->
            Error(line, problem, remedies)
        | Classification, _ -> labels ()
        | Regression, _ when isNumeric -> amount ()
        | Regression, _ -> spoiled ()
        | Guess, _ when isNumeric -> if looksLikeLabels () then labels () else amount ()
        | Guess, _ when ColumnNumbers.isMostly numbers cells && not areFew -> spoiled ()
        | Guess, _ -> labels ()

    /// What is wrong with several targets together.
    let together (targets: Column[]) : (string * Remedy list) option =
        let numbers, others = targets |> Array.partition _.Kind.IsNumber

        let listed =
            Array.map (fun (column: Column) -> Advice.quote column.Name) >> Advice.some 20

        if numbers.Length = 0 || others.Length = 0 then
            None
        else
            Some(
                $"the targets must all be quantities, or all yes or no, but {listed numbers} holds quantities and {listed others} two values.",
                [ Advice.oneTarget; Advice.regression ]
            )
