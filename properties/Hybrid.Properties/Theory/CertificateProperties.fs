/// Proofs and enclosures of networks: never below what is sampled, and close to the true value.
module Hybrid.Properties.CertificateProperties

open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Boxes
open Hybrid.Properties.Measure
open Hybrid.Testing

let private contains (outer: Interval) (inner: Interval) =
    outer.Lower <= inner.Lower && inner.Upper <= outer.Upper

/// The middle half of each side.
let private middle =
    Array.map (fun x ->
        let quarter = 0.25 * (x.Upper - x.Lower)

        {
            Lower = x.Lower + quarter
            Upper = x.Upper - quarter
        })

/// The enclosures of a network on the case's box and on its middle half.
let private enclosures (case: NetworkCase) =
    let enclose = Certificate.enclose (withLast case)
    enclose (boxOf case), enclose (middle (boxOf case))

/// Whether the enclosure of a part of a box lies within that of the whole, up to rounding: softplus and similar functions are
/// accurate to a few units in the last place, but not monotonic to the last one, so the part may exceed the whole by as much.
/// Observed: one unit, in one of 600,000 networks. A million units, 2e-10, leave room for its growth through five layers of
/// weights, but not for any other error. After a step, even one unit is the whole way from 0 to 1.
let private isIsotone case (whole, part) =
    Lipschitz.ofNetwork (withLast case) = infinity
    || Array.forall2 contains (whole |> Array.map (Interval.loosen 1e6 1e6)) part

/// The function as a graph.
let private waves =
    FunctionCase.smooth
    |> Arb.filter (fun case ->
        match case with
        | Waves _ -> true
        | _ -> false)

let private graphOf (case: FunctionCase) =
    match case with
    | Waves waves ->
        waves
        |> List.map (fun (a, w, p) -> $"({a})*sin({w}*x+({p}))")
        |> String.concat " + "
        |> Expression.parse [ "x" ]
        |> Expression.graph
    | _ -> fun x -> Tensor.fill 0.0 [ x.Shape.Head; 1 ]

