namespace Hybrid.Explanation

open System
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// What one answer depends on: the change of the answer with a column.
type ColumnEffect =
    {
        Column: string
        /// The row's value in the column's own unit, or the index of its category; NaN where it is missing.
        Value: float
        /// The derivative of the answer by the column, in the units of both; none for categories.
        Slope: float option
        /// The derivative times the column's standard deviation, by which columns can be compared; 0 for categories.
        PerDeviation: float
        /// By how much the answer differs with each category in place of the row's; empty for numbers.
        Categories: (string * float)[]
    }

/// The gradient of an answer for one row.
type RowGradient =
    {
        /// The class whose output it is, or the target.
        Output: string
        /// The answer, a quantity in its own unit.
        Answer: float
        Columns: ColumnEffect list
    }

/// <summary>Gradients of answers by columns in the table's own units: exact, by the derivative rules of the graph, through the
/// preprocessing, in double precision. A missing value and an indicator have the true derivative 0.</summary>
module RowGradient =
    /// The standard deviation of a column's numbers; 0 where there are none.
    let internal deviation (table: Table) (column: int) : float =
        let values =
            Array.init table.Examples (fun row -> float table.InMemory[row * table.Columns.Length + column])
            |> Array.filter (Double.IsNaN >> not)

        if values.Length = 0 then
            0.0
        else
            let mean = Array.average values
            sqrt (values |> Array.averageBy (fun value -> (value - mean) * (value - mean)))

    /// <summary>The gradient of an output for a row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="table">With the model's columns; their deviations are those of its rows.</param>
    /// <param name="output">The index of the class; 0 for a quantity.</param>
    /// <param name="row">The row.</param>
    let ofRow (model: Model) (table: Table) (output: int) (row: int) : RowGradient =
        let width = model.Inputs
        let values = Array.init width (fun j -> float table.InMemory[row * width + j])

        let answer (x: Tensor) =
            Network.forward model.Network x |> Tensor.slice 1 output 1 |> Tensor.sumAll

        let at (values: float[]) = Tensor.constant [ 1; width ] values
        let value, gradient = Gradient.valueAndGrad answer (at values)
        let here = (Reference.value value)[0]
        let slopes = Reference.value gradient

        let effect j (column: Column) =
            match column.Kind with
            | Number _ ->
                {
                    Column = column.Name
                    Value = values[j] + Column.offset column
                    Slope = Some slopes[j]
                    PerDeviation = slopes[j] * deviation table j
                    Categories = [||]
                }
            | Category names ->
                let withCategory (code: int) =
                    (Reference.value (answer (at (Array.updateAt j (float code) values))))[0]

                {
                    Column = column.Name
                    Value = values[j]
                    Slope = None
                    PerDeviation = 0.0
                    Categories =
                        [|
                            for code in 0 .. names.Length - 1 do
                                if float code <> values[j] then
                                    names[code], withCategory code - here
                        |]
                }

        {
            Output = (Model.outputNames model)[output]
            Answer = here + Column.offset model.Schema.Targets[output % model.Schema.Targets.Length]
            Columns = table.Columns |> Array.mapi effect |> List.ofArray
        }
