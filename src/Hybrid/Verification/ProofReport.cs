namespace Hybrid;

/// <summary>What <see cref="ProofChecker"/> found out about a proof.</summary>
/// <param name="Verdict">What is proved: that the property holds, or is violated; undecided if the proof is refused.</param>
/// <param name="Arithmetic">What the network is computed in: float32 or real.</param>
/// <param name="Inputs">Where the property is violated; null if it is not.</param>
/// <param name="Boxes">The number of boxes whose bounds were recomputed.</param>
/// <param name="Leaves">The number of them that are not divided.</param>
/// <param name="Reason">Why nothing is proved, and where in the proof; null if something is.</param>
public sealed record ProofReport(
    PropertyVerdict Verdict, string Arithmetic, IReadOnlyList<float>? Inputs, long Boxes, long Leaves, string? Reason);
