/// Random networks with known weights, boxes, and float32 results in many orders of summation.
module Hybrid.Properties.VerificationCase

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Verification
open Hybrid.Testing

/// A random network, as plain data.
type Case =
    {
        Key: int
        Inputs: int
        Hidden: (int * string) list
        Outputs: int
        /// Half the width of the box.
        Radius: float
    }

/// Slopes of its own for each element.
let private prelu (x: Tensor) : Tensor =
    let slopes =
        Tensor.constant [ x.Shape[1] ] (Array.init x.Shape[1] (fun i -> 0.1 * float (i - 2)))

    Tensor.relu x + slopes * Tensor.minimum x (Tensor.scalar 0.0)

/// The sum of a row, for each of its elements.
let private total (x: Tensor) : Tensor =
    Tensor.reshape [ x.Shape[0]; 1 ] (Tensor.sum 1 x)

/// Functions that consist of lines, whose values at fractions are fractions.
let broken: (string * (Tensor -> Tensor)) list =
    [
        "relu", Tensor.relu
        "leaky-relu", Activation.leakyRelu 0.01
        "prelu", prelu
        "abs", Tensor.abs
        "clip", (fun x -> Tensor.minimum (Tensor.maximum x (Tensor.scalar -0.5)) (Tensor.scalar 0.75))
        "hard sigmoid",
        (fun x -> Tensor.maximum (Tensor.minimum (0.2 * x + 0.5) (Tensor.scalar 1.0)) (Tensor.scalar 0.0))
        "maximum", (fun x -> Tensor.maximum x (Tensor.scalar 0.25 - x))
        "negated minimum", (fun x -> -(Tensor.minimum x (2.0 * x)))
        "residual", (fun x -> x + Tensor.relu x)
        "divided", (fun x -> Tensor.relu (x / 3.0))
        "greatest", (fun x -> Tensor.relu x - Tensor.reshape [ x.Shape[0]; 1 ] (Tensor.max 1 x))
    ]

/// The same for products and quotients.
let rational: (string * (Tensor -> Tensor)) list =
    [
        "square", (fun x -> x * x)
        "cube", (fun x -> 0.1 * x * x * x)
        "hard swish",
        (fun x ->
            x
            * Tensor.maximum (Tensor.minimum (x / 6.0 + 0.5) (Tensor.scalar 1.0)) (Tensor.scalar 0.0))
        "softsign", (fun x -> x / (1.0 + Tensor.abs x))
        "gated", (fun x -> x * total x)
        "quotient", (fun x -> x / (2.0 + Tensor.abs (total x)))
        "products of rows", (fun x -> Tensor.relu (x *@ (Tensor.transpose x *@ x)))
    ]

/// Functions of rows of numbers as images of one axis.
let private onImages: (string * (Tensor -> Tensor)) list =
    let on (f: Tensor -> Tensor) (x: Tensor) =
        Tensor.reshape (x.Shape @ [ 1 ]) x |> f |> Tensor.reshape x.Shape

    let weight = Tensor.constant [ 1; 3; 1 ] [| 0.5; -1.0; 0.75 |]

    let pairs: Pooling.Axis list =
        [
            {
                Window = Window.create 2 1
                Before = 1
                After = 0
                Ceiling = false
            }
        ]

    [
        "convolution",
        on (
            Convolutions.forward [ Window.create 3 1 ] [ struct (1, 1) ] 1 weight None
            >> Tensor.relu
        )
        "transposed convolution",
        on (Convolutions.transposed [ Window.create 3 1 ] [ struct (1, 1) ] 1 weight None)
        "maximum of windows", on (Pooling.max pairs)
        "mean of windows", on (Pooling.mean false pairs)
    ]

/// Functions of the outputs of layers, for every rule of the reader.
let activations: (string * (Tensor -> Tensor)) list =
    broken
    @ rational
    @ onImages
    @ (Activation.functions
       |> List.filter (fun (name, _) -> not (List.exists (fst >> (=) name) broken)))
    @ [
        "exp", (fun x -> Tensor.exp (Tensor.minimum x (Tensor.scalar 2.0)))
        "gelu by tanh",
        (fun x ->
            0.5
            * x
            * (1.0 + Tensor.tanh (0.7978845608028654 * (x + 0.044715 * (x * x * x)))))
        "celu",
        (fun x ->
            Tensor.relu x
            + 0.7 * (Tensor.exp (Tensor.minimum (x / 0.7) (Tensor.scalar 0.0)) - 1.0))
        "swish", (fun x -> x * Tensor.sigmoid x)
        "mish", (fun x -> x * Tensor.tanh (Tensor.softplus x))
        "log", (fun x -> Tensor.log (0.5 + x * x))
        "sqrt", (fun x -> Tensor.sqrt (0.25 + Tensor.abs x))
        "erf", Tensor.erf
        "sine", Tensor.sin
        "power", (fun x -> Tensor.power (0.5 + Tensor.abs x) (Tensor.scalar 1.5))
        "step", (fun x -> x * Tensor.step x)
        "rounded", (fun x -> Tensor.round x + 0.5 * x)
        "selected", (fun x -> Tensor.select (Tensor.greater x (Tensor.scalar 0.5)) x (0.1 * x))
        "softmax", Tensor.softmax 1
        "log-softmax", Tensor.logSoftmax 1
        "index", (fun x -> x * Tensor.reshape [ x.Shape[0]; 1 ] (Tensor.argMax 1 x))
    ]

let private uniforms (case: Case) part count =
    Random.uniforms (Random.split (uint64 case.Key) part) 0UL count

