/// Networks with smaller weights stay within the bounds that are proved for them.
module Hybrid.Properties.CompressionProperties

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Testing

/// A network, and the rows that its ranges come from.
type private Case =
    {
        Key: int
        /// Inputs first, and the outputs of dense layers.
        Sizes: int list
        Activation: string
        Rows: int
        /// The deviation of the inputs.
        Spread: float
    }

let private cases: Arbitrary<Case> =
    gen {
        let! key = Gen.choose (0, 1 <<< 20)
        let! depth = Gen.choose (1, 4)
        let! sizes = Gen.listOfLength (depth + 1) (Gen.choose (1, 7))

        let! activation =
            Gen.elements [ "relu"; "tanh"; "sigmoid"; "leaky-relu"; "softplus" ]

        let! rows = Gen.choose (1, 6)
        let! spread = Gen.elements [ 1e-3; 1.0; 30.0 ]

        return
            {
                Key = key
                Sizes = sizes
                Activation = activation
                Rows = rows
                Spread = spread
            }
    }
    |> Arb.fromGen

let private numbers case part count =
    Random.normals (Random.split (uint64 case.Key) part) count

/// Neurons have biases, which new ones do not.
let private network case : Network =
    let activation = Activation.layer case.Activation

    case.Sizes
    |> List.pairwise
    |> List.mapi (fun i (inputs, outputs) ->
        let linear = Linear.create Initializer.He (uint64 (case.Key + i)) inputs outputs

        let bias =
            numbers case (10 + i) outputs |> Array.map float32 |> Tensor.single [ outputs ]

        Linear.layer { linear with Bias = Some bias })
    |> List.collect (fun layer -> [ layer; activation ])
    |> fun layers ->
        {
            // the outputs are sums
            Layers = List.truncate (layers.Length - 1) layers
        }

let private modelOf (network: Network) inputs : Model =
    let columns prefix count =
        Array.init count (fun i -> Column.numeric $"{prefix}{i}")

    Model.create
        network
        {
            Columns = columns "x" inputs
            Targets = columns "y" (Model.outputs inputs network)
            Reading = Reading.plain
        }
        Loss.squared

let private model case : Model = modelOf (network case) case.Sizes.Head

/// The network with random numbers for biases and normalizations, and as its layers are, or as they are in a file, with channels first.
let private imageModel case (inputs, network: uint64 -> Network) (isRead: bool) : Model =
    let network =
        network (uint64 case.Key)
        |> Network.map (fun name value ->
            if name.EndsWith "weight" then
                value
            else
                let numbers = numbers case 20 (Shape.size value.Shape)
                // variances are above 0
                let numbers =
                    if name.EndsWith "variance" then
                        Array.map abs numbers
                    else
                        numbers

                Tensor.single value.Shape (numbers |> Array.map (fun x -> float32 (0.1 + x))))

    let network =
        if isRead then
            Hybrid.Exchange.Exported.graph "test" inputs "y" network
            |> Hybrid.Exchange.Imported.network 17
        else
            network

    modelOf network inputs

/// A case for images, as they are or read from a file.
let private imageCases inputs : Arbitrary<Case * bool> =
    gen {
        let! key = Gen.choose (0, 1 <<< 20)
        let! rows = Gen.choose (1, 4)
        let! spread = Gen.elements [ 1e-3; 1.0; 30.0 ]
        let! isRead = Gen.elements [ false; true ]

        return
            {
                Key = key
                Sizes = [ inputs ]
                Activation = ""
                Rows = rows
                Spread = spread
            },
            isRead
    }
    |> Arb.fromGen

let private rows case part count =
    numbers case part (count * case.Sizes.Head)
    |> Array.map (fun x -> float32 (case.Spread * x))

let private outputs engine (model: Model) (x: float32[]) =
    (Inference.create engine model.Network model.Inputs).Run x |> Array.map float

/// The box of some rows, and rows in it: its corners, its centre, and random ones.
let private within case (features: float32[]) : Interval[] * float32[] =
    let width = case.Sizes.Head
    let columns = features |> Array.chunkBySize width |> Array.transpose

    let box =
        columns
        |> Array.map (fun column ->
            {
                Lower = float (Array.min column)
                Upper = float (Array.max column)
            })

    let at (j: int) (share: float) =
        let x = float32 (box[j].Lower + share * (box[j].Upper - box[j].Lower))
        min (float32 box[j].Upper) (max (float32 box[j].Lower) x)

    let shares =
        Random.uniforms (uint64 case.Key) 3UL (20 * width) |> Array.chunkBySize width

    let corners =
        [|
            for row in shares do
                row |> Array.map (fun share -> if share < 0.5 then 0.0 else 1.0)
        |]

    box, Array.concat [ shares; corners ] |> Array.collect (Array.mapi at)

/// From an engine, examples and a model to the same with smaller weights.
let private conversions =
    [ "int8", Int8.convert; "bfloat16", (fun _ _ -> BFloat16.convert) ]

