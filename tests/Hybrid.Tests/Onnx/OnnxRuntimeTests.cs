using Hybrid.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Onnx;

public sealed class OnnxRuntimeTests
{
    [Fact]
    public void A_written_network_gives_the_numbers_of_its_formula()
    {
        using var folder = new TemporaryFolder();
        OnnxFile.Write(folder.File("network.onnx"), Samples.Network());
        using var runtime = OnnxRuntime.Open(folder.File("network.onnx"));
        var random = new System.Random(1);
        foreach (var batch in new[] { 1, 5, 128 })
        {
            var input = Enumerable.Range(0, batch * 2).Select(_ => random.NextSingle() * 4 - 2).ToArray();
            var outputs = runtime.Run("input", input, [batch, 2], "probabilities");
            var output = Assert.Single(outputs);
            Assert.Equal([batch, 2], output.Dimensions);
            var expected = input.Chunk(2).SelectMany(row => Probabilities(row[0], row[1])).ToArray();
            Assert.All(expected.Zip(output.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void The_runtimes_own_message_is_passed_on()
    {
        var noModel = Assert.Throws<InvalidOperationException>(() => new OnnxRuntime("text"u8));
        Assert.Contains("protobuf", noModel.Message, StringComparison.OrdinalIgnoreCase);

        using var runtime = new OnnxRuntime(OnnxFile.ToBytes(Samples.Network()));
        var wrongShape = Assert.Throws<InvalidOperationException>(
            () => runtime.Run("input", new float[3], [1, 3], "probabilities"));
        Assert.Contains("input", wrongShape.Message, StringComparison.Ordinal);
    }

    /// <summary>The formula of the sample network, in double precision.</summary>
    static double[] Probabilities(double x, double y)
    {
        double[] hidden =
        [
            Math.Max(0, x - 2 * y + 0.1), Math.Max(0, 0.5 * x + 0.25 * y - 0.2), Math.Max(0, -x + 3 * y + 0.3),
        ];
        var first = 0.5 * hidden[0] - 0.25 * hidden[1] + hidden[2] + 0.05;
        var second = -hidden[0] + 0.75 * hidden[1] + 0.125 * hidden[2] - 0.05;
        var probability = 1 / (1 + Math.Exp(second - first));
        return [probability, 1 - probability];
    }
}
