namespace Hybrid.Data

open System
open System.Collections.Generic
open System.Globalization
open Hybrid.Core

/// <summary>Examples in memory: one dense row of raw columns each, and what is to be predicted.</summary>
[<NoComparison>]
type Table =
    {
        /// The file or built-in name, for messages.
        Source: string
        Columns: Column[]
        /// Row-major, Examples × Columns.
        Features: float32[]
        /// Where the features are, if that is not in memory: the array of features is then empty.
        Stored: StoredRows option
        /// What is to be predicted: see Schema.
        Targets: Column[]
        Target: Target
        /// The weight of each example, above 0: one of weight 2 counts as if it were there twice. None: all count alike.
        Weights: float32[] option
        /// The columns are measurements of one kind in one unit, such as pixels: they are scaled together, not one by one.
        OneUnit: bool
        /// What splits respect, beyond classes.
        SplitBy: SplitColumn option
        /// The number of each example's row in its source, from 1, where rows are left out: see RowNumber.
        RowNumbers: int[] option
        Reading: Reading
        /// What was decided when the data were read.
        Notes: Note list
    }

    /// The number of examples.
    member this.Examples =
        match this.Target with
        | Classes(_, labels) -> labels.Length
        | Quantity values
        | Labels values -> values.Length / this.Targets.Length

    /// <summary>The number of the row that an example was read from, from 1: rows without a target and those of weight 0, which are no
    /// examples, count too; a header and blank lines do not.</summary>
    /// <param name="example">From 0.</param>
    member this.RowNumber(example: int) : int =
        match this.RowNumbers with
        | Some numbers -> numbers[example]
        | None -> example + 1

    /// <summary>All features, where they are in memory.</summary>
    /// <exception cref="T:Hybrid.TableException">They are not.</exception>
    member this.InMemory: float32[] =
        if this.Stored.IsSome then
            raise (
                TableException(
                    this.Source,
                    None,
                    None,
                    "its rows are streamed, and this needs them in memory. Read the table, or a part of it, without streaming."
                )
            )

        this.Features

    /// The names of the targets.
    member this.TargetName = TargetColumns.name this.Targets

    /// The extents of the images whose numbers the columns are; none where they are not those of images.
    member this.Image = this.Reading.Image

/// Some rows of others that lie outside memory.
[<Sealed>]
type internal StoredPart(all: StoredRows, indices: int[]) =
    inherit StoredRows(all.Buffer)

    override _.AreApart = all.AreApart

    override _.Read(rows: int[], into: float32[]) =
        all.Read(Array.map (fun row -> indices[row]) rows, into)

/// A training part and its test part, if the data has one.
[<NoComparison>]
type Sets = { Train: Table; Test: Table option }

