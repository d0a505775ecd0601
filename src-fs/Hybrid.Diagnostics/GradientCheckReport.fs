namespace Hybrid.Diagnostics

open Hybrid.Core

/// The derivative with respect to one number of a parameter, computed in two ways.
type DerivativePair =
    {
        /// The parameter, such as "0.weight".
        Parameter: string
        /// The place in it: for a weight, neuron and input.
        Index: int list
        /// What the derivative rules give.
        Analytic: float
        /// What it is compared with: central differences, or a different source of gradients.
        Numeric: float
        /// |a - n| / max(|a|, |n|, ‖g‖/1000), with ‖g‖ the length of the whole gradient; 0 where both are equal, infinite
        /// where one of the three is not a finite number.
        RelativeError: float
    }

/// What a gradient check found.
[<CompiledName("FSharpGradientCheckReport")>]
type GradientCheckReport =
    {
        /// The maximum relative error of all checked numbers, except those at kinks; 0 if there are none.
        MaxRelativeError: float
        /// The number of compared elements, except those at kinks.
        Checked: int
        /// The total number of elements of the parameters.
        Parameters: int
        /// The number of examples that the loss was averaged over.
        Examples: int
        /// The pairs with the largest relative errors, largest first: at most five.
        Worst: DerivativePair list
        /// Where the derivative jumps within the difference step, so that the quotient is meaningless.
        Kinks: DerivativePair list
    }
