namespace Hybrid.Testing

open System
open Hybrid.Core

/// <summary>How far float32 may be from double precision on a graph: every node, leaves included, may be off by a number of
/// roundings of its own size, and each error is multiplied by the derivative of the result with respect to that node.</summary>
/// <remarks>First-order running error analysis: Higham, Accuracy and Stability of Numerical Algorithms (2002), §3.3. The
/// derivatives are the graph's own, in reverse mode, with every node a source.</remarks>
module Rounding =
    /// Half a unit in the last place, relative to the number.
    let private unit = 1.0 / 16777216.0

    /// The number of roundings that a node may add: those of the longest sum, and a few for an elementary function.
    let private roundings (nodes: Tensor[]) =
        let length (x: Tensor) =
            match x.Node with
            | Apply({
                        Kernel = Kernel.Reduce(_, _, length, _)
                    },
                    _)
            | Apply({
                        Kernel = Kernel.Softmax(_, length, _)
                    },
                    _) -> length
            | Apply({
                        Kernel = Kernel.MatMul(_, _, _, k, _)
                    },
                    _) -> k
            | Apply({ Kernel = Kernel.Accumulate view }, _) ->
                view.At(Shape.size x.Shape) |> Array.map _.Length |> Array.max
            | _ -> 1

        16.0
        + 2.0 * float (Array.fold (fun longest x -> max longest (length x)) 1 nodes)

    let private isDifferentiable (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.ArgMax, _, _, _)
                },
                _) -> false
        | _ -> true

    /// <summary>The reference value of each element of an output, and the maximum float32 error.</summary>
    /// <param name="inputs">The values of the graph's inputs, by name: away from kinks, and exact in float32.</param>
    /// <param name="output">Any tensor.</param>
    let bounds (inputs: (string * float[]) list) (output: Tensor) : float[] * float[] =
        let nodes = Graph.order [ output ]
        let sources = List.ofArray nodes
        let values = Reference.evaluate inputs sources
        let count = roundings nodes * unit

        let allowed element =
            if isDifferentiable output then
                let one =
                    Tensor.constant
                        output.Shape
                        (Array.init (Shape.size output.Shape) (fun i -> if i = element then 1.0 else 0.0))

                Derivative.reverse output one sources
                |> Reference.evaluate inputs
                |> List.map2 Law.magnitude values
                |> List.sum
                |> fun sum -> count * sum + 1e-37
            else
                0.0

        List.last values, Array.init (Shape.size output.Shape) allowed

    /// Complaints about float32 values that are further from the reference than allowed.
    let complaints (what: string) (expected: float[], allowed: float[]) (actual: float32[]) : string list =
        [
            for i in 0 .. expected.Length - 1 do
                if not (Math.Abs(float actual[i] - expected[i]) <= allowed[i]) then
                    $"{what}[{i}]: {actual[i]:R} should be {expected[i]:R}, within {allowed[i]:E1}"
        ]
