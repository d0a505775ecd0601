using Hybrid.Kernels;
using Xunit;

namespace Hybrid.Tests.Kernels;

public class MatMulTests
{
    static readonly (bool A, bool B)[] transposes = [(false, false), (false, true), (true, false), (true, true)];

    /// <summary>The sums that every engine promises: one chain an element, or, where both operands of a single row or
    /// column are dense, 32 chains that are added by halves.</summary>
    static float[] Plain(bool transposeA, bool transposeB, int m, int k, int n, float[] a, float[] b)
    {
        var y = new float[m * n];
        var isDot = k >= 32 && (n == 1 ? !transposeA || m == 1 : m == 1 && transposeB);
        var chains = new float[isDot ? 32 : 1];

        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
            {
                Array.Clear(chains);

                for (var p = 0; p < k; p++)
                    chains[p % chains.Length] = MathF.FusedMultiplyAdd(
                        transposeA ? a[p * m + i] : a[i * k + p], transposeB ? b[j * k + p] : b[p * n + j],
                        chains[p % chains.Length]);

                for (var half = chains.Length / 2; half > 0; half /= 2)
                    for (var chain = 0; chain < half; chain++)
                        chains[chain] += chains[chain + half];

                y[i * n + j] = chains[0];
            }

        return y;
    }

