namespace Hybrid.Data

open System
open Hybrid.Core

/// What the caller says about a column of categories.
type EmbeddingChoice =
    {
        Column: string
        /// The number of learned values of each category; 0 for a feature of its own for each; by default what suits their number.
        Width: int option
    }

module EmbeddingChoice =
    /// The widths that a column may have.
    let private widest = 1000

    /// <summary>A choice from text: COLUMN or COLUMN=WIDTH.</summary>
    /// <param name="option">The option that it is from, for messages.</param>
    /// <param name="text">What follows the last = is part of the name unless it is an integer.</param>
    /// <exception cref="T:Hybrid.OptionException">The width is not from 0 to 1000.</exception>
    let parse (option: string) (text: string) : EmbeddingChoice =
        let at = text.LastIndexOf '='

        match at, Int32.TryParse text[at + 1 ..] with
        | -1, _
        | _, (false, _) -> { Column = text; Width = None }
        | _, (true, width) ->
            if width < 0 || width > widest then
                raise (OptionException(option, $"must have a width from 0 to {widest}, not {width}"))

            {
                Column = text[.. at - 1]
                Width = Some width
            }

/// <summary>Columns of many categories, which the network learns as vectors, in place of a feature for each category.</summary>
/// <remarks>Guo and Berkhahn, "Entity embeddings of categorical variables" (2016).</remarks>
type Embedded =
    {
        /// The rules of all columns.
        Rules: ColumnRule[]
        /// The number of rows and of values of each table, in the order of the columns that have one.
        Tables: (int * int) list
        Notes: Note list
    }

module Embedded =
    /// More categories than this are embedded, …
    let private fewCategories = 32
    /// … if each occurs so often on average, …
    let private rowsPerCategory = 10
    /// … and more than this in any case.
    let private manyCategories = 256
    /// Categories that occur less often share row 0.
    let private least = 3

    let private isWide (categories: int) (examples: int) =
        categories > manyCategories
        || categories > fewCategories && examples >= rowsPerCategory * categories

    /// How many features a column becomes, as far as can be told before it is known which examples are learned from.
    let features (choices: EmbeddingChoice list) (examples: int) (column: Column) : int =
        match column.Kind, choices |> List.tryFindBack (fun choice -> choice.Column = column.Name) with
        | Number _, _ -> 1
        | Category names, Some { Width = Some 0 } -> names.Length
        | Category _, Some { Width = Some width } -> width
        | Category names, Some { Width = None } -> Embedding.width names.Length
        | Category names, None when isWide names.Length examples -> Embedding.width names.Length
        | Category names, None -> names.Length

    /// <summary>The rules of columns, with those of many categories embedded.</summary>
    /// <param name="option">The name of the option that the choices are from.</param>
    /// <param name="choices">What the caller says; columns that are not named are embedded where they have many categories.</param>
    /// <param name="table">Where the examples are from.</param>
    /// <param name="rows">The training part, by index.</param>
    /// <param name="rules">Of all columns, from the same examples.</param>
    /// <exception cref="T:Hybrid.OptionException">A choice names no column of categories.</exception>
    let choose
        (option: string)
        (choices: EmbeddingChoice list)
        (table: Table)
        (rows: int[])
        (rules: ColumnRule[])
        : Embedded =
        for choice in choices do
            match table.Columns |> Array.tryFind (fun column -> column.Name = choice.Column) with
            | Some { Kind = Category _ } -> ()
            | Some _ ->
                raise (
                    OptionException(
                        option,
                        $"is for categories, but {Printable.quote choice.Column} is a column of numbers: read it as categories"
                    )
                )
            | None ->
                let known = table.Columns |> Array.map _.Name |> Advice.list

                raise (
                    OptionException(option, $"names no column {Printable.quote choice.Column} among {known}")
                )

        let embed (column: Column) (index: int) (count: int) (why: string) (wished: int option) =
            let times = Array.zeroCreate count

            Table.eachRow table rows (fun _ features start ->
                let code = features[start + index]

                if not (Single.IsNaN code) then
                    times[int code] <- times[int code] + 1)

            // rare ones share row 0
            let numbers, kept =
                (0, times)
                ||> Array.mapFold (fun kept times -> if times < least then 0, kept else kept + 1, kept + 1)

            let met = times |> Array.filter (fun times -> times > 0) |> Array.length
            let size = kept + 1
            let values = defaultArg wished (Embedding.width size)

            let rare =
                if met = kept then
                    ""
                else
                    $", and for the {met - kept} seen fewer than {least} times"

            let note =
                {
                    Columns = [ column.Name ]
                    Says =
                        $"{Printable.quote column.Name} has {met} categories in training, {why}: each is learned as a vector of {values}, and one more stands for a missing value and an unknown category{rare}"
                    Remedies = [ Remedy.Set(option, $"{column.Name}=0", "for a feature each all the same") ]
                }

            Row numbers, Some((size, values), note)

        let decided =
            Array.map2
                (fun (index, column: Column) rule ->
                    let choice = choices |> List.tryFindBack (fun choice -> choice.Column = column.Name)

                    match rule, column.Kind, choice with
                    | OneHot _, _, Some { Width = Some 0 } -> rule, None
                    | OneHot _, Category names, Some choice ->
                        embed column index names.Length "embedded as asked for" choice.Width
                    | OneHot(categories, _), Category names, None when isWide categories.Length rows.Length ->
                        embed column index names.Length "too many for a feature each" None
                    | _ -> rule, None)
                (Array.indexed table.Columns)
                rules

        {
            Rules = Array.map fst decided
            Tables = decided |> Seq.choose (snd >> Option.map fst) |> List.ofSeq
            Notes = decided |> Seq.choose (snd >> Option.map snd) |> List.ofSeq
        }

    /// The network from raw columns to features, with tables to learn.
    let network (embedded: Embedded) : Network =
        let preprocessing = Network.ofLayer (Preprocessing.layer embedded.Rules)

        match embedded.Tables with
        | [] -> preprocessing
        | tables ->
            preprocessing
            >=> Network.ofLayer (
                Embedding.layer (tables |> List.map (fun (rows, width) -> Embedding.table rows width))
            )