/// Weights of a layer, [outputs; inputs], and biases.
let weights (case: Case) part inputs outputs : float32[] * float32[] =
    let scale = 3.0 / sqrt (float inputs)
    let centred u = float32 (scale * (2.0 * u - 1.0))

    uniforms case part (inputs * outputs)
    |> Array.mapi (fun i u -> if i % 7 = 3 then 0f else centred u),
    uniforms case (part + 50) outputs |> Array.map centred

/// The layers' sizes and activations; the last has none.
let layers (case: Case) : (int * int * string option) list =
    let sizes = case.Inputs :: List.map fst case.Hidden @ [ case.Outputs ]
    let names = (case.Hidden |> List.map (snd >> Some)) @ [ None ]
    List.map2 (fun (inputs, outputs) name -> inputs, outputs, name) (List.pairwise sizes) names

let network (case: Case) : Network =
    layers case
    |> List.mapi (fun part (inputs, outputs, activation) ->
        let weight, bias = weights case part inputs outputs

        let linear =
            Linear.network
                {
                    Weight = Tensor.single [ outputs; inputs ] weight
                    Bias = Some(Tensor.single [ outputs ] bias)
                }

        match activation with
        | Some name ->
            let f = activations |> List.find (fst >> (=) name) |> snd
            linear >=> Network.ofLayer (Layer.ofFunction name f)
        | None -> linear)
    |> List.reduce (>=>)

/// The box, between float32 numbers.
let box (case: Case) : Interval[] =
    uniforms case 90 case.Inputs
    |> Array.map (fun u ->
        {
            Lower = float (float32 (2.0 * u - 1.0 - case.Radius))
            Upper = float (float32 (2.0 * u - 1.0 + case.Radius))
        })

/// Float32 points of the box, corners among them.
let points (case: Case) count : float[][] =
    let box = box case

    uniforms case 91 (count * case.Inputs)
    |> Array.chunkBySize case.Inputs
    |> Array.mapi (fun index ->
        Array.mapi (fun i u ->
            let u = if index % 3 = 0 then Math.Round u else u
            let x = box[i].Lower + u * (box[i].Upper - box[i].Lower)
            Math.Clamp(float (float32 x), box[i].Lower, box[i].Upper)))

let engine = CpuEngine.Create 1

/// The float32 outputs at a point, in every order of summation.
let computed (network: Network) (point: float[]) : (string * float[]) list =
    let y = Network.forward network (Tensor.input "x" [ 1; point.Length ])

    [
        yield
            engine.Name,
            Eager.evaluate engine [ "x", Array.map float32 point ] [ y ]
            |> List.exactlyOne
            |> Array.map float

        for name, total in Summation.orders do
            yield name, Summation.evaluate total [ "x", point ] y
        yield "in double precision", Reference.evaluate [ "x", point ] [ y ] |> List.exactlyOne
    ]

/// Random cases with one of some activations.
let casesOf (names: string list) : Arbitrary<Case> =
    let generator =
        gen {
            let! key = Gen.choose (1, 1_000_000)
            let! inputs = Gen.choose (1, 3)
            let! depth = Gen.choose (1, 3)

            let! hidden =
                Gen.listOfLength depth (Gen.zip (Gen.choose (1, 6)) (Gen.elements names))

            let! outputs = Gen.choose (1, 3)
            let! radius = Gen.elements [ 0.0; 1e-6; 1e-3; 0.05; 0.3; 1.0 ]

            return
                {
                    Key = key
                    Inputs = inputs
                    Hidden = hidden
                    Outputs = outputs
                    Radius = radius
                }
        }

    let shrink case =
        seq {
            if case.Hidden.Length > 1 then
                { case with Hidden = case.Hidden.Tail }

                { case with
                    Hidden = List.truncate (case.Hidden.Length - 1) case.Hidden
                }

            if case.Outputs > 1 then
                { case with Outputs = 1 }
        }

    Arb.fromGenShrink (generator, shrink)

let cases: Arbitrary<Case> = casesOf (List.map fst activations)

/// y ≤ 0 and -y ≤ 0 for every output: the bounds of these conditions are those of the outputs.
let outputsOf (box: Interval[]) (outputs: int) : Region =
    let atom i sign =
        {
            Inputs = []
            Outputs = [ i, Exact.ofInt sign ]
            Constant = Exact.zero
            Strict = false
        }

    {
        Box = box |> Array.map (fun x -> Exact.ofFloat x.Lower, Exact.ofFloat x.Upper)
        Violations =
            [
                for i in 0 .. outputs - 1 do
                    [ atom i 1 ]
                    [ atom i -1 ]
            ]
    }

/// A property that is violated at a point of the box, in the order of summation from the left: each output is at most, or at
/// least, what it is there; some violations beside it are impossible.
let planted (case: Case) : Property * float[] =
    let point = (points case 7)[case.Key % 7]
    let y = computed (network case) point |> List.head |> snd

    // often by more than rounding
    let slack =
        if case.Key % 5 = 0 then
            Exact.ofFloat 0.0625
        else
            Exact.zero

    let atom i sign =
        {
            Inputs = []
            Outputs = [ i, Exact.ofInt sign ]
            Constant = Exact.ofInt -sign * Exact.ofFloat y[i] - slack
            Strict = false
        }

    let impossible =
        [
            { atom 0 1 with
                Constant = Exact.ofInt 1_000_000
            }
        ]

    let happens =
        List.init case.Outputs (fun i -> atom i (if (case.Key + i) % 2 = 0 then 1 else -1))

    {
        Inputs = case.Inputs
        Outputs = case.Outputs
        Regions =
            [
                { outputsOf (box case) case.Outputs with
                    Violations =
                        match case.Key % 3 with
                        | 0 -> [ happens ]
                        | 1 -> [ impossible; happens ]
                        | _ -> [ happens; impossible ]
                }
            ]
    },
    point
