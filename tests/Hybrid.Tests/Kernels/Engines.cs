using Hybrid.Kernels;
using Xunit;

namespace Hybrid.Tests.Kernels;

/// <summary>Every engine that runs here, with one to three threads, and operands for them.</summary>
static class Engines
{
    static readonly Dictionary<string, IKernels> cache = [];

    public static TheoryData<string, int> All
    {
        get
        {
            var data = new TheoryData<string, int>();

            foreach (var engine in CpuEngine.Available)
                for (var threads = 1; threads <= 3; threads++)
                    data.Add(engine, threads);

            return data;
        }
    }

    public static IKernels Get(string name, int threads)
    {
        lock (cache)
        {
            var key = $"{name}/{threads}";

            if (!cache.TryGetValue(key, out var engine))
                cache[key] = engine = CpuEngine.Create(threads, name).Kernels;

            return engine;
        }
    }

    public static float[] Random(int seed, int count, double scale = 1)
    {
        var random = new System.Random(seed);
        var x = new float[count];

        for (var i = 0; i < count; i++)
            x[i] = (float)((random.NextDouble() * 2 - 1) * scale);

        return x;
    }

    /// <summary>The same numbers with the same bits, NaN included.</summary>
    public static void Same(float[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);

        for (var i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"Element {i} of {expected.Length}: expected {expected[i]:R}, was {actual[i]:R}.");
    }

    /// <summary>Equal, or both NaN, or within a relative error (and an absolute one).</summary>
    public static void Near(double expected, float actual, double relative, string of, double absolute = 0)
    {
        var rounded = (float)expected;

        if (rounded.Equals(actual) || rounded == actual)
            return;

        if (!(Math.Abs(expected - actual) <= absolute + relative * Math.Abs(expected)))
            Assert.Fail($"{of}: expected {expected:R}, was {actual:R}.");
    }
}
