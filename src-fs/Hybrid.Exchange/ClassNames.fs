namespace Hybrid.Exchange

open Hybrid.Core

/// The names of classes in graphs.
module internal ClassNames =
    let private named (value: OnnxAttribute) : string list =
        match value with
        | OnnxAttribute.TextList names -> names
        | OnnxAttribute.IntegerList numbers -> List.map string numbers
        | _ -> []

    /// The names of classes, from the nodes that turn outputs into labels or maps.
    let ofGraph (graph: OnnxGraph) : string[] option =
        let attribute names (node: OnnxNode) =
            node.Attributes
            |> List.tryFind (fun (name, _) -> List.contains name names)
            |> Option.map (snd >> named)

        let constant name =
            graph.Initializers
            |> List.tryFind (fun tensor -> tensor.Name = name)
            |> Option.map (fun tensor ->
                match tensor.Values with
                | Texts names -> List.ofArray names
                | Integers numbers -> numbers |> Seq.map string |> List.ofSeq
                | SignedBytes numbers -> numbers |> Seq.map string |> List.ofSeq
                | Bytes numbers -> numbers |> Seq.map string |> List.ofSeq
                | Floats _
                | BFloats _
                | Doubles _ -> [])

        let ofNode (node: OnnxNode) =
            match node.Operator, node.Inputs with
            | "ai.onnx.ml.ZipMap", _
            | "ai.onnx.ml.LinearClassifier", _ ->
                attribute [ "classlabels_strings"; "classlabels_int64s"; "classlabels_ints" ] node
            | "ai.onnx.ml.ArrayFeatureExtractor", [ names; index ] when (constant index).IsNone ->
                constant names
            | "ai.onnx.ml.LabelEncoder", _ ->
                match attribute [ "keys_int64s" ] node, attribute [ "values_strings" ] node with
                | Some keys, Some names when keys = List.init names.Length string -> Some names
                | _ -> None
            | _ -> None

        graph.Nodes
        |> List.tryPick (ofNode >> Option.filter (fun names -> names.Length > 1))
        |> Option.filter (fun names -> List.distinct names = names)
        |> Option.map Array.ofList
