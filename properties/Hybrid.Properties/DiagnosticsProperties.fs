module Hybrid.Properties.DiagnosticsProperties

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Testing

let private engine = Engines.all |> List.last

/// The features and classes of a case, in float32.
let private data (case: NetworkCase) : Examples =
    let values = NetworkCase.values case |> List.head |> snd |> Reference.value

    Examples.all
        case.Inputs
        (Array.map float32 values)
        (Array.init case.Examples (fun i -> float32 ((case.Key + i) % case.Outputs)))

/// The slopes of activations by their formulas, in double precision.
let private slope (kind: string) (x: float) : float =
    let logistic x = 1.0 / (1.0 + exp -x)

    match kind with
    | "relu" -> if x > 0.0 then 1.0 else 0.0
    | "leaky-relu" -> if x >= 0.0 then 1.0 else 0.01
    | "tanh" -> 1.0 / Math.Cosh x ** 2.0
    | "sigmoid" -> logistic x * logistic -x
    | "elu"
    | "selu" -> if x > 0.0 then 1.0 else exp x
    | "gelu" ->
        // Φ(x) + x φ(x)
        let density = exp (-x * x / 2.0) / sqrt (2.0 * Math.PI)
        let distribution = 0.5 * (1.0 + Special.erf (x / sqrt 2.0))
        distribution + x * density
    | "softplus" -> logistic x
    | _ -> 1.0

/// A hidden layer's sums and outputs for each example, unit by unit: those of the network up to it.
let private columns (network: Network) (case: NetworkCase) : float[][] =
    let x = NetworkCase.values case |> List.head |> snd
    let y = Network.forward network x
    let values = Reference.value y
    Array.init y.Shape[1] (fun j -> Array.init case.Examples (fun i -> values[i * y.Shape[1] + j]))

let private upTo count (network: Network) =
    {
        Layers = List.truncate count network.Layers
    }

let private saturated kind (y: float) =
    match kind with
    | "sigmoid" -> y < 0.01 || y > 0.99
    | _ -> abs y > 0.98

let private complaints (case: NetworkCase) : string list =
    let network = NetworkCase.network case
    let _, blocks = Block.split network
    let units = Units.ofNetwork engine network (data case)

    [
        for block, (layer: LayerUnits) in List.zip blocks units.Layers do
            let outputs =
                columns (upTo (block.Index + 1 + block.Activations.Length) network) case

            let expect name (expected: int) actual =
                if expected <> actual then
                    [ $"{name} of layer {layer.Layer} ({layer.Kind}) is {actual}, not {expected}" ]
                else
                    []

            let count condition =
                Seq.filter condition (seq { 0 .. outputs.Length - 1 }) |> Seq.length

            yield! expect "the number of units" outputs.Length layer.Units
            yield! expect "not finite" 0 layer.NotFinite

            match layer.Kind with
            | "maxout" ->
                let weight, bias = snd block.Neurons.Parameters[0], snd block.Neurons.Parameters[1]
                let pieces = Linear.network { Weight = weight; Bias = Some bias }
                let sums = columns (upTo block.Index network >=> pieces) case

                let wins piece =
                    Seq.exists
                        (fun i -> sums[piece][i] = outputs[piece % outputs.Length][i])
                        (seq { 0 .. case.Examples - 1 })

                yield! expect "pieces" sums.Length layer.Pieces

                yield!
                    expect
                        "unused"
                        (Seq.filter (wins >> not) (seq { 0 .. sums.Length - 1 }) |> Seq.length)
                        layer.UnusedPieces

                yield! expect "no gradient" 0 layer.NoGradient
            | kind ->
                let sums = columns (upTo (block.Index + 1) network) case

                let stuck j =
                    sums[j] |> Array.forall (fun x -> slope kind x = 0.0)

                let silent j = outputs[j] |> Array.forall ((=) 0.0)

                // further out, slopes that are not zero are lost to float32 rounding
                if sums |> Array.forall (Array.forall (fun x -> abs x < 8.0)) then
                    yield! expect "no gradient" (count stuck) layer.NoGradient
                    yield! expect "dead" (count (fun j -> stuck j && silent j)) layer.Dead

                if kind = "tanh" || kind = "sigmoid" then
                    let all = Array.concat outputs

                    let share =
                        float (all |> Array.filter (saturated kind) |> Array.length) / float all.Length

                    if abs (share - layer.Saturated.Value) > 1e-9 then
                        $"saturated of layer {layer.Layer} is {layer.Saturated.Value}, not {share}"
    ]

