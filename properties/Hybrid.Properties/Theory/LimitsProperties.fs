/// What networks cannot do, whatever their weights.
module Hybrid.Properties.LimitsProperties

open System
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Measure
open Hybrid.Testing

let private draw key part (shape: Shape) =
    Tensor.constant shape (Random.normals (Random.split (uint64 key) part) (Shape.size shape))

/// Linear layers of these sizes with an activation between them.
let private stack (activation: Network) key (sizes: int list) : Network =
    let neurons part inputs outputs =
        Linear.network
            {
                Weight = draw key (2 * part) [ outputs; inputs ]
                Bias = Some(draw key (2 * part + 1) [ outputs ])
            }

    Dense.chain neurons (fun _ -> activation) sizes

let private identity = Network.ofLayer (Activation.layer "identity")

/// A polynomial as an activation, from its coefficients, the constant one first.
let private polynomial (coefficients: float list) : Network =
    Layer.ofFunction "polynomial" (fun x ->
        List.foldBack
            (fun c (sum: Tensor) -> sum * x + Tensor.fill c x.Shape)
            coefficients
            (Tensor.fill 0.0 x.Shape))
    |> Network.ofLayer

/// Where cos((p + 1) arccos x) is 1 or -1.
let private extrema p =
    Array.init (p + 2) (fun i -> Math.Cos(Math.PI * float i / float (p + 1)))

/// The maximum distance from x^(p + 1) there, with a margin for rounding.
let private missed p (network: Network) =
    let xs = extrema p
    let ys = outputs network xs
    let worst = furthest ys (xs |> Array.map (fun x -> x ** float (p + 1)))
    worst, 1e-11 * (1.0 + (ys |> Array.map abs |> Array.max))

let private corners =
    [| [| 0.0; 0.0 |]; [| 0.0; 1.0 |]; [| 1.0; 0.0 |]; [| 1.0; 1.0 |] |]

/// Bumps that leave out their edges, a network of threshold units: f(mᵢ) where tᵢ < x < tᵢ₊₁.
let private openBumps (f: float -> float) (edges: float[]) : Network =
    let n = edges.Length - 1
    let heights = Cells.middles edges |> Array.map f

    Linear.network
        {
            Weight = Tensor.constant [ 2 * n; 1 ] (Array.init (2 * n) (fun i -> if i < n then 1.0 else -1.0))
            Bias =
                Some(Tensor.constant [ 2 * n ] (Array.append (edges[.. n - 1] |> Array.map (~-)) edges[1..]))
        }
    >=> Activation.step
    >=> Linear.network
            {
                Weight = Tensor.constant [ 1; 2 * n ] (Array.append heights heights)
                Bias = Some(Tensor.constant [ 1 ] [| -(Array.sum heights) |])
            }

/// The network with sigmoids of a given slope as its thresholds.
let private softened (slope: float) (network: Network) : Network =
    {
        Layers =
            network.Layers
            |> List.map (fun layer ->
                if layer.Kind = "step" then
                    Layer.ofFunction "sigmoid" (fun x -> Tensor.sigmoid (slope * x))
                else
                    layer)
    }

