using Hybrid.Onnx;
using Hybrid.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Hybrid.Tests.Onnx;

/// <summary>Convolutional models of other programs, in a folder that the environment variable HYBRID_MODELS names.</summary>
public sealed class ConvolutionFilesTests(ITestOutputHelper output)
{
    const int Rows = 3;

    static IEnumerable<string> Files =>
        Environment.GetEnvironmentVariable("HYBRID_MODELS") is { } folder
            ? Directory.GetFiles(folder, "*.onnx").Where(path => !Path.GetFileName(path).StartsWith("light-", StringComparison.Ordinal))
            : [];

    [Fact]
    public void Files_and_their_conversions_give_the_results_of_the_runtime()
    {
        using var folder = new TemporaryFolder();
        var problems = new List<string>();

        foreach (var path in Files.Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);

            try
            {
                var model = Model.Load(path);
                var x = Fixture.Draw(Rows * model.Inputs);
                var expected = Expected(path, x);
                ModelConverter.Convert(path, folder.File(name));
                var actual = model.Network.Predict(x);
                output.WriteLine(
                    $"{name}: {Difference(expected, actual):R}, converted {Difference(expected, Model.Load(folder.File(name)).Network.Predict(x)):R}, "
                    + $"in the runtime {Difference(expected, Expected(folder.File(name), x)):R}: "
                    + string.Join(' ', OnnxFile.Read(folder.File(name)).Graph.Nodes.Select(node => node.Operator).Where(op => op != "Constant")));

                if (Difference(expected, actual) > 1e-4)
                    problems.Add(name);
            }
            catch (HybridException error)
            {
                problems.Add($"{name}: {error.Message}");
            }
        }

        output.WriteLine($"{Files.Count()} files; HYBRID_MODELS names their folder.");
        Assert.Empty(problems);
    }

    static double Difference(float[] expected, float[] actual) =>
        expected.Length == actual.Length
            ? expected.Zip(actual, (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a))).Max()
            : double.PositiveInfinity;

    /// <summary>What the runtime computes, an example at a time.</summary>
    static float[] Expected(string path, float[] x)
    {
        var graph = OnnxFile.Read(path).Graph;
        var input = graph.Inputs.Single(port => graph.Initializers.All(tensor => tensor.Name != port.Name));
        long[] shape = [1, .. input.Dimensions.Skip(1).Select(extent => (long)((OnnxDimension.Fixed)extent).Item)];
        using var runtime = OnnxRuntime.Open(path);
        return [.. x.Chunk(x.Length / Rows).SelectMany(row => runtime.Run(input.Name, row, shape, graph.Outputs.Head.Name)[0].Values)];
    }
}
