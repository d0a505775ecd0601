namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// <summary>Models whose dense layers and convolutions compute with integers of 8 bits: weights, a step for each neuron, and what comes to
/// them, rounded to 255 or 256 steps of the range that it has on examples.</summary>
module Int8 =
    let private fail message = raise (HybridException message)

    /// Whether a layer, or one within it, has neurons of integers.
    let rec internal isQuantized (layer: Layer) : bool =
        match layer.Form, Layer.parts layer with
        | Quantized _, _ -> true
        | _, Some(_, parts) -> parts |> List.concat |> List.exists isQuantized
        | _ -> false

    /// Whether a network has neurons of integers, which cannot be trained.
    let internal isOf (network: Network) : bool =
        network.Layers |> List.exists isQuantized

    /// What is said of such a network when it is to be trained.
    [<Literal>]
    let internal NotTrained =
        "has weights of 8 bits, integers that training cannot change: train the model that it was converted from, and convert it again"

    /// Whether a layer can have integers.
    let private isConvertible (layer: Layer) : bool =
        match layer.Form with
        | Affine _
        | Convolves _ -> true
        | _ -> false

    /// The neurons of such a layer with integers.
    let private neurons (input: QuantizedRange) (layer: Layer) : QuantizedNeurons =
        let parameters = List.map snd layer.Parameters

        match layer.Form with
        | Convolves(convolution, order) ->
            Convolution.withParameters parameters convolution
            |> QuantizedNeurons.ofConvolution input order
        | _ ->
            let linear = Linear.ofParameters parameters
            QuantizedNeurons.ofWeights input linear.Weight linear.Bias

    /// From rows to the least and the greatest number that comes to each layer that can have integers.
    let private ranges (network: Network) : Network =
        let names = Network.parameters network

        let forward (parameters: Tensor list) (x: Tensor) =
            let values = Map.ofList (List.zip (List.map fst names) parameters)
            let rows = x.Shape.Head
            let extremes = Collections.Generic.List<Tensor>()

            (x, List.indexed network.Layers)
            ||> List.fold (fun x (i, layer) ->
                if isConvertible layer then
                    let numbers = Tensor.reshape [ rows; Shape.size x.Shape / rows ] x
                    extremes.Add(Tensor.reshape [ rows; 1 ] -(Tensor.max 1 -numbers))
                    extremes.Add(Tensor.reshape [ rows; 1 ] (Tensor.max 1 numbers))

                let own =
                    layer.Parameters
                    |> List.map (fun (name, _) -> values[Network.parameterName i name])

                layer.Forward own x)
            |> ignore

            Tensor.concat 1 (List.ofSeq extremes)

        Network.ofLayer (Layer.deterministic "ranges" names forward)

    /// <summary>The model with integers of 8 bits in its dense layers and convolutions. Preprocessing, layers of other kinds, and layers within
    /// others, stay as they are.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="examples">What comes to each layer for these has a range, beyond which it is limited.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="T:Hybrid.HybridException">It has no such layers, or has integers already; or there are no examples.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">What comes to a layer is NaN or infinite.</exception>
    let convert (engine: Engine) (examples: Examples) (model: Model) : Model =
        let network = BatchNormalization.folded model.Network

        if isOf network then
            fail "The model has integers of 8 bits already. Convert the model that it was made of."

        if not (network.Layers |> List.exists isConvertible) then
            fail
                "The model has neither a dense layer nor a convolution, which alone can have integers of 8 bits: its file would not become smaller."

        if examples.Count = 0 then
            fail "There are no examples to find the ranges of the layers with."

        let observer = Inference.create engine (ranges network) model.Inputs
        let least = Array.create observer.Outputs Single.PositiveInfinity
        let most = Array.create observer.Outputs Single.NegativeInfinity

        Inference.each observer examples (fun _ outputs ->
            outputs
            |> Array.iteri (fun i value ->
                let j = i % observer.Outputs
                least[j] <- min least[j] value
                most[j] <- max most[j] value))

        let quantize found (layer: Layer) =
            if isConvertible layer then
                let input = QuantizedRange.covering least[2 * found] most[2 * found + 1]
                Layer.quantized (neurons input layer), found + 1
            else
                layer, found

        { model with
            Network =
                {
                    Layers = List.mapFold quantize 0 network.Layers |> fst
                }
            // calibrated on what the model returned
            Conformal = []
        }
