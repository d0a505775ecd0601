namespace Hybrid.Data

open System
open System.Collections.Generic
open Hybrid.Core

/// What makes results look better than they are, or a network learn what it should not: warnings with their numbers.
module Traps =
    let private note columns says remedies : Note =
        {
            Columns = columns
            Says = says
            Remedies = remedies
        }

    /// A column's numbers, in the table's order.
    let private valuesOf (table: Table) (column: int) : float32[] =
        let width = table.Columns.Length
        Array.init table.Examples (fun row -> table.Features[row * width + column])

    // ---- the target in another form

    /// From this number of examples on, what holds of all of them is no chance.
    let private fewest = 20

    /// How many different values the column has, if each goes with one target only, and occurs four times on average.
    let private determines (values: float32[]) (targets: float32[]) : int option =
        let known = Dictionary<float32, float32>()
        let most = values.Length / 4
        let mutable holds = values.Length >= fewest
        let mutable i = 0

        while holds && i < values.Length do
            // missing values are one value
            let value =
                if Single.IsNaN values[i] then
                    Single.MaxValue
                else
                    values[i]

            match known.TryGetValue value with
            | true, target -> holds <- (target = targets[i])
            | _ ->
                known.Add(value, targets[i])
                holds <- known.Count <= most

            i <- i + 1

        if holds && known.Count > 1 then Some known.Count else None

    /// Pearson's correlation; 0 if a value is missing or there is nothing to correlate.
    let private correlation (a: float32[]) (b: float32[]) : float =
        let mean (values: float32[]) = Array.averageBy float values
        let meanA, meanB = mean a, mean b
        let mutable ab, aa, bb = 0.0, 0.0, 0.0

        for i in 0 .. a.Length - 1 do
            let x, y = float a[i] - meanA, float b[i] - meanB
            ab <- ab + x * y
            aa <- aa + x * x
            bb <- bb + y * y

        if aa > 0.0 && bb > 0.0 then ab / sqrt (aa * bb) else 0.0

    let private leaks (column: Column) (values: float32[]) (target: Column) (targets: float32[]) : Note list =
        let present =
            [|
                for row in 0 .. targets.Length - 1 do
                    if not (Single.IsNaN targets[row]) then
                        row
            |]

        let known (numbers: float32[]) =
            if present.Length = targets.Length then
                numbers
            else
                present |> Array.map (fun row -> numbers[row])

        let values = known values
        let targets = known targets

        let name, goal = Advice.quote column.Name, Advice.quote target.Name

        let near = lazy NearLeaks.find column values target targets

        let told found =
            match found with
            | Some count ->
                [
                    note
                        [ column.Name ]
                        $"{name} tells the target {goal} in {OtherPart.percent count values.Length} examples: a rule to learn if it is known when predictions are made, a leak if it is not"
                        [ Advice.ignore column.Name ]
                ]
            | None -> []

        match determines values targets, target.Kind with
        | Some count, _ ->
            [
                note
                    [ column.Name ]
                    $"{name} determines the target {goal}: each of its {count} values goes with one target only, in all {values.Length} examples: a rule to learn if it is known when predictions are made, a leak if it is not"
                    [ Advice.ignore column.Name ]
            ]
        | None, Number _ when column.Kind.IsNumber && values.Length >= fewest ->
            let r = abs (correlation values targets)

            let isCopy =
                Column.offset column = Column.offset target
                && Array.forall2 (fun (a: float32) b -> a = b) values targets

            if isCopy then
                [
                    note
                        [ column.Name ]
                        $"{name} is a copy of the target {goal}: predictions are asked for where it is not known"
                        [ Advice.ignore column.Name ]
                ]
            elif r > 0.99999 then
                [
                    note
                        [ column.Name ]
                        $"{name} is the target {goal} in another unit or nearly so (correlation {r:F6}): a rule to learn if it is known when predictions are made, a leak if it is not"
                        [ Advice.ignore column.Name ]
                ]
            else
                told near.Value
        | _ -> told near.Value

    // ---- columns by themselves

    let private isRising (values: float32[]) =
        values.Length >= fewest
        && Seq.forall (fun i -> values[i] = values[i - 1] + 1f) (seq { 1 .. values.Length - 1 })

    let private alone (column: Column) (values: float32[]) : Note list =
        let name = Advice.quote column.Name

        if Array.forall ((=) values[0]) values then
            let value =
                match column.Kind with
                | Category categories when values[0] >= 0f && int values[0] < categories.Length ->
                    Advice.quote categories[int values[0]]
                | _ -> string values[0]

            [
                note
                    [ column.Name ]
                    $"{name} has one value only, {value}, so nothing can be learned from it; it is kept"
                    [ Advice.ignore column.Name ]
            ]
        else
            match column.Kind with
            | Number {
                         Notation = Notation.Decimal _
                         Offset = offset
                     } when isRising values ->
                [
                    note
                        [ column.Name ]
                        $"{name} rises by one from row to row, from {float values[0] + offset} on, as a row number does: parts drawn at random then lie between the rows that are learned from"
                        [ Advice.ignore column.Name ]
                ]
            | _ -> []

    let private copiedColumns (table: Table) : Note list =
        [
            for first, copy in ColumnCopies.find table do
                let name = Advice.quote table.Columns[copy].Name

                note
                    [ table.Columns[copy].Name ]
                    $"{name} is a copy of {Advice.quote table.Columns[first].Name} in all {table.Examples} rows: both are kept, and share what they say"
                    [ Advice.ignore table.Columns[copy].Name ]
        ]

    let private ofTarget (target: Column) (values: float32[]) : Note list =
        match target.Kind with
        | Number { Offset = offset } ->
            match
                values
                |> Seq.filter (Single.IsNaN >> not)
                |> Seq.distinct
                |> Seq.truncate 3
                |> List.ofSeq
            with
            | [ a; b ] ->
                [
                    note
                        [ target.Name ]
                        $"the target {Advice.quote target.Name} has two values only, {float a + offset} and {float b + offset}, and is learned as a quantity"
                        [ Remedy.Set(OptionName.Task, "classification", "if they are classes") ]
                ]
            | _ -> []
        | Category _ -> []

    /// Targets that are the same as others before them.
    let private copies (targets: (Column * float32[])[]) : Note list =
        [
            for i in 1 .. targets.Length - 1 do
                let target, values = targets[i]

                match
                    targets
                    |> Seq.truncate i
                    |> Seq.tryFind (fun (_, others) ->
                        ReadOnlySpan(values).SequenceEqual(ReadOnlySpan others))
                with
                | Some(other, _) ->
                    note
                        [ other.Name; target.Name ]
                        $"the targets {Advice.quote other.Name} and {Advice.quote target.Name} have the same values"
                        [ Remedy.Change(OptionName.Target, "name one of them") ]
                | None -> ()
        ]

    /// Warnings about the columns and the targets of a table.
    let ofTable (table: Table) : Note list =
        // pixels are many, and a constant one is nothing unusual
        if table.OneUnit || table.Examples = 0 then
            []
        elif table.Stored.IsSome then
            [
                note
                    []
                    "copies of columns, columns that tell the target, and examples that are in two parts are not looked for in a streamed table"
                    []
            ]
        else
            let targets =
                table.Targets
                |> Array.mapi (fun index target -> target, Target.ofColumn table.Targets index table.Target)

            [
                for target, values in targets do
                    yield! ofTarget target values
                    yield! FarValues.find table target values

                yield! copies targets
                yield! copiedColumns table
                for i in 0 .. table.Columns.Length - 1 do
                    let values = valuesOf table i
                    yield! alone table.Columns[i] values
                    yield! FarValues.find table table.Columns[i] values

                    for target, numbers in targets do
                        yield! leaks table.Columns[i] values target numbers
            ]

    // ---- rows in two parts

    /// <summary>Warnings if a part lacks a class, and if held-out examples are also among those that are learned from: they measure
    /// what was remembered.</summary>
    /// <param name="table">The examples.</param>
    /// <param name="split">Their parts.</param>
    let ofSplit (table: Table) (split: Split) : Note list =
        let twins =
            if table.Stored.IsSome then
                fun _ _ -> 0
            else
                Twins.counter table split.Training

        let heldOut =
            [
                "validation", split.Validation
                "test", split.Test
                "calibration", split.Calibration
            ]

        [
            match table.Target with
            | Classes(names, labels) ->
                yield! RareClasses.find names labels (("training", split.Training) :: heldOut)
            | Quantity _
            | Labels _ -> ()

            for name, rows in heldOut do
                yield! OtherPart.twins name (twins table rows) rows.Length
        ]

    /// <summary>Warnings about data of their own for a part: examples that are also among those that are learned from, or are of a
    /// group or a time that they should not be of.</summary>
    /// <param name="table">What is learned from.</param>
    /// <param name="training">Its rows.</param>
    /// <param name="part">What the part is called.</param>
    /// <param name="own">The data, with the same columns and targets.</param>
    let ofOwn (table: Table) (training: int[]) (part: string) (own: Table) : Note list =
        if table.Stored.IsSome || own.Stored.IsSome then
            []
        else
            OtherPart.notes table training part own
