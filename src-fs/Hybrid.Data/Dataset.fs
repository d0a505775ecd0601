namespace Hybrid.Data

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

type Column = { Name: string; Kind: ColumnKind }

/// What is to be predicted.
type Target =
    /// A class per example, as an index into the names.
    | Classes of names: string[] * labels: int[]
    /// A number per example, in its own unit.
    | Quantity of float32[]

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

    member this.Examples =
        match this.Target with
        | Classes(_, labels) -> labels.Length
        | Quantity values -> values.Length