/// A network whose first layer is relu, its first unit with no weights and a bias of -1.
let private killed (case: NetworkCase) : Network =
    let network = NetworkCase.network case
    let units = fst case.Hidden.Head

    let replace (name: string) (value: Tensor) =
        let values = Reference.value value |> Array.map float32

        let index =
            network.Layers |> List.findIndex (fun layer -> not layer.Parameters.IsEmpty)

        let row = values.Length / units

        if name = $"{index}.weight" then
            Tensor.single value.Shape (Array.mapi (fun i w -> if i < row then 0f else w) values)
        elif name = $"{index}.bias" then
            Tensor.single value.Shape (Array.mapi (fun i b -> if i = 0 then -1f else b) values)
        else
            Tensor.single value.Shape values

    Network.map replace network

let private firstUnit (case: NetworkCase) (network: Network) : float list =
    let weight, bias =
        match network.Layers |> List.find (fun layer -> not layer.Parameters.IsEmpty) with
        | { Parameters = [ _, weight; _, bias ] } -> weight, bias
        | _ -> raise (InvalidOperationException())

    (Reference.value bias)[0]
    :: List.ofArray(Reference.value weight)[.. case.Inputs - 1]

[<Tests>]
let tests =
    testList
        "diagnostics"
        [
            testList
                "Units are counted according to their definitions"
                [
                    for kind in NetworkCase.kinds ->
                        property
                            kind
                            25
                            (NetworkCase.arbitrary kind "softmax" (0.0, 0.0))
                            (complaints >> withoutComplaints)
                ]

            property
                "A rectified unit that never fires has a gradient of exactly zero, and never changes"
                100
                (NetworkCase.arbitrary "relu" "softmax" (0.0, 0.0))
                (fun case ->
                    let network = killed case
                    let data = data case
                    let optimizer = Optimizer.all[case.Key % Optimizer.all.Length]

                    let options =
                        { StepOptions.defaults (Classification case.Outputs) case.Examples with
                            Optimizer = optimizer
                            LearningRate = 0.1
                            BatchSize = 1 + case.Key % case.Examples
                            Epochs = 5
                            Key = uint64 case.Key
                        }

                    let trained =
                        Training.epochs engine (fun () -> false) options network data None |> Seq.last

                    let isCounted network =
                        (Units.ofNetwork engine network data).Layers.Head.Dead > 0

                    let before = firstUnit case network

                    let gradient =
                        let x = Tensor.single [ case.Examples; case.Inputs ] data.Features
                        let target = Tensor.single [ case.Examples; 1 ] data.Targets

                        let loss = Loss.mean options.Task options.Loss (Network.forward network x) target

                        let parameters = Network.parameters network |> List.map snd |> List.truncate 2

                        match Derivative.gradient loss parameters |> Reference.evaluate [] with
                        | [ weight; bias ] -> bias[0] :: List.ofArray weight[.. case.Inputs - 1]
                        | _ -> []

                    [
                        List.forall ((=) 0.0) gradient |> Prop.label $"the gradient is {gradient}"
                        firstUnit case trained.Network = before
                        |> Prop.label $"{optimizer.Name} made {firstUnit case trained.Network} of {before}"
                        (isCounted network && isCounted trained.Network)
                        |> Prop.label "it is not counted as dead"
                    ]
                    |> List.reduce (.&.))
        ]
