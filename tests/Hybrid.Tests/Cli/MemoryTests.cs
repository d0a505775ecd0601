using System.Buffers.Binary;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class MemoryTests : IDisposable
{
    const int Examples = 20_000, Pixels = 28 * 28, Hidden = 256, Classes = 10, Batch = 128;
    const long MiB = 1 << 20;

    readonly HybridCommand hybrid = new();

    /// <summary>The command's peak memory, as the system counts it, in bytes.</summary>
    long Peak(params string[] arguments)
    {
        using var process = hybrid.Start(arguments);
        var answer = System.Threading.Tasks.Task.Run(() => HybridCommand.Finish(process));
        var peak = 0L;

        while (!answer.Wait(TimeSpan.FromMilliseconds(2)))
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // it has just ended
            }

        Assert.Equal((0, ""), (answer.Result.Code, answer.Result.Errors));
        return peak;
    }

    /// <summary>A folder like MNIST's, with noise.</summary>
    void WriteImages()
    {
        Directory.CreateDirectory(hybrid.File("images"));
        var random = new System.Random(1);
        var images = new byte[16 + Examples * Pixels];
        random.NextBytes(images);
        Header(images, 3, Examples, 28, 28);
        File.WriteAllBytes(hybrid.File("images/train-images-idx3-ubyte"), images);
        var labels = Enumerable.Range(0, 8 + Examples).Select(i => (byte)(i % Classes)).ToArray();
        Header(labels, 1, Examples);
        File.WriteAllBytes(hybrid.File("images/train-labels-idx1-ubyte"), labels);
    }

    static void Header(Span<byte> file, byte rank, params ReadOnlySpan<int> extents)
    {
        BinaryPrimitives.WriteInt32BigEndian(file, 0x0800 | rank);

        for (var i = 0; i < extents.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(file[(4 + 4 * i)..], extents[i]);
    }

    [Fact]
    public void Training_holds_the_data_once_and_the_parameters_four_times()
    {
        WriteImages();
        // so short that a look at it may come too early
        var start = Enumerable.Range(0, 9).Max(_ => Peak("--version"));
        var peak = Peak(
            "train", "images", "--hidden", $"{Hidden}", "--batch-size", $"{Batch}", "--optimizer", "adam", "--validation", "0.1",
            "--epochs", "2", "--json");
        long data = (long)Examples * Pixels, parameters = (Pixels + 1) * Hidden + (Hidden + 1) * Classes;
        var activations = Batch * (Pixels + Hidden + Classes);
        Assert.InRange(peak - start, sizeof(float) * data, sizeof(float) * (data + 4 * parameters + activations) + 60 * MiB);
    }

    public void Dispose() => hybrid.Dispose();
}
