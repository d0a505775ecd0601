namespace Hybrid.Core

/// The reader that bounds: intervals that are sure to hold every exact value, for all inputs within theirs. What float32 computes
/// may lie outside by its rounding: Rounding bounds that.
module Enclosure =
    /// <summary>Bounds of tensors, row-major, given those of their inputs by name.</summary>
    /// <remarks>Interval arithmetic: Moore, Interval Analysis (1966). Each occurrence of an input counts as another
    /// number, so the bounds of x - x are not 0.</remarks>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has another number of elements.</exception>
    let evaluate (inputs: (string * Interval[]) list) (outputs: Tensor list) : Interval[] list =
        let constant (values: Values) =
            Array.map Interval.exactly values.AsDouble

        let apply _ primitive operands = primitive.Enclosure operands
        Fold.values Graph.operands constant (Fold.given inputs) apply outputs