[<Tests>]
let tests =
    testList
        "certificates"
        [
            property
                "Outputs are enclosed, and the enclosure of a part of the box lies within that of the whole"
                10000
                networks
                (fun case ->
                    let whole, part = enclosures case

                    let isEnclosed box enclosure =
                        all (withLast case) (inside box 100 (uint64 case.Key))
                        |> Array.forall (fun y -> Array.forall2 Interval.contains y enclosure)

                    (isEnclosed (boxOf case) whole
                     && isEnclosed (middle (boxOf case)) part
                     && isIsotone case (whole, part))
                    |> Prop.label $"%A{whole}, %A{part}")

            testCase "A part's enclosure may exceed the whole's by one unit in the last place" (fun () ->
                let case =
                    {
                        Key = 485930
                        Examples = 1
                        Inputs = 3
                        Hidden = [ 1, "relu"; 2, "softplus" ]
                        Outputs = 2
                        Loss = "squared"
                        L1 = 0.0
                        L2 = 0.0
                        Dropout = 0.0
                        Noise = 0.0
                    }

                Expect.isTrue (isIsotone case (enclosures case)) "a unit in the last place is rounding")

            let shape = Gen.zip3 (Gen.choose (1, 8)) (Gen.choose (1, 8)) keys |> Arb.fromGen

            property
                "The enclosure of one affine layer is exact up to rounding"
                1000
                shape
                (fun (inputs, units, key) ->
                    let weight = Random.normals (uint64 key) (units * inputs)
                    let bias = Random.normals (uint64 key + 1UL) units
                    let centre = Random.normals (uint64 key + 2UL) inputs
                    let radius = Random.uniforms (uint64 key) 3UL inputs

                    let box = Array.map2 (fun c r -> { Lower = c - r; Upper = c + r }) centre radius

                    let enclosure =
                        Certificate.enclose
                            (Linear.network
                                {
                                    Weight = Tensor.constant [ units; inputs ] weight
                                    Bias = Some(Tensor.constant [ units ] bias)
                                })
                            box

                    // W c + b ± |W| r
                    let exact unit =
                        let row = Array.sub weight (unit * inputs) inputs
                        let middle = bias[unit] + (Array.map2 (*) row centre |> Array.sum)
                        let reach = Array.map2 (fun w r -> abs w * r) row radius |> Array.sum
                        middle - reach, middle + reach

                    enclosure
                    |> Array.mapi (fun unit x ->
                        let lower, upper = exact unit
                        abs (x.Lower - lower) <= 1e-13 && abs (x.Upper - upper) <= 1e-13)
                    |> Array.forall id)

            property
                "A supremum bound is above every sample, and as accurate as requested"
                1000
                waves
                (fun case ->
                    let supremum = Supremum.upper (graphOf case) [| domain |]
                    let xs = Array.init 2001 (fun i -> float i / 2000.0)
                    let sampled = xs |> Array.map (FunctionCase.value case >> abs) |> Array.max
                    let found = abs (FunctionCase.value case supremum.Point[0])
                    // between two samples a function bends by at most M h² / 8
                    let truth =
                        sampled + (FunctionCase.smoothness case).Curvature / (8.0 * 2000.0 ** 2.0)

                    (supremum.Upper >= sampled - slack 1.0
                     && abs (found - supremum.Lower) <= slack 10.0
                     && supremum.Upper <= 1.001 * truth + 1e-9)
                    |> Prop.label $"{supremum.Upper}, sampled {sampled}")

            property
                "Bounds by grid and Lipschitz constants are never too small, and finer grids are more accurate"
                300
                (Arb.zip (waves, Arb.fromGen keys))
                (fun (case, key) ->
                    let network = random Activation.tanh key 1 5
                    let f, g = graphOf case, Network.forward network

                    let constant =
                        (FunctionCase.smoothness case).Lipschitz + Lipschitz.ofNetwork network

                    let by n =
                        Certificate.byGrid f g constant [| domain |] n

                    let xs = Array.init 1001 (fun i -> float i / 1000.0)

                    let sampled =
                        furthest (xs |> Array.map (FunctionCase.value case)) (outputs network xs)

                    (by 50 >= sampled
                     && by 1600 >= sampled
                     && by 1600 <= sampled + constant * (0.5 / 1600.0 + 0.5 / 1000.0) + 1e-9)
                    |> Prop.label $"{by 50}, {by 1600}, sampled {sampled}, constant {constant}")

            property "The same holds in the plane" 100 (Arb.fromGen keys) (fun key ->
                let first, second =
                    random Activation.tanh key 2 4, random Activation.relu (key + 1) 2 4

                let constant = Lipschitz.ofNetwork first + Lipschitz.ofNetwork second
                let box = [| domain; { Lower = -1.0; Upper = 2.0 } |]

                let by n =
                    Certificate.byGrid (Network.forward first) (Network.forward second) constant box n

                let points = inside box 500 (uint64 key)
                let sampled = furthest (outputsAt first points) (outputsAt second points)

                (by 6 >= sampled && by 24 >= sampled && by 24 <= by 6 + 1e-12)
                |> Prop.label $"{by 6}, {by 24}, sampled {sampled}")

            property
                "A proof is never below the error of the saved network at any float32 input"
                50
                (Arb.zip (waves, Arb.fromGen (Gen.zip (Gen.choose (2, 30)) keys)))
                (fun (case, (n, key)) ->
                    let epsilon = distance case n + 1e-3

                    let approximation =
                        Approximation.relu
                            (FunctionCase.value case)
                            (FunctionCase.smoothness case)
                            domain
                            epsilon

                    let certificate =
                        Certificate.prove (graphOf case) approximation.Network [| domain |] epsilon 20_000

                    let points = inside [| domain |] 300 (uint64 key)
                    let target = points |> Array.map (Array.exactlyOne >> FunctionCase.value case)

                    let worst =
                        Engines.all
                        |> List.map (fun engine ->
                            let x = Tensor.constant [ points.Length; 1 ] (Array.concat points)

                            Eager.value engine (Network.forward approximation.Network x)
                            |> Array.map float
                            |> furthest target)
                        |> List.max

                    (certificate.Holds
                     && worst <= certificate.Bound
                     && certificate.Measured <= certificate.Bound)
                    |> Prop.label $"off by {worst}, proved {certificate.Bound} of {epsilon}")

            property
                "A network with an error above ε is refused, and the certificate says where"
                20
                (Arb.fromGen (Gen.zip keys (Gen.choose (1, 9))))
                (fun (key, tenth) ->
                    let network = random Activation.tanh key 1 4
                    let place = float tenth / 10.0
                    let saved = Network.forward (RoundingError.rounded network)

                    // the network itself with a peak of 0.1, above 0.05 within 0.005 of a point
                    let f x =
                        saved x + 0.1 * Tensor.relu (1.0 - Tensor.abs (100.0 * (x - place)))

                    let fails = Certificate.prove f network [| domain |] 0.05 50_000
                    let holds = Certificate.prove f network [| domain |] 0.1001 50_000
                    let box = fails.Box[0]

                    (not fails.Holds
                     && fails.Measured > 0.05
                     && abs (fails.Point[0] - place) <= 0.005
                     && box.Lower <= place + 0.005
                     && box.Upper >= place - 0.005
                     && holds.Holds
                     && holds.Measured <= 0.1 + 1e-6)
                    |> Prop.label
                        $"at {fails.Point[0]} in [{box.Lower}, {box.Upper}], not at {place}; bounds {fails.Bound}, {holds.Bound}")

            testCase "Half of the measured distance cannot be proved" (fun () ->
                let f = Expression.parse [ "x" ] "sin(2*pi*x)"

                for name in [ "relu"; "bumps"; "kuhn" ] do
                    let result = Construction.build name f [| domain |] 0.02 None None
                    Expect.isTrue result.Certificate.Holds $"{name} is proved"
                    let measured = result.Certificate.Measured

                    let half =
                        Certificate.prove
                            (Expression.graph f)
                            result.Approximation.Network
                            [| domain |]
                            (measured / 2.0)
                            10_000

                    Expect.isFalse half.Holds $"half of what {name} measured is proved"
                    Expect.isGreaterThanOrEqual half.Bound measured $"{name}: the bound")

            testCase "A network with one changed parameter is no longer proved" (fun () ->
                let f = Expression.parse [ "x" ] "x^2"
                let epsilon = 0.01

                let built =
                    (Construction.build "relu" f [| domain |] epsilon None None).Approximation.Network

                let names = Network.parameters built |> List.map fst

                for name in names do
                    let moved =
                        built
                        |> Network.map (fun parameter value ->
                            if parameter = name then
                                Reference.value value
                                |> Array.mapi (fun i x -> if i = 0 then x + 0.1 else x)
                                |> Tensor.constant value.Shape
                            else
                                value)

                    let certificate =
                        Certificate.prove (Expression.graph f) moved [| domain |] epsilon 20_000

                    Expect.isFalse certificate.Holds $"{name} was changed, but the proof holds"

                    Expect.isGreaterThan
                        certificate.Measured
                        epsilon
                        $"{name} was changed: the measured distance")
        ]
