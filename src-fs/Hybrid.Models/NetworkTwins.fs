namespace Hybrid.Models

open Hybrid.Core

/// <summary>A network and the same network in which some neurons are compressed, for bounds of the distance between their
/// outputs.</summary>
/// <param name="features">The number of features of an example.</param>
/// <param name="network">Its normalizations are part of the weights before them.</param>
/// <param name="compressed">The same layers, except for neurons of integers or with rounded weights.</param>
[<Sealed>]
type internal NetworkTwins(features: int, network: Network, compressed: Network) =
    /// The neurons that a layer has with those of the other network, where these differ.
    let twins (shape: Shape) (layer: Layer) (other: Layer) : NeuronTwins option =
        let twins (weight: Tensor) (bias: Tensor option) other sight =
            let biases =
                match bias with
                | Some bias -> OtherNeurons.values bias
                | None -> Array.zeroCreate weight.Shape.Head

            Some(NeuronTwins(OtherNeurons.values weight, biases, other, sight))

        match Linear.ofLayer layer, layer.Form, other.Form, Linear.ofLayer other with
        | Some linear, _, Quantized integers, _ ->
            lazy (Sight.rows integers.Outputs integers.Inputs shape)
            |> twins linear.Weight linear.Bias (OtherNeurons.ofIntegers integers)
        | Some linear, _, _, Some rounded when not (obj.ReferenceEquals(linear.Weight, rounded.Weight)) ->
            let weight = linear.Weight

            lazy (Sight.rows weight.Shape[0] weight.Shape[1] shape)
            |> twins weight linear.Bias (OtherNeurons.ofWeights rounded)
        | _, Convolves(convolution, order), Quantized integers, _ ->
            let convolution =
                Convolution.withParameters (List.map snd layer.Parameters) convolution

            lazy (Sight.windows convolution order shape)
            |> twins convolution.Weight convolution.Bias (OtherNeurons.ofIntegers integers)
        | _ -> None

    let neurons =
        let next (shape: Shape) (layer: Layer, other: Layer) =
            twins shape layer other,
            (layer.Forward (List.map snd layer.Parameters) (Tensor.input "x" shape)).Shape

        List.zip network.Layers compressed.Layers
        |> List.mapFold next [ 1; features ]
        |> fst
        |> List.indexed
        |> List.choose (fun (i, found) -> found |> Option.map (fun found -> i, found))
        |> Map

    let between first last =
        network.Layers |> List.truncate last |> List.skip first

    let through (x: Tensor) (layers: Layer list) =
        (x, layers)
        ||> List.fold (fun x layer -> layer.Forward (List.map snd layer.Parameters) x)

    /// Compressed neurons, if there are any, with what the layers after them compute of an input "x", up to the next such neurons.
    let parts =
        let next (shape: Shape, before) until =
            let shape =
                if before < 0 then
                    shape
                else
                    (through (Tensor.input "x" shape) (between before (before + 1))).Shape

            let y = through (Tensor.input "x" shape) (between (before + 1) until)
            (neurons.TryFind before, y, lazy RoundingReader [ y ]), (y.Shape, until)

        List.ofSeq neurons.Keys @ [ network.Layers.Length ]
        |> List.mapFold next ([ 1; features ], -1)
        |> fst

    let unchanged (reader: RoundingReader) (y: Tensor) (x: Twins) : Twins =
        let everything = lazy (Array.create (Shape.size y.Shape) Interval.everything)
        let unknown = lazy (Array.create (Shape.size y.Shape) infinity)

        let range (node: RoundedNode option) =
            node |> Option.map _.Range |> Option.defaultWith everything.Force

        let off (node: RoundedNode option) =
            node |> Option.map _.Off |> Option.defaultWith unknown.Force

        let exact = Enclosure.evaluate [ "x", x.Exact ] [ y ] |> List.exactlyOne
        let none = Array.zeroCreate x.Exact.Length

        let other =
            if Twins.areFinite x.Other then
                reader.From(x.Other, none)
            else
                None

        let apart = x.Difference |> Array.map RoundingRule.magnitude

        let difference =
            if Array.forall ((=) 0.0) apart then
                other
            else
                reader.From(Array.map2 Interval.hull x.Exact x.Other, apart)

        let error =
            if Array.forall ((=) 0.0) x.Error && Array.forall ((=) 0.0) apart then
                other
            else
                let wide exact error =
                    Interval.add exact { Lower = -error; Upper = error }

                reader.From(Array.map2 wide x.Exact x.Error, x.Error)

        {
            Exact = exact
            Error = off error
            Other = range other
            Difference =
                Array.map3
                    (fun off other exact ->
                        Twins.both { Lower = -off; Upper = off } (Interval.subtract other exact))
                    (off difference)
                    (range other)
                    exact
        }

    /// <summary>What is known about the outputs for all inputs of a box.</summary>
    /// <exception cref="T:Hybrid.HybridException">The rounding of a primitive is not known.</exception>
    member _.Through(box: Interval[]) : Twins =
        (Twins.ofBox box, parts)
        ||> List.fold (fun x (neurons, y, reader) ->
            let x =
                match neurons with
                | Some(neurons: NeuronTwins) -> neurons.Through x
                | None -> x

            match y.Node with
            | Input _ -> x
            | _ -> unchanged reader.Value y x)
