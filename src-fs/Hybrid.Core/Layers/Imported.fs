namespace Hybrid.Core

open System
open System.Collections.Generic

/// The graph has something that this project does not know.
[<Sealed>]
type NotImportable(node: string, operator: string, reason: string) =
    inherit HybridException($"Node {node} ({operator}) cannot be read: {reason}")
    /// The node, by its name in the file.
    member _.Node = node
    member _.Operator = operator

/// ONNX nodes as layers.
module Imported =
    /// What a name stands for while nodes are read: whole numbers are known, everything else is graph.
    [<NoComparison; ReferenceEquality>]
    type private Value =
        | Known of int64[]
        | Graph of Tensor

    let private refuse (node: OnnxNode) reason =
        raise (NotImportable(node.Name, node.Operator, reason))

    let private constant (tensor: OnnxTensor) =
        match tensor.Values with
        | Floats values -> Graph(Tensor.single tensor.Dimensions values)
        | Integers values -> Known values

    let private attribute (node: OnnxNode) name =
        node.Attributes |> List.tryFind (fst >> (=) name) |> Option.map snd

    let private integer node name standard =
        match attribute node name with
        | Some(OnnxAttribute.Integer value) -> int value
        | None -> standard
        | Some _ -> refuse node $"its attribute {name} is not a whole number."

    let private integers node name =
        match attribute node name with
        | Some(OnnxAttribute.IntegerList values) -> Some(List.map int values)
        | None -> None
        | Some _ -> refuse node $"its attribute {name} is not a list of whole numbers."

    let private tensor node value =
        match value with
        | Graph x -> x
        | Known _ -> refuse node "an operand is of whole numbers, where float32 is needed."

    let private known node value =
        match value with
        | Known values -> values |> Array.map int |> List.ofArray
        | Graph _ -> refuse node "an operand that must be a constant of whole numbers is not one."

    /// The shape that a Reshape asks for: 0 copies an extent, -1 is what remains.
    let private reshaped (node: OnnxNode) (x: Tensor) (target: int list) =
        let copied =
            target
            |> List.mapi (fun i extent ->
                if extent <> 0 then
                    extent
                elif i < x.Shape.Length then
                    x.Shape[i]
                else
                    refuse node $"extent {i} is to be copied from a shape that has none.")

        let others = copied |> List.filter ((<>) -1) |> Shape.size

        copied
        |> List.map (fun extent ->
            if extent = -1 then
                Shape.size x.Shape / max 1 others
            else
                extent)

    let private unary: Map<string, Tensor -> Tensor> =
        Map
            [
                "Neg", Tensor.negate
                "Exp", Tensor.exp
                "Log", Tensor.log
                "Sqrt", Tensor.sqrt
                "Sin", Tensor.sin
                "Cos", Tensor.cos
                "Tanh", Tensor.tanh
                "Sigmoid", Tensor.sigmoid
                "Softplus", Tensor.softplus
                "Erf", Tensor.erf
                "Abs", Tensor.abs
                "Sign", Tensor.sign
                "Relu", Tensor.relu
                "IsNaN", Tensor.isNaN
                "Identity", id
                // numbers and truths are all float32 here
                "Cast", id
            ]

    let private binary: Map<string, Tensor -> Tensor -> Tensor> =
        Map
            [
                "Add", Tensor.add
                "Sub", Tensor.subtract
                "Mul", Tensor.multiply
                "Div", Tensor.divide
                "Max", Tensor.maximum
                "Min", Tensor.minimum
                "Pow", Tensor.power
                "Greater", Tensor.greater
                "Equal", Tensor.equal
                "MatMul", Tensor.matmul
            ]

    let private gemm node (operands: Tensor list) =
        let turn name (x: Tensor) =
            if integer node name 0 = 0 then x else Tensor.transpose x

        let times name (x: Tensor) =
            match attribute node name with
            | Some(OnnxAttribute.Float factor) when factor <> 1f -> float factor * x
            | _ -> x

        match operands with
        | a :: b :: rest ->
            let product = turn "transA" a *@ turn "transB" b
            List.fold (fun sum c -> sum + times "beta" c) (times "alpha" product) rest
        | _ -> refuse node "it needs two operands."

    let private reduction (node: OnnxNode) axis (x: Tensor) =
        let reduce =
            match node.Operator with
            | "ReduceSum" -> Tensor.sum
            | "ReduceMax" -> Tensor.max
            | "ReduceLogSumExp" -> Tensor.logSumExp
            | _ -> Tensor.argMax

        let y = reduce axis x

        if integer node "keepdims" 1 = 0 then
            y
        else
            Tensor.reshape (List.updateAt (Shape.axis node.Operator axis x.Shape) 1 x.Shape) y

    let private slice (x: Tensor) starts ends axes =
        List.zip3 starts ends axes
        |> List.fold
            (fun (x: Tensor) (first, last, axis) ->
                let extent = x.Shape[Shape.axis "Slice" axis x.Shape]

                let place at =
                    if at < 0 then at + extent else min at extent

                Tensor.slice axis (place first) (place last - place first) x)
            x

    /// The value of a node's output, from those of its inputs.
    let private interpret (node: OnnxNode) (inputs: Value list) : Value =
        let x () = tensor node inputs.Head
        let all () = List.map (tensor node) inputs

        match node.Operator, inputs with
        | "Constant", _ ->
            match attribute node "value" with
            | Some(OnnxAttribute.Tensor value) -> constant value
            | _ -> refuse node "only a constant given as a tensor is known."
        | "Gemm", _ -> Graph(gemm node (all ()))
        | "Where", [ condition; a; b ] ->
            Graph(Tensor.select (tensor node condition) (tensor node a) (tensor node b))
        | "Reshape", [ _; target ] -> Graph(Tensor.reshape (reshaped node (x ()) (known node target)) (x ()))
        | "Expand", [ _; target ] ->
            let shape = Shape.broadcast "Expand" (x ()).Shape (known node target)
            Graph(Tensor.broadcast shape (x ()))
        | "Transpose", [ _ ] ->
            let reverse = List.rev [ 0 .. (x ()).Shape.Length - 1 ]
            Graph(Tensor.permute (integers node "perm" |> Option.defaultValue reverse) (x ()))
        | "Slice", [ _; starts; ends; axes ] ->
            Graph(slice (x ()) (known node starts) (known node ends) (known node axes))
        | "Concat", _ -> Graph(Tensor.concat (integer node "axis" 0) (all ()))
        | "ReduceSum", [ _; axes ] -> Graph(reduction node (List.exactlyOne (known node axes)) (x ()))
        | ("ReduceMax" | "ReduceLogSumExp"), [ _ ] ->
            match integers node "axes" with
            | Some [ axis ] -> Graph(reduction node axis (x ()))
            | _ -> refuse node "exactly one axis is needed."
        | "ArgMax", [ _ ] -> Graph(reduction node (integer node "axis" 0) (x ()))
        | "Softmax", [ _ ] -> Graph(Tensor.softmax (integer node "axis" -1) (x ()))
        | operator, [ _ ] when unary.ContainsKey operator -> Graph(unary[operator](x ()))
        | operator, [ a; b ] when binary.ContainsKey operator ->
            Graph(binary[operator] (tensor node a) (tensor node b))
        | _ -> refuse node $"this operator with {inputs.Length} operands is not known."

    /// The layer that some nodes make, from the output of the layer before and some initializers.
    let private layer
        kind
        (input: string)
        (output: string)
        (initializers: OnnxTensor list)
        (nodes: OnnxNode list)
        =
        let weights, fixed' =
            initializers
            |> List.partition (fun tensor ->
                match tensor.Values with
                | Floats _ -> true
                | Integers _ -> false)

        let forward (parameters: Tensor list) (x: Tensor) =
            let values = Dictionary<string, Value>()
            values[input] <- Graph x

            List.iter2
                (fun (tensor: OnnxTensor) value -> values[tensor.Name] <- Graph value)
                weights
                parameters

            for tensor in fixed' do
                values[tensor.Name] <- constant tensor

            for node in nodes do
                let operands =
                    [
                        for name in node.Inputs do
                            if name <> "" then
                                match values.TryGetValue name with
                                | true, value -> value
                                | false, _ -> refuse node $"its operand {name} is not known here."
                    ]

                values[node.Outputs.Head] <- interpret node operands

            match values[output] with
            | Graph y -> y
            | Known _ -> raise (HybridException $"The result {output} is of whole numbers, not float32.")

        let parameter (tensor: OnnxTensor) =
            let name = tensor.Name
            let dot = name.IndexOf '.'

            let bare =
                if dot > 0 && Seq.forall Char.IsDigit name[.. dot - 1] then
                    name[dot + 1 ..]
                else
                    name

            match tensor.Values with
            | Floats values -> bare, Tensor.single tensor.Dimensions values
            | Integers _ -> raise (HybridException $"The parameter {name} is of whole numbers, not float32.")

        Layer.deterministic kind (List.map parameter weights) forward

    /// Index and kind of the layer that a node was written for, if its name says so: "2.relu/Relu_1".
    let private origin (node: OnnxNode) : (string * string) option =
        let slash = node.Name.IndexOf '/'
        let dot = node.Name.IndexOf '.'

        if dot > 0 && slash > dot && Seq.forall Char.IsDigit node.Name[.. dot - 1] then
            Some(node.Name[.. dot - 1], node.Name[dot + 1 .. slash - 1])
        else
            None

    /// Nodes in runs of the same layer; a node that does not say joins the run before it.
    let private runs (nodes: OnnxNode list) : (string * OnnxNode list) list =
        let extend runs (node: OnnxNode) =
            match runs, origin node with
            | (before, members) :: rest, None -> (before, node :: members) :: rest
            | (before, members) :: rest, (Some _ as origin) when before = origin ->
                (before, node :: members) :: rest
            | _, origin -> (origin, [ node ]) :: runs

        List.fold extend [] nodes
        |> List.rev
        |> List.map (fun (origin, members) ->
            origin |> Option.map snd |> Option.defaultValue "graph", List.rev members)

    /// <summary>The network of a graph with one input and at least one output, of which the first is taken.</summary>
    /// <param name="graph">Its nodes are in an order in which they can be run.</param>
    /// <returns>One layer for each that this project wrote; a graph from elsewhere is a single layer.</returns>
    /// <exception cref="T:Hybrid.Core.NotImportable">While the network is used: a node is not known.</exception>
    let network (graph: OnnxGraph) : Network =
        let initializers =
            graph.Initializers |> List.map (fun tensor -> tensor.Name, tensor) |> Map

        let build (input: string) (kind: string, nodes: OnnxNode list) =
            let own =
                nodes
                |> List.collect _.Inputs
                |> List.distinct
                |> List.choose initializers.TryFind

            let output = (List.last nodes).Outputs.Head
            layer kind input output own nodes, output

        {
            Layers = List.mapFold build graph.Inputs.Head.Name (runs graph.Nodes) |> fst
        }
