namespace Hybrid.Explanation

open System
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// How an answer changes with one column while the others stay as they are.
type Dependence =
    {
        Column: string
        /// The class whose output it is, or the target.
        Output: string
        /// The values that the column is given, in its own unit; for categories, their indices.
        Values: float[]
        /// The names of the categories; none for numbers.
        Categories: string[] option
        /// Whether the column's numbers are dates: days since the beginning of 1970.
        HasDates: bool
        /// The answers of each example, one per value: its individual conditional expectation.
        Curves: float[][]
        /// The mean of the curves: the partial dependence.
        Mean: float[]
    }

/// <summary>Partial dependence and individual curves.</summary>
/// <remarks>Friedman, "Greedy function approximation: a gradient boosting machine" (2001), section 8.2; Goldstein, Kapelner, Bleich
/// and Pitkin, "Peeking inside the black box" (2015).</remarks>
module Dependence =
    let private points = 40

    /// The values to try: all, where there are few, or equal steps over the range without the outermost fiftieth at each end.
    let private grid (column: Column) (values: float[]) : float[] =
        let present = values |> Array.filter (Double.IsNaN >> not) |> Array.sort
        let distinct = Array.distinct present

        match column.Kind with
        | Category names -> Array.init names.Length float
        | Number _ when distinct.Length <= points -> distinct
        | Number _ ->
            let cut = present.Length / 50
            let least, most = present[cut], present[present.Length - 1 - cut]

            Array.init points (fun i ->
                let part = float i / float (points - 1)
                float (float32 (least * (1.0 - part) + most * part)))
            |> Array.distinct

    /// <summary>The dependence of an output on a column.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="model">The model.</param>
    /// <param name="table">With the model's columns.</param>
    /// <param name="rows">The examples, one curve each.</param>
    /// <param name="output">The index of the class; 0 for a quantity.</param>
    /// <param name="column">The index of the column.</param>
    /// <exception cref="T:Hybrid.HybridException">The column has no values.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An answer is NaN or infinite.</exception>
    let ofColumn
        (engine: Engine)
        (model: Model)
        (table: Table)
        (rows: int[])
        (output: int)
        (column: int)
        : Dependence =
        let width = model.Inputs
        let inference = Inference.create engine model.Network width
        let kind = table.Columns[column]

        let values =
            grid kind (rows |> Array.map (fun row -> float table.InMemory[row * width + column]))

        if values.Length = 0 then
            raise (HybridException $"The column {Printable.quote kind.Name} has no values.")

        let answers (row: int) =
            let features =
                values
                |> Array.collect (fun value ->
                    let example = Array.sub table.InMemory (row * width) width
                    example[column] <- float32 value
                    example)

            inference.Run features
            |> Prediction.inUnit model
            |> Array.chunkBySize inference.Outputs
            |> Array.map (fun outputs -> outputs[output])

        let curves = rows |> Array.map answers

        {
            Column = kind.Name
            Output = (Model.outputNames model)[output]
            Values = values |> Array.map (fun value -> value + Column.offset kind)
            Categories =
                match kind.Kind with
                | Category names -> Some names
                | Number _ -> None
            HasDates =
                match kind.Kind with
                | Category _ -> false
                | Number format -> format.Notation.IsDate
            Curves = curves
            Mean = Array.init values.Length (fun i -> curves |> Array.averageBy (fun curve -> curve[i]))
        }
