namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// ONNX nodes as layers.
module internal Imported =
    /// The supported operators, by their names in ONNX, in alphabetical order.
    let operators: string list = Operators.names

    let private join (segments: Segment list) : Segment =
        {
            Input = (List.head segments).Input
            Output = (List.last segments).Output
            Nodes = segments |> List.collect _.Nodes
        }

    /// Segments that were written for one layer whose names only describe it.
    let private grouped (segments: Segment list) : Segment list =
        (segments, [])
        ||> List.foldBack (fun segment joined ->
            match joined with
            | next :: rest when Recognition.belongTogether segment.Nodes.Head next.Nodes.Head ->
                join [ segment; next ] :: rest
            | _ -> segment :: joined)

    /// The weights that the nodes read, by their names in the file, in order of first use.
    let private weightsOf (pieces: Pieces) (nodes: OnnxNode list) : string list =
        nodes
        |> List.collect _.Inputs
        |> List.filter pieces.Weights.Contains
        |> List.distinct

    let private value (pieces: Pieces) name = pieces.Constants[name].Tensor

    /// The function that the nodes compute from weights and an input.
    let private forward (pieces: Pieces) (segment: Segment) (parameters: Tensor list) (x: Tensor) : Tensor =
        let computed = Dictionary<string, Operand>()

        List.iter2
            (fun name tensor -> computed[name] <- Operand.real tensor)
            (weightsOf pieces segment.Nodes)
            parameters

        computed[segment.Input] <- Operand.real x
        let allowance = Allowance(pieces.Opset, Allowance.Share pieces.Segments.Length)

        let find node name =
            match computed.TryGetValue name, pieces.Constants.TryGetValue name with
            | (true, value), _
            | _, (true, value) -> value
            | _ ->
                raise (
                    NotImportableException(
                        NodeCall.nameOf node,
                        node.Operator,
                        pieces.Opset,
                        $"{name} is not known."
                    )
                )

        for node in segment.Nodes do
            for name, value in Segments.run pieces.Opset allowance find node do
                computed[name] <- value

        (find (List.last segment.Nodes) segment.Output).Tensor

    /// A single-precision or bfloat16 parameter, transposed or not.
    let private parameter (turned: bool) (x: Tensor) : Tensor =
        let isHalved = Tensor.isHalved x
        let x = if turned then Tensor.transpose x else x

        match x with
        | _ when isHalved ->
            Reference.value x
            |> Array.map (float32 >> BFloat16.ofSingle)
            |> Tensor.halved x.Shape
        | { Node = Constant values } -> Tensor.single x.Shape values.AsSingle
        | Tensor.Filled value -> Tensor.single x.Shape (Array.create (Shape.size x.Shape) (float32 value))
        | _ -> Tensor.single x.Shape (Reference.value x |> Array.map float32)

    /// The weight, whether it is transposed, and the bias, if the nodes are a layer of neurons.
    let private neurons (pieces: Pieces) (segment: Segment) =
        let isMatrix name =
            pieces.Weights.Contains name && (value pieces name).Shape.Length = 2

        // some exporters write a row as a matrix with one row
        let isRow name =
            pieces.Weights.Contains name
            && match (value pieces name).Shape with
               | [ _ ]
               | [ 1; _ ] -> true
               | _ -> false

        let row (bias: Tensor) =
            Tensor.reshape [ Shape.size bias.Shape ] bias |> parameter false

        let factor (node: OnnxNode) name standard =
            match List.tryFind (fst >> (=) name) node.Attributes with
            | Some(_, OnnxAttribute.Float x) -> float x
            | Some(_, OnnxAttribute.Integer x) -> float x
            | _ -> standard

        let isPlain node =
            factor node "transA" 0.0 = 0.0
            && factor node "alpha" 1.0 = 1.0
            && factor node "beta" 1.0 = 1.0

        let found =
            match segment.Nodes with
            | [ {
                    Operator = "Gemm"
                    Inputs = x :: weight :: bias
                } as node ] when isPlain node ->
                Some(x, weight, factor node "transB" 0.0 = 0.0, List.filter ((<>) "") bias)
            | [ {
                    Operator = "MatMul"
                    Inputs = [ x; weight ]
                } ] -> Some(x, weight, true, [])
            | [ {
                    Operator = "MatMul"
                    Inputs = [ x; weight ]
                    Outputs = y :: _
                }
                {
                    Operator = "Add" | "Sum"
                    Inputs = terms
                } ] when terms |> List.filter ((=) y) |> List.length = 1 ->
                Some(x, weight, true, List.except [ y ] terms)
            | _ -> None

        match found with
        | Some(x, weight, turned, biases) when
            x = segment.Input
            && isMatrix weight
            && List.forall isRow biases
            && not (List.contains weight biases)
            ->
            let weight = parameter turned (value pieces weight)
            let biases = biases |> List.map (value pieces >> row)

            if biases |> List.forall (fun bias -> bias.Shape = [ weight.Shape[0] ]) then
                Some(weight, biases)
            else
                None
        | _ -> None

    /// Neurons on the last axis of an input that may have several axes before it.
    let private linear (weight: Tensor, biases: Tensor list) : Layer =
        let named = ("weight", weight) :: List.map (fun bias -> "bias", bias) biases

        let forward (parameters: Tensor list) x =
            Products.rowsTimes x (Tensor.transpose parameters.Head)
            |> fun y -> List.fold Tensor.add y parameters.Tail

        Layer.create
            "linear"
            named
            (if biases.Length <= 1 then
                 Affine forward
             else
                 Other(forward, None))

    /// Neurons and the maximum of their pieces, which are the second segment and those after it.
    let private maxout (pieces: Pieces) (segments: Segment list) : Layer option =
        match neurons pieces segments.Head, weightsOf pieces (join segments.Tail).Nodes with
        | Some(weight, [ bias ]), [] ->
            Recognition.pieces bias.Shape.Head (forward pieces (join segments.Tail) [])
            |> Option.map (fun count ->
                Maxout.layer
                    {
                        Pieces = count
                        Weight = weight
                        Bias = bias
                    })
        | _ -> None

    /// The maximum number of nodes, and of segments, that one of our layers is written as.
    let private mostNodes = 16
    let private mostSegments = 4

    /// The layers of ours that several consecutive segments form together: one, or two for the probabilities of two classes.
    /// Convolutions are among them if the graph fits together.
    let private ours (fits: bool) (pieces: Pieces) (segments: Segment list) : Layer list option =
        let whole = join segments

        if whole.Nodes.Length > mostNodes then
            None
        else
            match
                neurons pieces whole, IntegerNeurons.find pieces whole, ConvolutionNodes.find pieces whole
            with
            | Some found, _, _ -> Some [ linear found ]
            | _, Some found, _ -> Some [ Layer.quantized found ]
            | _, _, Some(order, found) when fits -> Some [ Layer.convolutionIn order found ]
            | _ when (weightsOf pieces whole.Nodes).IsEmpty ->
                let f = forward pieces whole []

                Recognition.layer f
                |> Option.map List.singleton
                |> Option.orElseWith (fun () -> Recognition.probabilities f)
            | _ when segments.Length > 1 -> maxout pieces segments |> Option.map List.singleton
            | _ -> None

    let private generic (pieces: Pieces) (segment: Segment) : Layer =
        let weights = weightsOf pieces segment.Nodes

        let parameter name =
            Recognition.bare name, parameter false (value pieces name)

        forward pieces segment
        |> ForeignForm.form pieces weights segment
        |> Layer.create (Recognition.kind segment.Nodes) (List.map parameter weights)

    /// The layers of segments, preferring the longest runs that form one of our layers.
    let private layers (fits: bool) (pieces: Pieces) (segments: Segment list) : Layer list =
        let found = List<Layer>()
        let mutable rest = segments
        let mutable left = segments.Length

        while left > 0 do
            let from = rest

            let taken, layers =
                [ min mostSegments left .. -1 .. 1 ]
                |> List.tryPick (fun count ->
                    ours fits pieces (List.truncate count from)
                    |> Option.map (fun layers -> count, layers))
                |> Option.defaultWith (fun () ->
                    let first = from.Head

                    if Recognition.isNothing (forward pieces first []) first.Nodes then
                        1, []
                    else
                        1, [ generic pieces first ])

            found.AddRange layers
            rest <- List.skip taken from
            left <- left - taken

        List.ofSeq found

    /// The name of the only input; empty if everything is constant.
    let private input (graph: OnnxGraph) : string =
        match graph.Inputs with
        | [] -> ""
        | [ single ] -> single.Name
        | several ->
            let names = several |> List.map _.Name |> String.concat ", "

            raise (
                HybridException
                    $"The graph has {several.Length} inputs, {names}, but a network takes one. Export the model with a single input."
            )

    /// Refuses a network that requests more than its file can justify, if the file states the size of an example. Returns whether its
    /// layers fit together, as far as that can be seen.
    let private requireBudget (held: int64) (graph: OnnxGraph) (network: Network) : bool =
        let extents =
            graph.Inputs
            |> List.collect _.Dimensions
            |> List.map (fun dimension ->
                match dimension with
                | Fixed extent -> Some extent
                | Free _ -> None)

        match extents with
        | examples :: example when List.forall Option.isSome example ->
            // two, unless the file fixes the number of examples
            let examples = examples |> Option.filter ((<) 0) |> Option.defaultValue 2
            let x = Tensor.input "x" (examples :: List.choose id example)

            let traced =
                try
                    [ Network.forward network x ]
                // running the network will raise the error
                with :? HybridException ->
                    []

            Budget.require held examples (x :: traced)
            not traced.IsEmpty
        | _ -> true

    /// <summary>The network of a graph with one input and at least one output; the first output is used.</summary>
    /// <param name="opset">The version of the operator set that the file declares.</param>
    /// <param name="graph">Its nodes are in an order of execution.</param>
    /// <returns>A layer for each part of the graph that passes on a single value. Initializers in the place of weights are
    /// parameters, unless they come before the first layer of neurons, as in preprocessing, or belong to a batch
    /// normalization.</returns>
    /// <exception cref="T:Hybrid.NotImportableException">An operator is not supported; or, when the network is used, a node requests
    /// something that is not.</exception>
    /// <exception cref="T:Hybrid.HybridException">The graph has more than one input, or computes far more per example than its
    /// constants justify.</exception>
    let network (opset: int) (graph: OnnxGraph) : Network =
        let graph =
            graph |> Rewriting.pruned |> Rewriting.plain opset |> IntegerProducts.rewritten

        let pieces = Segments.pieces opset (input graph) graph

        let output = graph.Outputs.Head.Name

        let network fits =
            if pieces.Constants.ContainsKey output then
                let constant = value pieces output
                Network.ofLayer (Layer.ofFunction "constant" (fun _ -> constant))
            elif pieces.Segments.IsEmpty && output <> input graph then
                raise (
                    HybridException
                        $"The output {output} is not supported: only the first outputs of its node are supported."
                )
            else
                {
                    Layers = pieces.Segments |> grouped |> layers fits pieces
                }

        let found = network true

        if requireBudget pieces.Held graph found then
            found
        else
            // nodes that do not fit together then say so by their names
            network false
