using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Benchmarks;

/// <summary>The machine's maximum rate of reading the same numbers again and again, one after the other.</summary>
static unsafe class Reading
{
    const int Chains = 8;
    const int Rounds = 15;
    const nuint CacheLine = 64;

    /// <summary>Bytes per second, of which each of a number of threads reads its own part.</summary>
    /// <param name="numbers">How many float32 numbers.</param>
    /// <param name="threads">The number of threads.</param>
    public static double Rate(long numbers, int threads)
    {
        var part = (nuint)(Math.Max(1, numbers / threads / (Chains * Vector512<float>.Count)) * (Chains * Vector512<float>.Count));
        var best = new double[threads];
        using var together = new Barrier(threads);
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() => best[thread] = Best(part, together)))];

        foreach (var worker in workers)
            worker.Start();

        foreach (var worker in workers)
            worker.Join();

        return best.Sum();
    }

    static double Best(nuint count, Barrier together)
    {
        var numbers = (float*)NativeMemory.AlignedAlloc(count * sizeof(float), CacheLine);
        new Span<float>(numbers, (int)count).Fill(1e-3f);
        var times = Math.Max(1, (int)(10_000_000 / count));
        var best = double.PositiveInfinity;

        for (var round = 0; round < Rounds; round++)
        {
            together.SignalAndWait();
            var start = Stopwatch.GetTimestamp();

            for (var time = 0; time < times; time++)
                Sum(numbers, count);

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / times);
        }

        NativeMemory.AlignedFree(numbers);
        return count * sizeof(float) / best;
    }

    // eight sums, so that each addition finds its operands ready
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static float Sum(float* numbers, nuint count)
    {
        const int width = 16;
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;

        for (var end = numbers + count; numbers < end; numbers += Chains * width)
        {
            a += Vector512.Load(numbers);
            b += Vector512.Load(numbers + width);
            c += Vector512.Load(numbers + 2 * width);
            d += Vector512.Load(numbers + 3 * width);
            e += Vector512.Load(numbers + 4 * width);
            f += Vector512.Load(numbers + 5 * width);
            g += Vector512.Load(numbers + 6 * width);
            h += Vector512.Load(numbers + 7 * width);
        }

        return Vector512.Sum(a + b + c + d + (e + f + g + h));
    }
}
