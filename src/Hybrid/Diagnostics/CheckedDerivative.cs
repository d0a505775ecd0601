namespace Hybrid;

/// <summary>The derivative with respect to one number of a parameter, computed in two ways.</summary>
/// <param name="Parameter">The parameter, such as 0.weight.</param>
/// <param name="Index">The place in it: for a weight, neuron and input.</param>
/// <param name="Analytic">What the derivative rules give.</param>
/// <param name="Numeric">What it is compared with: central differences, or DiffSharp's derivative.</param>
/// <param name="RelativeError">|a - n| / max(|a|, |n|, ‖g‖/1000), with ‖g‖ the length of the whole gradient; 0 where both are
/// equal, infinite where one of the three is not a finite number.</param>
public sealed record CheckedDerivative(
    string Parameter, IReadOnlyList<int> Index, double Analytic, double Numeric, double RelativeError)
{
    internal static CheckedDerivative Of(DerivativePair pair) =>
        new(pair.Parameter, [.. pair.Index], pair.Analytic, pair.Numeric, pair.RelativeError);
}
