namespace Hybrid.Theory

open System
open Hybrid.Core

/// <summary>Networks within a given distance of functions of several variables, on grids of n cells per axis.</summary>
module Grids =
    let private vector (values: float[]) =
        Tensor.constant [ values.Length ] values

    /// A layer from entries (unit, input, weight) and biases.
    let private linear inputs (biases: float[]) (entries: (int * int * float) seq) =
        let weight = Array.zeroCreate (biases.Length * inputs)

        for unit, input, value in entries do
            weight[unit * inputs + input] <- weight[unit * inputs + input] + value

        Linear.network
            {
                Weight = Tensor.constant [ biases.Length; inputs ] weight
                Bias = Some(vector biases)
            }

    /// All index tuples below an extent; the last index varies fastest.
    let private indices axes extent =
        Cells.product (Array.replicate axes [ 0 .. extent - 1 ])

    /// The maximum number of weights in a layer: weights are stored densely, and the time of a proof grows faster than their
    /// number. At this number it is about a minute.
    [<Literal>]
    let private MostWeights = 300_000.0

    let private fewestCells epsilon (weights: float -> float) bound =
        let rec most fits tooMany =
            let middle = (fits + tooMany) / 2

            if middle = fits then
                fits
            elif weights (float middle) <= MostWeights then
                most middle tooMany
            else
                most fits middle

        Cells.fewest (most 1 (Cells.MostNeurons / 3)) epsilon bound

    let private diagonal (widths: float[]) =
        widths |> Array.sumBy (fun width -> width * width) |> sqrt

    /// <summary>Towers: the value at the centre of every cell of the grid, by threshold units in two hidden layers: sup |f - g| ≤
    /// ω(δ / 2), with δ the diagonal of a cell.</summary>
    /// <remarks>d(n - 1) units 1[xⱼ > tᵢ], then nᵈ units that test whether all d coordinates are in a cell, then a sum. Nielsen,
    /// Neural Networks and Deep Learning (2015), chapter 4. Proof: every point of a cell is within δ/2 of its centre.</remarks>
    /// <param name="f">A function of one number per axis.</param>
    /// <param name="known">Needs a modulus of continuity, in Euclidean distance.</param>
    /// <param name="domain">One interval per axis.</param>
    /// <param name="epsilon">The maximum distance, above 0.</param>
    /// <exception cref="T:Hybrid.ApproximationException">ε, the domain or the function is invalid, or too many units are
    /// needed.</exception>
    let towers
        (f: float[] -> float)
        (known: Smoothness)
        (domain: Interval[])
        (epsilon: float)
        : Approximation =
        Cells.check domain epsilon
        let d = domain.Length

        let bound n =
            known.Modulus(diagonal (domain |> Array.map (fun x -> Cells.width x n)) / 2.0)

        let n = fewestCells epsilon (fun n -> n ** float d * float d * n) bound
        let edges = domain |> Array.map (fun x -> Cells.edges x n)
        let cells = indices d n
        // unit j (n - 1) + i - 1 tests whether coordinate j is above edge i
        let inner = n - 1

        let steps =
            linear
                d
                [|
                    for axis in 0 .. d - 1 do
                        for i in 1..inner -> -edges[axis][i]
                |]
                (seq {
                    for axis in 0 .. d - 1 do
                        for i in 1..inner -> axis * inner + i - 1, axis, 1.0
                })

        // above the lower edge and not above the upper one; the outermost edges always count as passed
        let biases =
            cells
            |> Array.map (fun cell ->
                let given = cell |> Seq.filter ((=) 0) |> Seq.length
                float given - (float d - 0.5))

        let conditions =
            linear
                (d * inner)
                biases
                (seq {
                    for unit in 0 .. cells.Length - 1 do
                        for axis in 0 .. d - 1 do
                            let i = cells[unit][axis]

                            if i > 0 then
                                unit, axis * inner + i - 1, 1.0

                            if i < n - 1 then
                                unit, axis * inner + i, -1.0
                })

        let heights =
            cells
            |> Array.map (fun cell ->
                cell
                |> Array.mapi (fun axis i -> edges[axis][i] + (edges[axis][i + 1] - edges[axis][i]) / 2.0)
                |> Cells.valueAt f)

        let network =
            if n = 1 then
                linear d [| heights[0] |] Seq.empty
            else
                steps
                >=> Activation.step
                >=> conditions
                >=> Activation.step
                >=> linear cells.Length [| 0.0 |] (heights |> Seq.mapi (fun unit height -> 0, unit, height))

        {
            Method = "towers"
            Network = network
            Domain = domain
            Neurons = (if n = 1 then 0 else d * inner + cells.Length)
            Bound = bound (float n)
        }

    /// <summary>The function that is linear on the simplices of Kuhn's triangulation of the grid and equal to f at its points,
    /// by rectified units: sup |f - g| ≤ min(ω(δ), M δ² / 8), with δ the diagonal of a cell.</summary>
    /// <remarks>g(x) = Σ f(v) φ(z), z = (x - v) / h, φ(z) = max(0, 1 + min(0, z₁…) - max(0, z₁…)): Yarotsky, "Optimal
    /// approximation of continuous functions by very deep ReLU networks" (2018). Each layer extends the maximum and the minimum
    /// by one axis. Proof: a convex combination of the vertices of a simplex of diameter δ.</remarks>
    /// <param name="f">A function of one number per axis.</param>
    /// <param name="known">Needs a modulus of continuity or a curvature, in Euclidean distance.</param>
    /// <param name="domain">One interval per axis.</param>
    /// <param name="epsilon">The maximum distance, above 0.</param>
    /// <exception cref="T:Hybrid.ApproximationException">ε, the domain or the function is invalid, or too many units are
    /// needed.</exception>
    let kuhn (f: float[] -> float) (known: Smoothness) (domain: Interval[]) (epsilon: float) : Approximation =
        Cells.check domain epsilon
        let d = domain.Length

        let widths n =
            domain |> Array.map (fun x -> (x.Upper - x.Lower) / n)

        let bound n =
            let diagonal = diagonal (widths n)
            min (known.Modulus diagonal) (known.Curvature * diagonal * diagonal / 8.0)

        // the last hidden layer has one unit per vertex, and reads two for each
        let n =
            fewestCells
                epsilon
                (fun n -> (if d = 1 then 2.0 else 2.0 * (n + 1.0) ** float d) * (n + 1.0) ** float d)
                bound

        let points = n + 1
        let h = widths (float n)

        /// Rectified units of affine combinations (terms, constant) of the units below.
        let layer inputs (units: ((int * float) list * float)[]) =
            linear
                inputs
                (Array.map snd units)
                (units
                 |> Seq.mapi (fun unit (terms, _) ->
                     terms |> Seq.map (fun (input, weight) -> unit, input, weight))
                 |> Seq.concat)
            >=> Activation.relu

        // z = (x - a) / h - i for every axis and index, as max(0, z) and max(0, -z)
        let signed =
            [|
                for axis in 0 .. d - 1 do
                    for i in 0..n do
                        let shift = -domain[axis].Lower / h[axis] - float i
                        [ axis, 1.0 / h[axis] ], shift
                        [ axis, -1.0 / h[axis] ], -shift
            |]

        /// Joins the coordinates of an axis to the combinations of those before it: max(m, p) = m + max(0, p - m) for m ≥ 0. Maps
        /// networks and the terms of m for each combination to the same with one more axis.
        let join (network: Network, units: int, largest: (int * float) list[], coming: int) (_: int) =
            // largest: two per combination, for z and for -z; coming: the first unit of the axes that are not joined yet
            let combinations = largest.Length / 2
            let carried = largest |> Array.map (fun terms -> terms, 0.0)

            let added =
                [|
                    for combination in 0 .. combinations - 1 do
                        for i in 0..n do
                            for sign in 0..1 do
                                let less =
                                    largest[2 * combination + sign]
                                    |> List.map (fun (unit, weight) -> unit, -weight)

                                (coming + 2 * i + sign, 1.0) :: less, 0.0
                |]

            let later = [| for unit in coming + 2 * points .. units - 1 -> [ unit, 1.0 ], 0.0 |]

            let next = Array.concat [ carried; added; later ]

            let terms =
                [|
                    for combination in 0 .. combinations - 1 do
                        for i in 0..n do
                            for sign in 0..1 ->
                                [
                                    2 * combination + sign, 1.0
                                    carried.Length + 2 * (combination * points + i) + sign, 1.0
                                ]
                |]

            network >=> layer units next, next.Length, terms, carried.Length + added.Length

        let first =
            layer d signed, signed.Length, [| for unit in 0 .. 2 * points - 1 -> [ unit, 1.0 ] |], 2 * points

        let below, units, largest, _ = List.fold join first [ 1 .. d - 1 ]

        let hats =
            [|
                for vertex in 0 .. largest.Length / 2 - 1 ->
                    (largest[2 * vertex] @ largest[2 * vertex + 1]
                     |> List.map (fun (unit, weight) -> unit, -weight)),
                    1.0
            |]

        let values =
            indices d points
            |> Array.map (fun vertex ->
                vertex
                |> Array.mapi (fun axis i ->
                    if i = n then
                        domain[axis].Upper
                    else
                        domain[axis].Lower + float i * h[axis])
                |> Cells.valueAt f)

        let network =
            below
            >=> layer units hats
            >=> linear hats.Length [| 0.0 |] (values |> Seq.mapi (fun unit value -> 0, unit, value))

        {
            Method = "kuhn"
            Network = network
            Domain = domain
            Neurons = (Summary.ofNetwork d network).Neurons - 1
            Bound = bound (float n)
        }
