using Hybrid.Kernels;
using Hybrid.Models;

namespace Hybrid.Benchmarks;

/// <summary>The same networks with libtorch 2.10 and ONNX Runtime 1.31, if benchmarks/Hybrid.Peers is built.</summary>
static class CurrentPeers
{
    const int Rounds = 5;

    /// <summary>A network, its image (features of a row have height and width 1), and the ratio to libtorch's time of a step that is to
    /// be reached on all cores and on one; null: not measured there.</summary>
    sealed record Work(
        string Name, string Layers, (int Channels, int Height, int Width) Image, int Outputs, int Batch, string Optimizer,
        (double? All, double? One) Step)
    {
        public string Title => $"{Name}, batch {Batch}";

        int Features => Image.Channels * Image.Height * Image.Width;

        string Text => Image is (_, 1, 1) ? Layers : $"image{Image.Height}x{Image.Width}x{Image.Channels},{Layers}";

        public string TheirStep =>
            $"step {Layers} {Image.Channels}x{Image.Height}x{Image.Width} {Outputs} {Batch} {Optimizer}";

        public Workload Ours(Engine engine) => new(
            engine, LayerText.network("relu", 1, Text, Features, Outputs), [Features, Outputs], Batch, Optimizer);

        public void Save(string path) => NeuralNetwork.FromLayers(Text, Features, Outputs).Save(path);

        /// <summary>The network of a file, as the peer reads it: normalizations are part of the weights.</summary>
        public Workload Loaded(Engine engine, string path, int batch) => new(
            engine, Workload.Read(path), [Features, Outputs], batch, Optimizer);
    }

    static readonly (int, int, int) digit = (1, 28, 28), picture = (3, 32, 32);

    static string Residual(int channels, string stride = "") =>
        $"residual(conv{channels}x3{stride},norm,conv{channels}x3,norm)";

    static readonly string resNet20 = string.Join(
        ',', "conv16x3", "norm", Residual(16), Residual(16), Residual(16), Residual(32, "/2"), Residual(32), Residual(32),
        Residual(64, "/2"), Residual(64), Residual(64), "globalaverage");

    static readonly Work[] works =
    [
        new("784-256-128-10, momentum", "256,128", (784, 1, 1), 10, 128, "momentum", (0.38, 0.6)),
        new("784-256-128-10, Adam", "256,128", (784, 1, 1), 10, 128, "adam", (0.38, 0.6)),
        new("784-1024-1024-10, SGD", "1024,1024", (784, 1, 1), 10, 256, "sgd", (0.7, 0.8)),
        new("28-300×5-2, tanh", string.Join(',', Enumerable.Repeat("300,tanh", 5)), (28, 1, 1), 2, 100, "momentum", (0.64, null)),
        new("LeNet-5", "conv6x5,pool2,conv16x5:valid,pool2,120,84", digit, 10, 128, "momentum", (0.5, null)),
        new("32-64, 3×3 (Keras, MNIST)", "conv32x3:valid,pool2,conv64x3:valid,pool2", digit, 10, 128, "momentum", (0.8, null)),
        new("32-32-64, 5×5", "conv32x5,pool2,conv32x5,pool2,conv64x5,pool2", picture, 10, 128, "momentum", (0.95, null)),
        new("32-64-64, 3×3 (TensorFlow's tutorial)", "conv32x3:valid,pool2,conv64x3:valid,pool2,conv64x3:valid,64", picture, 10, 128,
            "adam", (0.9, null)),
        new("ResNet-20", resNet20, picture, 10, 128, "momentum", (1.1, null)),
    ];

    /// <summary>The rows whose name contains a text.</summary>
    public static IEnumerable<PeerRow> Rows(double seconds, string text = "")
    {
        Work[] chosen = [.. works.Where(work => work.Name.Contains(text, StringComparison.OrdinalIgnoreCase))];
        return Steps(seconds, chosen, Environment.ProcessorCount, work => work.Step.All)
            .Concat(Steps(seconds, chosen, 1, work => work.Step.One))
            .Concat(Predictions(seconds, chosen))
            .Concat(CompressedPeers.Rows(seconds, text));
    }

    static IEnumerable<PeerRow> Steps(double seconds, Work[] chosen, int threads, Func<Work, double?> target)
    {
        foreach (var work in chosen.Where(work => target(work) is not null))
        {
            using var engine = CpuEngine.Create(threads);
            var (ours, theirs) = InTurn(
                seconds, threads, work.Ours(engine).Step, work.TheirStep);
            yield return new($"step {work.Title}, {Cores(threads)}", ours, "libtorch", theirs, target(work)!.Value);
        }
    }

    static IEnumerable<PeerRow> Predictions(double seconds, Work[] chosen)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-peers");
        var threads = Environment.ProcessorCount;

        try
        {
            foreach (var work in chosen.Where(work => work.Optimizer != "adam" || work.Image is not (_, 1, 1)))
            {
                var file = Path.Combine(folder.FullName, "network.onnx");
                work.Save(file);

                foreach (var batch in new[] { 1, work.Batch })
                {
                    using var engine = CpuEngine.Create(threads);
                    var (ours, theirs) = InTurn(seconds, threads, work.Loaded(engine, file, batch).Infer, $"onnx {file} {batch}");
                    yield return new(
                        $"inference {work.Name.Split(", ")[0]}, batch {batch}, {Cores(threads)}", ours, "ONNX Runtime", theirs,
                        work.Image is not (_, 1, 1) ? 1 : batch == 1 ? 0.6 : 0.85);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A number of threads, in words.</summary>
    public static string Cores(int threads) => threads == 1 ? "one core" : $"{threads} cores";

    /// <summary>Ours and theirs, each measured several times, in turn.</summary>
    public static (List<double> Ours, List<double> Theirs) InTurn(double seconds, int threads, Action action, string workload)
    {
        var (ours, theirs) = (new List<double>(), new List<double>());

        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(Measure.Median(action, seconds));

            if (Peers.Current(threads, seconds, [workload])?.GetValueOrDefault(workload) is { } time)
                theirs.Add(time);
        }

        return (ours, theirs);
    }
}
