namespace Hybrid;

/// <summary>What rows are certified for, and how long.</summary>
public sealed record CertificationOptions
{
    /// <summary>float32: what the network computes in single precision on any engine, in any order of summation. real: the same
    /// weights in exact arithmetic. Default: float32.</summary>
    public string Arithmetic { get; init; } = "float32";

    /// <summary>When to stop, above 0; what is not decided by then stays undecided. Null: never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The maximum number of boxes for what is not decided by its whole box, at least 1. Unlike a time, it gives the same
    /// answer on every machine. Null: 1,000 for a row of up to 50 columns of numbers, and 1 for wider ones; for each combination of
    /// categories 20,000 for the range of an output over up to 50 columns that vary, and 1 over more; and 100,000 for a
    /// derivative.</summary>
    public long? Boxes { get; init; }

    /// <summary>The number of threads, at least 0; 0 for one per processor. The answer does not depend on it. Default: 0.</summary>
    public int Threads { get; init; }

    /// <summary>Whether to find, for each row, the largest multiple of the radii that is proved and the smallest at which another
    /// class is found, instead of a verdict about the radii themselves. Default: false.</summary>
    public bool Margin { get; init; }

    /// <exception cref="OptionException">A value is out of range.</exception>
    internal void Check() => new VerifierOptions { Arithmetic = Arithmetic, Timeout = Timeout, Boxes = Boxes ?? 1, Threads = Threads }.Check();

    /// <summary>The same in the functional core.</summary>
    internal Certification.CertifyOptions ToCore(Action<int, int>? progress, CancellationToken cancellation)
    {
        var start = System.Diagnostics.Stopwatch.StartNew();
        return new(
            new VerifierOptions { Arithmetic = Arithmetic }.Chosen,
            Boxes ?? 0,
            Microsoft.FSharp.Core.FuncConvert.FromFunc(
                () => cancellation.IsCancellationRequested || start.Elapsed > Timeout),
            Threads == 0 ? Environment.ProcessorCount : Threads,
            Microsoft.FSharp.Core.FuncConvert.FromAction<int, int>((done, all) => progress?.Invoke(done, all)));
    }
}
