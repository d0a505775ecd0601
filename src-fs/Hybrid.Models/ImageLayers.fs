namespace Hybrid.Models

open Hybrid
open Hybrid.Core

/// The windows of a convolution, or of a transposed one.
[<CompiledName("FSharpConvolutionWindows")>]
type ConvolutionWindows =
    {
        /// The height and width of a window: one size for each axis along which windows move.
        Size: int list
        /// The distance between neighbouring windows along each axis.
        Stride: int list
        /// The distance between neighbouring pixels of a window along each axis.
        Dilation: int list
        /// The outputs of each group see the channels of their group only: as many groups as channels make it depthwise.
        Groups: int
        /// The zeros around the image; of a transposed convolution, what is left out around the result.
        Border: Border
    }

/// <summary>Layers for images, [examples; height; width; channels], and for other numbers of axes between the first and the last, as
/// networks that compose with >=>. A number that is out of range raises HybridException; a network whose layers do not fit raises
/// ShapeMismatchException where it is used.</summary>
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
    /// The farthest that a window reaches, and the largest stride.
    let private widest = 1_000_000

    /// The most pixels that are added on a side.
    let private mostAround = 1000

    let private fail message = raise (HybridException message)

    /// Numbers for each axis that are all within a range.
    let private requireEach what (axes: int) least most (numbers: int list) : unit =
        if numbers.Length <> axes then
            fail $"There are {numbers.Length} {what} for windows along {axes} axes."

        for number in numbers do
            if number < least || number > most then
                fail $"Each of the {what} must be from {least} to {most:N0}, not {number}."

    let private requireEdges axes least (edges: (int * int) list) : unit =
        let before, after = List.unzip edges
        requireEach "numbers of pixels before an axis" axes 0 mostAround before
        requireEach "numbers of pixels after an axis" axes least mostAround after

    let private requireBorder axes least (border: Border) : unit =
        match border with
        | Border.Edges edges -> requireEdges axes least edges
        | Border.Valid
        | Border.Same -> ()

    let private requireAxes (size: int list) : unit =
        if size.IsEmpty then
            fail "Windows need a size for each axis along which they move, such as [3; 3] for images."

    /// Square windows of a size around every pixel, for images.
    let windows (size: int) : ConvolutionWindows =
        {
            Size = [ size; size ]
            Stride = [ 1; 1 ]
            Dilation = [ 1; 1 ]
            Groups = 1
            Border = Border.Same
        }

    /// Square windows of a size, side by side, for images.
    let pooling (size: int) : PoolingWindows =
        {
            Size = [ size; size ]
            Stride = [ size; size ]
            Border = Border.Valid
            Ceiling = false
            CountsBorder = false
        }

    /// <summary>Rows of features as images: the channels of a pixel stand together.</summary>
    let ofFeatures (height: int) (width: int) (channels: int) : Network =
        Network.ofLayer (Images.ofFeatures [ height; width; channels ])

    /// <summary>Rows of features as sequences, [examples; length; channels]: the channels of a step stand together. Windows move along
    /// one axis.</summary>
    let ofSequences (length: int) (channels: int) : Network =
        Network.ofLayer (Images.ofFeatures [ length; channels ])

    let private requireConvolution (windows: ConvolutionWindows) channels outputs least : unit =
        let axes = windows.Size.Length
        requireAxes windows.Size
        requireEach "strides" axes 1 widest windows.Stride
        requireEach "dilations" axes 1 widest windows.Dilation
        requireBorder axes least windows.Border
        LayerSize.require "groups" windows.Groups
        LayerSize.requireWindows windows.Size channels outputs

        for size, dilation in List.zip windows.Size windows.Dilation do
            let reach = int64 (size - 1) * int64 dilation + 1L

            if reach > int64 widest then
                fail
                    $"A window of {size} pixels at a distance of {dilation} reaches over {reach:N0}, more than {widest:N0}."

        if channels % windows.Groups <> 0 || outputs % windows.Groups <> 0 then
            fail $"{windows.Groups} groups must divide the {channels} channels and the {outputs} outputs."

    /// <summary>Neurons that see windows of an image, all with the same weights: random ones, and biases 0.</summary>
    /// <param name="initializer">The rule for the variance of the weights, by the numbers that a window has.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="windows">Their size, stride and so on.</param>
    /// <param name="channels">The number of channels of an image.</param>
    /// <param name="outputs">The number of channels of the result.</param>
    /// <exception cref="T:Hybrid.HybridException">A number is out of range, the groups do not divide channels and outputs, or the weights
    /// do not fit into an array.</exception>
    let convolution
        (initializer: Initializer)
        (key: uint64)
        (windows: ConvolutionWindows)
        (channels: int)
        (outputs: int)
        : Network =
        requireConvolution windows channels outputs 0

        { Convolution.create initializer key windows.Size (channels / windows.Groups) outputs with
            Strides = windows.Stride
            Dilations = windows.Dilation
            Groups = windows.Groups
            Border = windows.Border
        }
        |> Layer.convolution
        |> Network.ofLayer

    /// <summary>Transposed convolution, which makes images larger: each pixel times the weights is added to a window of the result. Along an
    /// axis there are (extent - 1) stride + (size - 1) dilation + 1 pixels, less those that the border leaves out: none with Border.Valid,
    /// all but extent · stride with Border.Same. The number left out after an axis may be negative, but above -stride: zeros, which
    /// elsewhere are called output padding.</summary>
    /// <param name="initializer">The rule for the variance of the weights, by the numbers that an output adds up.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="windows">Their size, stride and so on.</param>
    /// <param name="channels">The number of channels of an image.</param>
    /// <param name="outputs">The number of channels of the result.</param>
    /// <exception cref="T:Hybrid.HybridException">As of a convolution.</exception>
    let transposedConvolution
        (initializer: Initializer)
        (key: uint64)
        (windows: ConvolutionWindows)
        (channels: int)
        (outputs: int)
        : Network =
        requireConvolution windows channels outputs (1 - List.min (windows.Stride @ [ widest ]))

        { TransposedConvolution.create
              initializer
              key
              windows.Size
              windows.Stride
              windows.Groups
              channels
              outputs with
            Dilations = windows.Dilation
            Border = windows.Border
        }
        |> TransposedConvolution.layer
        |> Network.ofLayer

    /// <summary>Batch normalization of each channel, the last axis: in training by the mean and variance of the batch, through which
    /// gradients flow; in use by averages of these that each batch replaces a tenth of, with the unbiased variance. A channel with a single
    /// number in a batch is normalized by the averages, which stay. It starts with scale 1, shift 0, mean 0 and variance 1.</summary>
    /// <param name="channels">The extent of the last axis: channels of images, or features.</param>
    /// <remarks>Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift"
    /// (2015).</remarks>
    let norm (channels: int) : Network =
        Network.ofLayer (BatchNormalization.layer channels)

    let private requirePooling (windows: PoolingWindows) : unit =
        let axes = windows.Size.Length
        requireAxes windows.Size
        requireEach "sizes of windows" axes 1 widest windows.Size
        requireEach "strides" axes 1 widest windows.Stride
        requireBorder axes 0 windows.Border

        match windows.Border with
        | Border.Edges edges ->
            for size, (before, after) in List.zip windows.Size edges do
                if max before after >= size then
                    fail
                        $"A border of {max before after} pixels leaves windows of {size} without a pixel of the image."
        | Border.Valid
        | Border.Same -> ()

    /// <summary>The maximum of each window of a channel.</summary>
    /// <exception cref="T:Hybrid.HybridException">A number is out of range, or the border is as wide as a window.</exception>
    let maxPool (windows: PoolingWindows) : Network =
        requirePooling windows
        Network.ofLayer (Images.maxPool windows)

    /// <summary>The mean of each window of a channel.</summary>
    /// <exception cref="T:Hybrid.HybridException">A number is out of range, or the border is as wide as a window.</exception>
    let averagePool (windows: PoolingWindows) : Network =
        requirePooling windows
        Network.ofLayer (Images.averagePool windows)

    /// The maximum of each channel, [examples; channels].
    let globalMax: Network = Network.ofLayer Images.globalMaxPool

    /// The mean of each channel, [examples; channels].
    let globalAverage: Network = Network.ofLayer Images.globalAveragePool

    /// <summary>Images with more pixels around them.</summary>
    /// <param name="mode">What the pixels are.</param>
    /// <param name="edges">How many before and after each axis, as in [ 1, 2; 0, 0 ]: one above, two below.</param>
    /// <exception cref="T:Hybrid.HybridException">There is no axis, or a number is not from 0 to 1,000.</exception>
    let pad (mode: PaddingMode) (edges: (int * int) list) : Network =
        requireAxes (List.map fst edges)
        requireEdges edges.Length 0 edges
        Network.ofLayer (Images.pad mode (edges |> List.map (fun (before, after) -> struct (before, after))))

    /// The numbers of each image in a row, [examples; features].
    let flatten: Network = Network.ofLayer Images.flatten

    /// Dropout of whole channels: see Dropout.
    let dropout (rate: float) : Network = Network.ofLayer (Images.dropout rate)

    /// <summary>In training, images moved by up to some pixels up or down and left or right, with zeros where they were; every distance is
    /// equally likely. In use, the images as they are.</summary>
    /// <param name="pixels">The farthest in each direction.</param>
    /// <exception cref="T:Hybrid.HybridException">It is not from 1 to 1,000.</exception>
    let shift (pixels: int) : Network =
        requireEach "numbers of pixels" 1 1 mostAround [ pixels ]
        Network.ofLayer (Augmentation.shift pixels)

    /// In training, images of which half are mirrored, left and right exchanged. In use, the images as they are.
    let flip: Network = Network.ofLayer Augmentation.flip

    /// <summary>Parts of images: from a random place in training, the middle in use.</summary>
    /// <exception cref="T:Hybrid.HybridException">A size is not from 1 to 1,000,000.</exception>
    let crop (height: int) (width: int) : Network =
        LayerSize.require "rows of a part" height
        LayerSize.require "columns of a part" width
        Network.ofLayer (Augmentation.crop height width)

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
