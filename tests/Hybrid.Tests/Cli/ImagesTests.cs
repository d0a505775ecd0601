using Hybrid.Onnx;
using Hybrid.Tests.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>Image files as data of every command.</summary>
public sealed class ImagesTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    /// <summary>Twelve bright and twelve dark images for training, and two of each for testing, in noise.</summary>
    void Write(string folder, int width, int height)
    {
        var random = new System.Random(1);
        foreach (var (part, count) in new[] { ("train", 12), ("test", 2) })
            foreach (var (label, least) in new[] { ("bright", 128), ("dark", 0) })
                for (var image = 0; image < count; image++)
                {
                    var path = command.File($"{folder}/{part}/{label}");
                    Directory.CreateDirectory(path);
                    byte[] pixels = [.. Enumerable.Range(0, 3 * width * height).Select(_ => (byte)(least + random.Next(128)))];
                    File.WriteAllBytes(Path.Combine(path, $"{image:D2}.png"), Pictures.Png(width, height, 2, pixels));
                }
    }

    [Fact]
    public void Images_whose_channels_come_last_are_not_those_of_a_file_whose_channels_come_first()
    {
        Write("photos", 6, 4);
        static OnnxDimension Fixed(int extent) => OnnxDimension.NewFixed(extent);
        static OnnxModel Taking(params int[] extents) => new(
            new OnnxGraph(
                "images",
                Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List<OnnxDimension>([OnnxDimension.NewFree("batch"), .. extents.Select(Fixed)]))),
                Samples.List(Samples.Port("y", 2)),
                Samples.List(Samples.Floats("w", [2, 72], [.. Enumerable.Range(0, 144).Select(i => i / 144f)])),
                Samples.List(
                    Samples.Node("Flatten", ["x"], "f"), Samples.Node("Gemm", ["f", "w"], "y", ("transB", OnnxAttribute.NewInteger(1))))),
            17, "test", Samples.List<Tuple<string, string>>());

        OnnxFile.Write(command.File("first.onnx"), Taking(3, 4, 6));
        OnnxFile.Write(command.File("last.onnx"), Taking(4, 6, 3));
        command.Fail(1, ["the images are 4×6×3 (height × width × channels), but the file takes 3×4×6"], "predict", "first.onnx", "photos");
        Assert.Equal(5, command.Succeed("predict", "last.onnx", "photos").Lines.Length);
        command.Fail(
            2, ["is 3×4×6, but the images are 4×6×3 (height × width × channels)"],
            "train", "photos", "--network", "image3x4x6,conv4x3");
    }

    [Fact]
    public void A_folder_of_images_is_trained_on_measured_and_predicted()
    {
        Write("photos", 6, 4);
        var text = command.Succeed("train", "photos", "--network", "conv4x3,pool2,8", "--epochs", "5").Output;
        Assert.Contains("photos, 24 examples, 72 columns", text);
        Assert.Contains("Next: hybrid evaluate model.onnx photos", text);
        Assert.Equal(4, command.Succeed("evaluate", "model.onnx", "photos", "--json").Json.GetProperty("examples").GetInt32());
        Assert.Equal(5, command.Succeed("predict", "model.onnx", "photos").Lines.Length);
        Assert.Contains("rows", command.Succeed("certify", "model.onnx", "photos", "--radius", "1").Output);

        var described = command.Succeed("describe", "model.onnx", "--filters", "filters.svg").Output;
        // 4 channels, 27 weights and a bias each, at 24 places
        Assert.Contains("4×4×6", described);
        Assert.Contains("2,592", described);
        Assert.StartsWith("<svg", File.ReadAllText(command.File("filters.svg")));
        Assert.Contains("4 channels", command.Succeed("doctor", "model.onnx", "photos", "--activations", "seen.svg", "--example", "24").Output);
        Assert.StartsWith("<svg", File.ReadAllText(command.File("seen.svg")));
        command.Fail(2, ["--example must be from 1 to 24"], "doctor", "model.onnx", "photos", "--activations", "a.svg", "--example", "25");

        Write("turned", 4, 6);
        command.Fail(1, ["its images are 3×6×4 (channels × height × width), but the model takes 3×4×6"], "predict", "model.onnx", "turned");

        File.WriteAllBytes(command.File("photos/test/dark/01.png"), [1, 2, 3]);
        command.Fail(
            1, ["dark/01.png: the image could not be read: it is neither a PNG nor a JPEG file."], "evaluate", "model.onnx", "photos");
    }
}
