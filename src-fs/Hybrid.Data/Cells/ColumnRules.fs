namespace Hybrid.Data

open System
open System.Globalization
open Hybrid.Core

/// What the caller says about some columns.
type internal ColumnWish =
    | NoWish
    | AsCategory
    | AsNumber

/// How a column is used, and why.
type internal Verdict =
    /// As a feature; what is said about it, if that is not plain, and what to do if it is not wanted.
    | Learn of ColumnKind * says: string * Remedy list
    | LeaveOut of says: string * Remedy list
    /// There is no right reading: the line of the first offence, if there is one.
    | Refuse of line: int option * problem: string * Remedy list

/// From all cells of a column to what it holds. Nothing here depends on where the cells come from.
module internal ColumnRules =
    /// More different texts than this are names or remarks, not categories, …
    let private usualCategories = 64
    /// … unless each occurs so often on average, up to …
    let private rowsPerCategory = 10
    /// … so many.
    let private mostCategories = 4096
    /// From this number of different texts on, each must occur twice on average.
    let private fewCategories = 10
    /// Different numbers are seldom categories, and there are tables of thousands of columns of them.
    let private mostNumbers = 256
    /// A target may have more classes.
    let private mostClasses = 1024
    /// What the caller calls a category may have more: their indices are exact in float32.
    let private mostWished = 1_000_000

    /// Different numbers and different texts to count: enough for every rule.
    let limits (isTarget: bool) (isWished: bool) : struct (int * int) =
        if isTarget then struct (1 + mostClasses, 1 + mostClasses)
        elif isWished then struct (1 + mostWished, 1 + mostWished)
        else struct (1 + mostNumbers, 1 + mostCategories)

    let private number (cells: ColumnCells) (numbers: Numbers) : ColumnKind * string =
        let range = numbers.Range
        let offset = NumberFormat.offset range.Least range.Most range.AreWhole

        let ofOffset =
            if offset = 0.0 then
                ""
            else
                $"{offset} is subtracted first, because float32 holds about 7 digits and the differences are small beside that"

        Number
            {
                Notation = numbers.Notation
                Offset = offset
            },
        let recurring =
            if numbers.Notation.IsDate then
                "learned with the year, the week and the day, as far as they recur"
            else
                ""

        [
            ColumnNumbers.sayNotation cells numbers.Notation
            recurring
            ofOffset
            ColumnNumbers.sayMissing cells
        ]
        |> List.filter ((<>) "")
        |> String.concat "; "

    /// Texts as categories, in ordinal order; those for yes and no once each, however they are written.
    let categories (texts: string seq) : string[] =
        let texts = Array.ofSeq texts

        if YesNo.areAll texts then
            texts
            |> Array.groupBy YesNo.tryMeaning
            // a longest word for each, which says that they are yes and no
            |> Array.map (fun (_, alike) ->
                alike
                |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
                |> Array.maxBy _.Length)
            |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))
        else
            Array.sortWith (fun a b -> String.CompareOrdinal(a, b)) texts

    let texts (cells: ColumnCells) : string seq =
        Seq.append cells.Numbers.Known cells.Texts.Known |> Seq.map _.Text

    let private category cells = Category(categories (texts cells))

    let private keepAsCategory name =
        Remedy.Set(OptionName.Categorical, name, "to keep it")

    let private keepAsNumber name =
        Remedy.Set(OptionName.Numeric, name, "to keep it")

    let private howMany (cells: ColumnCells) =
        if cells.IsFull then
            $"more than {cells.Distinct}"
        else
            $"{cells.Distinct}"

    /// Whether so many different texts in so many rows are categories that can be learned from, not names or remarks.
    let private areFew (distinct: int) (present: int) : bool =
        distinct
        <= max
            (min usualCategories (max fewCategories (present / 2)))
            (min mostCategories (present / rowsPerCategory))

    /// The same, but not where each row has its own.
    let areCategories (distinct: int) (present: int) : bool =
        areFew distinct present
        && (distinct < present || present < ColumnNumbers.fewest)

    let private isFew (cells: ColumnCells) =
        not cells.IsFull && areFew cells.Distinct cells.Present

    /// A mostly numeric column with other texts is a category only if it has few values, such as 0, 1, 2 and 3+.
    let private areFewForNumbers (cells: ColumnCells) =
        not cells.IsFull && cells.Distinct <= 20 && 5 * cells.Distinct <= cells.Present

    /// As many different texts among numbers may each stand for a missing value.
    let private fewStrangers = 3

    let private asMissing text =
        Remedy.Set(OptionName.Missing, text, "if it stands for a missing value")

    /// Why many texts cannot be learned from.
    let private tooMany (strangers: (string * int * int) list) (cells: ColumnCells) : string =
        let first = Advice.quote cells.FirstText

        match ColumnNumbers.differentUnits cells with
        | Some(one, another) -> $"its numbers have different units, such as {one} and {another}"
        | None when 4 * cells.Numbers.Count >= cells.Present && strangers.Length <= fewStrangers ->
            $"numbers, and {ColumnNumbers.namedTexts strangers} among them: {howMany cells} different values"
        | None when 4 * cells.Numbers.Count >= cells.Present ->
            $"numbers and texts, like {first} in line {cells.FirstTextLine}: {howMany cells} different values"
        | None when cells.AreAllDifferent -> $"every row has its own text, like {first}"
        | None when 2 * cells.Sentences >= cells.Texts.Count -> $"free text, like {first}"
        | None -> $"{howMany cells} different values in {cells.Present} rows, like {first}"

    let private ofTexts name (numbers: Numbers) (cells: ColumnCells) : Verdict =
        let areOwn = cells.AreAllDifferent && cells.Present >= ColumnNumbers.fewest
        let strangers = ColumnNumbers.strangers numbers.Notation cells

        let missing =
            if 4 * cells.Numbers.Count >= cells.Present && strangers.Length <= fewStrangers then
                [
                    for text, _, _ in strangers do
                        // 3+ is a value
                        if not (String.exists Char.IsDigit text) then
                            asMissing text
                ]
            else
                []

        if isFew cells && not areOwn then
            let among =
                if 2 * cells.Numbers.Count >= cells.Present && not strangers.IsEmpty then
                    $"categories, because of {ColumnNumbers.namedTexts strangers} among its numbers"
                else
                    ""

            Learn(category cells, among, (if among = "" then [] else missing))
        else
            LeaveOut(tooMany strangers cells, missing @ [ keepAsCategory name ])

    // ---- all of it

    /// What is wrong with a number that float32 cannot hold, if there is one.
    let excess (cells: ColumnCells) : Verdict option =
        if cells.Excess = "" then
            None
        else
            let quoted = Advice.quote cells.Excess

            let problem, remedy =
                if NumberText.isInfinity cells.Excess then
                    $"{quoted} is not a finite number.",
                    Remedy.Set(OptionName.Missing, cells.Excess, "if it stands for a missing value")
                else
                    $"the number {quoted} is too large (the maximum magnitude is {Single.MaxValue}).",
                    Remedy.Do "scale the column"

            Some(Refuse(Some cells.ExcessLine, problem, [ Advice.correctValue; remedy ]))

    let private mixed name (numbers: Numbers) (cells: ColumnCells) : Verdict =
        let column = $"the numeric column {Advice.quote name}"

        match ColumnNumbers.strangers numbers.Notation cells with
        | [] ->
            Refuse(
                None,
                $"{ColumnNumbers.sayUnknown numbers cells} in {column}.",
                [ Advice.correctValue; Advice.ignore name ]
            )
        | texts ->
            let first = texts |> List.map (fun (_, _, line) -> line) |> List.min
            let named = ColumnNumbers.namedTextsAt first texts
            let one = if texts.Length = 1 then "text" else "texts"

            Refuse(
                Some first,
                $"{one} {named} in {column}.",
                [
                    Advice.correctValue
                    let text, _, _ = texts.Head
                    asMissing text
                    Advice.ignore name
                ]
            )

    let private learnNumber cells numbers =
        let kind, says = number cells numbers
        Learn(kind, says, [])

    /// Numbers of at least so many digits, as many in each row, are identifiers if they have the name of some …
    let private fewestDigits = 6
    /// … and may be, whatever they are called, if there are so many.
    let private manyDigits = 8

    /// How many digits whole numbers above 0 have, if all have as many.
    let private commonLength (range: NumberRange) : int option =
        let digits (number: float) =
            number.ToString("F0", CultureInfo.InvariantCulture).Length

        if range.Least >= 1.0 && digits range.Least = digits range.Most then
            Some(digits range.Least)
        else
            None

    /// Whether whole numbers may be times of 1980 to 2100: seconds since 1970 or parts of them, or digits such as 20101231.
    let private areTimes (range: NumberRange) : bool =
        let within least most =
            range.Least >= least && range.Most <= most

        within 19000101.0 21001231.0
        || within 1900010100.0 2100123124.0
        || within 190001010000.0 210012312400.0
        || within 19000101000000.0 21001231240000.0
        || [ 1.0; 1e3; 1e6; 1e9 ]
           |> List.exists (fun parts -> within (315532800.0 * parts) (4102444800.0 * parts))

    let private ofNumbers name (isNameless: bool) (numbers: Numbers) (cells: ColumnCells) : Verdict =
        let isUnique =
            cells.AreAllDifferent
            && numbers.Range.AreWhole
            && cells.Present >= ColumnNumbers.fewest

        let isPlain = numbers.Notation = Notation.plain

        if isPlain && cells.LeadingZeros > 0 && numbers.Range.AreWhole then
            if isFew cells then
                Learn(
                    category cells,
                    $"categories, since some begin with a 0, like {Advice.quote (texts cells |> Seq.find (fun text -> text.StartsWith '0' && text.Length > 1))}",
                    []
                )
            else
                LeaveOut(
                    $"{howMany cells} different codes that begin with a 0",
                    [ keepAsCategory name; keepAsNumber name ]
                )
        elif
            isPlain
            && isUnique
            && cells.IsRising
            && (IdNames.isOne name
                || isNameless && (numbers.Range.Least = 0.0 || numbers.Range.Least = 1.0))
        then
            LeaveOut("a row number", [ keepAsNumber name ])
        elif isPlain && isUnique && IdNames.isOne name then
            LeaveOut("an identifier: every row has its own number", [ keepAsNumber name ])
        else
            match
                (if isPlain && isUnique then
                     commonLength numbers.Range
                 else
                     None)
            with
            | Some length when length >= fewestDigits && IdNames.mayBeOne name ->
                LeaveOut(
                    $"an identifier: every row has its own number of {length} digits",
                    [ keepAsNumber name ]
                )
            | Some length when length >= manyDigits && not (areTimes numbers.Range) ->
                let kind, says = number cells numbers

                let own =
                    $"every row has its own number of {length} digits, which is learned from as a quantity"

                let both = if says = "" then own else $"{own}; {says}"
                Learn(kind, both, [ Remedy.Set(OptionName.Ignore, name, "if it only names the row") ])
            | _ -> learnNumber cells numbers

    /// <summary>What a column holds, by all of its cells, and why.</summary>
    /// <param name="signs">What the whole table says about decimal points and commas.</param>
    /// <param name="wish">What the caller says.</param>
    /// <param name="isNameless">The name is not the file's own.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="cells">All of them.</param>
    let decide
        (signs: DecimalSigns)
        (wish: ColumnWish)
        (isNameless: bool)
        (name: string)
        (cells: ColumnCells)
        : Verdict =
        let numbers = ColumnNumbers.ofCells signs cells
        // one number or none is a mark
        let isNumeric =
            ColumnNumbers.areAll numbers cells
            && (cells.MissingNumbers = 0 || numbers.Range.Least < numbers.Range.Most)

        match wish, excess cells with
        | AsCategory, _ when cells.IsFull ->
            Refuse(
                None,
                $"the column {Advice.quote name} has more than {mostWished} different values, too many for categories.",
                [ Advice.ignore name ]
            )
        | AsCategory, _ when cells.Present > 0 -> Learn(category cells, "categories, as asked for", [])
        | _ when cells.Present = 0 -> LeaveOut("every value is missing", [])
        | _ when ColumnNumbers.mixesSigns cells ->
            Refuse(
                Some cells.FirstTextLine,
                $"some numbers of the column {Advice.quote name} have a decimal comma, like {Advice.quote cells.FirstText}, and some a decimal point.",
                [ Remedy.Do "write all of them alike"; Advice.ignore name ]
            )
        | AsNumber, None when ColumnNumbers.areAll numbers cells -> learnNumber cells numbers
        | AsNumber, None when cells.Present = cells.MissingNumbers -> LeaveOut("every value is missing", [])
        | AsNumber, None -> mixed name numbers cells
        | _ when cells.Distinct = 1 && not cells.IsFull ->
            let value = Advice.quote (Seq.head (texts cells))

            if cells.Missing > 0 then
                Learn(category cells, $"categories: {value}, or a missing value", [])
            else
                LeaveOut($"every value is {value}", [ keepAsCategory name ])
        | _, Some refused when
            ColumnNumbers.isMostly numbers cells
            || isNumeric
            || cells.Texts.Known.Count <= 2
            ->
            refused
        | _ when isNumeric && ColumnNumbers.isAmbiguousDate numbers cells ->
            LeaveOut(
                $"dates of which nothing says whether the day or the month is first, like {Advice.quote cells.FirstText}",
                [ Remedy.Do "write them like 2010-12-31"; keepAsCategory name ]
            )
        | _ when isNumeric -> ofNumbers name isNameless numbers cells
        | _ when ColumnNumbers.isMostly numbers cells && not (areFewForNumbers cells) ->
            mixed name numbers cells
        | _ -> ofTexts name numbers cells
