namespace Hybrid.Theory

open System
open Hybrid.Core

/// The cells that approximations are built on: their number, width and position.
module Cells =
    /// The default limit for the number of neurons.
    [<Literal>]
    let MostNeurons = 100_000

    let private fail message = raise (ApproximationException message)

    /// <summary>Checks a box and a distance.</summary>
    /// <exception cref="T:Hybrid.ApproximationException">ε is not positive, or an interval is empty or not finite.</exception>
    let check (domain: Interval[]) (epsilon: float) : unit =
        if not (epsilon > 0.0 && Double.IsFinite epsilon) then
            fail $"The distance ε must be a positive, finite number, not {epsilon}."

        for x in domain do
            if not (Double.IsFinite x.Lower && Double.IsFinite x.Upper && x.Lower < x.Upper) then
                fail
                    $"The interval from {x.Lower} to {x.Upper} is empty or not finite. Give two finite numbers, the smaller one first."

    /// <summary>The minimum number of cells whose bound is at most ε.</summary>
    /// <param name="most">The maximum number of cells.</param>
    /// <param name="epsilon">The limit for the bound.</param>
    /// <param name="bound">The bound for a number of cells, at least 1; non-increasing.</param>
    /// <exception cref="T:Hybrid.ApproximationException">More are needed; the message says how many.</exception>
    let fewest (most: int) (epsilon: float) (bound: float -> float) : int =
        let rec upTo n =
            if bound n <= epsilon then Some n
            elif n > 1e18 then None
            else upTo (2.0 * n)

        let rec between low high =
            let middle = floor ((low + high) / 2.0)

            if high - low <= 1.0 || middle <= low || middle >= high then
                high
            elif bound middle <= epsilon then
                between low middle
            else
                between middle high

        match upTo 1.0 with
        | None ->
            fail
                $"No number of neurons reduces the bound to {epsilon}: the known properties of the function do not bound this construction, or ε is below the rounding of the cells."
        | Some enough ->
            let cells = if enough = 1.0 then 1.0 else between (enough / 2.0) enough

            if cells > float most then
                fail
                    $"A bound of {epsilon} needs {cells:N0} cells per axis, and at most {most:N0} are allowed. Choose a larger ε, or a different method."

            int cells

    /// The function's value, which must be finite.
    let valueAt (f: float[] -> float) (point: float[]) : float =
        let y = f point

        if not (Double.IsFinite y) then
            let place = point |> Array.map (fun x -> $"{x:R}") |> String.concat ", "

            fail
                $"The function has no finite value at {place}: it is {y}. Give an interval on which it is defined."

        y

    let private round32 (x: float) = float (float32 x)

    /// The edges of n cells: the ends are kept, those between are rounded to float32.
    let edges (domain: Interval) (n: int) : float[] =
        let inner i =
            round32 (domain.Lower + (domain.Upper - domain.Lower) * float i / float n)

        let edges =
            Array.init (n + 1) (fun i ->
                if i = 0 then domain.Lower
                elif i = n then domain.Upper
                else inner i)

        if edges |> Array.pairwise |> Array.exists (fun (left, right) -> left >= right) then
            fail
                $"{n:N0} cells from {domain.Lower} to {domain.Upper} are too narrow for float32 to distinguish. Choose a larger ε."

        edges

    /// The width of the widest of n cells: rounding moves each edge by at most half a unit in the last place.
    let width (domain: Interval) (n: float) : float =
        let largest = max (abs domain.Lower) (abs domain.Upper)

        (domain.Upper - domain.Lower) / n
        + (if n > 1.0 then largest * 2.0 ** -23.0 else 0.0)

    /// The midpoint of each two neighbours.
    let middles (edges: float[]) =
        edges
        |> Array.pairwise
        |> Array.map (fun (left, right) -> left + (right - left) / 2.0)

    /// The difference between each number and the one before it.
    let differences (values: float[]) =
        values |> Array.pairwise |> Array.map (fun (left, right) -> right - left)

    /// All combinations of one item per axis; the last axis varies fastest.
    let product (axes: 'item list[]) : 'item[][] =
        (axes, [ [] ])
        ||> Array.foldBack (fun items rest ->
            [
                for item in items do
                    for tail in rest -> item :: tail
            ])
        |> List.map Array.ofList
        |> Array.ofList

    /// The points of a uniform grid of n cells per axis, including the ends of the box.
    let points (n: int) (box: Interval[]) : float[][] =
        box
        |> Array.map (fun x ->
            [
                for i in 0..n ->
                    if i = n then
                        x.Upper
                    else
                        x.Lower + (x.Upper - x.Lower) * float i / float n
            ])
        |> product
