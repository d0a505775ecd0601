namespace Hybrid.Exchange

open Hybrid.Core

/// A dimension: fixed, or free and named, such as "batch".
type internal OnnxDimension =
    | Fixed of int
    | Free of string

/// What an input or an output of a graph holds.
[<RequireQualifiedAccess>]
type internal OnnxType =
    /// Numbers of up to 32 bits.
    | Real
    /// Numbers of 64 bits: a network computes with the nearest float32 numbers.
    | Double
    /// Integers or booleans, which are treated as numbers.
    | Whole
    | Text
    /// No tensor: a sequence of maps from classes to probabilities, as scikit-learn's converter writes.
    | Other

/// An input or output of a graph.
type internal OnnxPort =
    {
        Name: string
        Type: OnnxType
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
