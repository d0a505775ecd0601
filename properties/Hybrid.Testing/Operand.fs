namespace Hybrid.Testing

open FsCheck
open FsCheck.FSharp
open Hybrid.Core

/// The numbers that an operand may hold.
type Domain =
    /// Any numbers from the lower to the upper bound; derivatives are taken with respect to them.
    | Between of lower: float * upper: float
    /// Integers from 0, below the count: indices, with respect to which nothing is differentiable.
    | Whole of count: int
    /// Zeros, and a single 1 in each run along the last axis: classes, as a network sees them.
    | OneHot

/// One operand of a row: its shape, and the numbers that it may hold.
type Operand = { Shape: Shape; Domain: Domain }

module Operand =
    /// An operand of numbers from the lower to the upper bound.
    let between lower upper shape =
        {
            Shape = shape
            Domain = Between(lower, upper)
        }

    /// An operand of numbers from -2 to 2.
    let any shape = between -2.0 2.0 shape

    /// Whether derivatives are taken with respect to it.
    let varies operand =
        match operand.Domain with
        | Whole _ -> false
        | Between _
        | OneHot -> true

    // multiples of 1/1024 are exact in float32 too, so that both precisions get the same numbers
    let private grid (x: float) = floor (1024.0 * x) / 1024.0

    let private number lower upper =
        Gen.choose (int (ceil (1024.0 * lower)), int (floor (1024.0 * upper)))
        |> Gen.map (fun i -> float i / 1024.0)

    let private hot width indices =
        indices
        |> List.collect (fun index -> List.init width (fun i -> if i = index then 1.0 else 0.0))

    let private width operand = List.last operand.Shape

    /// Random numbers for an operand.
    let values (operand: Operand) : Gen<float list> =
        let size = Shape.size operand.Shape

        match operand.Domain with
        | Between(lower, upper) -> Gen.listOfLength size (number lower upper)
        | Whole count -> Gen.listOfLength size (Gen.choose (0, count - 1) |> Gen.map float)
        | OneHot ->
            Gen.choose (0, width operand - 1)
            |> Gen.listOfLength (size / width operand)
            |> Gen.map (hot (width operand))

    /// Numbers that the operand may hold, taken from a larger operand.
    let admit (operand: Operand) (values: float list) : float list =
        match operand.Domain with
        | Between _ -> values
        | Whole count -> values |> List.map (min (float (count - 1)))
        | OneHot ->
            values
            |> List.chunkBySize (width operand)
            |> List.map (fun run -> List.tryFindIndex ((=) 1.0) run |> Option.defaultValue 0)
            |> hot (width operand)

    /// Simpler numbers that the operand may hold in place of a given one.
    let simpler (operand: Operand) (x: float) : float list =
        let inside (candidate: float) =
            match operand.Domain with
            | Between(lower, upper) -> lower <= candidate && candidate <= upper
            | Whole _ -> 0.0 <= candidate
            | OneHot -> false

        let complexity (x: float) = x.ToString("R").Length

        [ 0.0; 1.0; 0.5; -1.0; -0.5; round x; round (10.0 * x) / 10.0; grid x ]
        |> List.filter (fun candidate -> inside candidate && complexity candidate < complexity x)
        |> List.distinct
