namespace Hybrid.Exchange

open Hybrid.Core

/// Convolutions in the nodes of a graph.
module internal ConvolutionNodes =
    let private attribute name (node: OnnxNode) =
        node.Attributes |> List.tryFind (fst >> (=) name) |> Option.map snd

    /// A number for each axis along which windows move, all of them at least some number.
    let private each name (standard: int) (count: int) least (node: OnnxNode) : int list option =
        match attribute name node with
        | None -> Some(List.replicate count standard)
        | Some(OnnxAttribute.IntegerList numbers) when
            numbers.Length = count
            && numbers |> List.forall (fun number -> number >= least && number <= 1_000_000L)
            ->
            Some(List.map int numbers)
        | Some _ -> None

    let private border (axes: int) (node: OnnxNode) : Border option =
        match attribute "auto_pad" node with
        | Some(OnnxAttribute.Text "SAME_UPPER") -> Some Border.Same
        | Some(OnnxAttribute.Text "VALID") -> Some Border.Valid
        | None
        | Some(OnnxAttribute.Text "NOTSET") ->
            each "pads" 0 (2 * axes) 0L node
            |> Option.map (fun pads -> Border.Edges(List.zip (List.take axes pads) (List.skip axes pads)))
        | Some _ -> None

    /// <summary>The convolution that a node is, if its attributes are sound.</summary>
    /// <param name="node">A Conv.</param>
    /// <param name="weight">[outputs; channels per group; sizes …], numbers that are known.</param>
    /// <param name="bias">[outputs], if any.</param>
    let ofNode (node: OnnxNode) (weight: Tensor) (bias: Tensor option) : Convolution option =
        let rank = weight.Shape.Length
        let axes = rank - 2

        let isSized =
            match attribute "kernel_shape" node with
            | None -> true
            | Some(OnnxAttribute.IntegerList sizes) -> sizes = List.map int64 weight.Shape[2..]
            | Some _ -> false

        let groups =
            match attribute "group" node with
            | None -> Some 1
            | Some(OnnxAttribute.Integer groups) when
                groups > 0L
                && groups <= int64 weight.Shape[0]
                && int64 weight.Shape[0] % groups = 0L
                ->
                Some(int groups)
            | Some _ -> None

        if
            node.Operator <> "Conv"
            || rank < 3
            || not isSized
            || List.contains 0 weight.Shape
        then
            None
        else
            match
                each "strides" 1 axes 1L node, each "dilations" 1 axes 1L node, groups, border axes node
            with
            | Some strides, Some dilations, Some groups, Some border ->
                let single (x: Tensor) =
                    Tensor.single x.Shape (Reference.value x |> Array.map float32)

                Some
                    {
                        Weight = Tensor.permute (0 :: [ 2 .. rank - 1 ] @ [ 1 ]) weight |> single
                        Bias = bias |> Option.map single
                        Strides = strides
                        Dilations = dilations
                        Groups = groups
                        Border = border
                    }
            | _ -> None

    /// Nodes without the transposes before and after them that move the channels of images with so many axes, and where the images then
    /// have their channels.
    let withoutTransposes (rank: int) (nodes: OnnxNode list) : ChannelOrder * OnnxNode list =
        let moves order (node: OnnxNode) =
            node.Operator = "Transpose" && attribute "perm" node = Some order

        let takesFirst = not (moves (Spatial.channelsFirst rank) nodes.Head)
        let returnsFirst = not (moves (Spatial.channelsLast rank) (List.last nodes))

        let nodes = if takesFirst then nodes else nodes.Tail

        {
            TakesFirst = takesFirst
            ReturnsFirst = returnsFirst
        },
        if returnsFirst || nodes.IsEmpty then
            nodes
        else
            List.truncate (nodes.Length - 1) nodes

    /// The Conv among nodes, and the number of axes of its images.
    let tryConv (pieces: Pieces) (nodes: OnnxNode list) : (OnnxNode * int) option =
        nodes
        |> List.tryFind (fun node -> node.Operator = "Conv" && node.Inputs.Length > 1)
        |> Option.bind (fun node ->
            match pieces.Constants.TryGetValue node.Inputs[1] with
            | true, weight -> Some(node, weight.Tensor.Shape.Length)
            | _ -> None)

    /// The convolution that the nodes of a segment are, and where its images have their channels.
    let find (pieces: Pieces) (segment: Segment) : (ChannelOrder * Convolution) option =
        let trained name =
            match pieces.Constants.TryGetValue name with
            | true, value when pieces.Weights.Contains name && not (Tensor.isHalved value.Tensor) ->
                Some value.Tensor
            | _ -> None

        match tryConv pieces segment.Nodes with
        | Some({ Inputs = _ :: name :: biases } as node, rank) ->
            let order, nodes = withoutTransposes rank segment.Nodes
            let biases = List.filter ((<>) "") biases

            match nodes, trained name, List.map trained biases with
            | [ _ ], Some weight, [] -> ofNode node weight None |> Option.map (fun found -> order, found)
            | [ _ ], Some weight, [ Some bias ] when biases <> [ name ] && bias.Shape = [ weight.Shape.Head ] ->
                ofNode node weight (Some bias) |> Option.map (fun found -> order, found)
            | _ -> None
        | _ -> None
