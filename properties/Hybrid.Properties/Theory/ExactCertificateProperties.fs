/// Enclosures of networks and certificates, compared with exact fractions.
module Hybrid.Properties.ExactCertificateProperties

open System
open Expecto
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Testing

let private plainest = ReferenceKernels.Engine

let private none (complaints: string list) =
    Expect.isEmpty complaints (complaints |> List.truncate 5 |> String.concat "\n")

/// Float32 numbers that are not round.
let private weights seed count scale =
    Random.normals seed count |> Array.map (fun x -> float (float32 (scale * x)))

let private linear seed inputs outputs scale : Network =
    Linear.network
        {
            Weight = Tensor.constant [ outputs; inputs ] (weights seed (outputs * inputs) scale)
            Bias = Some(Tensor.constant [ outputs ] (weights (seed + 1UL) outputs scale))
        }

/// Both ends of a box, and float32 points between them.
let private inside seed (box: Interval[]) count : float[][] =
    let between (x: Interval) u =
        Math.Clamp(float (float32 (x.Lower + u * (x.Upper - x.Lower))), x.Lower, x.Upper)

    [|
        box |> Array.map _.Lower
        box |> Array.map _.Upper

        for i in 1..count do
            Array.map2 between box (Random.uniforms seed (uint64 i) box.Length)
    |]

let private networks: (string * (uint64 -> Network)) list =
    [
        "rectified", (fun seed -> linear seed 2 4 1.0 >=> Activation.relu >=> linear (seed + 7UL) 4 1 1.0)
        "rectified twice",
        fun seed ->
            linear seed 2 3 1.0
            >=> Activation.relu
            >=> linear (seed + 7UL) 3 3 100.0
            >=> Activation.relu
            >=> linear (seed + 9UL) 3 1 0.01
        "maxout",
        fun seed ->
            Maxout.network
                {
                    Pieces = 3
                    Weight = Tensor.constant [ 6; 2 ] (weights seed 12 1.0)
                    Bias = Tensor.constant [ 6 ] (weights (seed + 1UL) 6 1.0)
                }
            >=> linear (seed + 7UL) 2 1 1.0
        "thresholds", (fun seed -> linear seed 2 4 1.0 >=> Activation.step >=> linear (seed + 7UL) 4 1 1.0)
        "great and small",
        (fun seed -> linear seed 2 4 1e15 >=> Activation.relu >=> linear (seed + 7UL) 4 1 1e-12)
    ]

let private tenth = Rational.one / Rational.Of 10

/// Formulas and the fractions that they equal.
let private formulas: (string * (Rational -> Rational)) list =
    [
        "x^2", (fun x -> x * x)
        "x^3-x", (fun x -> x * x * x - x)
        "abs(x-0.3)", (fun x -> Rational.abs (x - Rational.Of 3 * tenth))
        "1/(1+x^2)", (fun x -> Rational.one / (Rational.one + x * x))
        "0.1*x+0.7", (fun x -> tenth * x + Rational.Of 7 * tenth)
        "x/3", (fun x -> x / Rational.Of 3)
        "1e-5*x", (fun x -> Rational.power tenth 5 * x)
    ]

/// Where thresholds may be: at the biases of the first layer, and next to them.
let private edges (network: Network) (box: Interval) : float[][] =
    Network.parameters network
    |> List.truncate 2
    |> List.collect (snd >> Reference.value >> List.ofArray)
    |> List.collect (fun bias ->
        let edge = float32 -bias
        [ edge; MathF.BitIncrement edge; MathF.BitDecrement edge ])
    |> List.map float
    |> List.filter (fun x -> Interval.contains x box)
    |> List.map Array.singleton
    |> Array.ofList

/// Checks a certificate, if one is built, against the formula at many points.
let private hold (exact: Rational -> Rational) formula name lipschitz =
    let box = { Lower = -0.75; Upper = 1.25 }

    let built =
        // maxout needs a second derivative, which a kink does not have
        try
            Construction.build name (Expression.parse [ "x" ] formula) [| box |] 0.1 lipschitz None
            |> Some
        with :? HybridException ->
            None

    built
    |> Option.iter (fun built ->
        let network = RoundingError.rounded built.Approximation.Network

        Array.append (inside 5UL [| box |] 100) (edges network box)
        |> ExactLaws.certificateComplaints
            (fun point -> Some(exact point[0]))
            plainest
            network
            built.Certificate
        |> none)

    built |> Option.exists _.Certificate.Holds

/// √x, with 0 for the root of a negative number.
let private clampedRoot (x: Tensor) : Tensor =
    let clamp = max 0.0
    let bounds = Interval.maximum (Interval.exactly 0.0) >> Interval.sqrt

    match (Tensor.sqrt x).Node with
    | Apply(primitive, operands) ->
        Tensor.apply
            x.Shape
            operands
            { primitive with
                Reference = fun operands -> Array.map (clamp >> sqrt) operands.Head
                Enclosure = fun operands -> Array.map bounds operands.Head
            }
    | _ -> x

[<Tests>]
let tests =
    testList
        "exact certificates"
        [
            testList
                "the enclosure of a network contains its exact outputs"
                [
                    for name, build in networks ->
                        testCase name (fun () ->
                            for seed in 1UL .. 12UL do
                                let box =
                                    weights (seed + 100UL) 2 1.0
                                    |> Array.map (fun x ->
                                        {
                                            Lower = x
                                            Upper = x + 0.25 * float seed
                                        })

                                none (ExactLaws.enclosureComplaints (build seed) box (inside seed box 20)))
                ]

            testList
                "no distance exceeds what a certificate says"
                [
                    for formula, exact in formulas do
                        for name in [ "relu"; "bumps"; "maxout"; "towers"; "kuhn" ] ->
                            testCase $"{name} for {formula}" (fun () ->
                                let isProved = hold exact formula name None
                                Expect.isTrue (isProved || name = "maxout") "a certificate"
                                // even with a constant that is far too small, there is a network
                                hold exact formula name (Some 0.01) |> ignore)
                ]

            testCase "A certificate from a wrong bound is detected" (fun () ->
                let network =
                    Linear.network
                        {
                            Weight = Tensor.constant [ 1; 1 ] [| 0.0 |]
                            Bias = Some(Tensor.constant [ 1 ] [| 0.5 |])
                        }

                let box = [| { Lower = 0.0; Upper = 1.0 } |]

                let certificate =
                    Certificate.prove (fun x -> clampedRoot (x - 0.5)) network box 0.6 10_000

                let exact (point: Rational[]) =
                    let x = point[0] - Rational.one / Rational.Of 2
                    if x.Sign < 0 then None else Some Rational.zero

                Expect.isTrue certificate.Holds "the wrong certificate"

                Expect.isNonEmpty
                    (ExactLaws.certificateComplaints exact plainest network certificate (inside 3UL box 20))
                    "complaints")
        ]
