using Hybrid.Kernels;
using Xunit;

namespace Hybrid.Tests.Kernels;

public class CpuEngineTests
{
    [Fact]
    public void The_widest_engine_is_the_default()
    {
        Assert.Equal("scalar", CpuEngine.Available[^1]);
        Assert.All(CpuEngine.Available, name => Assert.Equal(name, CpuEngine.Create(1, name).Name));

        var before = Environment.GetEnvironmentVariable(CpuEngine.Variable);

        try
        {
            Environment.SetEnvironmentVariable(CpuEngine.Variable, null);
            Assert.Equal(CpuEngine.Available[0], CpuEngine.Create(1).Name);
            Environment.SetEnvironmentVariable(CpuEngine.Variable, "scalar");
            Assert.Equal("scalar", CpuEngine.Create(1).Name);
            Assert.Equal(CpuEngine.Available[0], CpuEngine.Create(1, CpuEngine.Available[0]).Name);
        }
        finally
        {
            Environment.SetEnvironmentVariable(CpuEngine.Variable, before);
        }
    }

    [Fact]
    public void An_engine_that_cannot_be_created_is_rejected()
    {
        Assert.Contains("scalar", Assert.Throws<HybridException>(() => CpuEngine.Create(1, "vector3")).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuEngine.Create(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuEngine.Create(CpuEngine.MaxThreads + 1));
    }

    [Theory, MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Parts_of_rows_are_shared(string name, int threads)
    {
        var engine = Engines.Get(name, threads);
        Assert.Equal((threads, 1), (engine.Threads, engine.Alone.Threads));
        Assert.Equal(name, engine.Alone.Name);

        foreach (var parts in new[] { 1, 2, 7, 100 })
        {
            var x = Engines.Random(1, 3 * parts);
            var y = new float[2 * parts];
            var calls = new int[parts];
            engine.Share(parts, x, y, (part, source, target) =>
            {
                Interlocked.Increment(ref calls[part]);
                target[0] = part;
                target[1] = source[0] + source[2];
            });

            Assert.All(calls, count => Assert.Equal(1, count));

            for (var part = 0; part < parts; part++)
                Assert.Equal((part, x[3 * part] + x[3 * part + 2]), (y[2 * part], y[2 * part + 1]));
        }

        Assert.Throws<ArgumentException>(() => engine.Share(2, new float[3], new float[2], (_, _, _) => { }));
        Assert.Throws<InvalidOperationException>(
            () => engine.Share(5, [], [], (part, _, _) => throw new InvalidOperationException()));
    }

    /// <summary>Work of every kind, some of it large enough for several threads.</summary>
    static float[] Everything(IKernels engine, float[][] buffers)
    {
        var (a, b, y, small) = (buffers[0], buffers[1], buffers[2], buffers[3]);
        engine.MatMul(false, true, 300, 300, 300, a, b, y);
        engine.Unary(Unary.Tanh, y, y);
        engine.Binary(Binary.Add, y, b.AsSpan(0, 300), y);
        engine.Select(a, y, b, y);
        engine.Reduce(Reduction.Sum, 1, 300, 300, y, small);
        engine.Reduce(Reduction.Max, 300, 300, 1, y, small);
        engine.Reduce(Reduction.ArgMax, 300, 300, 1, y, small);
        engine.Binary(Binary.Power, y, small, y);
        engine.Read(transposed, a, y);
        engine.Write(transposed, b, y);
        engine.Accumulate(overlapping, b.AsSpan(0, 81_000), a);
        engine.MatMul(true, false, 300, 300, 300, y, a, b);
        engine.Unary(Unary.Sin, b, y);
        return y;
    }

    static readonly Strided
        transposed = new([300, 300], [1, 300], 0), overlapping = new([300, 27, 10], [300, 9, 1], 0);

    static float[][] Buffers() =>
        [Engines.Random(1, 90_000), Engines.Random(2, 90_000), new float[90_000], new float[300]];

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Every_engine_gives_the_same_bits(string name, int threads) =>
        Engines.Same(
            Everything(Engines.Get("scalar", 1), Buffers()), Everything(Engines.Get(name, threads), Buffers()));

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Nothing_is_allocated_after_the_first_call(string name, int threads)
    {
        var (engine, buffers) = (Engines.Get(name, threads), Buffers());
        Everything(engine, buffers);
        Everything(engine, buffers);

        // a collection that another test causes ends this thread's allocation buffer, and its rest counts as allocated
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated(() => Everything(engine, buffers))));
    }

    static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Several_callers_may_share_an_engine(string name, int threads)
    {
        var engine = Engines.Get(name, threads);
        var expected = Everything(engine, Buffers());
        var results = new float[3][];
        var callers = Enumerable.Range(0, 3).Select(caller => new Thread(() =>
        {
            for (var i = 0; i < 3; i++)
                results[caller] = Everything(engine, Buffers());
        })).ToArray();

        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
        Assert.All(results, result => Engines.Same(expected, result));
    }

    [Fact]
    public void A_disposed_engine_runs_on_the_callers_thread()
    {
        var engine = CpuEngine.Create(3);
        var expected = Everything(engine.Kernels, Buffers());
        ((IDisposable)engine).Dispose();
        Engines.Same(expected, Everything(engine.Kernels, Buffers()));
    }
}
