namespace Hybrid.Testing

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core

/// What must be true of a row at every case: returns a list of complaints, empty where the law holds.
[<NoComparison; NoEquality>]
type Law =
    {
        Name: string
        Complaints: Row -> Case -> string list
    }

module Law =
    /// The distance between the two sides of a difference quotient, before it is halved once.
    let step = 1e-4

    /// Numbers between -1 and 1, none near 0, without a pattern and always the same.
    let direction (salt: int) (count: int) : float[] =
        Random.uniforms (uint64 salt) 0UL count
        |> Array.map (fun u -> if u < 0.5 then u - 1.0 else u)

    /// The same numbers as a tensor of a given shape.
    let directionOf (salt: int) (shape: Shape) : Tensor =
        Tensor.constant shape (direction salt (Shape.size shape))

    /// Σ aᵢ bᵢ
    let dot (a: float[]) (b: float[]) : float =
        Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

    /// Σ |aᵢ bᵢ|: the rounding error of the sum is relative to this.
    let magnitude (a: float[]) (b: float[]) : float =
        Array.fold2 (fun sum x y -> sum + abs (x * y)) 0.0 a b

    /// The Euclidean length.
    let norm (a: float[]) : float = sqrt (dot a a)

    /// <summary>The derivative at 0 of a function of t, by central differences of two widths.</summary>
    /// <remarks>The errors of the quotients are h²f‴/6 + O(h⁴), so (4D(h/2) - D(h))/3 is accurate to O(h⁴): Richardson, "The
    /// deferred approach to the limit" (1927).</remarks>
    let slope (f: float -> float[]) : float[] =
        let quotient h =
            Array.map2 (fun above below -> (above - below) / (2.0 * h)) (f h) (f -h)

        Array.map2 (fun near far -> (4.0 * near - far) / 3.0) (quotient (step / 2.0)) (quotient step)

    /// The possible rounding error of a difference quotient of numbers of a given magnitude.
    let quotientNoise (magnitude: float) : float =
        16.0 * (Math.BitIncrement 1.0 - 1.0) * magnitude / step

    /// The scalar Σ uᵢ yᵢ of an output, with fixed weights u.
    let weighted (y: Tensor) : Tensor =
        Tensor.sumAll (directionOf 1 y.Shape * y)

    /// The scalar Σ uᵢ yᵢ + ½ Σ yᵢ²: curved even where the output is linear.
    let curved (y: Tensor) : Tensor =
        weighted y + 0.5 * Tensor.sumAll (y * y)

    /// Fixed directions in which to move the varied leaves of a trace.
    let directions (salt: int) (trace: Trace) : (Tensor * float[]) list =
        trace.Varied
        |> List.mapi (fun i leaf -> leaf, direction (salt + i) (Shape.size leaf.Shape))

    /// Directions as constants of the graph.
    let tangents (directions: (Tensor * float[]) list) : (Tensor * Tensor) list =
        directions
        |> List.map (fun (leaf, direction) -> leaf, Tensor.constant leaf.Shape direction)

    /// A complaint if two numbers differ by more than allowed, or if either is NaN.
    let differ (what: string) (allowed: float) (actual: float) (expected: float) : string list =
        if abs (actual - expected) <= allowed then
            []
        else
            [ $"{what}: {actual:R} should be {expected:R}, within {allowed:E1}" ]

    /// Complaints about two lists of numbers, each pair relative to its own size, or at least to a fraction of the whole's.
    let differEach (what: string) (relative: float) (noise: float) (actual: float[]) (expected: float[]) =
        let floor = 1e-3 * norm actual

        List.concat (
            Seq.mapi2
                (fun i a e ->
                    let allowed = relative * max floor (max (abs a) (abs e)) + noise
                    differ $"{what}[{i}]" allowed a e)
                actual
                expected
        )

    /// A law as a property of the cases of a row.
    let toProperty (law: Law) (row: Row) (cases: Arbitrary<Case>) : Property =
        Prop.forAll cases (fun case ->
            match law.Complaints row case with
            | [] -> true |> Prop.label law.Name
            | complaints ->
                let shown = complaints |> List.truncate 5 |> String.concat "\n"
                false |> Prop.label $"{row.Name}: {law.Name}\n{shown}")
