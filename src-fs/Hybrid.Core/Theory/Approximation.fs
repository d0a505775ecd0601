namespace Hybrid.Core

open System

/// A network that was built to approximate a function, and how well it is sure to do.
[<NoEquality; NoComparison>]
type Approximation =
    {
        /// Such as "relu".
        Method: string
        /// From [n; axes] to [n; 1], with weights in double precision.
        Network: Network
        /// Where the bound holds: an interval an axis.
        Domain: Interval[]
        /// Units in hidden layers.
        Neurons: int
        /// sup |f - network| on the domain, in exact arithmetic: what is proved of the construction.
        Bound: float
    }

/// <summary>One-hidden-layer networks within a given distance of any function of one variable: Cybenko, "Approximation by
/// superpositions of a sigmoidal function" (1989), made into numbers.</summary>
/// <remarks>Cells have the width h = (b - a) / n, and as many as the bound needs for ε. Their edges are float32 numbers, so
/// that the saved network has the same; bounds count the widest cell.</remarks>
module Approximation =
    /// The most neurons that are built if nothing else is said.
    [<Literal>]
    let MostNeurons = 100_000

    let private fail message = raise (ApproximationException message)

    /// <summary>Checks a box and a distance.</summary>
    /// <exception cref="T:Hybrid.Core.ApproximationException">ε is not positive, or an interval is empty or not finite.</exception>
    let check (domain: Interval[]) (epsilon: float) : unit =
        if not (epsilon > 0.0 && Double.IsFinite epsilon) then
            fail $"The distance ε must be a number above 0, not {epsilon}."

        for x in domain do
            if not (Double.IsFinite x.Lower && Double.IsFinite x.Upper && x.Lower < x.Upper) then
                fail
                    $"The interval from {x.Lower} to {x.Upper} is empty. Give two numbers, the smaller one first."

    /// <summary>The fewest cells whose bound is at most ε.</summary>
    /// <param name="most">The most cells that are allowed.</param>
    /// <param name="epsilon">What the bound is to be at most.</param>
    /// <param name="bound">From a number of cells, at least 1; never increasing.</param>
    /// <exception cref="T:Hybrid.Core.ApproximationException">More are needed; the message says how many.</exception>
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
                $"No number of neurons brings the bound down to {epsilon}: what is known of the function does not bound this construction, or ε is below the rounding of the cells."
        | Some enough ->
            let cells = if enough = 1.0 then 1.0 else between (enough / 2.0) enough

            if cells > float most then
                fail
                    $"A bound of {epsilon} needs {cells:N0} cells, and at most {most:N0} are built. Give a greater ε, or allow more neurons."

            int cells

    /// The function's value, which has to be finite.
    let valueAt (f: float[] -> float) (point: float[]) : float =
        let y = f point

        if not (Double.IsFinite y) then
            let place = point |> Array.map (fun x -> $"{x:R}") |> String.concat ", "

            fail
                $"The function has no finite value at {place}: it is {y}. Give an interval on which it is defined."

        y

    let private round32 (x: float) = float (float32 x)

    /// <summary>Heights of steps as multiples of one power of two, so that float32 adds them up without error, in whatever
    /// order; and how far they were moved at most.</summary>
    let private onGrid (heights: float[]) : struct (float[] * float) =
        let total =
            abs heights[0]
            + (heights
               |> Array.pairwise
               |> Array.sumBy (fun (left, right) -> abs (right - left)))

        if total = 0.0 then
            struct (heights, 0.0)
        else
            // room for what rounding adds to the sum: 2²³ multiples, of 2²⁴
            let grid = 2.0 ** (Math.Ceiling(Math.Log2 total) - 23.0)
            struct (heights |> Array.map (fun height -> grid * Math.Round(height / grid)), grid / 2.0)

    /// The edges of n cells: the ends as they are, those between as float32 numbers.
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
                $"{n:N0} cells from {domain.Lower} to {domain.Upper} are narrower than float32 can tell apart. Give a greater ε."

        edges

    /// The width of the widest of n cells: rounding moves either edge by half a unit in the last place at most.
    let cellWidth (domain: Interval) (n: float) : float =
        let greatest = max (abs domain.Lower) (abs domain.Upper)

        (domain.Upper - domain.Lower) / n
        + (if n > 1.0 then greatest * 2.0 ** -23.0 else 0.0)

    let private row (values: float[]) =
        Tensor.constant [ 1; values.Length ] values

    let private column (values: float[]) =
        Tensor.constant [ values.Length; 1 ] values

    let private vector (values: float[]) =
        Tensor.constant [ values.Length ] values

    /// x, [n; 1], to units activation(k x - k t), to their weighted sum.
    let private oneHiddenLayer
        (activation: Network)
        (slope: float)
        (shifts: float[])
        (weights: float[])
        (bias: float)
        =
        Linear.network
            {
                Weight = column (Array.create shifts.Length slope)
                Bias = vector (shifts |> Array.map (fun shift -> -slope * shift))
            }
        >=> activation
        >=> Linear.network
                {
                    Weight = row weights
                    Bias = vector [| bias |]
                }

    let private middles (edges: float[]) =
        edges
        |> Array.pairwise
        |> Array.map (fun (left, right) -> left + (right - left) / 2.0)

    let private differences (values: float[]) =
        values |> Array.pairwise |> Array.map (fun (left, right) -> right - left)

    /// <summary>A staircase of n cells through f at their middles, with h the width of a cell: sup |f - g| ≤ ω(h/2).</summary>
    /// <remarks>The sum of bumps f(mᵢ) 1[tᵢ &lt; x ≤ tᵢ₊₁], each a difference of two threshold units, which their neighbours
    /// share: n - 1 units. Proof: |x - mᵢ| ≤ h/2 in its cell. Equality for f(x) = L x.</remarks>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="known">A modulus of continuity is needed.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The greatest distance, above 0.</param>
    /// <exception cref="T:Hybrid.Core.ApproximationException">ε, the domain, the function or the size cannot be.</exception>
    let bumps (f: float -> float) (known: Smoothness) (domain: Interval) (epsilon: float) : Approximation =
        check [| domain |] epsilon
        let bound n = known.Modulus(cellWidth domain n / 2.0)
        let n = fewest MostNeurons epsilon bound
        let edges = edges domain n

        let struct (heights, moved) =
            middles edges
            |> Array.map (fun x -> valueAt (fun x -> f x[0]) [| x |])
            |> onGrid

        {
            Method = "bumps"
            Network = oneHiddenLayer Activation.step 1.0 edges[1 .. n - 1] (differences heights) heights[0]
            Domain = [| domain |]
            Neurons = n - 1
            Bound = bound (float n) + moved
        }

    /// How steep the steps of a smooth staircase are: k h. The bound is within a factor of 1.0001 of that of steps.
    [<Literal>]
    let private Steepness = 20.0

    let private smoothStaircase
        f
        (known: Smoothness)
        domain
        epsilon
        (build: float -> float[] -> float[] -> float -> Network)
        =
        check [| domain |] epsilon
        let factor = 1.0 + 1.0 / Math.Sinh(Steepness / 2.0)

        let bound n =
            known.Modulus(cellWidth domain n) * factor

        let n = fewest MostNeurons epsilon bound
        let edges = edges domain n

        let heights =
            middles edges |> Array.map (fun x -> valueAt (fun x -> f x[0]) [| x |])
        // the narrowest cell is to have k h = 20
        let narrowest = differences edges |> Array.min

        {
            Method = ""
            Network = build (Steepness / narrowest) edges[1 .. n - 1] (differences heights) heights[0]
            Domain = [| domain |]
            Neurons = n - 1
            Bound = bound (float n)
        }

    /// <summary>A staircase of sigmoids σ(k(x - tᵢ)) at the inner edges of n cells, with k h = 20:
    /// sup |f - g| ≤ ω(h) (1 + 1 / sinh(k h / 2)).</summary>
    /// <remarks>Proof: the nearest step blends two values of f at points within h of x, and the others are off by at most
    /// e^(-k|x - tᵢ|), whose sum is geometric.</remarks>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="known">A modulus of continuity is needed.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The greatest distance, above 0.</param>
    /// <exception cref="T:Hybrid.Core.ApproximationException">ε, the domain, the function or the size cannot be.</exception>
    let sigmoid (f: float -> float) (known: Smoothness) (domain: Interval) (epsilon: float) : Approximation =
        { smoothStaircase f known domain epsilon (oneHiddenLayer Activation.sigmoid) with
            Method = "sigmoid"
        }

    /// <summary>The staircase of sigmoids with σ(z) = (1 + tanh(z/2)) / 2: the same bound.</summary>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="known">A modulus of continuity is needed.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The greatest distance, above 0.</param>
    /// <exception cref="T:Hybrid.Core.ApproximationException">ε, the domain, the function or the size cannot be.</exception>
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

    /// <summary>The continuous function that is linear on n cells and equal to f at their edges, with n rectified units:
    /// sup |f - g| ≤ min(ω(h), L h / 2, M h² / 8).</summary>
    /// <remarks>Proof: g(x) is a convex combination of two values at distance t h and (1 - t) h, so |f - g| ≤ 2t(1 - t) L h; with
    /// two derivatives, the remainder of linear interpolation. Equality for x² at the middles of cells.</remarks>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="known">A modulus, a Lipschitz constant or a curvature.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The greatest distance, above 0.</param>
    /// <exception cref="T:Hybrid.Core.ApproximationException">ε, the domain, the function or the size cannot be.</exception>
    let relu (f: float -> float) (known: Smoothness) (domain: Interval) (epsilon: float) : Approximation =
        check [| domain |] epsilon

        let bound n =
            let h = cellWidth domain n
            min (known.Modulus h) (min (known.Lipschitz * h / 2.0) (known.Curvature * h * h / 8.0))

        let n = fewest MostNeurons epsilon bound
        let edges = edges domain n
        let values = edges |> Array.map (fun x -> valueAt (fun x -> f x[0]) [| x |])
        let slopes = Array.map2 (/) (differences values) (differences edges)

        let weights =
            Array.init n (fun i -> if i = 0 then slopes[0] else slopes[i] - slopes[i - 1])

        {
            Method = "relu"
            Network = oneHiddenLayer Activation.relu 1.0 edges[.. n - 1] weights values[0]
            Domain = [| domain |]
            Neurons = n
            Bound = bound (float n)
        }

    /// Lines (slope, value at 0) as the pieces of one maxout unit.
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
                Weight = column (along fst)
                Bias = vector (along snd)
            }

    let private tangents (f: float -> float) (derivative: float -> float) (points: float[]) =
        points
        |> Array.map (fun x ->
            let slope = valueAt (fun x -> derivative x[0]) [| x |]
            slope, valueAt (fun x -> f x[0]) [| x |] - slope * x)

    /// <summary>A convex function as the greatest of its tangents at the middles of n cells, one maxout unit:
    /// 0 ≤ f - g ≤ M h² / 8.</summary>
    /// <remarks>Proof: a tangent of a convex function lies below it, by at most M t² / 2 at distance t ≤ h / 2.</remarks>
    /// <param name="f">Convex.</param>
    /// <param name="derivative">f'.</param>
    /// <param name="curvature">sup f''.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The greatest distance, above 0.</param>
    /// <exception cref="T:Hybrid.Core.ApproximationException">ε, the domain, the function or the size cannot be.</exception>
    let convex f derivative (curvature: float) (domain: Interval) (epsilon: float) : Approximation =
        check [| domain |] epsilon

        let bound n =
            curvature * cellWidth domain n ** 2.0 / 8.0

        let n = fewest MostNeurons epsilon bound

        {
            Method = "convex"
            Network =
                pieces [| tangents f derivative (middles (edges domain n)) |]
                >=> Linear.network
                        {
                            Weight = row [| 1.0 |]
                            Bias = vector [| 0.0 |]
                        }
            Domain = [| domain |]
            Neurons = 1
            Bound = bound (float n)
        }

    /// <summary>Any function with two derivatives as a difference of two maxout units of n pieces: f = (f + M x²/2) - M x²/2,
    /// both convex, so sup |f - g| ≤ M h² / 4.</summary>
    /// <remarks>Proof: each unit is below its function, the first by at most 2M h² / 8, the second by M h² / 8; the difference
    /// of two such errors is no greater than the greater one.</remarks>
    /// <param name="f">Defined on the whole domain.</param>
    /// <param name="derivative">f'.</param>
    /// <param name="curvature">M = sup |f''|.</param>
    /// <param name="domain">The interval.</param>
    /// <param name="epsilon">The greatest distance, above 0.</param>
    /// <exception cref="T:Hybrid.Core.ApproximationException">ε, the domain, the function or the size cannot be.</exception>
    let maxout
        f
        (derivative: float -> float)
        (curvature: float)
        (domain: Interval)
        (epsilon: float)
        : Approximation =
        check [| domain |] epsilon

        let bound n =
            curvature * cellWidth domain n ** 2.0 / 4.0

        let n = fewest MostNeurons epsilon bound
        let points = middles (edges domain n)
        // around the centre, so that the squares stay small
        let centre = domain.Lower + (domain.Upper - domain.Lower) / 2.0
        let bowl x = curvature * (x - centre) ** 2.0 / 2.0
        let slope x = curvature * (x - centre)

        let raised =
            tangents (fun x -> f x + bowl x) (fun x -> derivative x + slope x) points

        {
            Method = "maxout"
            Network =
                pieces [| raised; tangents bowl slope points |]
                >=> Linear.network
                        {
                            Weight = row [| 1.0; -1.0 |]
                            Bias = vector [| 0.0 |]
                        }
            Domain = [| domain |]
            Neurons = 2
            Bound = bound (float n)
        }
