namespace Hybrid.Core

open System

/// What nodes of a file are: layers of ours where they compute the same, and names for the others.
module internal Recognition =
    /// Index and kind of the layer that a node was written for, if its name says so: "2.relu/Relu_1".
    let origin (node: OnnxNode) : (string * string) option =
        let slash = node.Name.IndexOf '/'
        let dot = node.Name.IndexOf '.'

        if dot > 0 && slash > dot && Seq.forall Char.IsDigit node.Name[.. dot - 1] then
            Some(node.Name[.. dot - 1], node.Name[dot + 1 .. slash - 1])
        else
            None

    /// A parameter's name without the number of a layer: "fc.weight" of "0.fc.weight".
    let bare (name: string) : string =
        let dot = name.IndexOf '.'

        if dot > 0 && Seq.forall Char.IsDigit name[.. dot - 1] then
            name[dot + 1 ..]
        else
            name

    // steep, flat, near 0 on both sides, and far out
    let private probes =
        [| 0.0; 1e-3; -1e-3; 0.3; -0.3; 1.0; -1.0; 2.5; -2.5; 7.0; -7.0 |]

    /// Whether a function of each element gives the numbers of another one, to the rounding of float32.
    let private agrees (f: Tensor -> Tensor) (g: Tensor -> Tensor) : bool =
        let x = Tensor.constant [ 1; probes.Length ] probes
        let y = f x

        y.Shape = x.Shape
        && Array.forall2
            (fun (a: float) (b: float) -> abs (a - b) <= 2e-7 * (1.0 + abs b))
            (Reference.value y)
            (Reference.value (g x))

    let private named =
        Activation.functions
        @ [ "step", Tensor.step; "log-softmax", Normalizations.logSoftmax 1 ]

    let private operators (nodes: OnnxNode list) =
        nodes |> List.map _.Operator |> List.sort

    /// Families of functions of which a few values tell which one it is.
    let private isFamily (nodes: OnnxNode list) : bool =
        match operators nodes with
        | [ "Relu" | "LeakyRelu" | "Tanh" | "Sigmoid" | "Softplus" | "Elu" | "Selu" | "Gelu" ]
        | [ "Add"; "Div"; "Erf"; "Mul"; "Mul" ]
        | [ "Add"; "Erf"; "Mul"; "Mul"; "Mul" ] -> true
        | _ -> false

    /// The activation of ours that some nodes without weights are, if they are one.
    let activation (nodes: OnnxNode list) (f: Tensor -> Tensor) : Layer option =
        let claimed = nodes.Head |> origin |> Option.map snd

        named
        |> List.tryFind (fun (name, g) ->
            (isFamily nodes || claimed = Some name) && name <> "identity" && agrees f g)
        |> Option.map (fun (name, g) ->
            if List.exists (fst >> (=) name) Activation.functions then
                Activation.layer name
            else
                Layer.ofFunction name g)

    /// Whether a node does nothing to what it gives on, where a network is used.
    let isNothing (output: string) (nodes: OnnxNode list) : bool =
        match nodes with
        | [ {
                Operator = "Identity" | "Dropout"
                Outputs = first :: _
            } ] -> first = output
        | [ {
                Operator = "Cast"
                Attributes = [ "to", OnnxAttribute.Integer code ]
            } ] -> List.contains code Cut.realTypes
        | _ -> false

    /// "BatchNormalization" as "batch-normalization".
    let private dashed (operator: string) : string =
        operator
        |> String.collect (fun c ->
            if Char.IsUpper c then
                $"-{Char.ToLowerInvariant c}"
            else
                string c)
        |> _.TrimStart('-')

    /// Whether a softmax is over the outputs of each example, [examples; outputs]: so it is where no axis is given.
    let private isOverOutputs (node: OnnxNode) =
        match List.tryFind (fst >> (=) "axis") node.Attributes with
        | Some(_, OnnxAttribute.Integer axis) -> axis = -1L || axis = 1L
        | _ -> true

    /// Kinds that say more than that it is a graph: only what is so may be called so.
    let kind (nodes: OnnxNode list) : string =
        let isOurs name = List.exists (fst >> (=) name) named

        match nodes, nodes.Head |> origin |> Option.map snd with
        | [ { Operator = "Softmax" | "LogSoftmax" } as node ], _ ->
            if isOverOutputs node then dashed node.Operator else "graph"
        | _, Some("linear" | "softmax" | "dropout" | "noise") -> "graph"
        | _, Some claimed when not (isOurs claimed) -> claimed
        | [ { Operator = "PRelu" } ], _ -> "prelu"
        | [ {
                Operator = "LeakyRelu" | "Elu" | "Selu" | "Gelu" as operator
            } ],
          _ -> $"{dashed operator} of its own"
        | [ node ], _ -> dashed node.Operator
        | _ ->
            match operators nodes with
            | [ "Mul"; "Sigmoid" ] -> "silu"
            | _ -> "graph"
