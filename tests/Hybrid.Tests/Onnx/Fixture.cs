using System.Text.Json;
using Hybrid.Kernels;
using Hybrid.Onnx;

namespace Hybrid.Tests.Onnx;

/// <summary>A model of a different library, with inputs and that library's outputs; see Fixtures/make.py.</summary>
sealed record Fixture(string Name)
{
    static readonly string folder = System.IO.Path.Combine(AppContext.BaseDirectory, "Onnx", "Fixtures");

    public string Path => System.IO.Path.Combine(folder, $"{Name}.onnx");

    public OnnxModel File => OnnxFile.Read(Path);

    public Core.Network Network => Read(File);

    /// <summary>The shape of a number of examples.</summary>
    public int[] Shape(int examples) =>
        [examples, .. File.Graph.Inputs.Head.Dimensions.Skip(1).Select(extent => ((OnnxDimension.Fixed)extent).Item)];

    public int Width => Shape(1).Aggregate((product, extent) => product * extent);

    public float[] Inputs => Numbers("inputs");

    public float[] Outputs => Numbers("outputs");

    public static IReadOnlyList<Fixture> All =>
    [
        .. Directory.GetFiles(folder, "*.onnx").Order(StringComparer.Ordinal)
            .Select(path => new Fixture(System.IO.Path.GetFileNameWithoutExtension(path))),
    ];

    /// <summary>A network's outputs for inputs of a shape.</summary>
    public static float[] Answer(Core.Network network, float[] values, int[] shape) => Eager.evaluate(
        CpuEngine.Create(1), Samples.List(Tuple.Create("x", values)),
        Samples.List(NetworkModule.forward(network, TensorModule.input("x", Samples.List(shape))))).Head;

    /// <summary>Numbers around 0 that are the same each time.</summary>
    public static float[] Draw(int count) => Array.ConvertAll(RandomModule.normals(5, count), value => 2 * (float)value);

    public static void Near(string name, float[] expected, float[] actual)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a))).Max();
        Xunit.Assert.True(worst <= 1e-5, $"{name}: the maximum difference is {worst:R}");
    }

    float[] Numbers(string key) =>
        [.. JsonDocument.Parse(System.IO.File.ReadAllText(System.IO.Path.ChangeExtension(Path, ".json"))).RootElement
            .GetProperty(key).EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle())];

    static Core.Network Read(OnnxModel file) => Imported.network(file.Opset, file.Graph);

    public override string ToString() => Name;
}
