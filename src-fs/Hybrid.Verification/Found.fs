namespace Hybrid.Verification

/// What was found about a condition on a box.
[<Struct; NoComparison; NoEquality>]
type internal Found =
    {
        /// A lower bound.
        Bound: float
        /// What of it is the cost of rounding, the network's and the verifier's.
        Off: float
        /// How much the bound depends on each input: its factor's size times the input's width.
        Effects: float[]
        /// The factors of the inputs: for x in the box, the condition is at least Bound + Σ slope (x - corner), term by term not
        /// negative.
        Slopes: float[]
        /// The unit whose upper line costs most, by its place among all arguments; -1 if that is not known.
        Unit: int
        /// The inputs at which the linear bound is least.
        Corner: float[]
    }
