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

    /// <summary>This network, whose outputs are the steps of sequences from here on: windows move along one axis.</summary>
    /// <param name="length">The number of steps.</param>
    /// <param name="channels">The numbers of a step, which stand together. Default: 1.</param>
    /// <exception cref="ShapeMismatchException">Their product is not the number of outputs.</exception>
    public NeuralNetwork Sequence(int length, int channels = 1) =>
        With(Models.ImageLayers.ofSequences(length, channels));

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
    /// <exception cref="HybridException">A number is out of range, the groups do not divide channels and outputs, or there is no such
    /// activation.</exception>
    public NeuralNetwork Convolution(
        int outputs, int size, string activation = "identity", int stride = 1, bool within = false, ulong seed = 1, int dilation = 1,
        int groups = 1) =>
        Convolution(
            outputs,
            new ConvolutionWindows(size, size)
            {
                Stride = [stride, stride],
                Dilation = [dilation, dilation],
                Groups = groups,
                Border = within ? ImageBorder.Valid : ImageBorder.Same,
            },
            activation,
            seed);

    /// <summary>The same with windows of any form: not square, along one axis, with another border on each side.</summary>
    /// <param name="outputs">The number of channels of the result.</param>
    /// <param name="windows">Their sizes, strides and so on.</param>
    /// <param name="activation">One of <see cref="Activations"/>. Default: identity, none.</param>
    /// <param name="seed">The same seed gives the same weights in the same place. Default: 1.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller than a window.</exception>
    /// <exception cref="HybridException">A number is out of range, the groups do not divide channels and outputs, or there is no such
    /// activation.</exception>
    public NeuralNetwork Convolution(int outputs, ConvolutionWindows windows, string activation = "identity", ulong seed = 1) =>
        Convolving(Models.ImageLayers.convolution, outputs, windows, activation, seed);

    /// <summary>This network, followed by a transposed convolution, which makes images larger: each pixel times the weights is added to a
    /// window of the result. Along an axis there are (extent - 1) stride + (size - 1) dilation + 1 pixels, less those that the border leaves
    /// out: none with <see cref="ImageBorder.Valid"/>, all but extent · stride with <see cref="ImageBorder.Same"/>. The number left out after
    /// an axis may be negative, but above -stride: zeros, which elsewhere are called output padding.</summary>
    /// <param name="outputs">The number of channels of the result.</param>
    /// <param name="windows">Their sizes, strides and so on.</param>
    /// <param name="activation">One of <see cref="Activations"/>. Default: identity, none.</param>
    /// <param name="seed">The same seed gives the same weights in the same place. Default: 1.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or nothing of the result is left.</exception>
    /// <exception cref="HybridException">A number is out of range, the groups do not divide channels and outputs, or there is no such
    /// activation.</exception>
    public NeuralNetwork TransposedConvolution(int outputs, ConvolutionWindows windows, string activation = "identity", ulong seed = 1) =>
        Convolving(Models.ImageLayers.transposedConvolution, outputs, windows, activation, seed);

    NeuralNetwork Convolving(
        Func<Initializer, ulong, Models.FSharpConvolutionWindows, int, int, Core.Network> layer, int outputs, ConvolutionWindows windows,
        string activation, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(activation);
        var neurons = With(layer(Core.Activation.initializer(activation), Key(seed), windows.Value, Math.Max(1, shape[^1]), outputs));
        return activation == "identity" ? neurons : neurons.Activation(activation);
    }

    /// <summary>This network, followed by batch normalization of each channel of images, or of each number: in training by mean and
    /// variance of the batch, in use by averages of these (Ioffe and Szegedy, 2015). It stands before the activation:
    /// <c>Convolution(32, 3).Normalization().Activation("relu")</c>. Where it follows neurons or a convolution, its file has it in their
    /// weights.</summary>
    public NeuralNetwork Normalization() => With(NetworkModule.ofLayer(BatchNormalization.layer(shape[^1])));

    /// <summary>This network, followed by the maximum of each window of a channel. Where windows overlap, there is one around every pixel
    /// that a stride comes to.</summary>
    /// <param name="size">The height and width of a window.</param>
    /// <param name="stride">The distance between neighbouring windows. Null: the size.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller than a window.</exception>
    /// <exception cref="HybridException">A number is below 1.</exception>
    public NeuralNetwork MaxPooling(int size, int? stride = null) =>
        With(Models.ImageLayers.maxPool(Square(size, stride ?? size)));

    /// <summary>The same with windows of any form.</summary>
    /// <param name="windows">Their sizes, strides and so on.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller than a window.</exception>
    /// <exception cref="HybridException">A number is out of range, or the border is as wide as a window.</exception>
    public NeuralNetwork MaxPooling(PoolingWindows windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return With(Models.ImageLayers.maxPool(windows.Value));
    }

    /// <summary>This network, followed by the mean of each window of a channel, of the pixels within the image. Where windows overlap, there
    /// is one around every pixel that a stride comes to.</summary>
    /// <param name="size">The height and width of a window.</param>
    /// <param name="stride">The distance between neighbouring windows. Null: the size.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller than a window.</exception>
    /// <exception cref="HybridException">A number is below 1.</exception>
    public NeuralNetwork AveragePooling(int size, int? stride = null) =>
        With(Models.ImageLayers.averagePool(Square(size, stride ?? size)));

    /// <summary>The same with windows of any form.</summary>
    /// <param name="windows">Their sizes, strides and so on.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller than a window.</exception>
    /// <exception cref="HybridException">A number is out of range, or the border is as wide as a window.</exception>
    public NeuralNetwork AveragePooling(PoolingWindows windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return With(Models.ImageLayers.averagePool(windows.Value));
    }

    static Core.FSharpPoolingWindows Square(int size, int stride) =>
        PoolingWindowsModule.square(size, stride, PoolingWindowsModule.overlap(size, stride));

    /// <summary>This network, whose images have more pixels around them from here on.</summary>
    /// <param name="edges">How many before and after each axis, from 0 to 1,000: <c>[(1, 1), (0, 2)]</c> is one above, one below and two to
    /// the right.</param>
    /// <param name="mode">What they are. Default: the same number everywhere.</param>
    /// <param name="value">That number. Default: 0.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it has fewer pixels than are mirrored.</exception>
    /// <exception cref="HybridException">A number is out of range.</exception>
    public NeuralNetwork Padding(
        IReadOnlyList<(int Before, int After)> edges, PaddingMode mode = PaddingMode.Constant, double value = 0)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return With(Models.ImageLayers.pad(
            mode switch
            {
                PaddingMode.Constant => Core.FSharpPaddingMode.NewConstant(value),
                PaddingMode.Edge => Core.FSharpPaddingMode.Edge,
                PaddingMode.Reflect => Core.FSharpPaddingMode.Reflect,
                _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such mode."),
            },
            ImageBorder.Pairs(edges)));
    }

    /// <summary>This network, whose images are moved in training by up to some pixels up or down and left or right, with zeros where they
    /// were; in use nothing is changed.</summary>
    /// <param name="pixels">The farthest in each direction, from 1 to 1,000; every distance is equally likely.</param>
    /// <exception cref="ShapeMismatchException">There is no image.</exception>
    /// <exception cref="HybridException">The number is out of range.</exception>
    public NeuralNetwork Shift(int pixels) => With(Models.ImageLayers.shift(pixels));

    /// <summary>This network, of whose images half are mirrored in training, left and right exchanged; in use nothing is changed.</summary>
    /// <exception cref="ShapeMismatchException">There is no image.</exception>
    public NeuralNetwork Flip() => With(Models.ImageLayers.flip);

    /// <summary>This network, with parts of its images: from a random place in training, the middle in use.</summary>
    /// <param name="height">The rows of a part.</param>
    /// <param name="width">The columns of a part.</param>
    /// <exception cref="ShapeMismatchException">There is no image, or it is smaller.</exception>
    /// <exception cref="HybridException">A number is out of range.</exception>
    public NeuralNetwork Crop(int height, int width) => With(Models.ImageLayers.crop(height, width));

    /// <summary>This network, followed by dropout of whole channels: in training each channel of each example is 0 with a probability, and
    /// otherwise scaled up to compensate (Tompson and others, 2015). In use nothing is changed.</summary>
    /// <param name="rate">The probability, in [0, 1).</param>
    /// <exception cref="HybridException">The rate is out of range.</exception>
    public NeuralNetwork ChannelDropout(double rate) => With(Models.ImageLayers.dropout(DropoutRate(rate)));

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
}
