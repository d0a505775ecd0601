using System.Buffers.Binary;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class MemoryTests : IDisposable
{
    const int Examples = 20_000, Few = 500, Pixels = 28 * 28, Classes = 10;
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
    void WriteImages(string folder, int examples)
    {
        Directory.CreateDirectory(hybrid.File(folder));
        var random = new System.Random(1);
        var images = new byte[16 + examples * Pixels];
        random.NextBytes(images);
        Header(images, 3, examples, 28, 28);
        File.WriteAllBytes(hybrid.File($"{folder}/train-images-idx3-ubyte"), images);
        var labels = Enumerable.Range(0, 8 + examples).Select(i => (byte)(i % Classes)).ToArray();
        Header(labels, 1, examples);
        File.WriteAllBytes(hybrid.File($"{folder}/train-labels-idx1-ubyte"), labels);
    }

    long PeakOfTraining(string folder) => Peak(
        "train", folder, "--hidden", "256", "--batch-size", "128", "--optimizer", "adam", "--validation", "0.1", "--epochs", "2",
        "--json");

    static void Header(Span<byte> file, byte rank, params ReadOnlySpan<int> extents)
    {
        BinaryPrimitives.WriteInt32BigEndian(file, 0x0800 | rank);

        for (var i = 0; i < extents.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(file[(4 + 4 * i)..], extents[i]);
    }

    [Fact]
    public void Training_holds_the_data_once()
    {
        WriteImages("few", Few);
        WriteImages("images", Examples);
        // the same network, so that what it, the runtime and its compiler hold is in both
        var start = PeakOfTraining("few");
        var peak = PeakOfTraining("images");
        const long Data = sizeof(float) * (long)(Examples - Few) * Pixels;
        Assert.InRange(peak - start, Data * 9 / 10, Data + 16 * MiB);
    }

    void WriteTable(string file, int rows, int columns)
    {
        var random = new System.Random(1);
        using var writer = new StreamWriter(hybrid.File(file));
        for (var row = 0; row < rows; row++)
            writer.WriteLine(string.Join(',', Enumerable.Range(0, columns).Select(_ => random.Next(10_000_000))));
    }

    /// <summary>Weights, gradients, what the optimizer keeps, and with a validation part the best weights.</summary>
    [Theory]
    [InlineData("momentum", "0", 3)]
    [InlineData("adam", "0", 4)]
    [InlineData("adam", "0.2", 5)]
    public void A_network_is_held_as_often_as_training_it_needs(string optimizer, string validation, int times)
    {
        const int Width = 2_400;
        const long Network = sizeof(float) * (long)Width * Width;
        WriteTable("few.csv", Few, 5);

        long PeakOf(int width) => Peak(
            "train", "few.csv", "--task", "regression", "--hidden", $"{width},{width}", "--optimizer", optimizer, "--validation", validation,
            "--batch-size", "100", "--epochs", "2", "--json");

        Assert.InRange(PeakOf(Width) - PeakOf(8), times * Network * 9 / 10, times * Network + 20 * MiB);
    }

    [Fact]
    public void A_table_is_held_once()
    {
        const int Columns = 60, Rows = 80_000;

        long Peak(string file) => this.Peak("train", file, "--task", "regression", "--hidden", "4", "--batch-size", "100", "--epochs", "1", "--json");

        WriteTable("few.csv", Few, Columns);
        WriteTable("many.csv", Rows, Columns);
        const long Data = sizeof(float) * (long)Columns * (Rows - Few);
        Assert.InRange(Peak("many.csv") - Peak("few.csv"), Data * 9 / 10, Data + 16 * MiB);
    }

    public void Dispose() => hybrid.Dispose();
}
