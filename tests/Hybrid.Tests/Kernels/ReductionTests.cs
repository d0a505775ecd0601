using Xunit;

namespace Hybrid.Tests.Kernels;

public class ReductionTests
{
    public static readonly (int Outer, int Length, int Inner)[] Extents =
    [
        (1, 1, 1), (1, 7, 1), (5, 10, 1), (3, 63, 1), (3, 64, 1), (3, 65, 1), (2, 1000, 1), (1, 100_003, 1),
        (300, 257, 1), (1, 10, 3), (4, 5, 6),
        (1, 600, 10), (1, 300, 700), (2, 257, 65), (7, 3, 129), (1, 2, 100_000), (2000, 33, 1), (0, 3, 2),
        (3, 0, 2), (2, 3, 0), (40, 1, 1),
    ];

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Sums_are_close_to_the_exact_ones_and_the_same_on_every_engine(string name, int threads)
    {
        foreach (var (outer, length, inner) in Extents)
        {
            var x = Engines.Random(length, outer * length * inner);
            var (y, scalar) = (new float[outer * inner], new float[outer * inner]);
            Engines.Get(name, threads).Reduce(Reduction.Sum, outer, length, inner, x, y);
            Engines.Get("scalar", 1).Reduce(Reduction.Sum, outer, length, inner, x, scalar);
            Engines.Same(scalar, y);

            for (var o = 0; o < outer; o++)
                for (var i = 0; i < inner; i++)
                {
                    double sum = 0, size = 0;

                    for (var l = 0; l < length; l++)
                    {
                        sum += x[(o * length + l) * inner + i];
                        size += Math.Abs(x[(o * length + l) * inner + i]);
                    }

                    Engines.Near(sum, y[o * inner + i], 0, $"Sum {outer} {length} {inner}", 1e-6 * size);
                }
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void The_maximum_and_its_first_index_are_found(string name, int threads)
    {
        foreach (var (outer, length, inner) in Extents.Where(extents => extents.Length > 0))
            for (var kind = 0; kind < 3; kind++)
            {
                var x = Engines.Random(length, outer * length * inner, 4);

                // Many equals, then some that are not numbers.
                if (kind > 0)
                    for (var i = 0; i < x.Length; i++)
                        x[i] = kind == 2 && i % 17 == 5 ? float.NaN : MathF.Round(x[i]);

                var (max, index) = (new float[outer * inner], new float[outer * inner]);
                Engines.Get(name, threads).Reduce(Reduction.Max, outer, length, inner, x, max);
                Engines.Get(name, threads).Reduce(Reduction.ArgMax, outer, length, inner, x, index);

                for (var o = 0; o < outer; o++)
                    for (var i = 0; i < inner; i++)
                    {
                        var best = 0;

                        for (var l = 1; l < length; l++)
                            if (!float.IsNaN(At(best)) && !(At(l) <= At(best)))
                                best = l;

                        Assert.Equal(At(best), max[o * inner + i]);
                        Assert.Equal(best, index[o * inner + i]);

                        float At(int l) => x[(o * length + l) * inner + i];
                    }
            }
    }
}
