namespace Hybrid.Core

/// <summary>The reader that bounds what float32 computes, whatever the engine and its order of summation.</summary>
/// <remarks>
/// <para>Every node's result is its exact function of what was computed before it, and an error of its own, which its primitive's
/// rounding rule bounds. Forwards, errors are carried from node to node. Backwards, each is multiplied by bounds of the output's
/// derivative with respect to its node, over all values that may be computed: the output changes by the integral of that along the
/// line from no errors to the actual ones. The lesser of both counts. Forwards: Higham, Accuracy and Stability of Numerical
/// Algorithms (2002), section 3.3.</para>
/// <para>Kinks do no harm: on the line there is a derivative almost everywhere. A value that may be computed on the other side of a
/// jump counts as off by the whole jump. A product of matrices and what is added to it count as one sum, as engines compute
/// them.</para>
/// <para>Engines may flush subnormal numbers to 0, but for those whose sign decides a step.</para>
/// </remarks>
module Rounding =
    /// <summary>Bounds of float32 results, and of how far they are from exact ones, given bounds of inputs by name. Inputs are
    /// float32 numbers; constants are rounded to float32.</summary>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has another number of elements; or nothing is known of
    /// the rounding of a primitive, such as a function with a derivative of its own.</exception>
    let evaluate (inputs: (string * Interval[]) list) (outputs: Tensor list) : RoundedBounds list =
        RoundingReader(outputs).Evaluate inputs
