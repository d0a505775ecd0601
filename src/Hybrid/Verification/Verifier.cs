using System.Diagnostics;
using Hybrid.Kernels;
using Hybrid.Onnx;
using Hybrid.Verification;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Proves properties of networks for whole boxes of inputs, or finds inputs that violate them.</summary>
public static class Verifier
{
    /// <summary>Verifies a property of a model, from its raw columns to its outputs.</summary>
    /// <param name="model">Its network is verified with its preprocessing.</param>
    /// <param name="property">A VNN-LIB file, which describes violations.</param>
    /// <param name="options">Null: all defaults.</param>
    /// <param name="cancellation">Ends the search early: the verdict is then that it is undecided.</param>
    /// <exception cref="PropertyException">The file is malformed, or does not fit the network.</exception>
    /// <exception cref="PrecisionException">The model subtracts an offset from a column, or adds one to its output, in double
    /// precision: proofs are about float32.</exception>
    /// <exception cref="HybridException">The file cannot be read, or no rule is known for an operation of the network.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static VerificationReport Verify(
        Model model, string property, VerifierOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Data.SchemaModule.requireSingle(
            "model.Network, whose inputs and outputs are less the offsets: proofs are about float32", model.Value.Schema);
        return Verify(model.Network, property, options, cancellation);
    }

    /// <summary>Verifies a property of a network.</summary>
    /// <param name="network">Any that consists of functions with enclosures; in float32, with rounding rules too.</param>
    /// <param name="property">A VNN-LIB file, which describes violations.</param>
    /// <param name="options">Null: all defaults.</param>
    /// <param name="cancellation">Ends the search early: the verdict is then that it is undecided.</param>
    /// <exception cref="PropertyException">The file is malformed, or does not fit the network.</exception>
    /// <exception cref="HybridException">The file cannot be read, or no rule is known for an operation of the network.</exception>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static VerificationReport Verify(
        NeuralNetwork network, string property, VerifierOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(property);
        options ??= new();
        options.Check();

        var start = Stopwatch.StartNew();
        var parsed = Read(property, network);
        using var engine = CpuEngine.Create(1);
        var limits = new Limits(
            options.Boxes,
            FuncConvert.FromFunc(() => cancellation.IsCancellationRequested || start.Elapsed > options.Timeout),
            options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            VerifierModule.unlimited.Waiting,
            VerifierModule.unlimited.Attack);

        var (found, proof) = VerifierModule.prove(engine, options.Chosen, limits, parsed, network.Value);
        var report = Report(network, found, cancellation);
        return options.Proof is { } path && FSharpOption<Proof>.get_IsSome(proof)
            ? report with { Proof = Write(proof.Value, limits.Stop, path, options.Arithmetic) }
            : report;
    }

    /// <summary>Writes a proof under a temporary name, then renames it.</summary>
    static ProofReport Write(Proof proof, FSharpFunc<Unit, bool> stop, string path, string arithmetic)
    {
        try
        {
            ProofReport? written = null;
            AtomicFile.Write(Path.GetFullPath(path), stream => written = ProofChecker.Report(proof.Write(stop, stream)));
            return written!;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HybridException($"{path}: it cannot be written ({error.Message.TrimEnd('.')}).", error);
        }
        catch (HybridException error)
        {
            return new(PropertyVerdict.Undecided, arithmetic, null, 0, 0, error.Message);
        }
    }

    static VerificationReport Report(NeuralNetwork network, Hybrid.Verification.Verification found, CancellationToken cancellation)
    {
        var inputs = (found.Verdict as Verdict.Sat)?.inputs;

        return new(
            found.Verdict.IsUnsat ? PropertyVerdict.Holds
            : inputs is not null ? PropertyVerdict.Violated
            : found.Verdict.IsTimeout && !cancellation.IsCancellationRequested ? PropertyVerdict.TimedOut
            : PropertyVerdict.Undecided,
            inputs,
            inputs is null ? null : network.Predict(inputs),
            found.Boxes,
            found.Proved,
            (found.Verdict as Verdict.Unknown)?.reason
                ?? (found.Verdict.IsTimeout && cancellation.IsCancellationRequested ? "interrupted." : null),
            [.. found.Remarks]);
    }

    internal static Property Read(string path, NeuralNetwork network)
    {
        var property = Read(path);
        return property.Inputs == network.Inputs
            ? property
            : throw new PropertyException(
                0, 0, $"{path}: the property is about {property.Inputs} inputs, and the network has {network.Inputs}.");
    }

    static Property Read(string path)
    {
        string text;

        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HybridException($"{path}: it cannot be read ({error.Message.TrimEnd('.')}). Give a .vnnlib file.", error);
        }

        try
        {
            return VnnLib.read(text);
        }
        catch (PropertyException error)
        {
            throw new PropertyException(error.Line, error.Column, $"{error.Problem} ({path})");
        }
    }
}
