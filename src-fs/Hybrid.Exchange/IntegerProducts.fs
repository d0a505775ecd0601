namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// <summary>Products of dequantized numbers as products of their integers, which are exact: (q - z) s · (Q - Z) S is
/// ((q - z) · (Q - Z)) · (s S), if each column has one S.</summary>
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

    /// <summary>The nodes that compute a product by integers, if its operands are dequantized ones: weights with a scale for all of
    /// them or for each column, and numbers with a single scale.</summary>
    let private product (constants: Dictionary<string, OnnxTensor>) producers (node: OnnxNode) =
        let isNumber name =
            name = ""
            || match constants.TryGetValue name with
               | true, tensor -> Shape.size tensor.Dimensions = 1
               | _ -> false

        let found =
            match node.Operator, node.Inputs with
            | "MatMul", [ x; weight ] -> Some(x, weight, [], false)
            | "Gemm", x :: weight :: addends when
                integer "transA" 0L node = 0L && isOne "alpha" node && isOne "beta" node
                ->
                Some(x, weight, List.filter ((<>) "") addends, integer "transB" 0L node <> 0L)
            | _ -> None
            |> Option.bind (fun (x, weight, addends, turned) ->
                match operandOf producers x, operandOf producers weight with
                | Some x, Some weight -> Some(x, weight, addends, turned)
                | _ -> None)

        match found with
        | Some(x, weight, addends, turned) when
            isNumber x.Scale && isNumber x.Zero && constants.ContainsKey weight.Integers
            ->
            let columns = if turned then 0 else 1

            let isOfColumns name =
                isNumber name
                || match constants[weight.Integers].Dimensions, constants.TryGetValue name with
                   | [ _; _ ] as shape, (true, { Dimensions = [ extent ] }) ->
                       extent = shape[columns] && (int weight.Axis + 2) % 2 = columns
                   | _ -> false

            if
                constants[weight.Integers].Dimensions.Length = 2
                && isOfColumns weight.Scale
                && isOfColumns weight.Zero
            then
                let output = node.Outputs.Head
                let part name = $"{output}/{name}"

                let create operator inputs output attributes =
                    { OnnxNode.create operator inputs output attributes with
                        Name = node.Name
                    }

                let matrix = if turned then part "matrix" else weight.Integers
                let scaled = if addends.IsEmpty then output else part "scaled"

                Some
                    [
                        if turned then
                            create "Transpose" [ weight.Integers ] matrix []
                        create
                            "MatMulInteger"
                            [ x.Integers; matrix; x.Zero; weight.Zero ]
                            (part "integers")
                            []
                        // 1 is the format's code for float32
                        create "Cast" [ part "integers" ] (part "sums") [ "to", OnnxAttribute.Integer 1L ]
                        create "Mul" [ x.Scale; weight.Scale ] (part "scales") []
                        create
                            "Mul"
                            [ part "sums"; part "scales" ]
                            scaled
                            [
                                StepsAttribute, OnnxAttribute.Text weight.Scale
                                StepAttribute, OnnxAttribute.Text x.Scale
                            ]
                        for addend in addends do
                            create "Add" [ scaled; addend ] output []
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
