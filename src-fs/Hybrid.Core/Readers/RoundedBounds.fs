namespace Hybrid.Core

/// What float32 makes of a tensor, for all float32 inputs within their bounds.
[<NoComparison; NoEquality>]
type RoundedBounds =
    {
        /// Bounds of the exact values: those of Enclosure. A float32 result may lie outside.
        Exact: Interval[]
        /// How far each float32 result may be from the exact value for the same inputs; infinite where it may overflow.
        Error: float[]
        /// Bounds of the float32 results.
        Computed: Interval[]
    }