    static void Holds(IKernels engine, int m, int k, int n)
    {
        var (a, b) = (Engines.Random(m, m * k), Engines.Random(n, k * n));

        foreach (var (transposeA, transposeB) in transposes)
        {
            var y = Enumerable.Repeat(float.NaN, m * n).ToArray();
            engine.MatMul(transposeA, transposeB, m, k, n, a, b, y);
            Engines.Same(Plain(transposeA, transposeB, m, k, n, a, b), y);
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Small_products_equal_the_plain_loop_to_the_bit(string name, int threads)
    {
        for (var m = 1; m <= 20; m++)
            for (var k = m % 4; k <= 20; k += 4)
                for (var n = 1; n <= 20; n++)
                    Holds(Engines.Get(name, threads), m, k, n);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Products_at_the_edges_of_blocks_equal_the_plain_loop_to_the_bit(string name, int threads)
    {
        foreach (var (m, k, n) in new[]
        {
            (1, 300, 700), (3, 257, 65), (30, 1100, 70), (7, 256, 1), (700, 300, 1), (9, 255, 33), (12, 513, 64), (13, 31, 2049), (64, 64, 64),
            (191, 17, 31), (193, 260, 10), (385, 40, 48), (100, 100, 100), (130, 784, 100), (25, 25, 25), (48, 3, 530), (200, 1, 200),
        })
            Holds(Engines.Get(name, threads), m, k, n);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Every_extent_from_1_to_65_equals_the_plain_loop_to_the_bit(string name, int threads)
    {
        var engine = Engines.Get(name, threads);

        for (var extent = 1; extent <= 65; extent++)
        {
            Holds(engine, extent, extent, extent);
            Holds(engine, extent, 64, 3);
            Holds(engine, 3, extent, 65);
            Holds(engine, 65, 3, extent);
        }
    }

    static readonly (int M, int K, int N)[] largeWeights =
    [
        (1, 32, 1024), (1, 33, 1023), (1, 63, 1000), (1, 64, 513), (1, 100, 331), (1, 784, 101), (1, 1000, 35), (1, 47, 700), (1, 40_000, 1),
        (3, 40_000, 1), (1, 20_000, 2), (2, 100, 400), (9, 300, 130), (1, 31, 1100),
    ];

    /// <summary>Weights that never change may be kept in another form: of float32, of bfloat16, and of bfloat16 but for one number.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Prepared_products_equal_the_plain_loop_to_the_bit(string name, int threads)
    {
        foreach (var (m, k, n) in largeWeights)
            foreach (var single in new[] { 0, 1, k * n })
                foreach (var (transposeA, transposeB) in transposes)
                {
                    var (a, y) = (Engines.Random(m, m * k), new float[m * n]);
                    float[] b = [.. Engines.Random(n, k * n).Select((x, i) => i < single ? x : BFloat16.toSingle(BFloat16.ofSingle(x)))];
                    var run = Engines.Get(name, threads).PrepareMatMul(
                        transposeA, transposeB, m, k, n, a, b, true, new Chain([], []), [new ChainOperand(y, 1)], []);
                    var expected = Plain(transposeA, transposeB, m, k, n, a, b);

                    for (var time = 0; time < 2; time++)
                    {
                        Array.Fill(y, float.NaN);
                        run();
                        Engines.Same(expected, y);
                    }
                }
    }

    /// <summary>Infinity and NaN are numbers of bfloat16, and a sum is what it is in float32.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Special_weights_in_bfloat16_give_what_they_give_in_float32(string name, int threads)
    {
        const int k = 77, n = 600;
        var (a, y, expected) = (Engines.Random(1, k), new float[n], new float[n]);
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, BFloat16.toSingle(1), BFloat16.toSingle(0x7f7f)];
        float[] b = [.. Engines.Random(n, k * n).Select((x, i) =>
            i % 1013 == 0 ? special[i / 1013 % special.Length] : BFloat16.toSingle(BFloat16.ofSingle(x)))];
        var engine = Engines.Get(name, threads);
        engine.MatMul(false, true, 1, k, n, a, b, expected);
        engine.PrepareMatMul(false, true, 1, k, n, a, b, true, new Chain([], []), [new ChainOperand(y, 1)], [])();
        Assert.All(expected.Zip(y), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Contains(y, float.IsNaN);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Two_rows_give_the_bits_of_those_rows_in_a_batch(string name, int threads)
    {
        const int m = 150, k = 333, n = 77;
        var engine = Engines.Get(name, threads);
        var (a, b, y, rows) = (Engines.Random(1, m * k), Engines.Random(2, k * n), new float[m * n], new float[2 * n]);
        engine.MatMul(false, true, m, k, n, a, b, y);

        for (var i = 0; i + 2 <= m; i += 7)
        {
            engine.MatMul(false, true, 2, k, n, a.AsSpan(i * k, 2 * k), b, rows);
            Engines.Same(rows, y.AsSpan(i * n, 2 * n));
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void A_second_factor_that_never_changes_gives_the_same_bits(string name, int threads)
    {
        var engine = Engines.Get(name, threads);

        foreach (var m in new[] { 1, 2, 9, 70, 130 })
            foreach (var k in new[] { 10, 31, 32, 33, 48, 63, 64, 784 })
                foreach (var n in new[] { 1, 2, 3, 4, 5, 10, 66, 257 })
                {
                    var (a, b) = (Engines.Random(m, m * k), Engines.Random(n, k * n));

                    foreach (var (transposeA, transposeB) in transposes)
                    {
                        var y = Enumerable.Repeat(float.NaN, m * n).ToArray();
                        engine.PrepareMatMul(
                            transposeA, transposeB, m, k, n, a, b, true, new Chain([], []), [new ChainOperand(y, 1)], [])();
                        Engines.Same(Plain(transposeA, transposeB, m, k, n, a, b), y);
                    }
                }
    }

    [Fact]
    public void NaN_stays_in_its_row_and_column()
    {
        const int m = 30, k = 40, n = 50;
        var engine = Engines.Get(CpuEngine.Available[0], 2);
        var (a, b, y) = (Engines.Random(1, m * k), Engines.Random(2, k * n), new float[m * n]);
        a[7 * k + 3] = float.NaN;
        b[5 * n + 49] = float.PositiveInfinity;
        engine.MatMul(false, false, m, k, n, a, b, y);

        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
                Assert.Equal(i != 7 && j != 49, float.IsFinite(y[i * n + j]));
    }
}
