namespace Hybrid.Exchange

open Hybrid.Core

/// A dimension: fixed, or free and named, such as "batch".
type internal OnnxDimension =
    | Fixed of int
    | Free of string

/// A float32 input or output of a graph.
type internal OnnxPort =
    {
        Name: string
        Dimensions: OnnxDimension list
    }

/// A feed-forward graph as an ONNX file stores it, with the nodes in an order of execution.
type internal OnnxGraph =
    {
        Name: string
        Inputs: OnnxPort list
        Outputs: OnnxPort list
        Initializers: OnnxTensor list
        Nodes: OnnxNode list
    }

/// The contents of an ONNX file, as far as this project reads and writes them.
type OnnxModel =
    internal
        {
            Graph: OnnxGraph
            /// The version of the default operator set.
            Opset: int
            Producer: string
            /// Key and value pairs: column and class names, training options.
            Metadata: (string * string) list
        }
