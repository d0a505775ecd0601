namespace Hybrid.DiffSharp

open DiffSharp
open DiffSharp.Backends.Hybrid

/// A tensor of DiffSharp whose numbers are nodes of a graph.
type Number = DiffSharp.Tensor

module Number =
    /// A node as a constant: no derivative goes through it.
    let ofNode (node: Hybrid.Core.Tensor) : Number =
        Number.ofRawTensor (GraphTensor(node, Dtype.Float64))

    /// The node, without derivatives.
    let toNode (x: Number) : Hybrid.Core.Tensor = (x.primalRaw :?> GraphTensor).Node

    /// The extent of each axis.
    let shape (x: Number) : Hybrid.Core.Shape = List.ofArray x.shape

    /// Where a comparison holds 1, elsewhere 0: constants, through which no derivative goes.
    let ofComparison (holds: Number) : Number = holds.cast Dtype.Float64

    /// Numbers that derivatives are taken in.
    let varied (x: Number) : Number =
        if x.isReverseDiff then x else x.reverseDiff ()

    /// DiffSharp puts together only numbers that all have derivatives, or none: constants become leaves that nobody asks.
    let alike (parts: Number list) : Number list =
        if parts |> List.exists _.isReverseDiff then
            List.map varied parts
        else
            parts

    /// <summary>The cotangent that a reverse pass has left at a number.</summary>
    /// <remarks>One that no pass has come to is empty, and one that only zeros have come to may be a scalar.</remarks>
    let cotangent (x: Number) : Hybrid.Core.Tensor =
        if x.derivative.shape = x.shape then
            toNode x.derivative
        else
            Hybrid.Core.Tensor.zerosLike (toNode x)
