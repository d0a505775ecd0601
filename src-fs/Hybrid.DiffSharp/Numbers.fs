namespace Hybrid.DiffSharp

open DiffSharp
open DiffSharp.Backends
open Hybrid.Core

/// A tensor of DiffSharp: always float64, on its reference backend, whatever its defaults are.
type Number = DiffSharp.Tensor

module Number =
    /// A constant, row-major.
    let ofArray (shape: Hybrid.Core.Shape) (values: float[]) : Number =
        RawTensor.CreateFromFlatArray(
            values,
            Array.ofList shape,
            dtype = Dtype.Float64,
            device = Device.CPU,
            backend = Backend.Reference
        )
        |> Number.ofRawTensor

    /// Indices along the only axis.
    let ofIndices (indices: int[]) : Number =
        RawTensor.CreateFromFlatArray(
            indices,
            [| indices.Length |],
            dtype = Dtype.Int32,
            device = Device.CPU,
            backend = Backend.Reference
        )
        |> Number.ofRawTensor

    /// The extent of each axis.
    let shape (x: Number) : Hybrid.Core.Shape = List.ofArray x.shape

    /// The elements, row-major, without their derivatives.
    let toArray (x: Number) : float[] =
        x.noDiff().view([ x.nelement ]).toArray1D<float>()

    /// The same elements under another shape.
    let reshape (shape: Hybrid.Core.Shape) (x: Number) : Number = x.view shape

    /// The elements along one axis.
    let flat (x: Number) : Number = x.view [ x.nelement ]

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
    let cotangent (x: Number) : float[] =
        let found = x.derivative

        if found.nelement = x.nelement then
            toArray found
        else
            Array.zeroCreate x.nelement
