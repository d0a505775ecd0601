namespace Hybrid;

/// <summary>What a gradient check found.</summary>
/// <param name="Passed">Whether the greatest relative error is at most the threshold.</param>
/// <param name="MaxRelativeError">The greatest relative error of all numbers that were checked, those at kinks apart; 0 if there are none.</param>
/// <param name="Checked">How many numbers were compared, those at kinks apart.</param>
/// <param name="Parameters">How many numbers the parameters hold in all.</param>
/// <param name="Examples">How many examples the loss was averaged over.</param>
/// <param name="Worst">The pairs of greatest relative error, greatest first: at most five.</param>
/// <param name="Kinks">Where the derivative jumps so near that differences say nothing about it.</param>
public sealed record GradientCheckReport(
    bool Passed, double MaxRelativeError, int Checked, int Parameters, int Examples, IReadOnlyList<CheckedDerivative> Worst,
    IReadOnlyList<CheckedDerivative> Kinks);
