/// Counts of linear regions, compared with independent counts.
module Hybrid.Properties.RegionsProperties

open System.Numerics
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Measure
open Hybrid.Testing

/// Which units fire, as text, at each point: the patterns of all hidden layers together.
let private patterns (network: Network) (points: float[][]) : string[] =
    let step (x: Tensor, seen: string[]) (layer: Layer) =
        let y = layer.Forward (List.map snd layer.Parameters) x

        if layer.Kind = "relu" then
            let fires =
                Reference.value y
                |> Array.chunkBySize y.Shape[1]
                |> Array.map (Array.map (fun v -> if v > 0.0 then '1' else '0') >> System.String)

            y, Array.map2 (+) seen fires
        else
            y, seen

    let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)

    ((x, Array.replicate points.Length ""), network.Layers)
    ||> List.fold step
    |> snd

let private counted network points =
    patterns network points |> Array.distinct |> Array.length |> bigint

/// A network of rectified layers of these sizes, with random parameters.
let private deep key inputs (sizes: int list) : Network =
    let draw part n =
        Tensor.constant n (Random.normals (Random.split (uint64 key) part) (Shape.size n))

    let neurons part inputs outputs =
        Linear.network
            {
                Weight = draw (2 * part) [ outputs; inputs ]
                Bias = Some(draw (2 * part + 1) [ outputs ])
            }

    Dense.chain neurons (fun _ -> Activation.relu) (inputs :: sizes @ [ 1 ])

let private sizes =
    Gen.choose (1, 3)
    |> Gen.bind (fun depth -> Gen.listOfLength depth (Gen.choose (1, 6)))

let private around: Interval = { Lower = -4.0; Upper = 4.0 }

/// Counts regions by adding one line after another: each adds one more than it has crossings with those before it.
let private byHand (lines: (int * int * int) list) : int =
    let cross (a: int, b: int, c: int) (p: int, q: int, r: int) =
        let d = a * q - b * p

        if d = 0 then
            None
        else
            Some(struct (BigInteger(b * r - q * c), BigInteger(p * c - a * r), BigInteger d))

    let same (struct (x: bigint, y: bigint, d: bigint)) (struct (u: bigint, v: bigint, e: bigint)) =
        x * e = u * d && y * e = v * d

    let equal (a, b, c) (p, q, r) =
        a * q = b * p && a * r = c * p && b * r = c * q

    let add (regions, before) line =
        if before |> List.exists (equal line) then
            regions, before
        else
            let crossings =
                before
                |> List.choose (cross line)
                |> List.fold
                    (fun found place ->
                        if List.exists (same place) found then
                            found
                        else
                            place :: found)
                    []

            regions + crossings.Length + 1, line :: before

    lines |> List.fold add (1, []) |> fst

/// Lines of small integers: many are parallel, equal, or meet in one point.
let private arrangements =
    let small = Gen.choose (-2, 2)

    Gen.zip3 small small small
    |> Gen.filter (fun (a, b, _) -> a <> 0 || b <> 0)
    |> Gen.listOf
    |> Gen.map (List.truncate 12)

/// Between 0 and 1 and back as many times as there are units: a folding layer, as weights of the next one.
let private folds units =
    [
        for i in 0 .. units - 1 ->
            (if i = 0 then 1.0
             elif i % 2 = 1 then -2.0
             else 2.0)
            * float units
    ]

/// A network that folds [0, 1] as many times as it can before its last layer, whose kinks are all inside.
let private folding (sizes: int list) : Network =
    let linear (weight: float list list) (bias: float list) =
        Linear.network
            {
                Weight =
                    Tensor.constant
                        [ bias.Length; weight.Head.Length ]
                        (weight |> List.concat |> Array.ofList)
                Bias = Some(Tensor.constant [ bias.Length ] (Array.ofList bias))
            }

    let last = List.last sizes

    let add (network, readOut: float list) (position, units) =
        // the last layer's first unit faces the other way, so that neither end is flat
        let sign i =
            if position = sizes.Length - 1 && i = 0 then -1.0 else 1.0

        let kink i =
            if position = sizes.Length - 1 then
                float (i + 1) / float (last + 1)
            else
                float i / float units

        network
        >=> linear
                [ for i in 0 .. units - 1 -> readOut |> List.map (fun w -> sign i * w) ]
                [ for i in 0 .. units - 1 -> -(sign i) * kink i ]
        >=> Activation.relu,
        folds units

    let network, _ = ((Network.empty, [ 1.0 ]), List.indexed sizes) ||> List.fold add
    network >=> linear [ List.replicate last 1.0 ] [ 0.0 ]

