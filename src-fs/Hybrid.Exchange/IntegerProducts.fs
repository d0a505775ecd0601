namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// <summary>Products of dequantized numbers as products of their integers, which are exact: (q - z) s · (Q - Z) S is
/// ((q - z) · (Q - Z)) · (s S), if each neuron has one S.</summary>
module internal IntegerProducts =
    /// On the node that multiplies by s S, the name of S.
    [<Literal>]
    let StepsAttribute = "steps"

    /// On the same node, the name of s.
    [<Literal>]
    let StepAttribute = "step"

    /// What a DequantizeLinear takes.
    type private Dequantized =
        {
            Integers: string
            Scale: string
            Zero: string
            Axis: int64
        }

    let private attribute name (node: OnnxNode) =
        node.Attributes |> List.tryFind (fst >> (=) name) |> Option.map snd

    let private integer name (standard: int64) node =
        match attribute name node with
        | Some(OnnxAttribute.Integer value) -> value
        | _ -> standard

    let private isOne name node =
        match attribute name node with
        | None -> true
        | Some(OnnxAttribute.Float value) -> value = 1f
        | Some _ -> false

    let private operandOf (producers: Dictionary<string, OnnxNode>) (name: string) : Dequantized option =
        match producers.TryGetValue name with
        | true,
          ({
               Operator = "DequantizeLinear"
               Inputs = integers :: scale :: zero
           } as node) when integer "block_size" 0L node = 0L ->
            Some
                {
                    Integers = integers
                    Scale = scale
                    Zero = List.tryHead zero |> Option.defaultValue ""
                    Axis = integer "axis" 1L node
                }
        | _ -> None

    /// A product of dequantized numbers and weights.
    type private Factors =
        {
            Numbers: Dequantized
            Weights: Dequantized
            /// The axis of the neurons in the weights.
            Axis: int
            Addends: string list
        }

    let private factorsOf producers (node: OnnxNode) : Factors option =
        let found =
            match node.Operator, node.Inputs with
            | "MatMul", [ x; weight ] -> Some(x, weight, 1, [])
            | "Gemm", x :: weight :: addends when
                integer "transA" 0L node = 0L && isOne "alpha" node && isOne "beta" node
                ->
                Some(x, weight, (if integer "transB" 0L node <> 0L then 0 else 1), addends)
            | "Conv", x :: weight :: addends -> Some(x, weight, 0, addends)
            | _ -> None

        match found with
        | Some(x, weight, axis, addends) ->
            match operandOf producers x, operandOf producers weight with
            | Some numbers, Some weights ->
                Some
                    {
                        Numbers = numbers
                        Weights = weights
                        Axis = axis
                        Addends = List.filter ((<>) "") addends
                    }
            | _ -> None
        | None -> None

    /// <summary>The nodes that compute a product by integers, if its operands are dequantized ones: weights with a scale for all of
    /// them or for each neuron, and numbers with a single scale.</summary>
    let private product (constants: Dictionary<string, OnnxTensor>) producers (node: OnnxNode) =
        let isNumber name =
            name = ""
            || match constants.TryGetValue name with
               | true, tensor -> Shape.size tensor.Dimensions = 1
               | _ -> false

        let isZero name =
            name = ""
            || match constants.TryGetValue name with
               | true, tensor -> Array.forall ((=) 0.0) (Reference.value (Operand.ofOnnx tensor).Tensor)
               | _ -> false

        match factorsOf producers node with
        | Some {
                   Numbers = x
                   Weights = weight
                   Axis = axis
                   Addends = addends
               } when isNumber x.Scale && isNumber x.Zero && constants.ContainsKey weight.Integers ->
            let shape = constants[weight.Integers].Dimensions
            let rank = shape.Length

            let isOfNeurons name =
                isNumber name
                || match constants.TryGetValue name with
                   | true, { Dimensions = [ extent ] } ->
                       extent = shape[axis] && (int weight.Axis + rank) % rank = axis
                   | _ -> false

            let output = node.Outputs.Head
            let part name = $"{output}/{name}"

            let create operator inputs output attributes =
                { OnnxNode.create operator inputs output attributes with
                    Name = node.Name
                }

            // 1 is the format's code for float32
            let real input output =
                create "Cast" [ input ] output [ "to", OnnxAttribute.Integer 1L ]

            /// What is left once the sums are known: what an integer stands for, and what is added, both for each neuron.
            let scaled (each: string -> string -> OnnxNode list * string) =
                let reshapes, scales = each (part "products") (part "scales")
                let result = if addends.IsEmpty then output else part "scaled"

                [
                    create "Mul" [ x.Scale; weight.Scale ] (part "products") []
                    yield! reshapes
                    create
                        "Mul"
                        [ part "sums"; scales ]
                        result
                        [
                            StepsAttribute, OnnxAttribute.Text weight.Scale
                            StepAttribute, OnnxAttribute.Text x.Scale
                        ]
                    for addend in addends do
                        let reshapes, addend = each addend (part "addend")
                        yield! reshapes
                        create "Add" [ result; addend ] output []
                ]

            if node.Operator = "Conv" then
                if rank > 2 && isOfNeurons weight.Scale && isZero weight.Zero then
                    // neurons are the axis before those of the windows
                    let ofChannels input output =
                        [ create "Reshape" [ input; part "channels" ] output [] ], output

                    Some
                        [
                            OnnxNode.integers (part "channels") (-1 :: List.replicate (rank - 2) 1)
                            if isZero x.Zero then
                                real x.Integers (part "numbers")
                            else
                                create "Sub" [ x.Integers; x.Zero ] (part "centred") []
                                real (part "centred") (part "numbers")
                            real weight.Integers (part "weights")
                            create "Conv" [ part "numbers"; part "weights" ] (part "sums") node.Attributes
                            yield! scaled ofChannels
                        ]
                else
                    None
            elif rank = 2 && isOfNeurons weight.Scale && isOfNeurons weight.Zero then
                let isTurned = axis = 0
                let matrix = if isTurned then part "matrix" else weight.Integers

                Some
                    [
                        if isTurned then
                            create "Transpose" [ weight.Integers ] matrix []
                        create
                            "MatMulInteger"
                            [ x.Integers; matrix; x.Zero; weight.Zero ]
                            (part "integers")
                            []
                        real (part "integers") (part "sums")
                        yield! scaled (fun name _ -> [], name)
                    ]
            else
                None
        | _ -> None

    /// The graph with products of integers.
    let rewritten (graph: OnnxGraph) : OnnxGraph =
        if
            graph.Nodes
            |> List.exists (fun node -> node.Operator = "DequantizeLinear")
            |> not
        then
            graph
        else
            let constants = Rewriting.constants graph
            let producers = Dictionary<string, OnnxNode>()

            for node in graph.Nodes do
                for output in node.Outputs do
                    producers[output] <- node

            let nodes =
                graph.Nodes
                |> List.collect (fun node -> product constants producers node |> Option.defaultValue [ node ])

            { graph with
                Nodes = Rewriting.needed graph.Outputs.Head.Name nodes
            }
