using Hybrid.Verification;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Checks proofs that <see cref="Verifier"/> wrote, without the verifier: every bound is recomputed by outward
/// rounding.</summary>
public static class ProofChecker
{
    /// <summary>Checks a proof of a property of a model, from its raw columns to its outputs.</summary>
    /// <param name="model">Its network is read with its preprocessing.</param>
    /// <param name="property">A VNN-LIB file, which describes violations.</param>
    /// <param name="proof">The file of the proof. It may be any file: what is not a proof is refused.</param>
    /// <param name="cancellation">Ends the check early: the proof is then refused.</param>
    /// <exception cref="PropertyException">The property is malformed, or does not fit the network.</exception>
    /// <exception cref="HybridException">A file cannot be read, or no rule is known for an operation of the network.</exception>
    public static ProofReport Check(Model model, string property, string proof, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Check(model.Network, property, proof, cancellation);
    }

    /// <summary>Checks a proof of a property of a network.</summary>
    /// <param name="network">The network that the proof is about.</param>
    /// <param name="property">A VNN-LIB file, which describes violations.</param>
    /// <param name="proof">The file of the proof. It may be any file: what is not a proof is refused.</param>
    /// <param name="cancellation">Ends the check early: the proof is then refused.</param>
    /// <exception cref="PropertyException">The property is malformed, or does not fit the network.</exception>
    /// <exception cref="HybridException">A file cannot be read, or no rule is known for an operation of the network.</exception>
    public static ProofReport Check(NeuralNetwork network, string property, string proof, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(property);
        ArgumentNullException.ThrowIfNull(proof);
        var parsed = Verifier.Read(property, network);

        try
        {
            using var stream = new FileStream(proof, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            return Report(ProofCheckerModule.check(
                FuncConvert.FromFunc(() => cancellation.IsCancellationRequested), parsed, network.Value, stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HybridException($"{proof}: it cannot be read ({error.Message.TrimEnd('.')}). Give a proof file.", error);
        }
    }

    internal static ProofReport Report(ProofCheck check)
    {
        var inputs = (check.Verdict as ProofVerdict.Sat)?.inputs;

        return new(
            check.Verdict.IsUnsat ? PropertyVerdict.Holds
            : inputs is not null ? PropertyVerdict.Violated
            : PropertyVerdict.Undecided,
            check.Arithmetic.ToString(),
            inputs,
            check.Boxes,
            check.Leaves,
            (check.Verdict as ProofVerdict.Refused)?.reason);
    }
}
