using Hybrid.Onnx;
using Hybrid.Tests.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Hostile;

public sealed class ModelFuzzTests
{
    const int Standard = 5_000;

    /// <summary>Whole models: of every kind of part, of other libraries, and of our own with names and preprocessing.</summary>
    static readonly IReadOnlyList<byte[]> whole =
    [
        OnnxFile.ToBytes(Samples.Network()), OnnxFile.ToBytes(Samples.Everything()),
        .. Fixture.All.Select(fixture => File.ReadAllBytes(fixture.Path)), Own(classes: true), Own(classes: false),
    ];

    /// <summary>Values that mean something anywhere: tags, lengths, numbers.</summary>
    static readonly IReadOnlyList<byte[]> words =
    [
        [0], [0xFF], [0x0A, 0], [0x0B], [0x0C], [0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x3A, 0x80, 0x80, 0x80, 0x80, 0x08],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        .. new[] { "Gemm", "Add", "Expand", "Reshape", "axis", "axes", "hybrid.columns" }.Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void A_damaged_model_is_either_read_or_refused() => Fuzz.Run(Standard, HostileReader.Model.Allowed, random =>
    {
        var mutator = new Mutator(random, whole, words);
        var bytes = random.Next(3) switch
        {
            0 => mutator.Damage(mutator.Whole()),
            1 => new HostileWire(random).Draw(mutator.Whole()),
            _ => new HostileGraphs(random).Draw(mutator.Whole()),
        };
        return new FuzzCase(HostileReader.Model.File, bytes, HostileReader.Model.Read, WireField.Smaller);
    });

    /// <summary>A model as it is written here.</summary>
    static byte[] Own(bool classes)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("own.onnx");
        var options = new TrainingOptions { Hidden = [3], Epochs = 1, Threads = 1 };
        Trainer.Train(Tables.Mixed(40, classes), options).Model.Save(path);
        return File.ReadAllBytes(path);
    }
}