[<Tests>]
let tests =
    testList
        "regions"
        [
            property
                "A network of one input has at most as many linear pieces as its sizes allow"
                1000
                (Gen.zip sizes keys |> Arb.fromGen)
                (fun (sizes, key) ->
                    let pieces = Regions.pieces (deep key 1 sizes) around
                    let most = sizes |> List.fold (fun product n -> product * (n + 1)) 1

                    (pieces <= most && bigint most = Regions.most 1 sizes)
                    |> Prop.label $"{pieces} pieces, but at most {most}, or {Regions.most 1 sizes}")

            property
                "One hidden layer over one input has one more linear piece than kinks"
                1000
                (Gen.zip (Gen.choose (1, 20)) keys |> Arb.fromGen)
                (fun (units, key) ->
                    let network = deep key 1 [ units ]
                    let values = network.Layers.Head.Parameters |> List.map (snd >> Reference.value)

                    let kinks =
                        Array.map2 (fun w b -> -b / w) values[0] values[1]
                        |> Array.filter (fun x -> x > around.Lower && x < around.Upper)

                    Regions.pieces network around = kinks.Length + 1)

            let points =
                Cells.points 60 [| around; around |]
                |> Array.map (Array.map (fun x -> x + 0.001))

            property
                "There are at most as many patterns of units as regions"
                200
                (Gen.zip sizes keys |> Arb.fromGen)
                (fun (sizes, key) ->
                    let network = deep key 2 sizes
                    let found = counted network points
                    let most = Regions.most 2 sizes

                    let layer =
                        match network.Layers.Head.Parameters with
                        | [ _, weight; _, bias ] -> { Weight = weight; Bias = Some bias }
                        | _ -> raise (HybridException "The first layer is not linear.")

                    let exact = bigint (Regions.planar layer)

                    (found <= most
                     && Regions.reached 2 (2 :: sizes) <= Regions.most 2 (2 :: sizes)
                     && exact = Regions.shallow 2 sizes.Head
                     && (sizes.Length > 1 || found <= exact))
                    |> Prop.label $"{found} patterns, at most {most}; the first layer has {exact} regions")

            let arrangement =
                Gen.oneof
                    [
                        arrangements
                        Gen.listOf (
                            Gen.zip3 (Gen.choose (-99, 99)) (Gen.choose (1, 99)) (Gen.choose (-99, 99))
                        )
                        |> Gen.map (List.truncate 12)
                    ]

            let shrink lines =
                seq { for i in 0 .. List.length lines - 1 -> List.removeAt i lines }

            property
                "Regions of lines are counted exactly, in general position or not"
                1000
                (Arb.fromGenShrink (arrangement, shrink))
                (fun lines ->
                    let counted =
                        lines |> Seq.map (fun (a, b, c) -> float a, float b, float c) |> Regions.ofLines

                    counted = byHand lines |> Prop.label $"{counted}, not {byHand lines}")

            let sizes =
                Gen.choose (1, 3)
                |> Gen.bind (fun depth -> Gen.listOfLength depth (Gen.choose (2, 5)))

            property
                "A folding network attains the stated number of linear pieces"
                100
                (Arb.fromGen sizes)
                (fun sizes ->
                    let pieces = Regions.pieces (folding sizes) domain

                    (bigint pieces = Regions.reached 1 sizes
                     && Regions.reached 1 sizes <= Regions.most 1 sizes)
                    |> Prop.label $"{pieces}, not {Regions.reached 1 sizes}")

            testCase "One neuron realises as many dichotomies as Cover counts" (fun () ->
                let corners = [ 0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0 ]

                let answers =
                    Seq.init 20000 (fun key ->
                        let w = Random.normals (uint64 key) 3
                        corners |> List.map (fun (x, y) -> w[0] * x + w[1] * y + w[2] > 0.0))
                    |> Set.ofSeq

                // 14 of 16: neither XOR nor its complement
                Expect.hasLength answers 14 "the dichotomies found"
                Expect.equal (bigint answers.Count) (Regions.dichotomies 2 4) "Cover's count"
                Expect.isFalse (answers.Contains [ false; true; true; false ]) "XOR"
                Expect.isFalse (answers.Contains [ true; false; false; true ]) "not XOR")
        ]
