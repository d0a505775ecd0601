namespace Hybrid;

/// <summary>What a property is verified for, and how long.</summary>
public sealed record VerifierOptions
{
    /// <summary>float32: what the network computes in single precision on any engine, in any order of summation. real: the same
    /// weights in exact arithmetic. Default: float32.</summary>
    public string Arithmetic { get; init; } = "float32";

    /// <summary>When to give up, above 0. Null: never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The maximum number of boxes to bound, at least 1. Unlike a time, it gives the same answer on every machine.
    /// Default: 1,000,000,000.</summary>
    public long Boxes { get; init; } = 1_000_000_000;

    /// <summary>The number of threads, at least 0; 0 for one per processor. The answer does not depend on it. Default: 0.</summary>
    public int Threads { get; init; }

    /// <summary>Where to write the proof of the verdict, for <see cref="ProofChecker"/>; an existing file is replaced once the proof
    /// is complete. Null: nowhere.</summary>
    public string? Proof { get; init; }

    /// <summary>The choices for <see cref="Arithmetic"/>.</summary>
    public static IReadOnlyList<string> Arithmetics { get; } = ["float32", "real"];

    /// <summary>The choice in the functional core.</summary>
    internal Verification.Arithmetic Chosen => Arithmetic == "real" ? Verification.Arithmetic.Real : Verification.Arithmetic.Float32;

    /// <exception cref="OptionException">A value is out of range.</exception>
    internal void Check()
    {
        if (!Arithmetics.Contains(Arithmetic))
            throw new OptionException(nameof(Arithmetic), $"must be {string.Join(" or ", Arithmetics)}, not {Arithmetic}");
        if (Timeout is { } timeout && timeout <= TimeSpan.Zero)
            throw new OptionException(nameof(Timeout), "must be above 0");
        if (Boxes < 1)
            throw new OptionException(nameof(Boxes), $"must be at least 1, not {Boxes}");
        if (Threads is < 0 or > Kernels.CpuEngine.MaxThreads)
            throw new OptionException(nameof(Threads), $"must be from 0 to {Kernels.CpuEngine.MaxThreads}, not {Threads}");
    }
}
