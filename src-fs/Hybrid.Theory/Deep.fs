namespace Hybrid.Theory

open System
open Hybrid.Core

/// <summary>The benefit of depth: functions that a few small layers represent, but one hidden layer only with many
/// units.</summary>
module Deep =
    let private linear (weight: float list list) (bias: float list) =
        Linear.network
            {
                Weight =
                    Tensor.constant
                        [ bias.Length; weight.Head.Length ]
                        (weight |> List.concat |> Array.ofList)
                Bias = Some(Tensor.constant [ bias.Length ] (Array.ofList bias))
            }

    let private hidden weight bias = linear weight bias >=> Activation.relu

    // The tooth of x: 2 x - 4 (x - ½)₊ + 2 (x - 1)₊ for x ≥ 0.
    let private tooth = [ 2.0; -4.0; 2.0 ]

    /// <summary>Block diagonal: copies of one network side by side, as rows of their weights.</summary>
    let private copies count (row: float list list) =
        [
            for copy in 0 .. count - 1 do
                for weights in row ->
                    [
                        for other in 0 .. count - 1 do
                            if other = copy then
                                yield! weights
                            else
                                yield! List.replicate weights.Length 0.0
                    ]
        ]

    // Each level computes, for every square, the parts x, x - ½, x - 1 of the current tooth, and the rest of the sum.
    let private level count s =
        let scale = 4.0 ** float s
        // the sum after level s: the carried sum minus the tooth of this level
        let carried = (tooth |> List.map (fun w -> -w / scale)) @ [ 1.0 ]
        let next = tooth @ [ 0.0 ]

        copies count [ next; next; next; carried ],
        List.replicate count [ 0.0; -0.5; -1.0; 0.0 ] |> List.concat

    let private squares count m =
        [ for s in 1 .. m - 1 -> level count s ]
        |> List.fold (fun network (weight, bias) -> network >=> hidden weight bias) Network.empty

    let private readOut m =
        (tooth |> List.map (fun w -> -w / 4.0 ** float m)) @ [ 1.0 ]

    let private checkLevels m =
        if m < 1 || m > 25 then
            raise (
                ApproximationException
                    $"A square of {m} levels cannot be built: choose 1 to 25; with more, double precision cannot distinguish the error from 0."
            )

    /// <summary>x² on [0, 1] with m layers of four rectified units: f(x) - x² is between 0 and 2^(-2m-2), which it
    /// attains.</summary>
    /// <remarks>f = x - Σ gₛ(x) / 4ˢ with gₛ the s-fold tooth: Yarotsky, "Error bounds for approximations with deep ReLU
    /// networks" (2017), proposition 2. It is the interpolant of x² at 2ᵐ + 1 points.</remarks>
    /// <exception cref="T:Hybrid.ApproximationException">m is not from 1 to 25.</exception>
    let square (m: int) : Approximation =
        checkLevels m

        {
            Method = "square"
            Network =
                hidden (List.replicate 4 [ 1.0 ]) [ 0.0; -0.5; -1.0; 0.0 ]
                >=> squares 1 m
                >=> linear [ readOut m ] [ 0.0 ]
            Domain = [| { Lower = 0.0; Upper = 1.0 } |]
            Neurons = 4 * m
            Bound = 2.0 ** float (-2 * m - 2)
        }

    /// <summary>x y on [-M, M]² from three squares side by side: sup |f - x y| ≤ 4 M² 2^(-2m-2), and f(x, 0) = 0.</summary>
    /// <remarks>x y = 2M² (|(x + y)/2M|² - |x/2M|² - |y/2M|²); Yarotsky (2017), proposition 3.</remarks>
    /// <exception cref="T:Hybrid.ApproximationException">m is not from 1 to 25, or M is not positive.</exception>
    let product (m: int) (bound: float) : Approximation =
        checkLevels m

        if not (bound > 0.0 && Double.IsFinite bound) then
            raise (
                ApproximationException
                    $"The bound of the factors must be a positive, finite number, not {bound}."
            )

        let u = 1.0 / (2.0 * bound)
        let halves = [ [ u; u ]; [ u; 0.0 ]; [ 0.0; u ] ]
        let absolutes = halves |> List.collect (fun row -> [ row; List.map (~-) row ])
        let scale = 2.0 * bound * bound

        {
            Method = "product"
            Network =
                hidden absolutes (List.replicate 6 0.0)
                >=> hidden
                        (copies 3 (List.replicate 4 [ 1.0; 1.0 ]))
                        (List.replicate 3 [ 0.0; -0.5; -1.0; 0.0 ] |> List.concat)
                >=> squares 3 m
                >=> linear
                        [
                            [
                                for sign in [ 1.0; -1.0; -1.0 ] do
                                    yield! readOut m |> List.map (fun w -> sign * scale * w)
                            ]
                        ]
                        [ 0.0 ]
            Domain = Array.replicate 2 { Lower = -bound; Upper = bound }
            Neurons = 6 + 12 * m
            Bound = 4.0 * bound * bound * 2.0 ** float (-2 * m - 2)
        }

    /// <summary>The k-fold tooth on [0, 1] with k layers of two rectified units: 2ᵏ linear pieces between 0 and 1.</summary>
    /// <remarks>Telgarsky, "Representation benefits of deep feedforward networks" (2015).</remarks>
    let sawtooth (k: int) : Network =
        if k < 1 || k > 30 then
            raise (ApproximationException $"A sawtooth of {k} folds cannot be built: choose 1 to 30.")

        let fold = [ [ 2.0; -4.0 ]; [ 2.0; -4.0 ] ]

        (hidden [ [ 1.0 ]; [ 1.0 ] ] [ 0.0; -0.5 ], [ 2..k ])
        ||> List.fold (fun network _ -> network >=> hidden fold [ 0.0; -0.5 ])
        >=> linear [ [ 2.0; -4.0 ] ] [ 0.0 ]

    /// <summary>The number of units that one hidden layer needs to stay within less than ½ of the k-fold tooth: 2ᵏ - 1, one less
    /// than its number of linear pieces.</summary>
    /// <remarks>Any function that close crosses ½ between any two neighbours of its 2ᵏ + 1 peaks and valleys, and n units have at
    /// most n + 1 linear pieces.</remarks>
    let shallowUnits (k: int) : int = (1 <<< k) - 1

    /// <summary>A lower bound of the number of units that one hidden layer needs for x² on [0, 1] within ε: 1/√(8ε) -
    /// 1.</summary>
    /// <remarks>P linear pieces are off by at least 1/(8P²).</remarks>
    let shallowSquareUnits (epsilon: float) : float = 1.0 / sqrt (8.0 * epsilon) - 1.0

    /// <summary>A network of one hidden layer of n rectified units that takes given values at n points: any finite sample can be
    /// memorised.</summary>
    /// <remarks>Zhang, Bengio, Hardt, Recht and Vinyals, "Understanding deep learning requires rethinking generalization" (2017),
    /// theorem 1: with the points projected onto a line and sorted, and a kink before each, the units' values form a triangular
    /// matrix.</remarks>
    /// <param name="key">Determines the direction of the line.</param>
    /// <param name="points">n different points, with one number per axis.</param>
    /// <param name="values">The value at each point.</param>
    /// <exception cref="T:Hybrid.ApproximationException">Two points are equal, or the numbers of points and values
    /// differ.</exception>
    let memorise (key: uint64) (points: float[][]) (values: float[]) : Network =
        let fail message = raise (ApproximationException message)

        if points.Length = 0 || points.Length <> values.Length then
            fail
                $"{points.Length} points and {values.Length} values were given. Give the same number of both, at least one."

        let d = points[0].Length
        let direction = Random.normals key d

        let project (point: float[]) =
            Array.fold2 (fun sum a x -> sum + a * x) 0.0 direction point

        let order = Array.zip points values |> Array.sortBy (fst >> project)
        let places = order |> Array.map (fst >> project)

        if places |> Array.pairwise |> Array.exists (fun (a, b) -> a = b) then
            fail "Two of the points are equal, or too close to distinguish."

        let n = places.Length

        let kinks =
            Array.init n (fun i ->
                if i > 0 then
                    places[i - 1]
                elif n > 1 then
                    places[0] - (places[n - 1] - places[0]) / float n
                else
                    places[0] - 1.0)

        // with kinks at the points before, the sum is linear between points: weights are changes of slope
        let answers = order |> Array.map snd
        let weights = Array.zeroCreate n
        let mutable slope = 0.0

        for i in 0 .. n - 1 do
            let before = if i = 0 then 0.0 else answers[i - 1]
            let next = (answers[i] - before) / (places[i] - kinks[i])
            weights[i] <- next - slope
            slope <- next

        Linear.network
            {
                Weight = Tensor.constant [ n; d ] (Array.concat (Array.replicate n direction))
                Bias = Some(Tensor.constant [ n ] (kinks |> Array.map (~-)))
            }
        >=> Activation.relu
        >=> Linear.network
                {
                    Weight = Tensor.constant [ 1; n ] weights
                    Bias = Some(Tensor.constant [ 1 ] [| 0.0 |])
                }
