namespace Hybrid.Core

/// The float32 results of a tensor, for all float32 inputs within their bounds.
[<NoComparison; NoEquality>]
type RoundedBounds =
    {
        /// Bounds of the exact values: those of Enclosure. A float32 result may lie outside.
        Exact: Interval[]
        /// The maximum distance of each float32 result from the exact value for the same inputs; infinite where it may overflow.
        Error: float[]
        /// Bounds of the float32 results.
        Computed: Interval[]
    }
