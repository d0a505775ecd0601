using System.Runtime.Intrinsics;

namespace Hybrid.Kernels;

/// <summary>Creates float32 engines that compute on the processor. All give the same bits, at every width and for any number of
/// threads.</summary>
public static class CpuEngine
{
    /// <summary>The environment variable that names the engine to use.</summary>
    public const string Variable = "HYBRID_ENGINE";

    /// <summary>More threads than this are taken for an error.</summary>
    public const int MaxThreads = 1024;

    /// <summary>The engines that this machine supports in hardware, the widest first: of vector512, vector256,
    /// vector128, scalar.</summary>
    public static IReadOnlyList<string> Available { get; } = [.. Widths()];

    /// <summary>Creates an engine.</summary>
    /// <param name="threads">The number of threads that share large work, including the caller's; 0 for one per
    /// processor.</param>
    /// <param name="engine">One of <see cref="Available"/>; null for the one named by the environment variable
    /// HYBRID_ENGINE, else the widest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is negative or above <see
    /// cref="MaxThreads"/>.</exception>
    /// <exception cref="HybridException">This machine has no engine of that name.</exception>
    /// <remarks>An engine may be used by several threads at once; each large piece of work then runs on its
    /// caller's thread if the engine's own are busy.</remarks>
    public static Engine Create(int threads = 0, string? engine = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);

        var wanted = engine ?? Environment.GetEnvironmentVariable(Variable);
        var name = string.IsNullOrWhiteSpace(wanted) ? Available[0] : wanted.Trim().ToLowerInvariant();
        var count = threads == 0 ? Math.Min(MaxThreads, Environment.ProcessorCount) : threads;

        if (!Available.Contains(name))
            throw new HybridException(
                $"There is no engine {Printable.quote(wanted)} on this machine. Available: {string.Join(", ", Available)}.");

        return new(name switch
        {
            "vector512" => new VectorEngine<Lanes512>(name, count),
            "vector256" => new VectorEngine<Lanes256>(name, count),
            "vector128" => new VectorEngine<Lanes128>(name, count),
            _ => new VectorEngine<Lanes1>(name, count),
        });
    }

    static IEnumerable<string> Widths()
    {
        if (Vector512.IsHardwareAccelerated)
            yield return "vector512";

        if (Vector256.IsHardwareAccelerated)
            yield return "vector256";

        if (Vector128.IsHardwareAccelerated)
            yield return "vector128";

        yield return "scalar";
    }
}
