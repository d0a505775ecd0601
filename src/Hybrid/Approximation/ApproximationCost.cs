namespace Hybrid;

/// <summary>What a method needs for a formula and a distance.</summary>
/// <param name="Method">One of <see cref="Approximator.Methods"/>.</param>
/// <param name="Neurons">Hidden units.</param>
/// <param name="Parameters">The number of parameters.</param>
public sealed record ApproximationCost(string Method, int Neurons, int Parameters);
