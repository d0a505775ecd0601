namespace Hybrid;

/// <content>Layers for images, [examples; height; width; channels]: the channels of a pixel stand together.</content>
public sealed partial class NeuralNetwork
{
    /// <summary>This network, whose outputs are the pixels of images from here on, row by row.</summary>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of pixels in a row.</param>
    /// <param name="channels">The numbers of a pixel, which stand together. Default: 1.</param>
    /// <exception cref="ShapeMismatchException">Their product is not the number of outputs.</exception>
    public NeuralNetwork Image(int height, int width, int channels = 1) =>
        With(NetworkModule.ofLayer(Core.Images.ofFeatures(ListModule.OfSeq([height, width, channels]))));

    /// <summary>This network, followed by neurons that see windows of an image, all windows with the same weights (random, with the variance
    /// that suits the activation and the numbers of a window; biases are 0).</summary>
    /// <param name="outputs">The number of channels of the result.</param>
    /// <param name="size">The height and width of a window.</param>
    /// <param name="activation">One of <see cref="Activations"/>. Default: identity, none.</param>
    /// <param name="stride">The distance between neighbouring windows. Default: 1.</param>
    /// <param name="within">Whether windows lie within the image; otherwise there is one around every pixel, with zeros beyond the
    /// edges. Default: false.</param>
    /// <param name="seed">The same seed gives the same weights in the same place. Default: 1.</param>
    /// <param name="dilation">The distance between neighbouring pixels of a window. Default: 1.</param>
    /// <param name="groups">The outputs of each group see the channels of their group only: as many groups as channels make it depthwise.
    /// Default: 1.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller than a window.</exception>
    /// <exception cref="HybridException">A number is below 1, or there is no such activation.</exception>
    /// <exception cref="ArgumentException">The groups do not divide channels and outputs.</exception>
    public NeuralNetwork Convolution(
        int outputs, int size, string activation = "identity", int stride = 1, bool within = false, ulong seed = 1, int dilation = 1,
        int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(activation);
        LayerSize.require(nameof(outputs), outputs);
        LayerSize.require("pixels of a window's side", size);
        LayerSize.require("pixels between windows", stride);
        LayerSize.require("pixels between those of a window", dilation);
        LayerSize.require(nameof(groups), groups);
        var neurons = With(Models.ImageLayers.convolution(
            Core.Activation.initializer(activation), Key(seed), new(size, stride, dilation, groups, within), Math.Max(1, shape[^1]), outputs));
        return activation == "identity" ? neurons : neurons.Activation(activation);
    }

    /// <summary>This network, followed by batch normalization of each channel of images, or of each number: in training by mean and
    /// variance of the batch, in use by averages of these (Ioffe and Szegedy, 2015). It stands before the activation:
    /// <c>Convolution(32, 3).Normalization().Activation("relu")</c>. Where it follows neurons or a convolution, its file has it in their
    /// weights.</summary>
    public NeuralNetwork Normalization() => With(NetworkModule.ofLayer(BatchNormalization.layer(shape[^1])));

    /// <summary>This network, followed by the maximum of each window of a channel.</summary>
    /// <param name="size">The height and width of a window.</param>
    /// <param name="stride">The distance between neighbouring windows. Null: the size.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller than a window.</exception>
    /// <exception cref="HybridException">A number is below 1.</exception>
    public NeuralNetwork MaxPooling(int size, int? stride = null) => With(Models.ImageLayers.maxPool(Sized(size), Sized(stride ?? size)));

    /// <summary>This network, followed by the mean of each window of a channel.</summary>
    /// <param name="size">The height and width of a window.</param>
    /// <param name="stride">The distance between neighbouring windows. Null: the size.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller than a window.</exception>
    /// <exception cref="HybridException">A number is below 1.</exception>
    public NeuralNetwork AveragePooling(int size, int? stride = null) => With(Models.ImageLayers.averagePool(Sized(size), Sized(stride ?? size)));

    /// <summary>This network, followed by the maximum of each channel.</summary>
    public NeuralNetwork GlobalMaxPooling() => With(NetworkModule.ofLayer(Core.Images.globalMaxPool));

    /// <summary>This network, followed by the mean of each channel.</summary>
    public NeuralNetwork GlobalAveragePooling() => With(NetworkModule.ofLayer(Core.Images.globalAveragePool));

    /// <summary>This network, whose images are rows of numbers from here on, as neurons take them.</summary>
    public NeuralNetwork Flatten() => With(NetworkModule.ofLayer(Core.Images.flatten));

    /// <summary>This network, followed by layers around which their input is passed on unchanged: x + f(x) (He, Zhang, Ren and Sun,
    /// 2016).</summary>
    /// <example><code>
    /// network.Residual(f => f.Convolution(16, 3).Normalization().Activation("relu").Convolution(16, 3).Normalization())
    ///     .Activation("relu")
    /// </code></example>
    /// <param name="layers">From what comes so far to f: the layers that it appends. They must return what they take.</param>
    /// <param name="shortcut">Layers in place of passing on: x becomes g(x), where f changes the extents. Null: none.</param>
    /// <exception cref="ShapeMismatchException">Both do not return tensors of the same shape.</exception>
    public NeuralNetwork Residual(
        Func<NeuralNetwork, NeuralNetwork> layers, Func<NeuralNetwork, NeuralNetwork>? shortcut = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return With(NetworkModule.ofLayer(Core.Images.residualOver(
            shortcut is null ? NetworkModule.empty : Branch(shortcut), Branch(layers))));
    }

    /// <summary>This network, followed by several sequences of layers that take the same input; their outputs stand together, those of
    /// images as channels.</summary>
    /// <param name="branches">From what comes so far to a sequence: the layers that it appends.</param>
    /// <exception cref="ShapeMismatchException">The outputs differ in more than their channels.</exception>
    /// <exception cref="ArgumentException">There is none.</exception>
    public NeuralNetwork Branches(params IReadOnlyList<Func<NeuralNetwork, NeuralNetwork>> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        return With(NetworkModule.ofLayer(Core.Images.branches(ListModule.OfSeq(branches.Select(Branch)))));
    }

    /// <summary>The layers that a function appends to a network that takes what this one returns.</summary>
    Core.Network Branch(Func<NeuralNetwork, NeuralNetwork> layers) =>
        layers(new NeuralNetwork(NetworkModule.empty, Outputs, shape, shape)).Value;

    static int Sized(int number)
    {
        LayerSize.require("pixels", number);
        return number;
    }
}
