namespace Hybrid.Testing

open FsCheck
open FsCheck.FSharp
open Hybrid.Core

/// Which numbers an operand may hold.
type Domain =
    /// Any from the lower to the upper bound; derivatives are taken in them.
    | Between of lower: float * upper: float
    /// Whole numbers from 0, fewer than the count: indices, in which nothing is differentiable.
    | Whole of count: int
    /// Zeros, and a 1 in each run along the last axis: classes as a network sees them.
    | OneHot

/// One operand of a row: its shape, and which numbers it may hold.
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

    /// Whether derivatives are taken in it.
    let varies operand =
        match operand.Domain with
        | Whole _ -> false
        | Between _
        | OneHot -> true

    // Multiples of 1/1024 are exact in float32 too, so that both precisions are asked the same.
    let private grid (x: float) = floor (1024.0 * x) / 1024.0

    let private number lower upper =
        Gen.choose (int (ceil (1024.0 * lower)), int (floor (1024.0 * upper)))
        |> Gen.map (fun i -> float i / 1024.0)

    let private hot width indices =
        indices
        |> List.collect (fun index -> List.init width (fun i -> if i = index then 1.0 else 0.0))

    let private width operand = List.last operand.Shape

    /// Random numbers of an operand.
    let values (operand: Operand) : Gen<float list> =
        let size = Shape.size operand.Shape

        match operand.Domain with
        | Between(lower, upper) -> Gen.listOfLength size (number lower upper)
        | Whole count -> Gen.listOfLength size (Gen.choose (0, count - 1) |> Gen.map float)
        | OneHot ->
            Gen.choose (0, width operand - 1)
            |> Gen.listOfLength (size / width operand)
            |> Gen.map (hot (width operand))

    /// Numbers nearby that the operand may hold: what is left of a larger operand's ones.
    let admit (operand: Operand) (values: float list) : float list =
        match operand.Domain with
        | Between _ -> values
        | Whole count -> values |> List.map (min (float (count - 1)))
        | OneHot ->
            values
            |> List.chunkBySize (width operand)
            |> List.map (fun run -> List.tryFindIndex ((=) 1.0) run |> Option.defaultValue 0)
            |> hot (width operand)

    /// Simpler numbers that the operand may hold in place of one.
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
