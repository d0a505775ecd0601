namespace Hybrid.Verification

/// What was found about a condition on a box.
[<Struct; NoComparison; NoEquality>]
type internal Found =
    {
        /// A lower bound.
        Bound: float
        /// What of it is the cost of rounding, the network's and the verifier's.
        Off: float
        /// How much the bound depends on each input: its factor's size times the input's width; after steps in a network whose
        /// arguments depend on inputs only, how much the bound may gain by halving it.
        Effects: float[]
        /// The factors of the inputs: for x in the box, the condition is at least Bound + Σ slope (x - corner), term by term not
        /// negative.
        Slopes: float[]
    }
