namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// Graphs rewritten before they are read.
module internal Rewriting =
    /// The nodes that a value depends on, in their order.
    let needed (output: string) (nodes: OnnxNode list) : OnnxNode list =
        let wanted = HashSet [ output ]

        List.foldBack
            (fun (node: OnnxNode) kept ->
                if List.exists wanted.Contains node.Outputs then
                    List.iter (wanted.Add >> ignore) node.Inputs
                    node :: kept
                else
                    kept)
            nodes
            []

    /// The part of a graph that its first output depends on. Other outputs, inputs that only pass through, and the names of
    /// classes are left out.
    let pruned (graph: OnnxGraph) : OnnxGraph =
        let output = graph.Outputs.Head
        let nodes = needed output.Name graph.Nodes
        let read = HashSet(nodes |> Seq.collect _.Inputs)
        read.Add output.Name |> ignore

        { graph with
            Inputs = graph.Inputs |> List.filter (fun port -> read.Contains port.Name)
            Outputs = [ output ]
            Initializers = graph.Initializers |> List.filter (fun tensor -> read.Contains tensor.Name)
            Nodes = nodes
        }

    let private attribute name (node: OnnxNode) =
        node.Attributes |> List.tryFind (fst >> (=) name) |> Option.map snd

    let private floats name node : float32 list =
        match attribute name node with
        | Some(OnnxAttribute.FloatList values) -> values
        | _ -> []

    let private refuse (opset: int) (node: OnnxNode) reason =
        raise (NotImportableException(NodeCall.nameOf node, node.Operator, opset, reason))

    /// A linear model as a layer of neurons, whose weights can be trained like those of others.
    let private neurons
        opset
        (node: OnnxNode)
        (output: string)
        (outputs: int)
        : OnnxTensor list * OnnxNode list =
        let coefficients = floats "coefficients" node
        let intercepts = floats "intercepts" node
        let part name = $"{output}/{name}"

        if outputs < 1 || coefficients.Length % outputs <> 0 || coefficients.IsEmpty then
            refuse opset node "its coefficients are not one row per output."

        if not intercepts.IsEmpty && intercepts.Length <> outputs then
            refuse opset node "its intercepts are not one per output."

        let tensor name dimensions (values: float32 list) : OnnxTensor =
            {
                Name = part name
                Dimensions = dimensions
                Values = Floats(Array.ofList values)
            }

        let areOpposite (values: float32 list) =
            let half = values.Length / 2
            List.forall2 (fun a b -> a = -b) (List.take half values) (List.skip half values)

        // two classes as sigmoids of -z and z, as scikit-learn writes them, are the softmax of -z / 2 and z / 2
        let isBinary =
            outputs = 2
            && attribute "post_transform" node = Some(OnnxAttribute.Text "LOGISTIC")
            && areOpposite coefficients
            && areOpposite intercepts

        let coefficients, intercepts =
            if isBinary then
                List.map ((*) 0.5f) coefficients, List.map ((*) 0.5f) intercepts
            else
                coefficients, intercepts

        let after =
            match attribute "post_transform" node with
            | _ when isBinary -> "Softmax"
            | None
            | Some(OnnxAttribute.Text "NONE") -> "Identity"
            | Some(OnnxAttribute.Text "LOGISTIC") -> "Sigmoid"
            | Some(OnnxAttribute.Text "SOFTMAX") -> "Softmax"
            | _ -> refuse opset node "its post_transform is not supported."

        let named name operator inputs output attributes : OnnxNode =
            {
                Name = name
                Operator = operator
                Inputs = inputs
                Outputs = [ output ]
                Attributes = attributes
            }

        let weight = tensor "weight" [ outputs; coefficients.Length / outputs ] coefficients

        let bias =
            tensor
                "bias"
                [ outputs ]
                (if intercepts.IsEmpty then
                     List.replicate outputs 0f
                 else
                     intercepts)

        [ weight; bias ],
        [
            named
                node.Name
                "Gemm"
                [ node.Inputs.Head; weight.Name; bias.Name ]
                (part "sum")
                [ "transB", OnnxAttribute.Integer 1L ]
            named (part after) after [ part "sum" ] output []
        ]

    /// A sum of products that is a product of matrices, as that: a layer of neurons has this form.
    let private asProduct (node: OnnxNode) : OnnxNode =
        let equation =
            match attribute "equation" node with
            | Some(OnnxAttribute.Text equation) -> equation.Replace(" ", "")
            | _ -> ""

        match equation.Split([| ","; "->" |], System.StringSplitOptions.None) with
        | [| left; right; result |] when left.Length > 1 && right.Length = 2 ->
            let rows, common = left[.. left.Length - 2], left[left.Length - 1]
            let columns = if right[0] = common then right[1] else right[0]
            let letters = left.Replace("...", "") + string columns

            if
                result <> rows + string columns
                || Seq.length (Seq.distinct letters) < letters.Length
            then
                node
            elif right[0] = common then
                { node with
                    Operator = "MatMul"
                    Attributes = []
                }
            elif right[1] = common && left.Length = 2 then
                { node with
                    Operator = "Gemm"
                    Attributes = [ "transB", OnnxAttribute.Integer 1L ]
                }
            else
                node
        | _ -> node

    /// Nodes that only linear models and lists of classes have, in operators of networks.
    let private expanded opset (node: OnnxNode) : OnnxTensor list * OnnxNode list =
        match node.Operator, node.Outputs with
        | "ai.onnx.ml.LinearRegressor", [ output ] ->
            let targets =
                match attribute "targets" node with
                | Some(OnnxAttribute.Integer targets) -> int targets
                | _ -> 1

            neurons opset node output targets
        | "ai.onnx.ml.LinearClassifier", [ _; scores ] ->
            match List.length (floats "intercepts" node) with
            | 1 -> refuse opset node "a single row of coefficients for two classes is not supported."
            | classes -> neurons opset node scores classes
        // the same numbers, with the names of their classes
        | "ai.onnx.ml.ZipMap", _ -> [], [ { node with Operator = "Identity" } ]
        | "Einsum", _ -> [], [ asProduct node ]
        | _ -> [], [ node ]

    /// Whether the sum of a node's results is 1 for each example.
    let private isSoftmax (node: OnnxNode) =
        node.Operator = "Softmax"
        && match attribute "axis" node with
           | Some(OnnxAttribute.Integer axis) -> axis = 1L || axis = -1L
           | _ -> true

    /// Probabilities of a softmax divided by their sum, which is 1, as scikit-learn writes them, without the division: then the softmax is
    /// the end, and what comes before it the scores.
    let private withoutUnitSums (nodes: OnnxNode list) : OnnxNode list =
        let sums = nodes |> Seq.filter isSoftmax |> Seq.collect _.Outputs |> HashSet

        nodes
        |> List.map (fun node ->
            if
                node.Operator = "ai.onnx.ml.Normalizer"
                && attribute "norm" node = Some(OnnxAttribute.Text "L1")
                && sums.Contains node.Inputs.Head
            then
                { node with
                    Operator = "Identity"
                    Attributes = []
                }
            else
                node)

    /// Linear models of ai.onnx.ml as layers of neurons, and maps of classes as their numbers.
    let plain (opset: int) (graph: OnnxGraph) : OnnxGraph =
        let parts = graph.Nodes |> List.map (expanded opset)

        { graph with
            Initializers = graph.Initializers @ List.collect fst parts
            Nodes = parts |> List.collect snd |> withoutUnitSums
        }

    /// The constants that nodes and initializers hold.
    let constants (graph: OnnxGraph) : Dictionary<string, OnnxTensor> =
        let found = Dictionary<string, OnnxTensor>()

        for tensor in graph.Initializers do
            found[tensor.Name] <- tensor

        for node in graph.Nodes do
            match node.Operator, node.Outputs, attribute "value" node with
            | "Constant", [ output ], Some(OnnxAttribute.Tensor value) -> found[output] <- value
            | _ -> ()

        found

    // ---- an axis of examples

    /// The operators along whose axes rows of examples are moved back by one axis.
    let private alongAxis =
        set
            [
                "Softmax"
                "LogSoftmax"
                "Hardmax"
                "LpNormalization"
                "LayerNormalization"
                "Concat"
                "Split"
            ]

    /// <summary>A graph for any number of examples, from one that is made for a single one: a Reshape to one example becomes one to
    /// as many as there are, and a Resize to sizes of one example one of its other axes. Whether it then means the same has to be
    /// checked.</summary>
    /// <param name="hasAxis">Whether the input has an axis for the single example; otherwise axes are counted from one further
    /// back.</param>
    /// <param name="graph">It has one input.</param>
    let batched (hasAxis: bool) (graph: OnnxGraph) : OnnxGraph =
        let constants = constants graph
        let dependent = HashSet(graph.Inputs |> Seq.map _.Name)
        let added = List<OnnxTensor>()

        let all (shape: int64 list) =
            match shape with
            | 1L :: rest when List.contains -1L rest -> 0L :: rest
            | 1L :: rest -> -1L :: rest
            | shape -> shape

        let shape (name: string) =
            match constants.TryGetValue name with
            | true, { Values = Integers extents } -> Some(List.ofArray extents)
            | _ -> None

        let moved (name, value) =
            match value with
            | OnnxAttribute.Integer axis when name = "axis" && axis >= 0L ->
                name, OnnxAttribute.Integer(axis + 1L)
            | _ -> name, value

        let rewrite (node: OnnxNode) =
            if not (List.exists dependent.Contains node.Inputs) then
                node
            else
                dependent.UnionWith node.Outputs

                match node.Operator, node.Inputs with
                | "Reshape", [ x; target ] when (shape target).IsSome ->
                    { node with
                        Inputs = [ x ]
                        Attributes =
                            ("shape", OnnxAttribute.IntegerList(all (shape target).Value))
                            :: node.Attributes
                    }
                | "Resize", [ x; _; _; sizes ] when (attribute "axes" node).IsNone ->
                    match shape sizes with
                    | Some(1L :: others) when not others.IsEmpty ->
                        let name = $"{sizes}/{added.Count}"

                        added.Add
                            {
                                Name = name
                                Dimensions = [ others.Length ]
                                Values = Integers(Array.ofList others)
                            }

                        let axes = OnnxAttribute.IntegerList [ 1L .. int64 others.Length ]

                        { node with
                            Inputs = [ x; ""; ""; name ]
                            Attributes = ("axes", axes) :: node.Attributes
                        }
                    | _ -> node
                | operator, _ when not hasAxis && alongAxis.Contains operator ->
                    { node with
                        Attributes = List.map moved node.Attributes
                    }
                | _ -> node

        let nodes = List.map rewrite graph.Nodes

        { graph with
            Initializers = graph.Initializers @ List.ofSeq added
            Nodes = nodes
        }
