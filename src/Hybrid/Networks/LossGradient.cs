namespace Hybrid;

/// <summary>A loss and its derivatives.</summary>
/// <param name="Loss">The mean loss of the examples.</param>
/// <param name="Parameters">Its derivative with respect to every number of each of the network's parameters, in their
/// order.</param>
public sealed record LossGradient(double Loss, IReadOnlyList<Parameter> Parameters);
