namespace Hybrid.Models

open System
open System.Globalization
open Hybrid.Core

/// <summary>Layers written as words, such as conv32x3,norm,pool2,conv64x3,norm,pool2,128.</summary>
/// <remarks>conv32x3 is a convolution with 32 outputs and windows of 3 × 3 around each pixel, and the activation; conv32x3/2 takes
/// every second pixel, and conv32x3:valid only windows within the image; conv32x3:groups4 sees of each group of channels its own,
/// conv32x3:depthwise each channel by itself, and conv32x3:dilated2 every second pixel of larger windows. A number is a layer of neurons, and the activation. norm after
/// one of these is batch normalization between the sums and the activation: see BatchNormalization. The name of an activation after
/// these, such as tanh, replaces the activation, and identity leaves it out. pool2 is the maximum, average2 the mean of 2 × 2 pixels,
/// pool3/2 of 3 × 3 around every second one; globalmax and globalaverage are those of each channel. dropout0.2 drops numbers, of images
/// whole channels; flatten makes rows of images, as a number does by itself. residual(conv32x3,norm,conv32x3,norm) adds what it takes to
/// what its layers return; the last activation follows the sum; where extents or channels change, a convolution of 1 × 1 pixels, and norm
/// if there is one within, fits what it takes. In training, shift2 moves each image by up to 2 pixels up or down and left or right, and
/// flip mirrors half of them; crop28 (crop28x24) takes parts of 28 × 28 (28 × 24) pixels, in use the middle. image32x32x3, at the start,
/// states height, width and channels. The output layer follows by itself.</remarks>
module LayerText =
    open LayerWords

    /// Layers of a text so far.
    [<NoComparison; NoEquality>]
    type private Course =
        {
            Network: Network
            /// What follows unless the next word says otherwise: the activation of the last neurons.
            Pending: Layer option
            /// Of what the network returns for an example.
            Shape: Shape
            /// Whether it returns images of the data, possibly changed at random: nothing is made of them yet.
            IsData: bool
        }

    let private activations: string list = List.map fst Activation.functions

    /// The most numbers that a layer may make of an example, and that its windows may hold: those of a usual batch fit into an array.
    let private mostNumbers = 1L <<< 25

    let private count (shape: Shape) : int64 =
        List.fold (fun total extent -> total * int64 extent) 1L shape

    let private settled (course: Course) : Network =
        {
            Layers = course.Network.Layers @ Option.toList course.Pending
        }

    /// The network that a text describes, with the extents of images that it must not contradict, or those that are assumed if it does
    /// not state them.
    let private build
        (known: Shape option)
        (assumed: Shape option)
        (activation: string)
        (seed: uint64)
        (text: string)
        (features: int)
        (outputs: int)
        : Network =
        let words = split text
        let activated = Some(Activation.layer activation)
        let initializer = Activation.initializer activation

        let image word (shape: Shape) : Shape =
            match shape with
            | [ _; _; _ ] -> shape
            | _ -> fail text word "needs an image, not rows of features"

        let flat (shape: Shape) : Layer list =
            if shape.Length > 1 then [ Images.flatten ] else []

        /// The course after further layers, and what follows them.
        let append word (course: Course) (layers: Layer list) (pending: Layer option) : Course =
            let added: Network = { Layers = layers }

            let after =
                try
                    (Network.forward added (Tensor.input "x" (1 :: course.Shape))).Shape.Tail
                with :? ShapeMismatchException ->
                    fail
                        text
                        word
                        $"does not fit {Printable.integers course.Shape}, the height, width and channels of its image"

            if count after > mostNumbers then
                fail text word $"makes {count after:N0} numbers of each example, more than {mostNumbers:N0}"

            {
                Network = course.Network >=> added
                Pending = pending
                Shape = after
                IsData = false
            }

        let rec next seed isStart (course: Course) (index, word) : Course =
            let key = Random.split seed index
            let shape = course.Shape

            let before =
                { course with
                    Network = settled course
                    Pending = None
                }

            let layers added = append word before added None
            let number = numberOr 1 text word

            /// The course after images are changed at random.
            let augmented (layer: Layer) =
                if not course.IsData then
                    fail text word "changes the images of the data: it stands before all other layers"

                { layers [ layer ] with IsData = true }

            match word with
            | "norm" -> append word course [ BatchNormalization.layer (List.last shape) ] course.Pending
            | "identity" -> { course with Pending = None }
            | name when List.contains name activations ->
                { course with
                    Pending = Some(Activation.layer name)
                }
            | Words "image([0-9]+)x([0-9]+)x([0-9]+)" [ height; width; channels ] ->
                let height, width = number "height" height, number "width" width
                let channels = number "number of channels" channels

                if not isStart || index > 0 then
                    fail text word "must be the first layer"
                elif int64 height * int64 width * int64 channels <> int64 features then
                    fail text word $"does not have the {features} numbers of an example"
                elif known |> Option.exists ((<>) [ height; width; channels ]) then
                    fail
                        text
                        word
                        $"is {height}×{width}×{channels}, but the images are {known.Value[0]}×{known.Value[1]}×{known.Value[2]} (height × width × channels)"
                else
                    { layers [ Images.ofFeatures [ height; width; channels ] ] with
                        IsData = true
                    }
            | Words "conv([0-9]+)x([0-9]+)(?:/([0-9]+))?(:.*)?" [ outputs; size; stride; kinds ] ->
                let stride = numberOr 1 text word "stride" stride

                let convolution =
                    convolution
                        text
                        word
                        initializer
                        key
                        (image word shape)
                        (number "number of outputs" outputs, number "window size" size)
                        stride
                        kinds

                let size = convolution.Weight.Shape[1]
                let along extent = (extent - 1) / stride + 1
                let held = count [ along shape[0]; along shape[1]; size; size; shape[2] ]

                if held > mostNumbers then
                    fail
                        text
                        word
                        $"has windows of {held:N0} numbers of each example in all, more than {mostNumbers:N0}"

                append word before [ Layer.convolution convolution ] activated
            | Words "(pool|average)([0-9]+)(?:/([0-9]+))?" [ kind; size; stride ] ->
                image word shape |> ignore
                let size = number "window size" size
                let stride = numberOr size text word "stride" stride
                let padding = PoolingWindows.overlap size stride
                requireWithin text word shape size padding
                let windows = PoolingWindows.square size stride padding

                layers
                    [
                        if kind = "pool" then
                            Images.maxPool windows
                        else
                            Images.averagePool windows
                    ]
            | "globalmax" ->
                image word shape |> ignore
                layers [ Images.globalMaxPool ]
            | "globalaverage" ->
                image word shape |> ignore
                layers [ Images.globalAveragePool ]
            | Words "shift([0-9]+)" [ pixels ] ->
                let pixels = number "number of pixels" pixels

                if pixels >= List.min (List.truncate 2 (image word shape)) then
                    fail text word "moves images by more than their size"

                augmented (Augmentation.shift pixels)
            | "flip" ->
                image word shape |> ignore
                augmented Augmentation.flip
            | Words "crop([0-9]+)(?:x([0-9]+))?" [ height; width ] ->
                image word shape |> ignore
                let height = number "height" height
                augmented (Augmentation.crop height (numberOr height text word "width" width))
            | "flatten" -> layers (flat shape)
            | Words "residual\\((.+)\\)" [ inner ] ->
                let start =
                    {
                        Network = Network.empty
                        Pending = None
                        Shape = shape
                        IsData = false
                    }

                let around = List.fold (next key false) start (List.indexed (split inner))

                // every s-th pixel, so that as many are left as the layers return
                let stride =
                    if around.Shape.Length <> 3 || shape.Length <> 3 then
                        None
                    else
                        [ 1 .. min shape[0] shape[1] ]
                        |> List.tryFind (fun s ->
                            List.map (fun extent -> (extent + s - 1) / s) shape[..1] = around.Shape[..1])

                let shortcut =
                    match stride with
                    | _ when around.Shape = shape -> Network.empty
                    | None ->
                        fail
                            text
                            word
                            $"must return what it takes, {Printable.integers shape}, but returns {Printable.integers around.Shape}"
                    | Some stride ->
                        let outputs = List.last around.Shape

                        let projection =
                            { Convolution.create
                                  Glorot
                                  (Random.split key -1)
                                  [ 1; 1 ]
                                  (List.last shape)
                                  outputs with
                                Strides = [ stride; stride ]
                            }

                        {
                            Layers =
                                Layer.convolution projection
                                :: if (Network.running around.Network).Count = 0 then
                                       []
                                   else
                                       [ BatchNormalization.layer outputs ]
                        }

                append word before [ Images.residualOver shortcut around.Network ] around.Pending
            | Words "dropout(0(?:\\.[0-9]+)?)" [ rate ] ->
                let rate = Double.Parse(rate, CultureInfo.InvariantCulture)

                layers
                    [
                        (if shape.Length > 1 then
                             Images.dropout rate
                         else
                             Dropout.layer rate)
                    ]
            | Number units ->
                let inputs = Shape.size shape
                LayerSize.requireRoom inputs units 1

                append
                    word
                    before
                    (flat shape @ [ Linear.layer (Linear.create initializer key inputs units) ])
                    activated
            | Words "[0-9]+" [] -> fail text word "must have from 1 to 1,000,000 neurons"
            | _ -> unknown text word

        let start: Course =
            let from network shape =
                {
                    Network = network
                    Pending = None
                    Shape = shape
                    IsData = true
                }

            // a normalization is of whatever follows it
            let first = words |> List.tryFind ((<>) "norm") |> Option.defaultValue "norm"

            match first, assumed with
            | Words "image.*|[0-9]+|dropout.*|norm" _, _ -> from Network.empty [ features ]
            | _, Some shape -> from (Network.ofLayer (Images.ofFeatures shape)) shape
            | word, None ->
                let of', such =
                    match square features with
                    | Some shape -> "are not said to be", shape |> List.map string |> String.concat "x"
                    | None -> "are not", "32x32x3"

                fail
                    text
                    word
                    $"needs an image, and the {features} numbers of an example {of'} those of a square one: state its height, width and channels first, as in image{such}"

        let hidden = List.fold (next seed true) start (List.indexed words)
        LayerSize.requireRoom (Shape.size hidden.Shape) outputs 1

        {
            Layers = (settled hidden).Layers @ flat hidden.Shape
        }
        >=> Linear.network (Linear.zeros (Shape.size hidden.Shape) outputs)

    /// The network that a text describes, for data that are images of known extents, or no images as far as is known.
    let internal ofImages (known: Shape option) = build known known

    /// <summary>The network that a text describes, with an output layer whose weights and biases are 0. Where the text does not state the
    /// extents of images, they are squares of one channel or of three.</summary>
    /// <param name="activation">That of all hidden layers whose words do not say otherwise.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="text">The words, separated by commas.</param>
    /// <param name="features">The numbers of an example.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <exception cref="T:Hybrid.OptionException">A word is none of those above, or does not fit the image before it.</exception>
    let network (activation: string) (seed: uint64) (text: string) (features: int) (outputs: int) : Network =
        build None (square features) activation seed text features outputs
