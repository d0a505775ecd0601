using Hybrid.Kernels;
using Xunit;

namespace Hybrid.Tests.Kernels;

public class ElementwiseTests
{
    // Half a unit of the least number: what rounding a subnormal result may cost.
    const double Tiny = 1.5e-45;

    static readonly float[] special =
    [
        0f, -0f, 1, -1, 2, -2, 0.5f, 3, float.Epsilon, -float.Epsilon, 1.17549435e-38f, 1e-40f, -1e-40f, 1e-20f, -1e-20f,
        1e-8f, 1e-4f, -1e-4f,
        0.3f, 0.625f, -0.625f, 0.9f, -0.9f, 0.99999994f, 1.0000001f, 4, 3.9999f,
        10, -10, 20, -20, 87.5f, -87.5f, 88.72283f, 88.7229f, 89, -88, -95, -103, -103.9f, -104.1f,
        -105, 1000, -1000, 3.1415927f, 1.5707964f, 99_999, 100_001, -1e6f, 1e10f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    static float[] Inputs()
    {
        var all = new List<float>(special);

        foreach (var scale in new[] { 1e-3, 1, 5, 30, 100, 1e4 })
            all.AddRange(Engines.Random(1, 3001, scale));

        // Every order of magnitude, by random bits.
        var random = new System.Random(2);

        for (var i = 0; i < 3000; i++)
            all.Add(BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)));

