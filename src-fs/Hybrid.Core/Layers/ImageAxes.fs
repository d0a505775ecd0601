namespace Hybrid.Core

open System.Collections.Generic

/// Where the channels of images are between layers: last as in our layers, or before height and width as in ONNX's operators. A network
/// that was read from a file may have both.
module internal ImageAxes =
    /// Operators on images with their channels first.
    let private spatial =
        set
            [
                "Conv"
                "ConvTranspose"
                "MaxPool"
                "AveragePool"
                "GlobalMaxPool"
                "GlobalAveragePool"
                "LRN"
            ]

    /// The order of axes after a node, if it is a transpose.
    let private order (node: OnnxNode) : OnnxAttribute option =
        if node.Operator = "Transpose" then
            List.tryFind (fst >> (=) "perm") node.Attributes |> Option.map snd
        else
            None

    /// The nodes of a layer of images, from its input "x" to its output "y".
    let nodes (shape: Shape) (layer: Layer) : OnnxNode list =
        let names = "x" :: List.mapi (fun i _ -> $"parameter{i}") layer.Parameters

        match layer.Form with
        | _ when shape.Length <= 2 -> []
        | Convolves(convolution, order) -> Convolution.onnx convolution order shape names "y"
        | OnImages(_, onnx) -> onnx shape names "y"
        | Quantized neurons -> QuantizedNodes.ofNeurons neurons shape "x" "y"
        | _ -> []

    /// Layers with the shapes that they take.
    let private withShapes (shape: Shape) (layers: Layer list) : (Shape * Layer) list =
        let next (shape: Shape) (layer: Layer) =
            (shape, layer), (layer.Forward (List.map snd layer.Parameters) (Tensor.input "x" shape)).Shape

        List.mapFold next shape layers |> fst

    /// The layers of the first of several networks of the same input, if it has any.
    let private inner (layer: Layer) : Layer list =
        match Layer.parts layer with
        | Some(_, parts) -> parts |> List.tryFind (List.isEmpty >> not) |> Option.defaultValue []
        | None -> []

    /// Whether the channels are last in what a layer takes, if that can be seen from what it does.
    let rec private takes (shape: Shape, layer: Layer) : bool option =
        let alike = HashSet [ "x" ]

        nodes shape layer
        |> List.tryPick (fun node ->
            match order node with
            | _ when not (List.exists alike.Contains node.Inputs) -> None
            | _ when spatial.Contains node.Operator -> Some false
            | Some order when order = Spatial.channelsFirst shape.Length -> Some true
            | Some order when order = Spatial.channelsLast shape.Length -> Some false
            | _ ->
                alike.UnionWith node.Outputs
                None)
        |> Option.orElseWith (fun () -> withShapes shape (inner layer) |> List.tryPick takes)

    /// Whether the channels are last in what a layer returns.
    let rec private returns (areLast: bool) (shape: Shape, layer: Layer) : bool =
        let found = Dictionary()
        found["x"] <- areLast

        for node in nodes shape layer do
            match List.tryFind found.ContainsKey node.Inputs with
            | None -> ()
            | Some name ->
                let last = found[name]

                let after =
                    match order node with
                    | _ when spatial.Contains node.Operator -> false
                    | Some order when last && order = Spatial.channelsFirst shape.Length -> false
                    | Some order when not last && order = Spatial.channelsLast shape.Length -> true
                    | _ -> last

                for name in node.Outputs do
                    found[name] <- after

        match found.TryGetValue "y" with
        | true, last -> last
        | _ -> withShapes shape (inner layer) |> List.fold returns areLast

    /// <summary>Whether the channels of images are last in what each layer returns.</summary>
    /// <param name="inputs">The shape of what the network takes, examples included.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="T:Hybrid.ShapeMismatchException">A layer cannot take the output of the one before it.</exception>
    let areLast (inputs: Shape) (network: Network) : bool list =
        let layers = withShapes inputs network.Layers
        let start = layers |> List.tryPick takes |> Option.defaultValue true
        layers |> List.scan returns start |> List.tail

    /// Whether the channels are last in the images that a network takes, if that can be seen from what its layers do.
    let ofInput (inputs: Shape) (network: Network) : bool option =
        withShapes inputs network.Layers |> List.tryPick takes

    /// Height, width and channels of the images that a network takes, if its layers tell.
    let image (inputs: Shape) (network: Network) : Shape option =
        ofInput inputs network
        |> Option.bind (fun areLast ->
            withShapes inputs network.Layers
            |> List.tryPick (fun (shape, _) ->
                match shape with
                | [ _; height; width; channels ] when areLast -> Some [ height; width; channels ]
                | [ _; channels; height; width ] -> Some [ height; width; channels ]
                | _ -> None))
