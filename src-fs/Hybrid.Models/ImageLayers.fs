namespace Hybrid.Models

open System
open Hybrid.Core

/// The windows of a convolution.
type ConvolutionWindows =
    {
        /// The height and width of a window.
        Size: int
        /// The distance between neighbouring windows.
        Stride: int
        /// The distance between neighbouring pixels of a window.
        Dilation: int
        /// The outputs of each group see the channels of their group only: as many groups as channels make it depthwise.
        Groups: int
        /// Whether windows lie within the image. If not, there is one around every pixel, with zeros beyond the edges.
        IsWithin: bool
    }

/// <summary>Layers for images, [examples; height; width; channels], as networks that compose with >=>.</summary>
/// <example>A small residual network for images of 28 × 28 pixels:
/// <code>
/// let block =
///     ImageLayers.convolution He 1UL (ImageLayers.windows 3) 16 16
///     >=> ImageLayers.norm 16
///     >=> Activation.relu
///     >=> ImageLayers.convolution He 2UL (ImageLayers.windows 3) 16 16
///     >=> ImageLayers.norm 16
///
/// let network =
///     ImageLayers.ofFeatures 28 28 1
///     >=> ImageLayers.convolution He 3UL (ImageLayers.windows 3) 1 16
///     >=> ImageLayers.residual block
///     >=> Activation.relu
///     >=> ImageLayers.globalAverage
///     >=> Linear.network (Linear.zeros 16 10)
/// </code></example>
module ImageLayers =
    /// Windows of a size around every pixel.
    let windows (size: int) : ConvolutionWindows =
        {
            Size = size
            Stride = 1
            Dilation = 1
            Groups = 1
            IsWithin = false
        }

    let private atLeastOne name (number: int) =
        if number < 1 then
            raise (ArgumentOutOfRangeException(name, number, "It must be at least 1."))

    /// <summary>Rows of features as images: the channels of a pixel stand together.</summary>
    let ofFeatures (height: int) (width: int) (channels: int) : Network =
        Network.ofLayer (Images.ofFeatures [ height; width; channels ])

    /// <summary>Neurons that see windows of an image, all with the same weights: random ones, and biases 0.</summary>
    /// <param name="initializer">The rule for the variance of the weights, by the numbers that a window has.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="windows">Their size, stride and so on.</param>
    /// <param name="channels">The number of channels of an image.</param>
    /// <param name="outputs">The number of channels of the result.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="T:System.ArgumentException">The groups do not divide channels and outputs.</exception>
    let convolution
        (initializer: Initializer)
        (key: uint64)
        (windows: ConvolutionWindows)
        (channels: int)
        (outputs: int)
        : Network =
        atLeastOne (nameof windows.Stride) windows.Stride
        atLeastOne (nameof windows.Dilation) windows.Dilation
        atLeastOne (nameof windows.Groups) windows.Groups

        if channels % windows.Groups <> 0 || outputs % windows.Groups <> 0 then
            invalidArg
                (nameof windows.Groups)
                $"{windows.Groups} groups must divide the {channels} channels and the {outputs} outputs."

        { Convolution.create initializer key windows.Size (channels / windows.Groups) outputs with
            Stride = windows.Stride
            Dilation = windows.Dilation
            Groups = windows.Groups
            Border = (if windows.IsWithin then Border.Valid else Border.Same)
        }
        |> Convolution.layer
        |> Network.ofLayer

    /// <summary>Batch normalization of each channel, the last axis: in training by the mean and variance of the batch, through which
    /// gradients flow; in use by averages of these that each batch replaces a tenth of, with the unbiased variance. A channel with a single
    /// number in a batch is normalized by the averages, which stay. It starts with scale 1, shift 0, mean 0 and variance 1.</summary>
    /// <param name="channels">The extent of the last axis: channels of images, or features.</param>
    /// <remarks>Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift"
    /// (2015).</remarks>
    let norm (channels: int) : Network =
        Network.ofLayer (BatchNormalization.layer channels)

    /// Windows that overlap reach beyond the edges.
    let private padding size stride =
        if stride < size then (size - 1) / 2 else 0

    /// The maximum of each window of a channel, of a size and a distance between windows.
    let maxPool (size: int) (stride: int) : Network =
        Network.ofLayer (Images.maxPool size stride (padding size stride))

    /// The mean of each window of a channel, of a size and a distance between windows.
    let averagePool (size: int) (stride: int) : Network =
        Network.ofLayer (Images.averagePool size stride (padding size stride))

    /// The maximum of each channel, [examples; channels].
    let globalMax: Network = Network.ofLayer Images.globalMaxPool

    /// The mean of each channel, [examples; channels].
    let globalAverage: Network = Network.ofLayer Images.globalAveragePool

    /// The numbers of each image in a row, [examples; features].
    let flatten: Network = Network.ofLayer Images.flatten

    /// Dropout of whole channels: see Dropout.
    let dropout (rate: float) : Network = Network.ofLayer (Images.dropout rate)

    /// <summary>x + f(x): a network around which its input is passed on unchanged.</summary>
    /// <remarks>He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2016).</remarks>
    let residual (network: Network) : Network =
        Network.ofLayer (Images.residual network)

    /// g(x) + f(x): the same beside a shortcut g, which changes extents and channels as the network does.
    let residualOver (shortcut: Network) (network: Network) : Network =
        Network.ofLayer (Images.residualOver shortcut network)

    /// The outputs of several networks of the same input, side by side along the last axis.
    let branches (networks: Network list) : Network =
        Network.ofLayer (Images.branches networks)
