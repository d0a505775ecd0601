using Hybrid.Onnx;
using Hybrid.Tests.Support;
using Microsoft.FSharp.Collections;
using Xunit;

namespace Hybrid.Tests;

public class ConvolutionTests
{
    static readonly TrainingOptions options = new() { Epochs = 2, Threads = 1, BatchSize = 64 };

    static TableData Digits => TableData.Load("digits");

    [Theory]
    [InlineData("conv4x3,pool2,conv6x3/2,pool3/2,8")]
    [InlineData("image8x8x1,conv3x2:valid,average2/1,dropout0.2,conv4x3,globalaverage")]
    [InlineData("conv4x3,globalmax,6")]
    [InlineData("conv4x3,residual(conv4x3,conv4x1),flatten,dropout0.2,6,residual(6)")]
    [InlineData("conv4x3,norm,residual(conv6x3/2,norm,conv6x3,norm),residual(conv4x3),globalaverage")]
    [InlineData("conv4x3,conv8x3:groups2,conv8x3/2:depthwise,conv4x2:dilated2:valid")]
    [InlineData("norm,conv4x3/2,norm,residual(conv4x3,norm,relu,conv4x1,norm),pool2,norm,8,norm")]
    public void A_convolutional_network_is_trained_written_and_read(string layers)
    {
        using var folder = new TemporaryFolder();
        var data = Digits;
        var model = Trainer.Train(data, options with { Layers = layers }).Model;
        model.Save(folder.File("model.onnx"));
        var features = data.Value.Features.AsSpan(0, 64 * 50).ToArray();
        var expected = model.Predict(features);

        var again = Model.Load(folder.File("model.onnx")).Predict(features);
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        var theirs = Assert.Single(runtime.Run("input", features, [50, 64], "probabilities")).Values;
        Assert.All(expected.Zip(again), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(expected.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.True(expected.Distinct().Count() > 50);
    }

    [Fact]
    public void Images_have_their_channels_first_throughout_a_file()
    {
        using var folder = new TemporaryFolder();
        Trainer.Train(Digits, options with { Layers = "conv4x3,pool2,conv6x3,8" }).Model.Save(folder.File("model.onnx"));
        var nodes = OnnxFile.Read(folder.File("model.onnx")).Graph.Nodes.Select(node => node.Operator).ToList();
        Assert.Equal(2, nodes.Count(name => name == "Conv"));
        Assert.Single(nodes, "MaxPool");

        // those of the weights, and one before the numbers of an example are in a row
        Assert.Equal(3, nodes.Count(name => name == "Transpose"));
    }

    [Fact]
    public void Normalizations_and_sums_of_blocks_are_convolutions_and_Add_in_a_file()
    {
        using var folder = new TemporaryFolder();
        var layers = "conv4x3,norm,residual(conv4x3,norm,conv4x3,norm),residual(conv4x3,norm,identity),globalaverage";
        Trainer.Train(Digits, options with { Layers = layers }).Model.Save(folder.File("model.onnx"));
        var nodes = OnnxFile.Read(folder.File("model.onnx")).Graph.Nodes.Select(node => node.Operator).ToList();
        Assert.Equal(4, nodes.Count(name => name == "Conv"));
        Assert.Equal(2, nodes.Count(name => name == "Add"));
        Assert.Equal(3, nodes.Count(name => name == "Relu"));
        Assert.DoesNotContain("BatchNormalization", nodes);

        // those of the weights only: a mean over an image has no order of axes
        Assert.Equal(4, nodes.Count(name => name == "Transpose"));
    }

    [Theory]
    [InlineData("conv4", "«conv4» is not a layer: write outputs and window size, as in conv32x3")]
    [InlineData("", "«» is not a layer: there is nothing")]
    [InlineData("fully8", "«fully8» is not a layer. Layers are conv32x3, norm")]
    [InlineData("conv4x3,flip,8", "«flip» changes the images of the data: it stands before all other layers")]
    [InlineData("residual(crop8),8", "«crop8» changes the images of the data")]
    [InlineData("conv4x3,conv6x3:groups3", "has 3 groups, which must divide the 4 channels before it and its 6 outputs")]
    [InlineData("conv4x3,conv6x3:depthwise", "has 4 groups")]
    [InlineData("conv4x3:wide", "has «wide» after a colon: use valid, groups4, depthwise or dilated2")]
    [InlineData("conv4x3:dilated0", "has a dilation of 0")]
    [InlineData("conv4x3:valid:dilated4", "has windows of 9 × 9 pixels")]
    [InlineData("8,conv4x3", "needs an image")]
    [InlineData("conv4x3,flatten,pool2", "needs an image")]
    [InlineData("conv4x9:valid", "has windows of 9 × 9 pixels, larger than the image before it, 8 × 8")]
    [InlineData("conv4x3,pool2,pool5", "has windows of 5 × 5 pixels, larger than the image before it, 4 × 4")]
    [InlineData("conv4x3/0", "has a stride of 0, which must be from 1 to 1,000,000")]
    [InlineData("pool2/0", "has a stride of 0")]
    [InlineData("pool0", "has a window size of 0")]
    [InlineData("conv0x3", "has a number of outputs of 0")]
    [InlineData("shift0,8", "«shift0» has a number of pixels of 0, which must be from 1 to 1,000,000")]
    [InlineData("crop0,8", "«crop0» has a height of 0")]
    [InlineData("crop8x0,8", "«crop8x0» has a width of 0")]
    [InlineData("conv4x3,0", "must have from 1 to 1,000,000 neurons")]
    [InlineData("image4x4x1,conv4x3", "does not have the 64 numbers of an example")]
    [InlineData("conv4x3,image8x8x1", "must be the first layer")]
    [InlineData("conv4x0", "has a window size of 0")]
    [InlineData("conv4x3,residual(conv5x3,flatten)", "must return what it takes")]
    [InlineData("residual(conv4x3", "is not a layer: its parentheses do not match")]
    [InlineData("conv4x2000", "more than a million")]
    [InlineData("conv4x999", "has windows of 63,872,064 numbers of each example in all, more than 33,554,432")]
    [InlineData("conv1000000x3", "makes 64,000,000 numbers of each example, more than 33,554,432")]
    public void Layers_that_do_not_fit_are_refused(string layers, string reason)
    {
        var error = Assert.Throws<OptionException>(() => Trainer.Train(Digits, options with { Layers = layers }));
        Assert.Equal(nameof(TrainingOptions.Layers), error.Option);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_are_not_a_square_image_need_its_extents()
    {
        var data = Tables.Mixed(150, true);
        var error = Assert.Throws<OptionException>(() => Trainer.Train(data, options with { Layers = "conv4x3" }));
        Assert.Contains("image32x32x3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_nobody_calls_an_image_are_none_though_they_would_be_a_square()
    {
        var data = TableData.Load("iris");
        var error = Assert.Throws<OptionException>(() => Trainer.Train(data, options with { Layers = "conv4x1,8" }));
        Assert.Contains("state its height, width and channels first, as in image2x2x1", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, Trainer.Train(data, options with { Layers = "image2x2x1,conv4x1,8" }).Model.Network.Outputs);
    }

    [Fact]
    public void A_network_of_images_is_built_layer_by_layer_trained_and_written()
    {
        using var folder = new TemporaryFolder();

        NeuralNetwork Layers(int inputs, int outputs) => NeuralNetwork.WithInputs(inputs)
            .Image(8, 8)
            .Convolution(4, 3).Normalization().Activation("relu")
            .Residual(f => f.Convolution(4, 3).Normalization().Activation("relu").Convolution(4, 3).Normalization())
            .Activation("relu")
            .MaxPooling(2)
            .Residual(f => f.Convolution(6, 3, stride: 2), shortcut: g => g.Convolution(6, 1, stride: 2)).Activation("tanh")
            .Branches(f => f.Convolution(2, 1, "relu"), f => f.Convolution(6, 3, groups: 6, dilation: 2), f => f.AveragePooling(3, 1))
            .Flatten()
            .Linear(outputs);

        var network = Layers(64, 3);
        Assert.Equal((64, 3), (network.Inputs, network.Outputs));
        var model = Trainer.Train(Digits, options with { Network = Layers }).Model;
        model.Save(folder.File("model.onnx"));
        var features = Digits.Value.Features.AsSpan(0, 64 * 50).ToArray();
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        var theirs = Assert.Single(runtime.Run("input", features, [50, 64], "probabilities")).Values;
        Assert.All(model.Predict(features).Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Batch_statistics_do_not_depend_on_the_number_of_threads()
    {
        var features = Digits.Value.Features.AsSpan(0, 64 * 50).ToArray();

        float[] Outputs(int threads) => Trainer
            .Train(Digits, options with { Layers = "conv8x3,norm,pool2,16,norm", Threads = threads })
            .Model.Predict(features);

        Assert.Equal(Outputs(1), Outputs(2));
    }

    [Fact]
    public void Certified_training_bounds_normalizations_by_their_running_statistics()
    {
        var model = Trainer.Train(Digits, options with { Layers = "conv4x3,norm,pool2,8,norm", Certify = "0.5" }).Model;
        Assert.DoesNotContain(model.Describe().Layers, layer => layer.Kind == "norm");
    }

    [Theory]
    [InlineData(28, 28, 1, "conv32x3,norm,pool2,conv64x3,norm,pool2,conv64x3,norm,flatten,dropout0.3")]
    [InlineData(32, 32, 3, "conv32x3,norm,pool2,conv64x3,norm,pool2,conv64x3,norm,flatten,dropout0.3")]
    [InlineData(16, 20, 3, "conv32x3,norm,pool2,conv64x3,norm,pool2,conv64x3,norm,flatten,dropout0.3")]
    [InlineData(
        100, 128, 3, "conv32x3/2,norm,pool2,conv64x3,norm,pool2,conv64x3,norm,pool2,conv64x3,norm,flatten,dropout0.3")]
    public void The_default_network_pools_images_until_they_are_small(int height, int width, int channels, string words)
    {
        Assert.Equal(words, Hybrid.Models.ImageNetwork.text(ListModule.OfSeq([height, width, channels])));
        var text = $"image{height}x{width}x{channels},{words}";
        Assert.Equal(10, NeuralNetwork.FromLayers(text, height * width * channels, 10).Outputs);
    }

    [Fact]
    public void Enough_images_are_learned_by_convolutions_unless_layers_are_given()
    {
        using var folder = new TemporaryFolder();
        const int Examples = 1200, Side = 16;
        var pixels = new byte[Examples * Side * Side];
        new System.Random(1).NextBytes(pixels);
        File.WriteAllBytes(
            folder.File("train-images-idx3-ubyte"),
            [0, 0, 8, 3, 0, 0, Examples >> 8, Examples & 255, 0, 0, 0, Side, 0, 0, 0, Side, .. pixels]);
        File.WriteAllBytes(
            folder.File("train-labels-idx1-ubyte"),
            [0, 0, 8, 1, 0, 0, Examples >> 8, Examples & 255, .. Enumerable.Range(0, Examples).Select(i => (byte)(i % 3))]);
        var images = TableData.FromIdx(folder.Path);

        IEnumerable<string> Kinds(TrainingOptions options) =>
            Trainer.Train(images, options with { Epochs = 1 }).Model.Describe().Layers.Select(layer => layer.Kind);

        Assert.Equal(2, Kinds(new()).Count(kind => kind == "conv"));
        Assert.DoesNotContain("conv", Kinds(new() { Hidden = [4] }));
        Assert.DoesNotContain("conv", Kinds(new() { Dropout = 0.1, Hidden = null }));

        // those in words are trained like those of the default; normalized ones at three times the rate
        foreach (var (words, rate) in new[] { ("conv2x3,pool4", 0.001), ("conv2x3,norm,pool4", 0.003) })
        {
            var plan = Trainer.Start(images, new() { Layers = words }).Plan;
            Assert.Equal(10, plan.Epochs);
            Assert.Equal(rate, plan.LearningRate!.Value, 1e-9);
        }
    }

    [Fact]
    public void A_block_that_does_not_fit_what_it_takes_is_a_shape_error()
    {
        var network = NeuralNetwork.WithInputs(64).Image(8, 8).Convolution(4, 3);
        Assert.Throws<ShapeMismatchException>(() => network.Residual(f => f.Convolution(4, 3, stride: 2)));
        Assert.Throws<ShapeMismatchException>(() => network.Residual(f => f.MaxPooling(9)));
        // one channel is not added to each of several
        Assert.Throws<ShapeMismatchException>(() => NeuralNetwork.WithInputs(64).Image(8, 8).Residual(f => f.Convolution(4, 3)));
        Assert.Throws<HybridException>(() => network.Convolution(0, 3));
    }

    [Fact]
    public void A_network_is_made_of_layers_in_words()
    {
        var network = NeuralNetwork.FromLayers("conv4x3,pool2,6", inputs: 64, outputs: 3);
        Assert.Equal((64, 3), (network.Inputs, network.Outputs));
        Assert.Equal(3 * 3 * 4 + 4 + 4 * 4 * 4 * 6 + 6 + 6 * 3 + 3, network.Describe().Parameters);
        Assert.Equal(new float[6], network.Predict(new float[128]));
        Assert.Throws<OptionException>(() => NeuralNetwork.FromLayers("conv4x3", 63, 3));
        Assert.Throws<HybridException>(() => NeuralNetwork.FromLayers("8", 0, 3));
    }

    [Fact]
    public void Layers_in_words_replace_hidden_layers() =>
        Assert.Throws<OptionException>(() => Trainer.Train(Digits, options with { Layers = "8", Hidden = [8] }));
}
