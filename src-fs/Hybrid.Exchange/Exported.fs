namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// The reader that writes a network as ONNX nodes.
module internal Exported =
    /// x W (+ b), which is a single node in ONNX.
    [<return: Struct>]
    let private (|Affine|_|) (x: Tensor) =
        match x.Node with
        | Apply({ Kernel = Kernel.Zip Binary.Add }, [ product; bias ]) ->
            match product.Node, Execution.unrepeated bias with
            | Apply({
                        Kernel = Kernel.MatMul(transposeA, transposeB, _, _, _)
                    },
                    [ a; b ]),
              c when c.Shape.Length = 1 -> ValueSome struct (transposeA, transposeB, [ a; b; c ])
            | _ -> ValueNone
        | _ -> ValueNone

    /// Whether a view is what ONNX's broadcasting of one shape to another does.
    let private isBroadcast (view: Strided) (before: Shape) (after: Shape) =
        let lead = after.Length - before.Length

        lead >= 0
        && view.Offset = 0
        && List.forall2 (fun a b -> a = 1 || a = b) before (List.skip lead after)
        && List.ofArray view.Strides =
            List.replicate lead 0
            @ List.map2 (fun extent stride -> if extent = 1 then 0 else stride) before (Shape.strides before)

    /// The operands of a node in its ONNX form: ONNX broadcasts element-wise operands itself.
    let private operands (x: Tensor) : Tensor list =
        let small (operand: Tensor) =
            match operand.Node with
            | Apply({ Kernel = Kernel.Read view }, [ inner ]) when isBroadcast view inner.Shape operand.Shape ->
                inner
            | _ -> operand

        match x with
        | Affine(_, _, operands) -> operands
        | {
              Node = Apply({
                               Kernel = Kernel.Zip _ | Kernel.Select
                           },
                           operands)
          } ->
            let smaller = List.map small operands
            let shape = smaller |> List.map _.Shape |> List.reduce (Shape.broadcast "Onnx")
            if shape = x.Shape then smaller else operands
        | _ -> Graph.operands x

    let private flags transposeA transposeB =
        [
            if transposeA then
                "transA", OnnxAttribute.Integer 1L
            if transposeB then
                "transB", OnnxAttribute.Integer 1L
        ]

    /// The nodes of a graph, with names that begin with a prefix, and the name of its result.
    let nodes (prefix: string) (output: Tensor) : OnnxNode list * string =
        let names = Dictionary<Tensor, string> HashIdentity.Reference
        let fresh (operator: string) = $"{prefix}/{operator}_{names.Count}"

        let emit (x: Tensor) =
            let inputs = operands x |> List.map (fun operand -> names[operand])

            match x.Node with
            | Input name ->
                names[x] <- name
                []
            | Constant values ->
                names[x] <- fresh "Constant"

                let tensor =
                    {
                        OnnxTensor.Name = names[x]
                        Dimensions = x.Shape
                        Values = Floats values.AsSingle
                    }

                [
                    OnnxNode.create "Constant" [] names[x] [ "value", OnnxAttribute.Tensor tensor ]
                ]
            | Apply(primitive, _) ->
                match x with
                | Affine(transposeA, transposeB, _) ->
                    names[x] <- fresh "Gemm"
                    [ OnnxNode.create "Gemm" inputs names[x] (flags transposeA transposeB) ]
                | _ ->
                    names[x] <- fresh primitive.Name
                    primitive.Onnx inputs names[x]

        let nodes =
            [
                for x in Graph.orderBy operands [ output ] do
                    yield! emit x
            ]

        nodes, names[output]

    /// The numbers of a parameter as they are stored.
    let private stored (value: Tensor) : OnnxValues =
        match value.Node with
        | Constant(Halved bits) -> BFloats bits
        | _ -> Floats(Reference.singles value)

    /// The name of each parameter as float32, and the nodes that make it float32.
    let private asSingle prefix parameter (layer: Layer) : string list * OnnxNode list =
        [
            for name, value in layer.Parameters ->
                if Tensor.isHalved value then
                    let single = $"{prefix}/{name}"
                    // 1 is the format's code for float32
                    let cast =
                        OnnxNode.create "Cast" [ parameter name ] single [ "to", OnnxAttribute.Integer 1L ]

                    single, [ cast ]
                else
                    parameter name, []
        ]
        |> List.unzip
        |> fun (names, casts) -> names, List.concat casts

    /// The nodes of one layer, the name of its result and its shape. The names of its nodes begin with a prefix; a function gives the
    /// name of a parameter in the file.
    let rec private ofLayer prefix parameter (name: string, shape: Shape) (layer: Layer) =
        let result = $"{prefix}/{layer.Kind}"
        let names, casts = asSingle prefix parameter layer

        let output =
            let inputs =
                List.map2
                    (fun name (_, value: Tensor) -> Tensor.input name value.Shape)
                    names
                    layer.Parameters

            layer.Forward inputs (Tensor.input name shape)

        match layer.Form, Layer.prefixedParts layer with
        | Quantized neurons, _ -> QuantizedNodes.ofNeurons neurons shape name result, result, output.Shape
        | Convolves(convolution, order), _ ->
            casts @ Convolution.onnx convolution order shape (name :: names) result, result, output.Shape
        | OnImages(_, onnx), _ -> casts @ onnx shape (name :: names) result, result, output.Shape
        | Normalizes epsilon, _ ->
            casts @ BatchNormalization.onnx epsilon shape (name :: names) result, result, output.Shape
        | _, Some(junction, parts) ->
            let step (nodes, name, shape) (before, layer: Layer) =
                let added, name, shape =
                    ofLayer
                        $"{prefix}/{before}{layer.Kind}"
                        (fun own -> parameter (before + own))
                        (name, shape)
                        layer

                nodes @ added, name, shape

            let found = parts |> List.map (List.fold step ([], name, shape))

            let results = found |> List.map (fun (_, name, _) -> name)

            let join =
                match junction with
                | Junction.Sum ->
                    // the usual operator for two terms
                    OnnxNode.create (if results.Length = 2 then "Add" else "Sum") results result []
                | Junction.Concat ->
                    OnnxNode.create
                        "Concat"
                        results
                        result
                        [ "axis", OnnxAttribute.Integer(int64 (output.Shape.Length - 1)) ]

            List.collect (fun (nodes, _, _) -> nodes) found @ [ join ], result, output.Shape
        | _ ->
            let added, result = nodes prefix output
            casts @ added, result, output.Shape

    /// The nodes of all layers at one batch size, and the name of the network's result.
    let private trace
        (network: Network)
        (input: string)
        (features: int)
        (examples: int)
        : OnnxNode list * string * Shape =
        let step (traced, name, shape) (index, layer: Layer) =
            let added, result, shape =
                ofLayer $"{index}.{layer.Kind}" (Network.parameterName index) (name, shape) layer

            added :: traced, result, shape

        let traced, result, shape =
            List.fold step ([], input, [ examples; features ]) (List.indexed network.Layers)

        Transposes.cancelled result (List.concat (List.rev traced)), result, shape

    /// The integers of 8 bits that a node holds: weights, which are initializers in a file.
    let private weights (node: OnnxNode) : OnnxTensor option =
        match node.Operator, node.Attributes with
        | "Constant", [ _, OnnxAttribute.Tensor({ Values = SignedBytes _ | Bytes _ } as tensor) ] ->
            Some tensor
        | _ -> None

    /// <summary>The graph of a network as it is used for prediction, for batches of any size.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="features">The number of features of an example.</param>
    /// <param name="output">The name of the output.</param>
    /// <param name="network">Takes [batch; features]. Normalizations become part of the weights before them.</param>
    /// <exception cref="T:Hybrid.NotExportableException">A node depends on the number of examples.</exception>
    let graph (name: string) (features: int) (output: string) (network: Network) : OnnxGraph =
        let network = BatchNormalization.folded network
        let input = "input"
        let nodes, result, shape = trace network input features 2
        let others, _, otherShape = trace network input features 3

        for node, other in Seq.zip nodes others do
            if node <> other then
                raise (NotExportableException(node.Name, "it changes with the batch size."))

        let answer =
            match shape, otherShape with
            | 2 :: answer, 3 :: otherAnswer when answer = otherAnswer && nodes.Length = others.Length ->
                answer
            | _ ->
                raise (
                    NotExportableException(
                        result,
                        "the output does not have one row per example for every batch size."
                    )
                )

        let rename name' =
            if name' = result then output else name'

        let renamed =
            [
                for node in nodes do
                    { node with
                        Inputs = List.map rename node.Inputs
                        Outputs = List.map rename node.Outputs
                    }

                if result = input then
                    OnnxNode.create "Identity" [ input ] output []
            ]

        let bytes = renamed |> List.choose weights

        let port name dimensions : OnnxPort =
            {
                Name = name
                Type = OnnxType.Real
                Dimensions = Free "batch" :: List.map Fixed dimensions
            }

        {
            Name = name
            Inputs = [ port input [ features ] ]
            Outputs = [ port output answer ]
            Initializers =
                [
                    for name, value in Network.parameters network ->
                        {
                            Name = name
                            Dimensions = value.Shape
                            Values = stored value
                        }
                    yield! bytes
                ]
            Nodes = renamed |> List.filter (weights >> Option.isNone)
        }
