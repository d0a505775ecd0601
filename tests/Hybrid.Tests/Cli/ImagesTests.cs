using System.Globalization;
using Hybrid.Onnx;
using Hybrid.Tests.Onnx;
using Hybrid.Tests.Support;
using Microsoft.FSharp.Collections;
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

    static OnnxDimension Fixed(int extent) => OnnxDimension.NewFixed(extent);

    static OnnxModel Taking(int[] extents, int outputs, FSharpList<OnnxTensor> constants, params OnnxNode[] nodes) => new(
        new OnnxGraph(
            "images",
            Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List<OnnxDimension>([OnnxDimension.NewFree("batch"), .. extents.Select(Fixed)]))),
            Samples.List(Samples.Port("y", outputs)), constants, Samples.List(nodes)),
        17, "test", Samples.List<Tuple<string, string>>());

    /// <summary>The mean of the red pixels, and that of the blue ones, by neurons that see all numbers of an image.</summary>
    static OnnxModel MeansByNeurons(bool areFirst, params int[] extents)
    {
        var (width, each) = (extents.Aggregate(1, (product, extent) => product * extent), 24);
        float Weight(int output, int at) => (areFirst ? at / each : at % 3) == 2 * output ? 1f / each : 0;
        return Taking(
            extents, 2,
            Samples.List(Samples.Floats("w", [2, width], [.. Enumerable.Range(0, 2 * width).Select(i => Weight(i / width, i % width))])),
            Samples.Node("Flatten", ["x"], "f"), Samples.Node("Gemm", ["f", "w"], "y", ("transB", OnnxAttribute.NewInteger(1))));
    }

    /// <summary>Runs the command on a file from elsewhere that does not scale pixels, which it says once.</summary>
    Answer OfPixels(params string[] words)
    {
        var answer = command.Run(words);
        Assert.Equal(0, answer.Code);
        Assert.Equal(
            "hybrid: warning: It is given pixels as numbers from 0 to 255. If it was trained on others, such as those divided by 255 or "
            + "standardised, its results mean nothing: convert the file with that scale first.\n",
            answer.Errors);
        return answer;
    }

    [Fact]
    public void A_file_that_was_trained_on_other_numbers_than_pixels_is_converted_once()
    {
        Write("photos", 6, 4);
        OnnxFile.Write(command.File("first.onnx"), Means(true));
        OnnxFile.Write(command.File("last.onnx"), Means(false));
        static double[][] Numbers(Answer answer) =>
            [.. answer.Lines.Skip(1).Select(line => line.Split(',')[^2..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        double[][] Rescaled(string file) => Numbers(command.Succeed("predict", file, "photos/test/dark"));
        var plain = Numbers(OfPixels("predict", "last.onnx", "photos/test/dark"));

        foreach (var file in new[] { "first.onnx", "last.onnx" })
        {
            command.Succeed("convert", file, "scaled.onnx", "--scale", "1/255");
            foreach (var (before, after) in plain.Zip(Rescaled("scaled.onnx")))
                Assert.All(before.Zip(after), pair => Assert.Equal(pair.First / 255, pair.Second, 1e-5));

            // of the red and of the blue channel
            command.Succeed("convert", file, "standardised.onnx", "--scale", "1/255", "--mean", "0.5,0.4,0.3", "--deviation", "0.2,0.25,0.1");
            foreach (var (before, after) in plain.Zip(Rescaled("standardised.onnx")))
            {
                Assert.Equal((before[0] / 255 - 0.5) / 0.2, after[0], 1e-4);
                Assert.Equal((before[1] / 255 - 0.3) / 0.1, after[1], 1e-4);
            }
        }

        command.Succeed("evaluate", "scaled.onnx", "photos");
        command.Succeed("certify", "scaled.onnx", "photos", "--radius", "1");
        Assert.Contains("pixels as numbers from 0 to 255", command.Run("evaluate", "first.onnx", "photos").Errors);
        Assert.Contains("pixels as numbers from 0 to 255", command.Run("certify", "first.onnx", "photos", "--radius", "1").Errors);
        command.Fail(2, ["--mean has 2 numbers, but the images of the file have 3 channels"], "convert", "first.onnx", "a.onnx", "--mean", "1,2");
        command.Fail(2, ["--deviation must not be 0"], "convert", "first.onnx", "a.onnx", "--deviation", "0");
        command.Fail(2, ["--scale must be a number or a fraction such as 1/255, not «1/0»"], "convert", "first.onnx", "a.onnx", "--scale", "1/0");
        command.Fail(2, ["--mean must be numbers separated by commas"], "convert", "first.onnx", "a.onnx", "--mean", "1,,2");
    }

    [Fact]
    public void Extents_say_where_the_channels_are_if_layers_do_not()
    {
        Write("photos", 6, 4);
        OnnxFile.Write(command.File("first.onnx"), MeansByNeurons(true, 3, 4, 6));
        OnnxFile.Write(command.File("last.onnx"), MeansByNeurons(false, 4, 6, 3));
        OnnxFile.Write(command.File("rows.onnx"), MeansByNeurons(false, 72));
        foreach (var data in new[] { "photos", "photos/test/bright", "photos/test/dark/01.png" })
        {
            var expected = OfPixels("predict", "last.onnx", data).Lines;
            Assert.Equal(expected, OfPixels("predict", "first.onnx", data).Lines);
            Assert.Equal(expected, OfPixels("predict", "rows.onnx", data).Lines);
        }

        // 3 on both sides
        Write("narrow", 3, 4);
        OnnxFile.Write(command.File("either.onnx"), Taking(
            [3, 4, 3], 2, Samples.List(Samples.Floats("w", [36, 2], [.. Enumerable.Range(0, 72).Select(i => i / 72f)])),
            Samples.Node("Flatten", ["x"], "f"), Samples.Node("MatMul", ["f", "w"], "y")));
        command.Fail(1, ["the images are 4×3×3 (height × width × channels), but the model takes 3×4×3"], "predict", "either.onnx", "narrow");
        command.Fail(
            2, ["is 3×4×6, but the images are 4×6×3 (height × width × channels)"],
            "train", "photos", "--network", "image3x4x6,conv4x3");
    }

    [Fact]
    public void A_convolution_that_is_given_channels_last_says_both_shapes()
    {
        OnnxFile.Write(command.File("mixed.onnx"), Taking(
            [32, 32, 3], 8, Samples.List(Samples.Floats("w", [8, 3, 3, 3], new float[216])),
            Samples.Node("Conv", ["x", "w"], "c"), Samples.Node("GlobalAveragePool", ["c"], "p"), Samples.Node("Flatten", ["p"], "y")));
        command.Fail(
            1,
            ["node c (Conv, opset 17): its weight [8; 3; 3; 3] needs an operand [examples; 3 channels; …], but gets [examples; 32; 32; 3]. "
                + "Its channels seem to come last: is a Transpose missing before it?"],
            "describe", "mixed.onnx");
    }

    [Fact]
    public void Images_without_classes_are_predicted_by_files_from_elsewhere_in_their_order()
    {
        Write("photos", 6, 4);
        OnnxFile.Write(command.File("first.onnx"), Means(true));
        OnnxFile.Write(command.File("last.onnx"), Means(false));
        command.Succeed("convert", "first.onnx", "converted.onnx");
        var expected = OfPixels("predict", "last.onnx", "photos/test/bright").Lines;
        Assert.StartsWith("file,y1,y2", expected[0]);
        Assert.Equal(3, expected.Distinct().Count());
        Assert.Equal(expected, OfPixels("predict", "first.onnx", "photos/test/bright").Lines);
        Assert.Equal(expected, OfPixels("predict", "converted.onnx", "photos/test/bright").Lines);

        Write("larger", 8, 4);
        command.Fail(
            1, ["the images are 4×8×3 (height × width × channels), but the model takes 3×4×6 (channels × height × width)"],
            "predict", "first.onnx", "larger/test/bright");
    }

    [Fact]
    public void A_streamed_folder_of_images_gives_the_same_file_and_the_same_figures()
    {
        Write("photos", 6, 4);
        string[] train = ["train", "photos", "--network", "conv4x3,pool2,8", "--epochs", "5", "--output"];
        command.Succeed([.. train, "memory.onnx"]);
        command.Succeed([.. train, "streamed.onnx", "--stream", "--buffer", "9"]);
        Assert.Equal(File.ReadAllBytes(command.File("memory.onnx")), File.ReadAllBytes(command.File("streamed.onnx")));
        Assert.Equal(
            command.Succeed("evaluate", "memory.onnx", "photos").Output,
            command.Succeed("evaluate", "memory.onnx", "photos", "--stream").Output);

        command.Fail(2, ["--stream applies only to tables in files and to folders of PNG and JPEG files by class, and «iris» is neither"],
            "train", "iris", "--stream");

        File.WriteAllBytes(command.File("photos/test/dark/01.png"), [1, 2, 3]);
        command.Fail(
            1, ["dark/01.png: the image could not be read: it is neither a PNG nor a JPEG file."], "train", "photos", "--stream");
    }

    [Fact]
    public void A_folder_of_images_is_trained_on_measured_and_predicted()
    {
        Write("photos", 6, 4);
        var text = command.Succeed("train", "photos", "--network", "conv4x3,pool2,8", "--epochs", "5").Output;
        Assert.Contains("photos, 24 examples, images of 3×4×6 (channels × height × width)", text);
        // the pool has no neurons
        Assert.Contains("Network: 3×4×6-4×4×6-8-2, ", text);
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

    /// <summary>The mean of the red pixels, and that of the blue ones, of images of 3×4×6 with their channels first or last.</summary>
    static OnnxModel Means(bool areFirst) => Taking(
        areFirst ? [3, 4, 6] : [4, 6, 3], 2, Samples.List(Samples.Floats("w", [2, 3, 1, 1], [1, 0, 0, 0, 0, 1])),
        [
            .. areFirst
                ? Array.Empty<OnnxNode>()
                : [Samples.Node("Transpose", ["x"], "t", ("perm", OnnxAttribute.NewIntegerList(Samples.List(0L, 3L, 1L, 2L))))],
            Samples.Node("Conv", [areFirst ? "x" : "t", "w"], "c"), Samples.Node("GlobalAveragePool", ["c"], "p"),
            Samples.Node("Flatten", ["p"], "y"),
        ]);

    [Fact]
    public void Images_are_moved_to_the_order_of_a_file_whose_channels_certainly_come_first()
    {
        Write("photos", 6, 4);
        OnnxFile.Write(command.File("first.onnx"), Means(true));
        OnnxFile.Write(command.File("last.onnx"), Means(false));
        var expected = OfPixels("predict", "last.onnx", "photos").Lines;
        Assert.Equal(expected, OfPixels("predict", "first.onnx", "photos").Lines);
        Assert.True(expected.Distinct().Count() > 3);

        Write("larger", 8, 4);
        command.Fail(1, ["the images are 4×8×3 (height × width × channels), but the model takes 3×4×6 (channels × height × width)"], "predict", "first.onnx", "larger");

        // further training keeps the order and the extents, of which pictures are drawn
        OfPixels("train", "photos", "--from", "first.onnx", "--epochs", "1", "--output", "further.onnx");
        Assert.Equal(5, command.Succeed("predict", "further.onnx", "photos").Lines.Length);
        foreach (var file in new[] { "first.onnx", "last.onnx", "further.onnx" })
        {
            command.Succeed("describe", file, "--filters", "filters.svg");
            Assert.Contains("First layer, 2 units", File.ReadAllText(command.File("filters.svg")));
        }
    }

    [Fact]
    public void Images_without_classes_are_predicted_with_the_names_of_their_files()
    {
        Write("photos", 6, 4);
        command.Succeed("train", "photos", "--network", "conv4x3,8", "--epochs", "1");
        var all = command.Succeed("predict", "model.onnx", "photos").Lines;
        var flat = command.Succeed("predict", "model.onnx", "photos/test/bright").Lines;
        Assert.StartsWith("file,", flat[0]);
        Assert.StartsWith("00.png,", flat[1]);
        Assert.Equal(all.Skip(1).Take(flat.Length - 1), flat.Skip(1).Select(line => line[(line.IndexOf(',') + 1)..]));
        var one = command.Succeed("predict", "model.onnx", "photos/test/bright/01.png").Lines;
        Assert.Equal([flat[0], flat[2]], one);
        command.Fail(2, ["--keep is file for images"], "predict", "model.onnx", "photos/test/bright", "--keep", "label");

        Write("wide", 8, 4);
        command.Fail(1, ["is 3×4×8 (channels × height × width), but the model's is 3×4×6"], "predict", "model.onnx", "wide/test/bright");
    }

    [Fact]
    public void Files_that_are_not_read_are_counted()
    {
        Write("photos", 6, 4);
        File.WriteAllText(command.File("photos/train/dark/a.gif"), "");
        File.WriteAllText(command.File("photos/train/dark/b.webp"), "");
        File.WriteAllText(command.File("photos/test/dark/c.gif"), "");
        var text = command.Succeed("train", "photos", "--network", "8", "--epochs", "1").Output;
        Assert.Contains("Of the files in the folders of classes 3 are left out (2 .gif, 1 .webp)", text);
    }

    [Fact]
    public void An_example_that_is_not_there_is_refused_before_the_work()
    {
        Write("photos", 6, 4);
        command.Succeed("train", "photos", "--network", "conv4x3", "--epochs", "1");
        var result = command.Run("doctor", "model.onnx", "photos", "--activations", "a.svg", "--example", "9999");
        Assert.Equal((2, ""), (result.Code, result.Output));
    }

    [Fact]
    public void Columns_of_images_are_explained_with_their_places()
    {
        Write("photos", 6, 4);
        command.Succeed("train", "photos", "--network", "conv4x3", "--epochs", "1");
        var text = command.Succeed("explain", "model.onnx", "photos", "--row", "1").Output;
        Assert.Contains("pixel72 (channel 3, row 4, column 6)", text);
    }

    [Fact]
    public void Layers_in_words_exclude_what_they_say()
    {
        Write("photos", 6, 4);
        command.Fail(
            2, ["--hidden and --network exclude each other: omit one of them"],
            "train", "photos", "--network", "conv4x3", "--hidden", "8");
    }
}
