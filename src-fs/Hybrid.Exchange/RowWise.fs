namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// Graphs for one example whose operators are known to treat every example alone when there are several, as those of networks on
/// images do. What is not known to, has to be tried.
module internal RowWise =
    /// Of one operand that depends on the input, along other axes than the first.
    let private ofExamples =
        set
            [
                "Conv"
                "ConvTranspose"
                "MaxPool"
                "AveragePool"
                "GlobalAveragePool"
                "GlobalMaxPool"
                "LRN"
                "InstanceNormalization"
                "Relu"
                "LeakyRelu"
                "PRelu"
                "Elu"
                "Clip"
                "Sigmoid"
                "HardSigmoid"
                "HardSwish"
                "Tanh"
                "Identity"
                "Dropout"
            ]

    /// Element by element, of several operands.
    let private ofElements = set [ "Add"; "Sub"; "Mul"; "Div"; "Sum" ]

    let private integer (node: OnnxNode) name standard =
        match List.tryFind (fst >> (=) name) node.Attributes with
        | Some(_, OnnxAttribute.Integer value) -> value
        | _ -> standard

    /// Whether a Resize or Upsample leaves the first axis as it is.
    let private keepsFirst (constants: Dictionary<string, OnnxTensor>) (node: OnnxNode) : bool =
        let attribute name =
            List.tryFind (fst >> (=) name) node.Attributes |> Option.map snd

        /// Whether the last operand with elements, which are sizes or scales, begins with 1.
        let isOne () =
            node.Inputs.Tail
            |> List.choose (fun name ->
                match constants.TryGetValue name with
                | true, { Values = Integers values } -> Array.tryHead values |> Option.map ((=) 1L)
                | true, { Values = Floats values } -> Array.tryHead values |> Option.map ((=) 1f)
                | _ -> None)
            |> List.tryLast
            |> Option.defaultValue false

        match attribute "axes", attribute "scales", attribute "keep_aspect_ratio_policy" with
        | Some(OnnxAttribute.IntegerList axes), _, _ -> List.forall (fun axis -> axis >= 1L) axes
        | _, Some(OnnxAttribute.FloatList scales), _ -> List.tryHead scales = Some 1f
        | None, None, None -> isOne ()
        | _ -> false

    /// The rank of a node's result, from those of its operands, none of which is that of a constant; None where it is not known to
    /// be row-wise.
    let private rankOf
        (opset: int)
        (shapes: Dictionary<string, OnnxTensor>)
        (node: OnnxNode)
        (ranks: int option list)
        =
        let isAfterFirst rank axis =
            if axis < 0L then int64 rank + axis >= 1L else axis >= 1L

        match node.Operator, node.Inputs, List.choose id ranks with
        | operator, _, [ rank ] when ofExamples.Contains operator && ranks.Head = Some rank && rank >= 2 ->
            Some rank
        | operator, _, rank :: others when ofElements.Contains operator && List.forall ((=) rank) others ->
            Some rank
        | "Concat", _, rank :: others when
            List.length ranks = 1 + others.Length
            && List.forall ((=) rank) others
            && isAfterFirst rank (integer node "axis" 1L)
            ->
            Some rank
        | ("Resize" | "Upsample"), _, [ rank ] when ranks.Head = Some rank && keepsFirst shapes node ->
            Some rank
        | "BatchNormalization", _, [ rank ] when
            ranks.Head = Some rank && integer node "training_mode" 0L = 0L
            ->
            Some rank
        | ("Softmax" | "LogSoftmax"), _, [ rank ] when
            isAfterFirst rank (integer node "axis" (if opset < 13 then 1L else -1L))
            ->
            Some rank
        | "Flatten", _, [ _ ] when integer node "axis" 1L = 1L -> Some 2
        | "Gemm", _, [ 2 ] when ranks.Head = Some 2 && integer node "transA" 0L = 0L -> Some 2
        | "MatMul", _, [ 2 ] when ranks.Head = Some 2 -> Some 2
        | "Transpose", _, [ rank ] ->
            match List.tryFind (fst >> (=) "perm") node.Attributes with
            | Some(_, OnnxAttribute.IntegerList(0L :: _)) -> Some rank
            | _ -> None
        | "Reshape", [ _; target ], [ _ ] ->
            // of a single example, the other extents make up all numbers
            match shapes.TryGetValue target with
            | true, { Values = Integers target } when target.Length > 1 && target[0] = 1L ->
                Some target.Length
            | _ -> None
        | _ -> None

    /// <summary>Whether every node that depends on the input is row-wise.</summary>
    /// <param name="opset">The version of the operators.</param>
    /// <param name="rank">That of the input, with an axis of examples.</param>
    /// <param name="graph">It has one input.</param>
    let holds (opset: int) (rank: int) (graph: OnnxGraph) : bool =
        let shapes = Rewriting.constants graph
        let ranks = Dictionary<string, int>()
        ranks[(List.exactlyOne graph.Inputs).Name] <- rank

        graph.Nodes
        |> List.forall (fun node ->
            let operands =
                node.Inputs
                |> List.map (fun name ->
                    match ranks.TryGetValue name with
                    | true, rank -> Some rank
                    | _ -> None)

            if List.forall Option.isNone operands then
                true
            else
                match rankOf opset shapes node operands with
                | Some rank ->
                    for name in node.Outputs do
                        ranks[name] <- rank

                    true
                | None -> false)
