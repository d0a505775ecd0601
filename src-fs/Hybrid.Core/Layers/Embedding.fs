namespace Hybrid.Core

open System

/// Categories of many values as learned vectors: a row of a table for each, in place of one input for each.
module Embedding =
    /// <summary>The number of values in a row that suits a table: the fourth root of its number of rows, rounded up.</summary>
    /// <remarks>The rule of thumb in "Introducing TensorFlow feature columns", Google Developers Blog (2017).</remarks>
    /// <param name="rows">The number of rows, at least 1.</param>
    let internal width (rows: int) : int =
        // a root of an integer may come out a rounding above it
        int (ceil (Math.Pow(float rows, 0.25) - 1e-9))

    /// <summary>A table to start from: zeros, so that every category starts as none, and one that is never met stays
    /// so.</summary>
    /// <param name="rows">The number of rows, at least 1.</param>
    /// <param name="width">The number of values in a row, at least 1.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">A size is below 1.</exception>
    let internal table (rows: int) (width: int) : Tensor =
        Initializer.requireSize (nameof rows) rows
        Initializer.requireSize (nameof width) width
        Initializer.zeros [ rows; width ]

    /// The rows of a table by numbers, [examples; 1]: row 0 for what is not the number of a row, such as NaN.
    let internal lookUp (table: Tensor) (x: Tensor) : Tensor =
        let isBelow = Tensor.greater (Tensor.scalar (float table.Shape.Head - 0.5)) x
        let index = Tensor.select isBelow (Tensor.relu x) (Tensor.scalar 0.0)
        Tensor.gather table (Tensor.reshape [ x.Shape.Head ] index)

    /// <summary>A layer that replaces each of the last columns, as many as there are tables, by rows of its table: [examples;
    /// features] becomes [examples; features - tables + Σ widths], and the other columns stay first, as they are.</summary>
    /// <param name="tables">[rows; width] each. A number in a column is that of a row, from 0; NaN, and what is not the number
    /// of a row, counts as 0.</param>
    let layer (tables: Tensor list) : Layer =
        let count = tables.Length

        let named =
            tables
            |> List.mapi (fun i table -> (if count = 1 then "table" else $"table{i + 1}"), table)

        let forward (tables: Tensor list) (x: Tensor) =
            if x.Shape.Length <> 2 || x.Shape[1] < count then
                raise (
                    ShapeMismatchException(
                        "Embedding",
                        [ x.Shape ],
                        $"[examples; features] with at least {count} features is needed."
                    )
                )

            let others = x.Shape[1] - count

            [
                if others > 0 then
                    Tensor.slice 1 0 others x

                for i, table in List.indexed tables do
                    lookUp table (Tensor.slice 1 (others + i) 1 x)
            ]
            |> Tensor.concat 1

        Layer.create "embedding" named (Tables forward)
