namespace Hybrid.Explanation

open System
open Hybrid.Core
open Hybrid.Data

/// How closely columns go together, from 0 for unrelated ones to 1 where one determines the other.
module internal Association =
    /// A column as numbers: itself, or for a category one number per category, 1 where it is that one. Missing numbers are the mean.
    let private features (table: Table) (rows: int[]) (column: int) : float[][] =
        let values =
            rows
            |> Array.map (fun row -> float table.InMemory[row * table.Columns.Length + column])

        match table.Columns[column].Kind with
        | Number _ ->
            let present = values |> Array.filter (Double.IsNaN >> not)
            let mean = if present.Length = 0 then 0.0 else Array.average present

            [|
                values |> Array.map (fun value -> if Double.IsNaN value then mean else value)
            |]
        | Category _ ->
            values
            |> Array.distinct
            |> Array.filter (Double.IsNaN >> not)
            |> Array.map (fun category ->
                values |> Array.map (fun value -> if value = category then 1.0 else 0.0))

    let private centred (values: float[]) : float[] =
        let mean = Array.average values
        values |> Array.map (fun value -> value - mean)

    let private dot (a: float[]) (b: float[]) =
        Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

    /// The largest absolute correlation of a feature of one column with one of the other.
    let private strongest (a: float[][]) (b: float[][]) : float =
        [|
            for x in a do
                for y in b do
                    let spread = sqrt (dot x x * dot y y)
                    if spread > 0.0 then abs (dot x y) / spread else 0.0
        |]
        |> Array.fold max 0.0

    /// <summary>Sets of at least two columns that go together, each joined to another of its set by an association of at least a
    /// threshold.</summary>
    /// <param name="threshold">From 0 to 1.</param>
    /// <param name="table">The columns.</param>
    /// <param name="rows">The rows to look at.</param>
    let groups (threshold: float) (table: Table) (rows: int[]) : int list list =
        let features =
            Array.init table.Columns.Length (features table rows >> Array.map centred)

        let isLinked a b =
            strongest features[a] features[b] >= threshold

        let join (sets: int list list) column =
            let linked, others =
                sets |> List.partition (List.exists (fun other -> isLinked other column))

            (column :: List.concat linked) :: others

        [ 0 .. table.Columns.Length - 1 ]
        |> List.fold join []
        |> List.filter (fun set -> set.Length > 1)
        |> List.map List.sort
        |> List.sort
