using System.Globalization;
using System.Runtime.InteropServices;
using Hybrid.Onnx.Wire;
using Hybrid.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Hybrid.Tests.Onnx;

/// <summary>Convolutional networks of others, in the folder that the environment variable HYBRID_MODELS names: each gives ONNX Runtime's
/// numbers, and the outputs that are stored beside it. Without the folder there is nothing to compare.</summary>
public sealed class ConvolutionalFilesTests(ITestOutputHelper output)
{
    /// <summary>Relative to the largest magnitude of an output.</summary>
    const double Limit = 1e-4;

    static readonly string? folder = Environment.GetEnvironmentVariable("HYBRID_MODELS");

    public static TheoryData<string> Names =>
        [.. (folder is null ? [""] : Directory.GetFiles(folder, "*.onnx")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_gives_the_results_of_the_runtime(string name)
    {
        if (name.Length == 0)
        {
            output.WriteLine("HYBRID_MODELS names no folder: nothing was compared.");
            return;
        }

        var path = Path.Combine(folder!, name);
        var network = NeuralNetwork.Load(path);
        var stored = Path.ChangeExtension(path, ".output.pb");
        var width = network.Inputs;
        float[] x = File.Exists(stored)
            ? [.. Enumerable.Range(0, width).Select(i => (float)i / width)]
            : Fixture.Draw(2 * width);
        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph;
        var input = graph.Input.Single(input => graph.Initializer.All(constant => constant.Name != input.Name));
        long[] example = [.. input.Type.TensorType.Shape.Dim.Skip(1).Select(extent => extent.DimValue)];

        using var runtime = OnnxRuntime.Open(path);
        var expected = x.Chunk(width)
            .SelectMany(row => runtime.Run(input.Name, row, [1, .. example], graph.Output[0].Name)[0].Values).ToArray();
        IsNear(expected, network.Predict(x));
        if (File.Exists(stored))
            IsNear(MemoryMarshal.Cast<byte, float>(TensorProto.Parser.ParseFrom(File.ReadAllBytes(stored)).RawData.Span).ToArray(), network.Predict(x));
    }

    void IsNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Max(Math.Abs);
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b) / largest).Max();
        output.WriteLine(worst.ToString("R", CultureInfo.InvariantCulture));
        Assert.True(worst <= Limit, $"the maximum difference is {worst:R} of the largest output, {largest}");
    }
}