/// The bounds of the differences of a single layer, and what its roundings make of them for each neuron, without those of float32.
let private ofOneLayer case (convert: Engine -> Examples -> Model -> Model) =
    let case =
        { case with
            Sizes = List.truncate 2 case.Sizes
        }

    let model = model case
    let features = rows case 1 case.Rows

    let compressed =
        convert (List.last Engines.all) (Examples.all case.Sizes.Head features [||]) model

    let box, _ = within case features
    let largest = box |> Array.map RoundingRule.magnitude

    let distances =
        NetworkTwins(model.Inputs, model.Network, compressed.Network).Through box
        |> Twins.distances

    let ofInputs outputs (share: int -> int -> float) =
        Array.init outputs (fun i -> largest |> Array.mapi (fun j x -> share i j * x) |> Array.sum)

    let roundings =
        match model.Network.Layers, compressed.Network.Layers with
        | _, [ { Form = Quantized linear } ] ->
            let weight = Reference.value linear.Integers
            let step = float linear.Input.Step

            let ofSteps =
                Array.init linear.Outputs (fun i ->
                    Seq.init linear.Inputs (fun j ->
                        float linear.Steps[i] * abs weight[i * linear.Inputs + j] * step / 2.0)
                    |> Seq.sum)

            Array.map2 (+) ofSteps (ofInputs linear.Outputs (fun i _ -> float linear.Steps[i] / 2.0))
        | [ layer ], _ ->
            let weight = Reference.value (Linear.ofLayer layer).Value.Weight
            // half of the last of 8 bits, at most 2⁻⁸ of the number
            ofInputs (weight.Length / largest.Length) (fun i j -> abs weight[i * largest.Length + j] / 256.0)
        | _ -> [||]

    distances, roundings, 1e-5 * (1.0 + case.Spread) * float (largest.Length + 4)

/// Complaints about rows, within the ranges and beyond them, that are further off than is proved.
let private staysWithin engine convert case (model: Model) =
    let inputs = case.Sizes.Head
    let features = rows case 1 case.Rows
    // half of the rows that the bound is for have numbers beyond the ranges
    let calibration = Examples.all inputs features [||]
    let compressed: Model = convert engine calibration model
    let wide = Array.append features (rows case 2 case.Rows)

    let twins =
        NetworkTwins(inputs, BatchNormalization.folded model.Network, compressed.Network)

    let folded =
        { model with
            Network = BatchNormalization.folded model.Network
        }

    withoutComplaints
        [
            for features in [ features; wide ] do
                let box, inside = within case features
                let bound = twins.Through box
                let distances = Twins.distances bound

                let before, after = outputs engine folded inside, outputs engine compressed inside

                for i in 0 .. before.Length - 1 do
                    let j = i % distances.Length

                    if not (abs (before[i] - after[i]) <= distances[j]) then
                        $"{before[i]:R} and {after[i]:R} are not within {distances[j]:R}"

                    if not (Interval.contains after[i] bound.Other[j]) then
                        $"{after[i]:R} is not in {bound.Other[j]}"

                for row, x in Seq.indexed (Array.chunkBySize inputs inside) do
                    let own = twins.Through(x |> Array.map (float >> Interval.exactly))

                    for j in 0 .. distances.Length - 1 do
                        let i = row * distances.Length + j

                        if not (abs (before[i] - after[i]) <= (Twins.distances own)[j]) then
                            $"alone, {before[i]:R} and {after[i]:R} are not within {(Twins.distances own)[j]:R}"

                        if not (Interval.contains after[i] own.Other[j]) then
                            $"alone, {after[i]:R} is not in {own.Other[j]}"
        ]

[<Tests>]
let tests =
    testList
        "Smaller weights"
        [
            for name, convert in conversions do
                for engine in Engines.all do
                    property
                        $"{name}: no row is further off than is proved for its box and for itself, on {engine.Name}"
                        60
                        cases
                        (fun case -> staysWithin engine convert case (model case))

            for name, inputs, network in ImageNetworks.table do
                property
                    $"int8: no row is further off than is proved for it and its box: {name}"
                    40
                    (imageCases inputs)
                    (fun (case, isRead) ->
                        let convert engine examples model =
                            let converted = Int8.convert engine examples model
                            let kinds = converted.Network.Layers |> List.map _.Kind
                            Expect.contains kinds "conv-int8" "convolutions have integers"
                            Expect.isFalse (List.contains "conv" kinds) "all of them have"
                            converted

                        imageModel case (inputs, network) isRead
                        |> staysWithin (List.last Engines.all) convert case)

            for name, convert in conversions do
                property $"{name}: the bound of one layer is that of its roundings" 100 cases (fun case ->
                    let distances, roundings, rounded = ofOneLayer case convert

                    withoutComplaints
                        [
                            for i in 0 .. distances.Length - 1 do
                                if not (distances[i] <= 1.001 * roundings[i] + rounded) then
                                    $"{distances[i]:R} is proved where roundings make {roundings[i]:R}"
                        ])
        ]
