using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>Predictions with weights of 8 and of 16 bits: a file of the library's converter, read by Hybrid and by ONNX Runtime; and Hybrid's
/// own time for the same network in float32.</summary>
static class CompressedPeers
{
    const int Features = 784, Classes = 10, Examples = 32;

    static readonly (string Name, string Layers)[] dense = [("784-256-128-10", "256,128"), ("784-1024-1024-10", "1024,1024")];

    static readonly (string Name, string Layers)[] images =
    [
        ("LeNet-5", "conv6x5,pool2,conv16x5:valid,pool2,120,84"),
        ("32-64, 3×3 (Keras, MNIST)", "conv32x3:valid,pool2,conv64x3:valid,pool2"),
    ];

    static readonly (string Name, (string Name, string Layers)[] Networks, Func<Model, TableData, CompressionReport> Convert)[] conversions =
    [
        ("int8", [.. dense, .. images], (model, data) => model.ToInt8(data)), ("bfloat16", dense, (model, data) => model.ToBFloat16(data)),
    ];

    /// <summary>The rows whose name contains a text.</summary>
    public static IEnumerable<PeerRow> Rows(double seconds, string text)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-peers");

        try
        {
            foreach (var (kind, networks, convert) in conversions)
                foreach (var (network, layers) in networks)
                {
                    var name = $"{kind} {network}";

                    if (!name.Contains(text, StringComparison.OrdinalIgnoreCase))
                        continue;

                    string single = Path.Combine(folder.FullName, "float32.onnx"), smaller = Path.Combine(folder.FullName, "smaller.onnx");
                    Save(layers, single, smaller, convert);

                    foreach (var threads in new[] { Environment.ProcessorCount, 1 }.Distinct())
                        foreach (var batch in new[] { 1, 128 })
                        {
                            using var engine = CpuEngine.Create(threads);
                            var title = $"{name}, batch {batch}, {CurrentPeers.Cores(threads)}";
                            var (ours, theirs) = CurrentPeers.InTurn(
                                seconds, threads, Prediction(engine, smaller, batch), $"onnx {smaller} {batch}");
                            yield return new(title, ours, "ONNX Runtime", theirs, 1);
                            var float32 = Measure.Median(Prediction(engine, single, batch), seconds);
                            yield return new($"{title}, of float32", ours, "Hybrid, float32", [float32], 0.8);
                        }
                }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A network in float32, and what the converter makes of it for numbers from 0 to 1.</summary>
    static void Save(string layers, string single, string smaller, Func<Model, TableData, CompressionReport> convert)
    {
        var network = NeuralNetwork.FromLayers(layers, Features, Classes);
        string[] columns = [.. Enumerable.Range(0, Features).Select(i => $"x{i}")];
        var model = Model.Create(network, columns, [.. Enumerable.Range(0, Classes).Select(i => $"{i}")]);
        var random = new Random(1);
        float[][] x = [.. Enumerable.Range(0, Examples).Select(_ => Random(Features))];
        network.Save(single);
        convert(model, TableData.FromArrays(x, [.. x.Select((_, i) => $"{i % Classes}")], columns)).Model.Network.Save(smaller);

        float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    static Action Prediction(Engine engine, string file, int batch)
    {
        var inference = InferenceModule.create(engine, Workload.Read(file), Features);
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, batch * Features).Select(_ => random.NextSingle())], y = new float[batch * Classes];
        return () => inference.Run(x, y);
    }
}
