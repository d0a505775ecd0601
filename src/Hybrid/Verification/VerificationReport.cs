namespace Hybrid;

/// <summary>What <see cref="Verifier"/> found out.</summary>
/// <param name="Verdict">Whether the property holds.</param>
/// <param name="Inputs">Where it is violated; null if it is not.</param>
/// <param name="Outputs">What the network computes there on this machine; null if it is not violated. On any other machine, in any
/// order of summation, the outputs violate the property too.</param>
/// <param name="Boxes">The number of boxes of inputs that were bounded.</param>
/// <param name="Proved">The share of the inputs for which the property is proved, from 0 to 1, by halvings.</param>
/// <param name="Reason">Why nothing is proved; null if something is.</param>
/// <param name="Remarks">What else should be known, such as inputs without a float32 value.</param>
public sealed record VerificationReport(
    PropertyVerdict Verdict, IReadOnlyList<float>? Inputs, IReadOnlyList<float>? Outputs, long Boxes, double Proved, string? Reason,
    IReadOnlyList<string> Remarks)
{
    /// <summary>What the proof that was written proves, and how large it is; its reason says why none was written. Null if none was
    /// asked for, or there is nothing to prove.</summary>
    public ProofReport? Proof { get; init; }
}
