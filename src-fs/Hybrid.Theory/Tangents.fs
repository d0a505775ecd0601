namespace Hybrid.Theory

open System
open Hybrid.Core

/// <summary>Networks of maxout units: the maximum of tangents.</summary>
/// <remarks>Goodfellow et al., "Maxout networks" (2013): two units with enough pieces approximate any continuous
/// function.</remarks>
module Tangents =
    /// Lines (slope, value at 0), as the pieces of one maxout unit.
    let private pieces (units: (float * float)[][]) =
        let count = units[0].Length

        let along pick =
            [|
                for piece in 0 .. count - 1 do
                    for unit in units -> pick unit[piece]
            |]

        Maxout.network
            {
                Pieces = count
                Weight = Tensor.constant [ count * units.Length; 1 ] (along fst)
                Bias = Tensor.constant [ count * units.Length ] (along snd)
            }

    let private sum (weights: float[]) =
        Linear.network
            {
                Weight = Tensor.constant [ 1; weights.Length ] weights
                Bias = Some(Tensor.constant [ 1 ] [| 0.0 |])
            }

    let private tangents (f: float -> float) (derivative: float -> float) (points: float[]) =
        points
        |> Array.map (fun x ->
            let slope = Cells.valueAt (fun x -> derivative x[0]) [| x |]
            slope, Cells.valueAt (fun x -> f x[0]) [| x |] - slope * x)

    /// <summary>A convex function as the maximum of its tangents at the middles of n cells, one maxout unit: 0 ≤ f - g ≤ M h² /
    /// 8.</summary>
    /// <remarks>Proof: a tangent of a convex function lies below it, by at most M t² / 2 at distance t ≤ h / 2.</remarks>
    /// <param name="f">Convex.</param>
    /// <param name="derivative">f'.</param>
    /// <param name="curvature">sup f''.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The maximum distance, above 0.</param>
    /// <exception cref="T:Hybrid.ApproximationException">ε, the domain or the function is invalid, or too many pieces are
    /// needed.</exception>
    let convex f derivative (curvature: float) (domain: Interval) (epsilon: float) : Approximation =
        Cells.check [| domain |] epsilon

        let bound n =
            curvature * Cells.width domain n ** 2.0 / 8.0

        let n = Cells.fewest Cells.MostNeurons epsilon bound

        {
            Method = "convex"
            Network =
                pieces [| tangents f derivative (Cells.middles (Cells.edges domain n)) |]
                >=> sum [| 1.0 |]
            Domain = [| domain |]
            Neurons = 1
            Bound = bound (float n)
        }

    /// <summary>Any function with two derivatives as the difference of two maxout units of n pieces: f = (f + M x²/2) - M x²/2,
    /// both convex, so sup |f - g| ≤ M h² / 4.</summary>
    /// <remarks>Proof: each unit is below its function, the first by at most 2M h² / 8, the second by at most M h² / 8; the
    /// difference of two such errors does not exceed the larger one.</remarks>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="derivative">f'.</param>
    /// <param name="curvature">M = sup |f''|.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The maximum distance, above 0.</param>
    /// <exception cref="T:Hybrid.ApproximationException">ε, the domain or the function is invalid, or too many pieces are
    /// needed.</exception>
    let maxout
        f
        (derivative: float -> float)
        (curvature: float)
        (domain: Interval)
        (epsilon: float)
        : Approximation =
        Cells.check [| domain |] epsilon

        let bound n =
            curvature * Cells.width domain n ** 2.0 / 4.0

        let n = Cells.fewest Cells.MostNeurons epsilon bound
        let points = Cells.middles (Cells.edges domain n)
        // around the centre, to keep the squares small
        let centre = domain.Lower + (domain.Upper - domain.Lower) / 2.0
        let bowl x = curvature * (x - centre) ** 2.0 / 2.0
        let slope x = curvature * (x - centre)

        let raised =
            tangents (fun x -> f x + bowl x) (fun x -> derivative x + slope x) points

        {
            Method = "maxout"
            Network = pieces [| raised; tangents bowl slope points |] >=> sum [| 1.0; -1.0 |]
            Domain = [| domain |]
            Neurons = 2
            Bound = bound (float n)
        }