[<Tests>]
let tests =
    testList
        "limits"
        [
            let sizes =
                Gen.choose (0, 6)
                |> Gen.bind (fun depth -> Gen.listOfLength depth (Gen.choose (1, 8)))

            property
                "Layers without an activation are one affine map, and miss x² by a half"
                1000
                (Gen.zip sizes keys |> Arb.fromGen)
                (fun (hidden, key) ->
                    let network = stack identity key (1 :: hidden @ [ 1 ])
                    let at = outputs network [| 0.0; 1.0; -1.0 |]
                    let xs = Random.normals (uint64 key) 20
                    let affine = xs |> Array.map (fun x -> at[0] + (at[1] - at[0]) * x)
                    let values = outputs network xs
                    let scale = Seq.append at values |> Seq.map abs |> Seq.max
                    let worst = furthest at [| 0.0; 1.0; 1.0 |]

                    (furthest affine values <= 1e-12 * (1.0 + scale) * float (1 + hidden.Length)
                     && worst >= 0.5 - 1e-12 * scale)
                    |> Prop.label $"off the affine map by {furthest affine values}, off x² by {worst}")

            let shape = Gen.zip3 (Gen.choose (1, 5)) (Gen.choose (1, 12)) keys |> Arb.fromGen

            property
                "One hidden layer with a polynomial of degree p misses x^(p + 1) by 2^-p"
                1000
                shape
                (fun (p, units, key) ->
                    let activation = Random.normals (uint64 key) (p + 1) |> List.ofArray |> polynomial

                    let worst, rounding = missed p (stack activation key [ 1; units; 1 ])

                    worst >= 2.0 ** float -p - rounding * 2.0 ** float p
                    |> Prop.label $"degree {p}: off by only {worst}")

            testCase "Training does not bring it closer" (fun () ->
                for p in 1..5 do
                    let xs = Array.init 21 (fun i -> Math.Cos(Math.PI * (float i + 0.5) / 21.0))
                    let x = Tensor.constant [ xs.Length; 1 ] xs

                    let target =
                        Tensor.constant [ xs.Length; 1 ] (xs |> Array.map (fun x -> x ** float (p + 1)))

                    let loss network =
                        let error = Network.forward network x - target
                        Tensor.meanAll (error * error)

                    for key in 1..2 do
                        let power = polynomial (List.replicate p 0.0 @ [ 1.0 ])
                        let start = stack power key [ 1; p + 3; 1 ]
                        let trained, minimum = QuasiNewton.train loss start 100
                        let worst, rounding = missed p trained

                        Expect.isGreaterThanOrEqual
                            worst
                            (2.0 ** float -p - rounding)
                            $"degree {p}: after training, off by only {worst}, loss {minimum.Value}")

            testCase "The best polynomial is off by exactly 2^-p: the limit is sharp" (fun () ->
                // x^(p + 1) minus the Chebyshev polynomial of its degree, divided by 2^p
                for p in 1..5 do
                    let chebyshev x =
                        Math.Cos(float (p + 1) * Math.Acos x) / 2.0 ** float p

                    let xs =
                        Array.init 1001 (fun i -> Math.Clamp(2.0 * float i / 1000.0 - 1.0, -1.0, 1.0))

                    let worst = xs |> Array.map (chebyshev >> abs) |> Array.max
                    Expect.isBetween worst (2.0 ** float -p - 5e-13) (2.0 ** float -p + 5e-13) $"degree {p}")

            testList
                "One neuron trained on XOR is never right in more than three of four cases"
                [
                    for loss' in [ Loss.softmax; Loss.hinge ] ->
                        testCase loss'.Name (fun () ->
                            let x = Tensor.constant [ 4; 2 ] (Array.concat corners)

                            let target =
                                Tensor.constant [ 4; 2 ] [| 1.0; 0.0; 0.0; 1.0; 0.0; 1.0; 1.0; 0.0 |]

                            let right (network: Network) =
                                Reference.value (Network.forward network x)
                                |> Array.chunkBySize 2
                                |> Array.map (fun scores -> scores[1] > scores[0])
                                |> Array.map2 (=) [| false; true; true; false |]
                                |> Array.filter id
                                |> Array.length

                            let loss network =
                                Tensor.meanAll (loss'.PerExample (Network.forward network x) target)

                            let found =
                                [
                                    for key in 1..60 do
                                        // two scores, whose difference is one neuron; during training, and at the end
                                        for iterations in [ 0; 1; 3; 30 ] ->
                                            QuasiNewton.train loss (stack identity key [ 2; 2 ]) iterations
                                            |> fst
                                            |> right
                                ]

                            Expect.equal (List.max found) 3 "cases that are right")
                ]

            testCase "Two rectified units are XOR exactly" (fun () ->
                let linear (weight: float[]) (bias: float[]) =
                    Linear.network
                        {
                            Weight = Tensor.constant [ bias.Length; 2 ] weight
                            Bias = Some(Tensor.constant [ bias.Length ] bias)
                        }

                let network =
                    linear [| 1.0; 1.0; 1.0; 1.0 |] [| 0.0; -1.0 |]
                    >=> Activation.relu
                    >=> linear [| 1.0; -2.0 |] [| 0.0 |]

                Expect.equal (outputsAt network corners) [| 0.0; 1.0; 1.0; 0.0 |] "the four corners")

            property
                "Bumps that leave out their edges are 0 there, however many there are"
                1000
                (cases FunctionCase.arbitrary)
                (fun (case, n) ->
                    let f, known = FunctionCase.value case, FunctionCase.smoothness case
                    let edges = Cells.edges domain n
                    let network = openBumps f edges
                    let inner = edges[1 .. n - 1]
                    let scale = edges |> Array.map (f >> abs) |> Array.max
                    let atEdges = outputs network edges
                    let between = Cells.middles edges

                    let bound = known.Modulus(Cells.width domain (float n) / 2.0)

                    let closed =
                        Approximation.bumps f known domain (bound * 1.0001 + 1e-6 * (1.0 + scale))

                    let missed =
                        inner
                        |> Array.filter (fun x -> abs (f x) > bound * 1.0001 + 1e-5 * (1.0 + scale))

                    // where f is greater than the bound the open bumps break it, and the library's do not
                    (atEdges |> Array.forall (fun y -> abs y <= slack (float n * (1.0 + scale)))
                     && furthest (Array.map f between) (outputs network between)
                        <= slack (float n * (1.0 + scale))
                     && (missed.Length = 0
                         || (furthest (Array.map f missed) (outputs network missed) > closed.Bound
                             && furthest (Array.map f missed) (outputs closed.Network missed)
                                <= closed.Bound + slack scale)))
                    |> Prop.classify (missed.Length > 0) "broken")

            let shape =
                gen {
                    let! axes = Gen.choose (2, 3)
                    let! case = (FieldCase.arbitrary axes).Generator
                    let! slope = Gen.elements [ 200.0; 1000.0; 1e4; 1e5 ]
                    let! key = keys
                    return axes, case, slope, key
                }
                |> Gen.filter (fun (axes, case, _, _) -> (FieldCase.smoothness axes case).Modulus 0.1 > 1e-3)

            property
                "Towers of sigmoids keep their bound outside strips, and violate it inside, however steep they are"
                1000
                (Arb.fromGen shape)
                (fun (axes, case, slope, key) ->
                    let known = FieldCase.smoothness axes case
                    let n = if axes = 2 then 4 else 2
                    let box = Array.replicate axes domain
                    let f = FieldCase.value case
                    let epsilon = known.Modulus(sqrt (float axes) / float (2 * n) * 1.0001) * 1.0001
                    let towers = Grids.towers f known box epsilon
                    let network = softened slope towers.Network
                    // as many cells as there are units below the towers; the same edges in every direction
                    let edges =
                        Reference.value (towers.Network.Layers.Head.Parameters |> List.item 1 |> snd)
                        |> Array.map (~-)
                        |> Array.distinct

                    let isOutside (point: float[]) =
                        point
                        |> Array.forall (fun x ->
                            edges |> Array.forall (fun edge -> abs (x - edge) >= 8.0 / slope))

                    let outside =
                        Random.uniforms (uint64 key) 0UL (100 * axes)
                        |> Array.chunkBySize axes
                        |> Array.filter isOutside

                    let corner = Array.replicate axes edges[0]
                    let scale = box |> Cells.points 4 |> Array.map (f >> abs) |> Array.max
                    // the units outside strips are within σ(-8) of 0 or 1, so that towers are within n^d σ(-k (½ - 2 d σ(-8)))
                    let soft =
                        (1.0 + scale) * float (pown (edges.Length + 1) axes) * Math.Exp(-0.49 * slope)

                    let off =
                        if outside.Length = 0 then
                            0.0
                        else
                            furthest (Array.map f outside) (outputsAt network outside)

                    // at a corner there is no tower: 0, whatever the function
                    let atCorner = (outputsAt network [| corner |])[0]

                    (off <= towers.Bound + soft + slack scale && abs atCorner <= soft + slack scale)
                    |> Prop.label
                        $"outside strips off by {off} of {towers.Bound}; {atCorner} in a corner, not {f corner}")
        ]
