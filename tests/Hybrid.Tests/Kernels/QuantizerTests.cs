using Hybrid.Kernels;
using Xunit;

namespace Hybrid.Tests.Kernels;

public sealed unsafe class QuantizerTests
{
    const int Least = -128, Most = 127;

    delegate bool Quantize(IntegerProduct product, float* x, byte* target, int count);

    static readonly (int Width, Quantize Run)[] lanes =
    [
        (16, Quantizer.Run<Lanes512>), (8, Quantizer.Run<Lanes256>), (4, Quantizer.Run<Lanes128>), (1, Quantizer.Run<Lanes1>),
    ];

    /// <summary>Numbers whose quotients are halfway between integers, as far as float32 has such numbers, and their neighbours.</summary>
    static float[] Halfway(float divisor)
    {
        var numbers = new List<float> { 0, -0f, float.MaxValue, -float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, 1e-40f };

        for (var n = Least - 2; n < Most + 2; n++)
        {
            var x = (float)((n + 0.5) * divisor);
            numbers.AddRange([x, MathF.BitIncrement(x), MathF.BitDecrement(x), n * divisor, (n + 0.3f) * divisor]);
        }

        return [.. numbers];
    }

    [Fact]
    public void Quotients_are_rounded_as_a_division_rounds_them()
    {
        var random = new Random(1);
        float[] divisors =
        [
            1, 0.5f, 1 / 255f, 1 / 127f, 2e-30f, 9e29f, MathF.BitDecrement(1), MathF.BitDecrement(2),
            .. Enumerable.Range(0, 300).Select(_ => MathF.Exp(20 * (random.NextSingle() - 0.5f))),
        ];

        foreach (var divisor in divisors)
        {
            var x = Halfway(divisor);
            var expected = x.Select(x => (byte)(Math.Clamp(Math.Round((double)(x / divisor)), Least, Most) - Least));

            foreach (var (_, run) in lanes.Where(form => form.Width == 1 || CpuEngine.Available.Contains($"vector{32 * form.Width}")))
                Assert.Equal(expected, Bytes(run, divisor, x));
        }
    }

    [Fact]
    public void A_row_with_NaN_is_found()
    {
        foreach (var (_, run) in lanes.Where(form => form.Width == 1 || CpuEngine.Available.Contains($"vector{32 * form.Width}")))
            for (var place = 0; place < 19; place++)
            {
                var x = new float[19];
                x[place] = place % 2 == 0 ? float.NaN : -float.NaN;
                Assert.Null(Bytes(run, 0.1f, x));
            }
    }

    static byte[]? Bytes(Quantize run, float divisor, float[] x)
    {
        var bytes = new byte[x.Length + 16];

        fixed (float* from = x)
        fixed (byte* to = bytes)
            return run(new IntegerProduct(1, x.Length, 1, false, divisor, Least, Most), from, to, x.Length) ? bytes[..x.Length] : null;
    }
}
