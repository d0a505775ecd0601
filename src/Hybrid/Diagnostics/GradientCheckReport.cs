namespace Hybrid;

/// <summary>What a gradient check found.</summary>
/// <param name="Passed">Whether the maximum relative error is at most the threshold.</param>
/// <param name="MaxRelativeError">The maximum relative error of all checked numbers, except those at kinks; 0 if there are
/// none.</param>
/// <param name="Checked">The number of compared elements, except those at kinks.</param>
/// <param name="Parameters">The total number of elements of the parameters.</param>
/// <param name="Examples">The number of examples that the loss was averaged over.</param>
/// <param name="Worst">The pairs with the largest relative errors, largest first: at most five.</param>
/// <param name="Kinks">Where the derivative jumps within the difference step, so that the quotient is meaningless.</param>
public sealed record GradientCheckReport(
    bool Passed, double MaxRelativeError, int Checked, int Parameters, int Examples, IReadOnlyList<CheckedDerivative> Worst,
    IReadOnlyList<CheckedDerivative> Kinks);
