using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class ImageLayersTests
{
    static readonly Dictionary<string, Func<NeuralNetwork, NeuralNetwork>> layers = new()
    {
        ["convolution of 1 × 3 pixels"] = f => f.Convolution(4, new ConvolutionWindows(1, 3)),
        ["convolution with strides and dilations of each axis"] =
            f => f.Convolution(4, new ConvolutionWindows(3, 2) { Stride = [2, 1], Dilation = [1, 3], Groups = 2 }),
        ["convolution with another border on each side"] =
            f => f.Convolution(4, new ConvolutionWindows(3, 3) { Border = ImageBorder.Of((0, 2), (3, 1)) }),
        ["transposed convolution to twice the extents"] = f => f.TransposedConvolution(4, new ConvolutionWindows(3, 3) { Stride = [2, 2] }),
        ["transposed convolution, whole"] =
            f => f.TransposedConvolution(
                6, new ConvolutionWindows(2, 3) { Stride = [1, 2], Dilation = [2, 1], Groups = 2, Border = ImageBorder.Valid }),
        ["transposed convolution with windows smaller than strides"] =
            f => f.TransposedConvolution(3, new ConvolutionWindows(1, 2) { Stride = [3, 2] }),
        ["transposed convolution with output padding"] =
            f => f.TransposedConvolution(3, new ConvolutionWindows(3, 3) { Stride = [2, 2], Border = ImageBorder.Of((1, 0), (1, 1)) }),
        ["maxima of 2 × 3 pixels, rounded up"] = f => f.MaxPooling(new PoolingWindows(2, 3) { Ceiling = true }),
        ["maxima with a border, rounded up"] =
            f => f.MaxPooling(new PoolingWindows(3, 3) { Stride = [2, 2], Border = ImageBorder.Of((1, 0), (0, 1)), Ceiling = true }),
        ["maxima around every second pixel"] = f => f.MaxPooling(3, 2),
        ["means without the border"] =
            f => f.AveragePooling(new PoolingWindows(3, 3) { Stride = [2, 2], Border = ImageBorder.Of((1, 1), (1, 1)) }),
        ["means with the border"] =
            f => f.AveragePooling(
                new PoolingWindows(3, 2) { Stride = [2, 2], Border = ImageBorder.Of((1, 1), (0, 1)), CountsBorder = true }),
        ["means with the border, rounded up"] =
            f => f.AveragePooling(
                new PoolingWindows(3, 3) { Stride = [2, 2], Border = ImageBorder.Of((1, 0), (0, 1)), CountsBorder = true, Ceiling = true }),
        ["means without the border, rounded up"] = f => f.AveragePooling(new PoolingWindows(3, 4) { Ceiling = true }),
        ["padding with zeros"] = f => f.Padding([(1, 0), (2, 3)]),
        ["padding with a number"] = f => f.Padding([(1, 0), (2, 3)], value: -2.5),
        ["padding with edges"] = f => f.Padding([(1, 0), (2, 3)], PaddingMode.Edge),
        ["padding with reflections"] = f => f.Padding([(1, 0), (2, 3)], PaddingMode.Reflect),
        ["what only training does"] = f => f.Shift(2).Flip().Crop(5, 4).ChannelDropout(0.25),
    };

    public static TheoryData<string> Names => [.. layers.Keys];

    // 6 × 7 pixels of two channels, and after what is tried a convolution, so that its order of axes matters
    static NeuralNetwork With(string name) =>
        layers[name](NeuralNetwork.WithInputs(84).Image(6, 7, 2)).Convolution(3, 2, "tanh").Flatten().Linear(2, "tanh");

    [Theory]
    [MemberData(nameof(Names))]
    public void Layers_of_every_form_are_written_as_the_operators_that_they_are(string name)
    {
        using var folder = new TemporaryFolder();
        var random = new System.Random(1);
        var features = Enumerable.Range(0, 3 * 84).Select(_ => (2 * random.NextSingle()) - 1).ToArray();
        var network = With(name);
        network.Save(folder.File("network.onnx"));
        using var runtime = OnnxRuntime.Open(folder.File("network.onnx"));
        var theirs = Assert.Single(runtime.Run("input", features, [3, 84], "output")).Values;
        var ours = network.Predict(features);
        Assert.All(ours.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.True(ours.Distinct().Count() > 4);

        var again = Model.Load(folder.File("network.onnx")).Predict(features);
        Assert.All(ours.Zip(again), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Windows_move_along_the_one_axis_of_a_sequence()
    {
        using var folder = new TemporaryFolder();
        var features = Enumerable.Range(0, 80).Select(i => MathF.Sin(i)).ToArray();
        var network = NeuralNetwork.WithInputs(40)
            .Sequence(20, 2)
            .Convolution(4, new ConvolutionWindows(5) { Stride = [2], Dilation = [2] }, "relu")
            .MaxPooling(new PoolingWindows(3) { Ceiling = true })
            .TransposedConvolution(3, new ConvolutionWindows(4) { Stride = [2] }, "relu")
            .Padding([(1, 2)], PaddingMode.Reflect)
            .AveragePooling(new PoolingWindows(2))
            .Flatten()
            .Linear(2, "tanh");

        network.Save(folder.File("network.onnx"));
        using var runtime = OnnxRuntime.Open(folder.File("network.onnx"));
        var theirs = Assert.Single(runtime.Run("input", features, [2, 40], "output")).Values;
        Assert.All(network.Predict(features).Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void An_autoencoder_of_transposed_convolutions_learns()
    {
        var random = new System.Random(2);
        var images = Enumerable.Range(0, 200).Select(_ =>
        {
            var (row, column) = (random.Next(6), random.Next(6));
            return Enumerable.Range(0, 64).Select(i => i / 8 - row is 0 or 1 or 2 && i % 8 - column is 0 or 1 or 2 ? 1.0 : 0.0).ToArray();
        }).ToArray();
        var network = NeuralNetwork.WithInputs(64)
            .Image(8, 8)
            .Convolution(8, 3, "relu", stride: 2)
            .Convolution(8, 3, "relu", stride: 2)
            .TransposedConvolution(8, new ConvolutionWindows(3, 3) { Stride = [2, 2] }, "relu")
            .TransposedConvolution(1, new ConvolutionWindows(3, 3) { Stride = [2, 2] })
            .Flatten();
        Assert.Equal(64, network.Outputs);

        var data = TableData.FromArrays(images, images, [.. Enumerable.Range(0, 64).Select(i => $"pixel {i}")]);
        var model = Trainer.Train(data, new() { Network = (_, _) => network, Epochs = 60, BatchSize = 20 }).Model;
        double Error(Func<int, int, double> predicted) =>
            images.SelectMany((image, i) => image.Select((pixel, j) => Math.Pow(predicted(i, j) - pixel, 2))).Average();

        var reconstructed = model.Predict(data);
        var means = Enumerable.Range(0, 64).Select(j => images.Average(image => image[j])).ToArray();
        Assert.InRange(Error((i, j) => reconstructed[(64 * i) + j]), 0, Error((_, j) => means[j]) / 3);
    }

    [Theory]
    [InlineData("Each of the strides must be from 1 to 1,000,000, not 0.", 0)]
    [InlineData("There are 1 strides for windows along 2 axes.", 1)]
    [InlineData("A convolution of 2 channels to 30,000 outputs by windows of 30000 × 30000 pixels does not fit into an array.", 2)]
    [InlineData("A window of 3 pixels at a distance of 900000 reaches over 1,800,001, more than 1,000,000.", 3)]
    [InlineData("Each of the dilations must be from 1 to 1,000,000, not 2000000000.", 4)]
    [InlineData("3 groups must divide the 2 channels and the 4 outputs.", 5)]
    [InlineData("The number of groups must be from 1 to 1,000,000, not 0.", 6)]
    [InlineData("Windows need a size for each axis along which they move", 7)]
    [InlineData("Each of the numbers of pixels before an axis must be from 0 to 1,000, not -1.", 8)]
    [InlineData("Each of the numbers of pixels after an axis must be from -1 to 1,000, not -2.", 9)]
    [InlineData("A border of 2 pixels leaves windows of 2 without a pixel of the image.", 10)]
    [InlineData("Each of the numbers of pixels after an axis must be from 0 to 1,000, not 2147483647.", 11)]
    [InlineData("The number of pixels of a window's side must be from 1 to 1,000,000, not 0.", 12)]
    [InlineData("The number of rows of a part must be from 1 to 1,000,000, not 0.", 13)]
    [InlineData("Each of the numbers of pixels must be from 1 to 1,000, not 0.", 14)]
    [InlineData("A dropout rate must be at least 0 and below 1, not 1.", 15)]
    [InlineData("Each of the sizes of windows must be from 1 to 1,000,000, not 0.", 16)]
    public void Numbers_out_of_range_are_refused_before_anything_is_made(string message, int number)
    {
        var image = NeuralNetwork.WithInputs(84).Image(6, 7, 2);
        Func<NeuralNetwork>[] attempts =
        [
            () => image.Convolution(4, new ConvolutionWindows(3, 3) { Stride = [1, 0] }),
            () => image.Convolution(4, new ConvolutionWindows(3, 3) { Stride = [1] }),
            () => image.Convolution(30000, new ConvolutionWindows(30000, 30000)),
            () => image.Convolution(4, new ConvolutionWindows(3, 3) { Dilation = [1, 900000] }),
            () => image.Convolution(4, 3, dilation: 2_000_000_000),
            () => image.Convolution(4, 3, groups: 3),
            () => image.Convolution(4, 3, groups: 0),
            () => image.Convolution(4, new ConvolutionWindows()),
            () => image.Convolution(4, new ConvolutionWindows(3, 3) { Border = ImageBorder.Of((1, 1), (-1, 1)) }),
            () => image.TransposedConvolution(
                4, new ConvolutionWindows(3, 3) { Stride = [2, 2], Border = ImageBorder.Of((1, -2), (1, 1)) }),
            () => image.MaxPooling(new PoolingWindows(2, 3) { Border = ImageBorder.Of((2, 0), (0, 0)) }),
            () => image.Padding([(0, int.MaxValue), (0, 0)]),
            () => image.Convolution(4, 0),
            () => image.Crop(0, 3),
            () => image.Shift(0),
            () => image.ChannelDropout(1),
            () => image.AveragePooling(0),
        ];

        Assert.Contains(message, Assert.Throws<HybridException>(attempts[number]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_of_another_number_of_axes_are_a_shape_error()
    {
        var image = NeuralNetwork.WithInputs(84).Image(6, 7, 2);
        Func<NeuralNetwork>[] attempts =
        [
            () => image.Convolution(4, new ConvolutionWindows(3)),
            () => image.TransposedConvolution(4, new ConvolutionWindows(3, 3, 3)),
            () => image.MaxPooling(new PoolingWindows(2)),
            () => image.Padding([(1, 1)]),
            () => image.Padding([(6, 0), (0, 0)], PaddingMode.Reflect),
            () => image.Crop(7, 7),
        ];

        foreach (var attempt in attempts)
            Assert.Contains("layer 1", Assert.Throws<ShapeMismatchException>(attempt).Message, StringComparison.Ordinal);
    }
}
