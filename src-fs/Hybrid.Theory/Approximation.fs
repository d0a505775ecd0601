namespace Hybrid.Theory

open System
open Hybrid.Core

/// A network that was built to approximate a function, and its guaranteed accuracy.
[<NoEquality; NoComparison>]
type Approximation =
    {
        /// The name of the method, such as "relu".
        Method: string
        /// From [n; axes] to [n; 1], with weights in double precision.
        Network: Network
        /// Where the bound holds: one interval per axis.
        Domain: Interval[]
        /// The number of units in hidden layers.
        Neurons: int
        /// sup |f - network| on the domain, in exact arithmetic, by the construction's theorem: computed in double precision, and
        /// not rounded outward. Certificate.prove takes rounding into account.
        Bound: float
    }

/// <summary>One-hidden-layer networks within a given distance of any function of one variable: a quantitative form of Cybenko,
/// "Approximation by superpositions of a sigmoidal function" (1989).</summary>
/// <remarks>Cells have the width h = (b - a) / n, with n as large as the bound needs for ε. Their edges are float32 numbers, so
/// that saving the network does not move them; bounds use the widest cell.</remarks>
module Approximation =
    let private round32 (x: float) = float (float32 x)

    /// <summary>Step heights rounded to multiples of one power of two, so that float32 adds them without error in any order; and
    /// the maximum change of a height.</summary>
    let private onGrid (heights: float[]) : struct (float[] * float) =
        let total =
            abs heights[0]
            + (heights
               |> Array.pairwise
               |> Array.sumBy (fun (left, right) -> abs (right - left)))

        if heights.Length = 1 || total = 0.0 then
            struct (heights, 0.0)
        else
            // float32 holds 2²⁴ multiples; 2²³ leave room for what rounding the heights adds to the sum
            let grid = 2.0 ** (Math.Ceiling(Math.Log2 total) - 23.0)
            struct (heights |> Array.map (fun height -> grid * Math.Round(height / grid)), grid / 2.0)

    let private row (values: float[]) =
        Tensor.constant [ 1; values.Length ] values

    let private column (values: float[]) =
        Tensor.constant [ values.Length; 1 ] values

    let private vector (values: float[]) =
        Tensor.constant [ values.Length ] values

    /// x, [n; 1], to units activation(k x - k t), to their weighted sum; a constant if there are no units.
    let private oneHiddenLayer
        (activation: Network)
        (slope: float)
        (shifts: float[])
        (weights: float[])
        (bias: float)
        =
        if shifts.Length = 0 then
            Linear.network
                {
                    Weight = row [| 0.0 |]
                    Bias = Some(vector [| bias |])
                }
        else
            Linear.network
                {
                    Weight = column (Array.create shifts.Length slope)
                    Bias = Some(vector (shifts |> Array.map (fun shift -> -slope * shift)))
                }
            >=> activation
            >=> Linear.network
                    {
                        Weight = row weights
                        Bias = Some(vector [| bias |])
                    }

    /// <summary>A staircase of n cells through the values of f at their middles, with h the width of a cell: sup |f - g| ≤
    /// ω(h/2).</summary>
    /// <remarks>The sum of bumps f(mᵢ) 1[tᵢ &lt; x ≤ tᵢ₊₁], each the difference of two threshold units, which neighbours share: n
    /// - 1 units. Proof: |x - mᵢ| ≤ h/2 in a cell. Equality for f(x) = L x.</remarks>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="known">Needs a modulus of continuity.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The maximum distance, above 0.</param>
    /// <exception cref="T:Hybrid.ApproximationException">ε, the domain or the function is invalid, or too many units are
    /// needed.</exception>
    let bumps (f: float -> float) (known: Smoothness) (domain: Interval) (epsilon: float) : Approximation =
        Cells.check [| domain |] epsilon

        let bound n =
            known.Modulus(Cells.width domain n / 2.0)

        // the distance that rounding the heights costs is reserved
        let rec build left =
            let n = Cells.fewest Cells.MostNeurons left bound
            let edges = Cells.edges domain n

            let struct (heights, moved) =
                Cells.middles edges
                |> Array.map (fun x -> Cells.valueAt (fun x -> f x[0]) [| x |])
                |> onGrid

            if bound (float n) + moved <= epsilon then
                {
                    Method = "bumps"
                    Network =
                        oneHiddenLayer
                            Activation.step
                            1.0
                            edges[1 .. n - 1]
                            (Cells.differences heights)
                            heights[0]
                    Domain = [| domain |]
                    Neurons = n - 1
                    Bound = bound (float n) + moved
                }
            elif moved < epsilon && epsilon - moved < left then
                build (epsilon - moved)
            else
                raise (
                    ApproximationException
                        $"Sums of the function's values in float32 are already off by {SignificantDigits.up 3 moved}. Choose a larger ε."
                )

        build epsilon

    /// The steepness of the steps of a smooth staircase: k h. The bound is within a factor of 1.0001 of that of a staircase of
    /// jumps.
    [<Literal>]
    let private Steepness = 20.0

    let private smoothStaircase
        f
        (known: Smoothness)
        domain
        epsilon
        (build: float -> float[] -> float[] -> float -> Network)
        =
        Cells.check [| domain |] epsilon
        let factor = 1.0 + 1.0 / Math.Sinh(Steepness / 2.0)

        let bound n =
            known.Modulus(Cells.width domain n) * factor

        let n = Cells.fewest Cells.MostNeurons epsilon bound
        let edges = Cells.edges domain n

        let heights =
            Cells.middles edges
            |> Array.map (fun x -> Cells.valueAt (fun x -> f x[0]) [| x |])
        // so that the narrowest cell has k h = 20
        let narrowest = Cells.differences edges |> Array.min

        {
            Method = ""
            Network = build (Steepness / narrowest) edges[1 .. n - 1] (Cells.differences heights) heights[0]
            Domain = [| domain |]
            Neurons = n - 1
            Bound = bound (float n)
        }

    /// <summary>A staircase of sigmoids σ(k(x - tᵢ)) at the inner edges of n cells, with k h = 20: sup |f - g| ≤ ω(h) (1 + 1 /
    /// sinh(k h / 2)).</summary>
    /// <remarks>Proof: the nearest step blends two values of f at points within h of x, and the others are off by at most e^(-k|x
    /// - tᵢ|), a geometric sum.</remarks>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="known">Needs a modulus of continuity.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The maximum distance, above 0.</param>
    /// <exception cref="T:Hybrid.ApproximationException">ε, the domain or the function is invalid, or too many units are
    /// needed.</exception>
    let sigmoid (f: float -> float) (known: Smoothness) (domain: Interval) (epsilon: float) : Approximation =
        { smoothStaircase f known domain epsilon (oneHiddenLayer Activation.sigmoid) with
            Method = "sigmoid"
        }

    /// <summary>The staircase of sigmoids, written with σ(z) = (1 + tanh(z/2)) / 2; the bound is the same.</summary>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="known">Needs a modulus of continuity.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The maximum distance, above 0.</param>
    /// <exception cref="T:Hybrid.ApproximationException">ε, the domain or the function is invalid, or too many units are
    /// needed.</exception>
    let tanh (f: float -> float) (known: Smoothness) (domain: Interval) (epsilon: float) : Approximation =
        let build slope shifts (weights: float[]) bias =
            oneHiddenLayer
                Activation.tanh
                (slope / 2.0)
                shifts
                (weights |> Array.map (fun weight -> weight / 2.0))
                (bias + Array.sum weights / 2.0)

        { smoothStaircase f known domain epsilon build with
            Method = "tanh"
        }

    /// <summary>The continuous function that is linear on each of n cells and equal to f at their edges, with n rectified units:
    /// sup |f - g| ≤ min(ω(h), L h / 2, M h² / 8).</summary>
    /// <remarks>Proof: g(x) is a convex combination of two values at distances t h and (1 - t) h, so |f - g| ≤ 2t(1 - t) L h;
    /// with two derivatives, the remainder of linear interpolation. Equality for x² at the middles of cells.</remarks>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="known">Needs a modulus of continuity, a Lipschitz constant or a curvature.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The maximum distance, above 0.</param>
    /// <exception cref="T:Hybrid.ApproximationException">ε, the domain or the function is invalid, or too many units are
    /// needed.</exception>
    let relu (f: float -> float) (known: Smoothness) (domain: Interval) (epsilon: float) : Approximation =
        Cells.check [| domain |] epsilon

        let bound n =
            let h = Cells.width domain n
            min (known.Modulus h) (min (known.Lipschitz * h / 2.0) (known.Curvature * h * h / 8.0))

        let n = Cells.fewest Cells.MostNeurons epsilon bound
        let edges = Cells.edges domain n
        let values = edges |> Array.map (fun x -> Cells.valueAt (fun x -> f x[0]) [| x |])
        let slopes = Array.map2 (/) (Cells.differences values) (Cells.differences edges)

        let weights =
            Array.init n (fun i -> if i = 0 then slopes[0] else slopes[i] - slopes[i - 1])

        {
            Method = "relu"
            Network = oneHiddenLayer Activation.relu 1.0 edges[.. n - 1] weights values[0]
            Domain = [| domain |]
            Neurons = n
            Bound = bound (float n)
        }
