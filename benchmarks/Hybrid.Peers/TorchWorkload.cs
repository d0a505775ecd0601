using System.Globalization;
using static TorchSharp.torch;

namespace Hybrid.Peers;

/// <summary>A training step or a prediction of libtorch.</summary>
static class TorchWorkload
{
    const double Rate = 1e-3;

    /// <summary>The same work for each number of threads and each layout of images.</summary>
    public static IEnumerable<Action> Settings(string workload, int threads)
    {
        LibTorch.Load();
        var parts = workload.Split(' ');
        var extents = parts[2].Split('x').Select(long.Parse).ToArray();
        var (image, outputs, batch) = ((extents[0], extents[1], extents[2]), Number(parts[3]), Number(parts[4]));
        var optimizer = parts.Length > 5 ? parts[5] : "";

        for (var count = 1; count <= threads; count++)
            foreach (var channelsLast in image is (_, 1, 1) ? [false] : new[] { false, true })
            {
                set_num_threads(count);
                var network = TorchNetwork.Create(parts[1], image, outputs);
                var x = image is (_, 1, 1) ? rand(batch, image.Item1) : rand(batch, image.Item1, image.Item2, image.Item3);

                if (channelsLast)
                    x = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

                yield return parts[0] == "step" ? Step(network, x, arange(batch) % outputs, optimizer) : Inference(network, x);
            }
    }

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    static Action Step(nn.Module<Tensor, Tensor> network, Tensor x, Tensor target, string optimizer)
    {
        optim.Optimizer update = optimizer switch
        {
            "adam" => optim.Adam(network.parameters(), Rate),
            "momentum" => optim.SGD(network.parameters(), Rate, momentum: 0.9),
            _ => optim.SGD(network.parameters(), Rate),
        };
        var loss = nn.CrossEntropyLoss();
        network.train();
        return () =>
        {
            using var scope = NewDisposeScope();
            update.zero_grad();
            loss.forward(network.forward(x), target).backward();
            update.step();
        };
    }

    static Action Inference(nn.Module<Tensor, Tensor> network, Tensor x)
    {
        network.eval();
        return () =>
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            network.forward(x);
        };
    }
}
