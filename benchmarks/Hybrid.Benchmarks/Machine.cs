using System.Text.Json.Nodes;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>What limits cores that work together.</summary>
/// <param name="HandOff">Seconds from a thread's write until another one, which waits for it, has read it.</param>
/// <param name="OneCore">Bytes a second that one core reads from and writes to memory.</param>
/// <param name="TwoCores">The same of two cores together.</param>
sealed record Machine(double HandOff, double OneCore, double TwoCores)
{
    // larger than any cache
    const int Numbers = 1 << 25;
    const int Turns = 200_000, Rounds = 5;

    public static Machine Measured() => new(
        Enumerable.Range(0, Rounds).Min(_ => PassedOn()),
        Enumerable.Range(0, Rounds).Max(_ => Bandwidth(1)),
        Enumerable.Range(0, Rounds).Max(_ => Bandwidth(2)));

    /// <summary>With many cores, the bandwidth of that many: each further one takes the same share of it from the others.</summary>
    public double Bandwidth(double cores) => cores * OneCore / (1 + Math.Clamp(2 * OneCore / TwoCores - 1, 0, 1) * (cores - 1));

    static double PassedOn()
    {
        var turn = 0;

        void Take(int own)
        {
            for (var mine = own; mine < Turns; mine += 2)
            {
                while (Volatile.Read(ref turn) != mine)
                {
                }

                Volatile.Write(ref turn, mine + 1);
            }
        }

        return Together(2, Take) / Turns;
    }

    static double Bandwidth(int threads)
    {
        var arrays = Enumerable.Range(0, threads).Select(_ => (Into: new float[Numbers], More: new float[Numbers])).ToArray();
        using var engine = CpuEngine.Create(1);
        void Add(int own) => engine.Kernels.Binary(Binary.Add, arrays[own].Into, arrays[own].More, arrays[own].Into);

        Together(threads, Add);
        return threads * 3.0 * sizeof(float) * Numbers / Together(threads, Add);
    }

    /// <summary>Seconds from the start of all until the end of all.</summary>
    static double Together(int threads, Action<int> work)
    {
        using var start = new Barrier(threads + 1);
        var all = Enumerable.Range(0, threads).Select(own => new Thread(() =>
        {
            start.SignalAndWait();
            work(own);
        })).ToArray();
        foreach (var thread in all)
            thread.Start();

        start.SignalAndWait();
        var begin = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (var thread in all)
            thread.Join();

        return System.Diagnostics.Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    public JsonObject ToJson() => new()
    {
        ["handOffSeconds"] = HandOff,
        ["bytesPerSecondOfOneCore"] = OneCore,
        ["bytesPerSecondOfTwoCores"] = TwoCores,
    };
}