        return [.. all];
    }

    static double Definition(Unary operation, double x) => operation switch
    {
        Unary.Negate => -x,
        Unary.Exp => Math.Exp(x),
        Unary.Log => Math.Log(x),
        Unary.Sqrt => Math.Sqrt(x),
        Unary.Sin => Math.Sin(x),
        Unary.Cos => Math.Cos(x),
        Unary.Tanh => Math.Tanh(x),
        Unary.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Unary.Softplus => x > 0 ? x + LogOnePlus(Math.Exp(-x)) : LogOnePlus(Math.Exp(x)),
        Unary.Erf => Erf(x),
        Unary.Abs => Math.Abs(x),
        Unary.Sign => double.IsNaN(x) ? x : Math.Sign(x),
        Unary.Step => x > 0 ? 1 : 0,
        Unary.Relu => x <= 0 ? 0 : x,
        Unary.IsNaN => double.IsNaN(x) ? 1 : 0,
        Unary.Round => Math.Round(x, MidpointRounding.ToEven),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    static double LogOnePlus(double x) => x < 1e-4 ? x * (1 - x * (0.5 - x / 3)) : Math.Log(1 + x);

    // The Taylor series, whose terms stay small enough for double precision below 4.
    static double Erf(double x)
    {
        if (!(Math.Abs(x) < 4))
            return double.IsNaN(x) ? x : Math.Sign(x);

        double term = x, sum = x;

        for (var n = 1; n < 120; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return sum * 2 / Math.Sqrt(Math.PI);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Unary_maps_agree_with_their_definitions(string name, int threads)
    {
        var x = Inputs();
        var y = new float[x.Length];

        foreach (var operation in Enum.GetValues<Unary>())
        {
            Engines.Get(name, threads).Unary(operation, x, y);

            // Cosine, and sine near multiples of π, lose relative digits where they vanish.
            var absolute = operation is Unary.Sin or Unary.Cos ? 1e-7 : Tiny;

            for (var i = 0; i < x.Length; i++)
                Engines.Near(Definition(operation, x[i]), y[i], 5e-7, $"{operation} {x[i]:R}", absolute);
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Binary_maps_agree_with_their_definitions(string name, int threads)
    {
        var random = Inputs();
        var a = special.SelectMany(x => special.Select(_ => x)).Concat(random).ToArray();
        var b = special.SelectMany(_ => special).Concat(random.Reverse()).ToArray();
        var y = new float[a.Length];

        foreach (var operation in Enum.GetValues<Binary>())
        {
            Engines.Get(name, threads).Binary(operation, a, b, y);

            for (var i = 0; i < a.Length; i++)
                Engines.Near(Definition(operation, a[i], b[i]), y[i], 5e-7, $"{operation} {a[i]:R} {b[i]:R}", Tiny);
        }
    }

    static double Definition(Binary operation, float a, float b) => operation switch
    {
        Binary.Add => a + b,
        Binary.Subtract => a - b,
        Binary.Multiply => a * b,
        Binary.Divide => a / b,
        Binary.Maximum => Math.Max(a, b),
        Binary.Minimum => Math.Min(a, b),
        Binary.Power => MathF.Pow(a, b),
        Binary.Greater => a > b ? 1 : 0,
        Binary.Equal => a == b ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void A_result_depends_only_on_its_operand(string name, int threads)
    {
        var engine = Engines.Get(name, threads);
        var reference = Engines.Get("scalar", 1);
        var x = Engines.Random(3, 100_000, 20);

        foreach (var operation in Enum.GetValues<Unary>())
        {
            var whole = new float[x.Length];
            engine.Unary(operation, x, whole);

            for (var length = 0; length <= 70; length++)
                for (var start = 0; start < 3; start++)
                {
                    var part = new float[length];
                    engine.Unary(operation, x.AsSpan(start, length), part);
                    Engines.Same(whole[start..(start + length)], part);
                }

            // In place, and at another width.
            var again = x.ToArray();
            engine.Unary(operation, again, again);
            Engines.Same(whole, again);
            reference.Unary(operation, x, again);
            Engines.Same(whole, again);
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Operands_repeat(string name, int threads)
    {
        var engine = Engines.Get(name, threads);

        foreach (var length in new[] { 0, 1, 2, 6, 12, 60, 70, 255, 256, 257, 510, 513, 1020, 66_000, 131_070 })
            foreach (var periodA in Periods(length))
                foreach (var periodB in Periods(length))
                {
                    var (a, b) = (Engines.Random(1, periodA), Engines.Random(2, periodB));
                    var y = new float[length];

                    foreach (var operation in new[] { Binary.Subtract, Binary.Power, Binary.Greater })
                    {
                        engine.Binary(operation, a, b, y);

                        for (var i = 0; i < length; i++)
                            Engines.Near(
                                Definition(operation, a[i % periodA], b[i % periodB]), y[i], 5e-7,
                                $"{operation}, {periodA}, {periodB}");
                    }

                    var condition = a.Select(x => x > 0.5f ? float.NaN : x > 0 ? 2 : -0f).ToArray();
                    engine.Select(condition, b, a, y);

                    for (var i = 0; i < length; i++)
                        Assert.Equal(condition[i % periodA] != 0 ? b[i % periodB] : a[i % periodA], y[i]);
                }

        static IEnumerable<int> Periods(int length) =>
            new[] { 1, 2, 3, 10, 100, 33_000, length }
                .Where(period => period > 0 && length % period == 0).DefaultIfEmpty(1).Distinct();
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Select_ignores_the_other_branch(string name, int threads)
    {
        var y = new float[37];
        float[] nan = [float.NaN], one = [1];
        Engines.Get(name, threads).Select([0], nan, one, y);
        Assert.All(y, value => Assert.Equal(1, value));
        Engines.Get(name, threads).Select([3], one, nan, y);
        Assert.All(y, value => Assert.Equal(1, value));
    }

    [Fact]
    public void Lengths_that_do_not_match_are_rejected()
    {
        using var engine = CpuEngine.Create(1);
        var kernels = engine.Kernels;
        Assert.Throws<ArgumentException>(() => kernels.Unary(Unary.Exp, new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => kernels.Binary(Binary.Add, new float[3], new float[4], new float[4]));
        Assert.Throws<ArgumentException>(() => kernels.Select([], new float[4], new float[4], new float[4]));
        Assert.Throws<ArgumentException>(() =>
            kernels.MatMul(false, false, 2, 3, 4, new float[6], new float[11], new float[8]));
        Assert.Throws<ArgumentException>(() => kernels.Reduce(Reduction.Sum, 2, 3, 4, new float[24], new float[9]));
        Assert.Throws<ArgumentException>(() => kernels.Reduce(Reduction.Max, 2, 0, 4, [], new float[8]));
        Assert.Throws<ArgumentException>(() => kernels.Read(new Strided([2, 3], [3, 1], 1), new float[6], new float[6]));
        Assert.Throws<ArgumentException>(() => kernels.Write(new Strided([2], [-1], 0), new float[2], new float[6]));
        Assert.Throws<ArgumentException>(() => kernels.Accumulate(new Strided([2, 3], [2, 2], 0), new float[6], new float[6]));
    }
}
