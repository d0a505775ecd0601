namespace Hybrid

/// The network cannot be exported to ONNX; the message names the node and the reason.
[<Sealed>]
type NotExportableException(node: string, reason: string) =
    inherit HybridException($"Node {node} cannot be exported: {reason}")
    /// The node, by its name in the file.
    member _.Node = node

/// The ONNX graph contains something that is not supported.
[<Sealed>]
type NotImportableException(node: string, operator: string, opset: int, reason: string) =
    // operators of another domain, which their names begin with, have versions of their own
    inherit
        HybridException(
            if operator.Contains '.' then
                $"Node {node} ({operator}): {reason}"
            else
                $"Node {node} ({operator}, opset {opset}): {reason}"
        )

    /// The node, by its name in the file, or by its output where it has none.
    member _.Node = node
    /// The node's operator, by its name in ONNX.
    member _.Operator = operator
    /// The version of the default operator set that the file declares.
    member _.Opset = opset

namespace Hybrid.Exchange

// C# finds them in Hybrid, next to the C# API
type NotExportableException = Hybrid.NotExportableException

type NotImportableException = Hybrid.NotImportableException
