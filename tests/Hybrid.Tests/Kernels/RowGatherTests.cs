using Xunit;

namespace Hybrid.Tests.Kernels;

public class RowGatherTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void Rows_come_in_the_requested_order(string name, int threads)
    {
        var engine = Engines.Get(name, threads);

        foreach (var (width, available, count) in (IEnumerable<(int, int, int)>)[
            (1, 1, 1), (3, 5, 1), (7, 2, 9), (16, 40, 33), (784, 300, 128), (785, 50, 64), (5, 3, 0), (0, 1, 0)])
        {
            float[] x = [.. Enumerable.Range(0, width * available).Select(i => (float)i)];
            int[] rows = [.. Enumerable.Range(0, count).Select(i => (i * 31 + 7) % available)];
            var y = new float[width * count];
            engine.Gather(width, x, rows, y);
            Assert.Equal(rows.SelectMany(row => x.Skip(row * width).Take(width)), y);
        }
    }

    [Fact]
    public void Rows_out_of_range_are_rejected()
    {
        var engine = Engines.Get("scalar", 1);
        Assert.Throws<ArgumentException>(() => engine.Gather(2, new float[6], [0, 3], new float[4]));
        Assert.Throws<ArgumentException>(() => engine.Gather(2, new float[6], [-1], new float[2]));
        Assert.Throws<ArgumentException>(() => engine.Gather(2, new float[6], [0], new float[4]));
        Assert.Throws<ArgumentException>(() => engine.Gather(4, new float[3], [0], new float[4]));
    }
}
