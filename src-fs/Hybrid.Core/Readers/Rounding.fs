namespace Hybrid.Core

/// <summary>The reader that bounds float32 results, whatever the engine and its order of summation.</summary>
/// <remarks>
/// <para>Every node's result is the exact function of the values computed before it, plus its own error, which its
/// primitive's rounding rule bounds. Forwards, errors are carried from node to node. Backwards, each error is multiplied by
/// bounds of the output's derivative with respect to its node, over all values that may be computed: the output changes by the
/// integral of this product along the line from no errors to the actual ones. The smaller of the two bounds is used. Forwards:
/// Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.3.</para>
/// <para>Kinks do no harm: the derivative exists almost everywhere on the line. A value that may be computed on the other side of
/// a jump has the whole jump as its error. A matrix product and what is added to it count as one sum, as engines compute
/// them.</para>
/// <para>Engines may flush subnormal numbers to 0, except those whose sign decides a step.</para>
/// </remarks>
module Rounding =
    /// <summary>Bounds of float32 results, and of their distances from the exact ones, given bounds of the inputs by name. Inputs
    /// are float32 numbers; constants are rounded to float32.</summary>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has the wrong number of elements; or the rounding of a
    /// primitive is not known, such as that of a function with a custom derivative.</exception>
    let evaluate (inputs: (string * Interval[]) list) (outputs: Tensor list) : RoundedBounds list =
        RoundingReader(outputs).Evaluate inputs
