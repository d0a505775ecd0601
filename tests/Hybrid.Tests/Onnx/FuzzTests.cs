using System.Diagnostics;
using System.Globalization;
using Hybrid.Onnx;
using Xunit;

namespace Hybrid.Tests.Onnx;

/// <summary>
/// Damaged models. HYBRID_FUZZ is the number of damages, or "number:seed" to replay the one of that seed and those
/// that follow.
/// </summary>
public sealed class FuzzTests
{
    const int DefaultCount = 5_000;

    static readonly TimeSpan longest = TimeSpan.FromSeconds(2);

    [Fact]
    public void ADamagedModelIsReadOrRefusedAndNeverMore()
    {
        byte[][] models =
        [
            OnnxFile.ToBytes(Samples.Network()), OnnxFile.ToBytes(Samples.Everything()),
            .. Fixture.All.Select(fixture => File.ReadAllBytes(fixture.Path)),
        ];
        var (count, first) = Settings();
        for (var seed = first; seed < first + count; seed++)
        {
            var damaged = Damage(models, new System.Random(seed));
            var watch = Stopwatch.StartNew();
            var error = Record.Exception(() => ReadAndWriteAgain(damaged));
            Assert.True(
                error is null or OnnxException && watch.Elapsed < longest,
                $"HYBRID_FUZZ=1:{seed} replays this, after {watch.Elapsed}: {error}");
        }
    }

    /// <summary>What was read can be written, and then reads and writes as itself.</summary>
    static void ReadAndWriteAgain(byte[] bytes)
    {
        var model = OnnxFile.Parse(bytes, "damaged.onnx");
        Understand(model);
        byte[] written;
        try
        {
            written = OnnxFile.ToBytes(model);
        }
        catch (OnnxException error) when (error.Message.Contains("the metadata has", StringComparison.Ordinal))
        {
            // The one thing that is read and not written: a key of the metadata that stands twice.
            return;
        }

        Assert.Equal(written, OnnxFile.ToBytes(OnnxFile.Parse(written, "again.onnx")));
    }

    /// <summary>What was read becomes a network, and what that makes of two examples is known, or it is refused.</summary>
    static void Understand(OnnxModel model)
    {
        try
        {
            var network = Imported.network(model.Opset, model.Graph);
            int[] shape = model.Graph.Inputs.IsEmpty ? [] :
            [
                .. model.Graph.Inputs.Head.Dimensions.Select((extent, axis) =>
                    axis > 0 && extent is OnnxDimension.Fixed { Item: < 1000 } known ? known.Item : 2),
            ];
            NetworkModule.forward(network, TensorModule.input("x", Samples.List(shape)));
        }
        catch (HybridException)
        {
            // refused in words
        }
    }

    static byte[] Damage(byte[][] models, System.Random random)
    {
        var bytes = models[random.Next(models.Length)].ToList();
        for (var damages = random.Next(1, 5); damages > 0 && bytes.Count > 1; damages--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(64, bytes.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    var inserted = new byte[length];
                    random.NextBytes(inserted);
                    bytes.InsertRange(at, inserted);
                    break;
                default:
                    var donor = models[random.Next(models.Length)];
                    var from = random.Next(donor.Length);
                    bytes.InsertRange(at, donor[from..Math.Min(donor.Length, from + length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    static (int Count, int First) Settings()
    {
        var parts = (Environment.GetEnvironmentVariable("HYBRID_FUZZ") ?? "").Split(':');
        return (
            parts[0].Length > 0 ? int.Parse(parts[0], CultureInfo.InvariantCulture) : DefaultCount,
            parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
    }
}
