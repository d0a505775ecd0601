namespace Hybrid.Core

/// The numbers of an ONNX tensor, by its element type.
type internal OnnxValues =
    | Floats of float32[]
    /// Networks compute with the nearest float32 numbers; an offset is subtracted as it is.
    | Doubles of float[]
    | Integers of int64[]
    /// Numbers that are stored as bfloat16, by their bits.
    | BFloats of uint16[]
    /// Integers that are stored as int8.
    | SignedBytes of sbyte[]
    /// Integers that are stored as uint8.
    | Bytes of byte[]
    /// Names, such as those of classes; no network computes with them.
    | Texts of string[]

/// A constant of an ONNX graph: dense, row-major.
type internal OnnxTensor =
    {
        Name: string
        Dimensions: int list
        Values: OnnxValues
    }

/// The value of a node's attribute.
[<RequireQualifiedAccess>]
type internal OnnxAttribute =
    | Integer of int64
    | IntegerList of int64 list
    | Float of float32
    | FloatList of float32 list
    | Text of string
    | TextList of string list
    | Tensor of OnnxTensor

/// One operation of an ONNX graph. An input named "" is omitted.
type internal OnnxNode =
    {
        Name: string
        /// Its name in ONNX; those outside the default domain begin with theirs, as in ai.onnx.ml.Scaler.
        Operator: string
        Inputs: string list
        Outputs: string list
        Attributes: (string * OnnxAttribute) list
    }

module internal OnnxNode =
    /// A node with one output, which is also its name.
    let create operator inputs output attributes : OnnxNode =
        {
            Name = output
            Operator = operator
            Inputs = inputs
            Outputs = [ output ]
            Attributes = attributes
        }

    /// A constant of integers, such as axes or a shape.
    let integers output (values: int seq) : OnnxNode =
        let values = values |> Seq.map int64 |> Array.ofSeq

        let tensor =
            {
                OnnxTensor.Name = output
                Dimensions = [ values.Length ]
                Values = Integers values
            }

        create "Constant" [] output [ "value", OnnxAttribute.Tensor tensor ]

    /// A scalar constant.
    let scalar output (value: float32) : OnnxNode =
        let tensor =
            {
                OnnxTensor.Name = output
                Dimensions = []
                Values = Floats [| value |]
            }

        create "Constant" [] output [ "value", OnnxAttribute.Tensor tensor ]

    /// The result, as float32, of an operator that returns booleans or indices.
    let toFloat operator inputs output attributes : OnnxNode list =
        let raw = output + "/raw"

        [
            create operator inputs raw attributes
            // 1 is the format's code for float32
            create "Cast" [ raw ] output [ "to", OnnxAttribute.Integer 1L ]
        ]
