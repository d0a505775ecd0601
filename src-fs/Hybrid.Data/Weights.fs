namespace Hybrid.Data

open System
open Hybrid.Core

/// Weights of examples: one of weight 2 counts as if it were there twice.
module Weights =
    [<Literal>]
    let internal NoneAbove0 = "every weight is 0, so there is nothing to learn from."

    /// What is wrong with a weight, if anything is.
    let internal problem (weight: float) : string option =
        if Double.IsNaN weight then
            Some "is missing"
        elif weight < 0.0 then
            Some $"is negative: {Printable.number weight}"
        elif weight > float Single.MaxValue then
            Some $"is too large: {Printable.number weight}"
        else
            None

    /// What is said about examples of weight 0.
    let internal notes (count: int) : Note list =
        [
            if count > 0 then
                {
                    Columns = []
                    Says =
                        if count = 1 then
                            "1 row of weight 0 is left out"
                        else
                            $"{count} rows of weight 0 are left out"
                    Remedies = []
                }
        ]

    /// <summary>The examples with weights: one of weight 2 counts as if it were there twice, and those of weight 0, which are left
    /// out, as if they were not there.</summary>
    /// <param name="weights">The weight of each example.</param>
    /// <param name="table">The examples.</param>
    /// <exception cref="T:Hybrid.TableException">There are not as many weights as examples; one is negative, NaN or infinite; or all
    /// are 0.</exception>
    let give (weights: float[]) (table: Table) : Table =
        let fail message =
            raise (TableException(table.Source, None, None, message))

        if weights.Length <> table.Examples then
            fail $"there are {table.Examples} examples and {weights.Length} weights."

        weights
        |> Array.iteri (fun example weight ->
            problem weight
            |> Option.iter (fun problem -> fail $"the weight of example {example} {problem}."))

        let kept =
            [| 0 .. weights.Length - 1 |]
            |> Array.filter (fun example -> float32 weights[example] > 0f)

        if kept.Length = 0 then
            fail NoneAbove0

        let table =
            if kept.Length = weights.Length then
                table
            else
                Table.subset kept table

        { table with
            Weights = Some(kept |> Array.map (fun example -> float32 weights[example]))
            Notes = table.Notes @ notes (weights.Length - kept.Length)
        }
