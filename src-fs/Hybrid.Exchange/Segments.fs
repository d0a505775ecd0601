namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// Nodes from one value to another: they read nothing else from outside, and nothing else of theirs is read outside.
type internal Segment =
    {
        Input: string
        Output: string
        Nodes: OnnxNode list
    }

/// A graph with its constants computed, and the rest split where a single value passes on.
[<NoComparison; ReferenceEquality>]
type internal Pieces =
    {
        Opset: int
        /// The values that do not depend on an input.
        Constants: Dictionary<string, Operand>
        /// The trained ones of these.
        Weights: HashSet<string>
        /// The number of elements of all initializers, and of weights that are made by filling them.
        Held: int64
        Segments: Segment list
    }

module internal Segments =
    /// The values of a node's outputs, from those of its inputs.
    let run opset (allowance: Allowance) (value: OnnxNode -> string -> Operand) (node: OnnxNode) =
        let call =
            {
                Node = node
                Opset = opset
                Operands =
                    node.Inputs
                    |> List.map (fun name -> if name = "" then None else Some(value node name))
                Spend = allowance.Spend node
            }

        let results = Operators.run call
        let count = min results.Length node.Outputs.Length
        List.zip (List.truncate count node.Outputs) (List.truncate count results)

    /// The inputs of an operator that hold trained parameters: weights, biases, slopes. Sums and products with constants count
    /// only after the first layer of neurons: the file's preprocessing comes before it.
    let private learned (afterNeurons: bool) (node: OnnxNode) : string list =
        let at positions =
            positions |> List.choose (fun position -> List.tryItem position node.Inputs)

        match node.Operator with
        | "Gemm"
        | "MatMul"
        | "Einsum" -> node.Inputs
        | "Gather" -> at [ 0 ]
        | "PRelu"
        | "RMSNormalization" -> at [ 1 ]
        | "LayerNormalization"
        | "InstanceNormalization"
        | "GroupNormalization"
        | "Conv"
        | "ConvTranspose" -> at [ 1; 2 ]
        | "Add"
        | "Sub"
        | "Mul" when afterNeurons -> node.Inputs
        | _ -> []

    let private isProduct (node: OnnxNode) =
        List.contains node.Operator [ "Gemm"; "MatMul"; "Einsum"; "Conv"; "ConvTranspose" ]

    /// The trained constants: initializers, or constants computed from them, in the place of weights. A constant without axes is
    /// a number in the formula.
    let private weights
        (constants: Dictionary<string, Operand>)
        (initial: HashSet<string>)
        (nodes: OnnxNode list)
        : HashSet<string> =
        let first = nodes |> List.tryFindIndex isProduct |> Option.defaultValue -1

        nodes
        |> List.mapi (fun i node -> learned (i > first) node)
        |> List.concat
        |> List.filter (fun name ->
            initial.Contains name
            && constants[name].Kind = Real
            && not constants[name].Tensor.Shape.IsEmpty)
        |> HashSet

    /// The format's codes for real number types.
    let private realTypes = [ 1L; 10L; 11L; 16L ]

    /// Whether a node returns integers or booleans, which layers do not pass on.
    let private isCounted (counted: HashSet<string>) (node: OnnxNode) : bool =
        match node.Operator with
        | "ArgMax"
        | "Shape"
        | "Greater"
        | "Less"
        | "Equal"
        | "IsNaN"
        | "IsInf"
        | "GreaterOrEqual"
        | "LessOrEqual"
        | "And"
        | "Or"
        | "Xor"
        | "Not"
        | "ArgMin"
        | "Size"
        | "QuantizeLinear"
        | "DynamicQuantizeLinear"
        | "QLinearMatMul"
        | "MatMulInteger" -> true
        | "DequantizeLinear" -> false
        | "Cast" ->
            node.Attributes
            |> List.forall (fun (name, value) ->
                match value with
                | OnnxAttribute.Integer code when name = "to" -> not (List.contains code realTypes)
                | _ -> true)
        | operator ->
            // the operand that determines the kind of the result
            let position =
                match operator with
                | "Where"
                | "CastLike" -> 1
                | "OneHot" -> 2
                | _ -> 0

            List.tryItem position node.Inputs |> Option.exists counted.Contains

    /// The nodes in runs, each of which passes one value to the next; no weight is in two of them.
    let private segments
        (input: string)
        (isConstant: string -> bool)
        (weights: HashSet<string>)
        (output: string)
        (nodes: OnnxNode list)
        : Segment list =
        let lastUse = Dictionary<string, int>()

        nodes
        |> List.iteri (fun i node ->
            for name in node.Inputs do
                lastUse[name] <- i)

        lastUse[output] <- nodes.Length
        let live = HashSet [ input ]
        let counted = HashSet<string>()
        let open' = List<OnnxNode>()
        let cuts = List<Segment>()
        let mutable from = input

        for i, node in List.indexed nodes do
            open'.Add node

            if isCounted counted node then
                counted.UnionWith node.Outputs

            for name in node.Inputs @ node.Outputs do
                if name <> "" && (weights.Contains name || not (isConstant name)) then
                    if lastUse.TryGetValue name |> snd > i then
                        live.Add name |> ignore
                    else
                        live.Remove name |> ignore

            if live.Count = 1 then
                let until = Seq.head live
                let passes = until = output || not (counted.Contains until)

                if until <> from && passes && not (weights.Contains until) then
                    cuts.Add
                        {
                            Input = from
                            Output = until
                            Nodes = List.ofSeq open'
                        }

                    open'.Clear()
                    from <- until

        List.ofSeq cuts

    let private size (tensor: OnnxTensor) : int64 =
        tensor.Dimensions |> List.fold (fun product extent -> product * int64 extent) 1L

    /// <summary>Reads a graph all of whose nodes its output depends on.</summary>
    /// <exception cref="T:Hybrid.NotImportableException">An operator is not supported, or a constant cannot be computed.</exception>
    let pieces (opset: int) (input: string) (graph: OnnxGraph) : Pieces =
        let output = graph.Outputs.Head.Name
        let nodes = graph.Nodes
        List.iter (Operators.require opset) nodes
        let constants = Dictionary<string, Operand>()
        let initial = HashSet<string>()
        let held = graph.Initializers |> List.sumBy size
        let allowance = Allowance(opset, Allowance.Standard + 8L * held)
        let fillAllowance = Allowance(opset, Allowance.Filled)
        let filled = ref 0L

        for tensor in graph.Initializers do
            constants[tensor.Name] <- Operand.ofOnnx tensor
            initial.Add tensor.Name |> ignore

        let isConstant name = name = "" || constants.ContainsKey name

        let rest =
            nodes
            |> List.filter (fun node ->
                let folds = List.forall isConstant node.Inputs

                if folds then
                    let isFill = node.Operator = "ConstantOfShape"
                    let allowance = if isFill then fillAllowance else allowance

                    for name, value in run opset allowance (fun _ name -> constants[name]) node do
                        constants[name] <- value

                        if isFill then
                            filled.Value <- filled.Value + int64 (Shape.size value.Tensor.Shape)

                        if List.exists initial.Contains node.Inputs then
                            initial.Add name |> ignore

                not folds)

        let weights = weights constants initial rest

        {
            Opset = opset
            Constants = constants
            Weights = weights
            Held = held + filled.Value
            Segments = segments input isConstant weights output rest
        }
