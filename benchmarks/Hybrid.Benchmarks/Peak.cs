using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Benchmarks;

/// <summary>The machine's maximum rate: multiply-adds on registers, without memory access.</summary>
static class Peak
{
    const int Chains = 12;
    const int Steps = 1_000_000;

    /// <summary>float32 operations per second (a multiply-add is two) on a number of threads at once.</summary>
    public static double Rate(int threads)
    {
        Run();
        var best = 0.0;

        for (var round = 0; round < 5; round++)
        {
            var seconds = Measure.Median(() => Parallel.For(
                0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => Run()), 0.05);
            best = Math.Max(best, 2.0 * Chains * Vector512<float>.Count * Steps * threads / seconds);
        }

        return best;
    }

    // twelve sums, so that each multiply-add finds its operands ready
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static float Run()
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(1e-3f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;

        for (var step = 0; step < Steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + (e + f + g + h) + (i + j + k + l));
    }
}
