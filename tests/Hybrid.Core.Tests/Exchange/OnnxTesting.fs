/// Small ONNX graphs, as a file from elsewhere would hold them.
module internal Hybrid.Tests.OnnxTesting

open Hybrid.Core
open Hybrid.Exchange

let node (operator: string) inputs outputs attributes : OnnxNode =
    {
        Name = ""
        Operator = operator
        Inputs = inputs
        Outputs = outputs
        Attributes = attributes
    }

let floats name dimensions (values: float32 list) : OnnxTensor =
    {
        Name = name
        Dimensions = dimensions
        Values = Floats(Array.ofList values)
    }

let wholes name (values: int64 list) : OnnxTensor =
    {
        Name = name
        Dimensions = [ values.Length ]
        Values = Integers(Array.ofList values)
    }

/// A graph from "x", [batch; 2], to "y".
let graph initializers nodes : OnnxGraph =
    let port name : OnnxPort =
        {
            Name = name
            Type = OnnxType.Real
            Dimensions = [ Free "batch"; Fixed 2 ]
        }

    {
        Name = "test"
        Inputs = [ port "x" ]
        Outputs = [ port "y" ]
        Initializers = initializers
        Nodes = nodes
    }

let parameters network =
    Network.parameters network |> List.map fst
