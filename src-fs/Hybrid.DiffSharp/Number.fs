namespace Hybrid.DiffSharp

open DiffSharp
open DiffSharp.Backends.Hybrid

/// A tensor of DiffSharp whose numbers are nodes of a graph.
type Number = DiffSharp.Tensor

module Number =
    /// A node as a constant: derivatives do not pass through it.
    let ofNode (node: Hybrid.Core.Tensor) : Number =
        Number.ofRawTensor (GraphTensor(node, Dtype.Float64))

    /// The node, without derivatives.
    let toNode (x: Number) : Hybrid.Core.Tensor = (x.primalRaw :?> GraphTensor).Node

    /// The extent of each axis.
    let shape (x: Number) : Hybrid.Core.Shape = List.ofArray x.shape

    /// 1 where a comparison holds, else 0: constants, which derivatives do not pass through.
    let ofComparison (holds: Number) : Number = holds.cast Dtype.Float64

    /// Numbers with respect to which derivatives are taken.
    let varied (x: Number) : Number =
        if x.isReverseDiff then x else x.reverseDiff ()

    /// DiffSharp concatenates only numbers that all have derivatives, or none: constants become leaves that are never queried.
    let alike (parts: Number list) : Number list =
        if parts |> List.exists _.isReverseDiff then
            List.map varied parts
        else
            parts

    /// <summary>The cotangent that a reverse pass has assigned to a number.</summary>
    /// <remarks>It is empty if no pass has reached the number, and may be a scalar if only zeros have.</remarks>
    let cotangent (x: Number) : Hybrid.Core.Tensor =
        if x.derivative.shape = x.shape then
            toNode x.derivative
        else
            Hybrid.Core.Tensor.zerosLike (toNode x)