[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Schema =
    /// What a model trained on this data expects.
    let ofTable (table: Table) : Schema =
        {
            Columns = table.Columns
            Targets = table.Targets
            Reading = table.Reading
        }

    /// <summary>Refuses numbers of float32 where an offset is subtracted from a column or from the target.</summary>
    /// <param name="instead">What to use instead, such as the name of a function.</param>
    /// <param name="schema">What a model expects.</param>
    /// <exception cref="T:Hybrid.PrecisionException">There is an offset.</exception>
    let requireSingle (instead: string) (schema: Schema) : unit =
        Array.append schema.Columns schema.Targets
        |> Array.tryFind (fun column -> Column.offset column <> 0.0)
        |> Option.iter (fun column -> raise (PrecisionException(column.Name, Column.offset column, instead)))

module Table =
    /// Examples that were not read from texts.
    let ofTargets
        (source: string)
        (columns: Column[])
        (features: float32[])
        (targets: Column[])
        (target: Target)
        : Table =
        {
            Source = source
            Columns = columns
            Features = features
            Stored = None
            Targets = targets
            Target = target
            Weights = None
            OneUnit = false
            SplitBy = None
            RowNumbers = None
            Reading = Reading.plain
            Notes = []
        }

    /// The same with a single target: classes, or a quantity without an offset.
    let create
        (source: string)
        (columns: Column[])
        (features: float32[])
        (targetName: string)
        (target: Target)
        : Table =
        ofTargets source columns features [| Target.column targetName target |] target

    /// Some rows of numbers, in the order of the indices.
    let private rowsAt (indices: int[]) (width: int) (values: float32[]) : float32[] =
        let rows = Array.zeroCreate (indices.Length * width)

        indices
        |> Array.iteri (fun row i -> Array.blit values (i * width) rows (row * width) width)

        rows

    /// <summary>Some examples of a table, in the order of the indices; an index may be repeated.</summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">An index is negative or not below the number of
    /// examples.</exception>
    let subset (indices: int[]) (table: Table) : Table =
        match indices |> Array.tryFind (fun i -> i < 0 || i >= table.Examples) with
        | Some wrong ->
            raise (
                ArgumentOutOfRangeException(nameof indices, wrong, $"There are {table.Examples} examples.")
            )
        | None -> ()

        { table with
            Features =
                (if table.Stored.IsSome then
                     table.Features
                 else
                     rowsAt indices table.Columns.Length table.Features)
            Stored =
                table.Stored
                |> Option.map (fun stored -> StoredPart(stored, indices) :> StoredRows)
            Target =
                match table.Target with
                | Classes(names, labels) -> Classes(names, Array.map (fun i -> labels[i]) indices)
                | Quantity values -> Quantity(rowsAt indices table.Targets.Length values)
                | Labels values -> Labels(rowsAt indices table.Targets.Length values)
            Weights =
                table.Weights
                |> Option.map (fun weights -> Array.map (Array.get weights) indices)
            SplitBy = table.SplitBy |> Option.map (SplitColumn.subset indices)
            RowNumbers = Some(Array.map table.RowNumber indices)
        }

    /// <summary>Passes the features of some rows on, wherever they are, in the given order.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="action">Receives the place among the rows, and an array with where the row's features begin in it.</param>
    let eachRow (table: Table) (rows: int[]) (action: int -> float32[] -> int -> unit) : unit =
        let width = table.Columns.Length

        match table.Stored with
        | None -> rows |> Array.iteri (fun i row -> action i table.Features (row * width))
        | Some stored ->
            let size = max 1 ((1 <<< 18) / max 1 width)
            let features = Array.zeroCreate (size * width)

            for start in 0..size .. rows.Length - 1 do
                let part = Array.sub rows start (min size (rows.Length - start))
                stored.Read(part, features)

                for i in 0 .. part.Length - 1 do
                    action (start + i) features (i * width)

    /// The same examples with values that splits respect.
    let splitBy (column: SplitColumn) (table: Table) : Table = { table with SplitBy = Some column }

    /// All examples of a table as training sees them: raw columns, and targets as by Target.numbers.
    let examples (table: Table) : Examples =
        { Examples.all table.Columns.Length table.Features (Target.numbers table.Target) with
            Stored = table.Stored
            Rows = Array.init table.Examples id
            Weights = table.Weights
        }

    /// Numbers less one offset, from those less another one.
    let private shifted (difference: float) (numbers: float32[]) : float32[] =
        if difference = 0.0 then
            numbers
        else
            numbers |> Array.map (fun number -> float32 (float number + difference))

    /// The positions of columns by their names: of images there are many.
    let private placesOf (columns: Column[]) : string -> int option =
        let places = Dictionary<string, int>()

        columns
        |> Array.iteri (fun at column -> places.TryAdd(column.Name, at) |> ignore)

        fun name ->
            match places.TryGetValue name with
            | true, at -> Some at
            | _ -> None

    /// <summary>The features as a model takes them: columns are found by name, further ones are ignored, and a category
    /// is matched by name.</summary>
    /// <exception cref="T:Hybrid.TableException">A column is missing or of a different kind, or holds an unknown
    /// category.</exception>
    let featuresFor (schema: Schema) (table: Table) : float32[] =
        let fail message =
            raise (TableException(table.Source, None, None, message))

        let width = table.Columns.Length

        let numbers at =
            Array.init table.Examples (fun row -> table.InMemory[row * width + at])

        let lacks (missing: Column[]) =
            let listed = table.Columns |> Array.map _.Name |> Advice.list

            let why =
                match missing with
                | [| wanted |] when table.Targets |> Array.exists (fun target -> target.Name = wanted.Name) ->
                    ", which is its target: name another target, or encode rows without one"
                | [| wanted |] ->
                    table.Notes
                    |> List.tryFind (fun note -> List.contains wanted.Name note.Columns)
                    |> Option.map (fun note -> $" ({note.Says})")
                    |> Option.defaultValue ""
                | _ -> ""

            let lacking =
                match missing with
                | [| wanted |] -> $"the model's column {Advice.quote wanted.Name}"
                | several ->
                    $"{Advice.columns several.Length} of the model: {several |> Array.map _.Name |> Advice.list}"

            fail
                $"it lacks {lacking}{why}. It has {Advice.columns width}: {listed}. Use data with the columns of the training data, or train a model on this data."

        let place = placesOf table.Columns
        let placeOf (wanted: Column) = place wanted.Name

        match schema.Reading.Image, table.Image with
        | Some wanted, Some own when wanted <> own ->
            fail
                $"its images are {ImageShape.described own}, but the model takes {ImageShape.text wanted}. Give images of that size and with these channels, or train a model on these."
        | _ -> ()

        match schema.Columns |> Array.filter (placeOf >> Option.isNone) with
        | [||] -> ()
        | missing -> lacks missing

        let column (wanted: Column) =
            let at = (placeOf wanted).Value

            match wanted.Kind, table.Columns[at].Kind with
            | Number wanted, Number format -> numbers at |> shifted (format.Offset - wanted.Offset)
            | Category known, Category names ->
                let codes = TargetMatch.codes known names

                numbers at
                |> Array.map (fun value ->
                    if Single.IsNaN value then
                        value
                    elif codes[int value] < 0 then
                        fail
                            $"the model does not know the category {Advice.quote names[int value]} of the column {Advice.quote wanted.Name}. It knows {Advice.list known}."
                    else
                        float32 codes[int value])
            | Number _, Category _ ->
                fail $"the column {Advice.quote wanted.Name} holds text, but the model takes numbers."
            | Category known, Number _ ->
                fail
                    $"the column {Advice.quote wanted.Name} holds numbers, but the model takes one of {Advice.list known}."

        if table.Columns = schema.Columns then
            table.Features
        else
            let columns = Array.map column schema.Columns

            Array.init (table.Examples * columns.Length) (fun i ->
                columns[i % columns.Length][i / columns.Length])

    /// What is said about columns whose numbers the model does not tell apart: it takes them as float32, with another offset.
    let private blurred (schema: Schema) (table: Table) : Note list =
        let width = table.Columns.Length
        let place = placesOf table.Columns

        [
            for wanted in (if table.Stored.IsSome then [||] else schema.Columns) do
                match place wanted.Name with
                | Some at when Column.offset table.Columns[at] <> Column.offset wanted ->
                    let difference = Column.offset table.Columns[at] - Column.offset wanted

                    let numbers =
                        Array.init table.Examples (fun row ->
                            float table.Features[row * width + at] + difference)
                        |> Array.filter (Double.IsNaN >> not)

                    if NumberFormat.rounding numbers > 1e-4 then
                        {
                            Columns = [ wanted.Name ]
                            Says =
                                $"{Advice.quote wanted.Name} is large beside its differences, and the model takes it as float32, which holds about 7 digits: {(numbers |> Array.distinctBy float32).Length} of {(Array.distinct numbers).Length} values are told apart"
                            Remedies = []
                        }
                | _ -> ()
        ]

    /// <summary>The examples as rows for a model, with the features of featuresFor, the model's targets and its classes.</summary>
    /// <exception cref="T:Hybrid.TableException">The columns, targets or classes differ from the schema's.</exception>
    let forSchema (schema: Schema) (table: Table) : TableRows =
        {
            Source = table.Source
            Features = featuresFor schema table
            Stored = table.Stored
            Examples = table.Examples
            Target =
                Some(
                    if table.Targets = schema.Targets then
                        table.Target
                    else
                        TargetMatch.find
                            table.Source
                            schema
                            table.Targets
                            table.Target
                            table.Examples
                            table.RowNumber
                )
            Weights = table.Weights
            OneUnit = table.OneUnit
            SplitBy = table.SplitBy
            RowNumbers = table.RowNumbers
            Notes = table.Notes @ blurred schema table
        }

    /// Rows that were read for a model with their targets, as a table.
    let ofRows (schema: Schema) (rows: TableRows) : Table =
        { ofTargets rows.Source schema.Columns rows.Features schema.Targets rows.Target.Value with
            Stored = rows.Stored
            Weights = rows.Weights
            OneUnit = rows.OneUnit
            SplitBy = rows.SplitBy
            RowNumbers = rows.RowNumbers
            Reading = schema.Reading
            Notes = rows.Notes
        }

    /// <summary>The examples with the columns and the classes of a schema.</summary>
    /// <exception cref="T:Hybrid.TableException">As for forSchema.</exception>
    let inSchema (schema: Schema) (table: Table) : Table = ofRows schema (forSchema schema table)
