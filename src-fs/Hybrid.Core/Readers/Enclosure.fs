namespace Hybrid.Core

/// The reader that bounds: intervals that contain every exact value, for all inputs within theirs. Float32 results may lie
/// outside because of rounding: Rounding bounds those.
module Enclosure =
    /// <summary>Bounds of tensors, row-major, given those of their inputs by name.</summary>
    /// <remarks>Interval arithmetic: Moore, Interval Analysis (1966). Each occurrence of an input counts as a separate number, so
    /// the bounds of x - x are not 0.</remarks>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has the wrong number of elements.</exception>
    let evaluate (inputs: (string * Interval[]) list) (outputs: Tensor list) : Interval[] list =
        let constant (values: Values) =
            Array.map Interval.exactly values.AsDouble

        let apply _ primitive operands = primitive.Enclosure operands
        Fold.values Graph.operands constant (Fold.given inputs) apply outputs
