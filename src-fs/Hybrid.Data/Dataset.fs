namespace Hybrid.Data

open System
open Hybrid.Core

/// The data are not what they should be. Line and column are counted from 1; the column is a field's number in its row.
[<Sealed>]
type DataException(source: string, line: int option, column: int option, message: string) =
    inherit
        HybridException(
            let place =
                [
                    Some source
                    line |> Option.map (fun line -> $"line {line}")
                    column |> Option.map (fun column -> $"column {column}")
                ]
                |> List.choose id
                |> String.concat ", "

            $"{place}: {message}"
        )

    /// The file, or the name of the built-in data.
    member _.DataSource = source

/// What a raw column holds. A missing value is NaN in either case.
type ColumnKind =
    | Numeric
    /// The value is the index of a category in this list.
    | Category of string[]

/// A raw column, by the name that it has in the file.
type Column = { Name: string; Kind: ColumnKind }

/// What is to be predicted.
type Target =
    /// A class per example, as an index into the names.
    | Classes of names: string[] * labels: int[]
    /// A number per example, in its own unit.
    | Quantity of float32[]

/// What a model expects of its data: the columns in the model's order, and what it predicts.
type Schema =
    {
        Columns: Column[]
        TargetName: string
        /// The names of the classes; None where a quantity is predicted.
        Classes: string[] option
    }

/// Rows read for a model: its raw columns and, where asked for, the target.
type Batch =
    {
        Source: string
        /// Row-major, Examples × the schema's columns.
        Features: float32[]
        Examples: int
        Target: Target option
    }

/// <summary>Examples in memory: one dense row of raw columns each, and what is to be predicted.</summary>
type Dataset =
    {
        /// The file or built-in name, for messages.
        Source: string
        Columns: Column[]
        /// Row-major, Examples × Columns.
        Features: float32[]
        TargetName: string
        Target: Target
        /// The columns are measurements of one kind in one unit, such as pixels: they are scaled together, not one by one.
        OneUnit: bool
    }

    /// How many examples there are.
    member this.Examples =
        match this.Target with
        | Classes(_, labels) -> labels.Length
        | Quantity values -> values.Length

/// A training part and, where the data come with one, the test part that belongs to it.
type Sets =
    { Train: Dataset; Test: Dataset option }

module Schema =
    /// What a model trained on these data expects.
    let ofDataset (dataset: Dataset) : Schema =
        {
            Columns = dataset.Columns
            TargetName = dataset.TargetName
            Classes =
                match dataset.Target with
                | Classes(names, _) -> Some names
                | Quantity _ -> None
        }

module Dataset =
    /// The target of some examples, in the order of the indices.
    let private targetAt (indices: int[]) target =
        match target with
        | Classes(names, labels) -> Classes(names, Array.map (fun i -> labels[i]) indices)
        | Quantity values -> Quantity(Array.map (fun i -> values[i]) indices)

    /// <summary>Some examples of a dataset, in the order of the indices; an index may be repeated.</summary>
    /// <exception cref="T:System.ArgumentOutOfRangeException">An index is not that of an example.</exception>
    let subset (indices: int[]) (dataset: Dataset) : Dataset =
        let width = dataset.Columns.Length

        match indices |> Array.tryFind (fun i -> i < 0 || i >= dataset.Examples) with
        | Some wrong ->
            raise (
                ArgumentOutOfRangeException(nameof indices, wrong, $"There are {dataset.Examples} examples.")
            )
        | None -> ()

        let features = Array.zeroCreate (indices.Length * width)

        indices
        |> Array.iteri (fun row i -> Array.blit dataset.Features (i * width) features (row * width) width)

        { dataset with
            Features = features
            Target = targetAt indices dataset.Target
        }

    /// <summary>The examples as rows for a model that was trained on data of the same columns.</summary>
    /// <exception cref="T:Hybrid.Data.DataException">The columns or the classes are not those of the schema.</exception>
    let forSchema (schema: Schema) (dataset: Dataset) : Batch =
        let fail message =
            raise (DataException(dataset.Source, None, None, message))

        if dataset.Columns <> schema.Columns then
            fail
                $"its {dataset.Columns.Length} columns are not the {schema.Columns.Length} that the model was trained on. Choose the data the model was trained on, or train a model on these."

        let target =
            match dataset.Target, schema.Classes with
            | Quantity _, None -> dataset.Target
            | Classes(names, labels), Some known ->
                let codes = names |> Array.map (fun name -> Array.IndexOf(known, name))

                match Array.tryFindIndex (fun label -> codes[label] < 0) labels with
                | Some row ->
                    let unknown = Advice.quote names[labels[row]]
                    fail $"the model does not know the class {unknown}. It knows {Advice.list known}."
                | None -> Classes(known, labels |> Array.map (fun label -> codes[label]))
            | Quantity _, Some _ -> fail "its target is a quantity, but the model predicts classes."
            | Classes _, None -> fail "its target is a class, but the model predicts a quantity."

        {
            Source = dataset.Source
            Features = dataset.Features
            Examples = dataset.Examples
            Target = Some target
        }
