module Hybrid.Properties.ConvolutionRows

open Hybrid.Core
open Hybrid.Testing

let private window size stride dilation : Window =
    {
        Size = size
        Stride = stride
        Dilation = dilation
    }

/// Windows along an axis and the sums that are their adjoint.
let windows =
    [
        Rows.Linear(Rows.Block("pad", fun x -> Tensor.pad [ struct (1, 0); (0, 2); (1, 1) ] x))
        Rows.Linear(
            Row.Of(
                "windows that overlap",
                3,
                (fun extents -> [ Operand.any [ extents[0]; extents[1] + 1; extents[2] ] ]),
                fun operands -> Tensor.windows [ window 2 1 1 ] operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "windows of two axes",
                2,
                (fun extents -> [ Operand.any [ extents[0]; 4; 5; extents[1] ] ]),
                fun operands -> Tensor.windows [ window 2 1 2; window 3 2 1 ] operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "windows side by side",
                2,
                (fun extents -> [ Operand.any [ extents[0]; 2 * extents[1]; 3 ] ]),
                fun operands -> Tensor.windows [ window 2 2 1 ] operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "overlapAdd",
                3,
                (fun extents -> [ Operand.any [ extents[0]; extents[1]; 2; extents[2] ] ]),
                fun operands ->
                    let x = operands[0]
                    Tensor.overlapAdd [ window 2 1 1 ] [ x.Shape[1] + 1 ] x
            )
        )
        Rows.Linear(
            Row.Of(
                "overlapAdd of two axes",
                2,
                (fun extents -> [ Operand.any [ extents[0]; 2; 2; 2; 3; extents[1] ] ]),
                fun operands -> Tensor.overlapAdd [ window 2 1 2; window 3 2 1 ] [ 4; 6 ] operands[0]
            )
        )
        Row.Of(
            "windows of an operand by themselves",
            1,
            (fun extents -> [ Operand.any [ extents[0]; 4; 2 ] ]),
            fun operands ->
                let windows = Tensor.windows [ window 3 1 1 ] operands[0]
                Tensor.overlapAdd [ window 3 1 1 ] [ 4 ] (windows * Tensor.sin windows)
        )
    ]

/// Convolutions and pooling, of one axis and of two.
let convolutions =
    [
        Row.Of(
            "convolution",
            3,
            (fun extents ->
                [
                    Operand.any [ extents[0]; 4; 3; extents[1] ]
                    Operand.any [ extents[2]; 2; 2; extents[1] ]
                    Operand.any [ extents[2] ]
                ]),
            fun operands ->
                Convolutions.forward
                    [ window 1 1 2; window 1 2 1 ]
                    [ struct (1, 0); (0, 1) ]
                    1
                    operands[1]
                    (Some(operands[2]))
                    operands[0]
        )
        Row.Of(
            "convolution of groups",
            2,
            (fun extents ->
                [
                    Operand.any [ 2; 3; 4 ]
                    Operand.any [ 2 * extents[0]; extents[1] % 3 + 1; 2 ]
                ]),
            fun operands ->
                Convolutions.forward [ window 1 1 1 ] [ struct (0, 0) ] 2 operands[1] None operands[0]
        )
        Row.Of(
            "depthwise convolution",
            2,
            (fun extents ->
                [
                    Operand.any [ 2; 3; extents[0] ]
                    Operand.any [ 2 * extents[0]; extents[1] % 3 + 1; 1 ]
                ]),
            fun operands ->
                Convolutions.forward
                    [ window 1 1 1 ]
                    [ struct (1, 1) ]
                    operands[0].Shape[2]
                    operands[1]
                    None
                    operands[0]
        )
        Row.Of(
            "transposed convolution",
            3,
            (fun extents ->
                [
                    Operand.any [ 2; extents[0]; 2; extents[1] ]
                    Operand.any [ extents[1]; 2; 2; extents[2] ]
                    Operand.any [ extents[2] ]
                ]),
            fun operands ->
                Convolutions.transposed
                    [ window 1 2 1; window 1 1 1 ]
                    [ struct (0, 0); (1, 0) ]
                    1
                    operands[1]
                    (Some(operands[2]))
                    operands[0]
        )
        Row.Of(
            "maximum of windows",
            2,
            (fun extents -> [ Operand.any [ extents[0]; 3; 4; extents[1] ] ]),
            fun operands ->
                Pooling.max
                    [
                        {
                            Window = window 2 2 1
                            Before = 0
                            After = 0
                            Ceiling = true
                        }
                        {
                            Window = window 3 1 1
                            Before = 1
                            After = 1
                            Ceiling = false
                        }
                    ]
                    operands[0]
        )
        Rows.Linear(
            Row.Of(
                "mean of windows",
                2,
                (fun extents -> [ Operand.any [ extents[0]; 5; extents[1] ] ]),
                fun operands ->
                    Pooling.mean
                        true
                        [
                            {
                                Window = window 2 2 1
                                Before = 1
                                After = 0
                                Ceiling = false
                            }
                        ]
                        operands[0]
            )
        )
        Rows.Linear(Rows.Block("edge padding", fun x -> Padding.edge 1 (struct (2, 1)) x))
        Rows.Linear(
            Row.Of(
                "reflecting padding",
                2,
                (fun extents -> [ Operand.any [ extents[0]; 3; extents[1] ] ]),
                fun operands -> Padding.reflect 1 (struct (2, 1)) operands[0]
            )
        )
    ]

let private run (layer: Layer) (x: Tensor) =
    layer.Forward (List.map snd layer.Parameters) x

let private draw =
    {
        Key = 13UL
        Step = Tensor.constant [ 2 ] [| 0.0; 7.0 |]
    }

/// Neurons of an operand's weight and another one's bias.
let private neurons (operands: Tensor list) strides border : Convolution =
    {
        Weight = operands[1]
        Bias = Some(operands[2])
        Strides = strides
        Dilations = strides |> List.map (fun _ -> 1)
        Groups = 1
        Border = border
    }

/// Windows of which the last ones reach beyond an image of 4 × 3 with its border.
let private uneven: PoolingWindows =
    {
        Size = [ 2; 3 ]
        Stride = [ 2; 2 ]
        Border = Border.Edges [ 1, 0; 0, 1 ]
        Ceiling = true
        CountsBorder = true
    }

// x, scale, shift, mean and variance
let private normalized shape =
    let channels = [ List.last shape ]

    [
        Operand.any shape
        Operand.any channels
        Operand.any channels
        Operand.any channels
        Operand.between 0.1 2.0 channels
    ]

// numbers that are almost equal are not torn apart
let private normalization (parameters: Tensor list) =
    match parameters with
    | [ scale; shift; mean; variance ] -> BatchNormalization.ofParameters 0.5 scale shift mean variance
    | _ -> invalidArg (nameof parameters) "Four are needed."

/// A function of images of some channels.
let private image name (f: Tensor -> Tensor) : Row =
    Row.Of(name, 1, (fun extents -> [ Operand.any [ 2; 4; 3; extents[0] ] ]), (fun operands -> f operands[0]))

/// Layers of images, and blocks of networks.
let layers =
    [
        Row.Of(
            "layer conv",
            2,
            (fun extents ->
                [
                    Operand.any [ 2; 3; 3; extents[0] ]
                    Operand.any [ extents[1]; 2; 1; extents[0] ]
                    Operand.any [ extents[1] ]
                ]),
            fun operands -> run (Layer.convolution (neurons operands [ 2; 1 ] Border.Same)) operands[0]
        )
        Row.Of(
            "layer conv with another border on each side",
            2,
            (fun extents ->
                [
                    Operand.any [ 2; 3; 2; extents[0] ]
                    Operand.any [ extents[1]; 2; 3; extents[0] ]
                    Operand.any [ extents[1] ]
                ]),
            fun operands ->
                run (Layer.convolution (neurons operands [ 1; 2 ] (Border.Edges [ 0, 1; 2, 1 ]))) operands[0]
        )
        Row.Of(
            "layer transposed-conv",
            2,
            (fun extents ->
                [
                    Operand.any [ 2; 2; 2; extents[0] ]
                    Operand.any [ extents[0]; 1; 3; extents[1] ]
                    Operand.any [ extents[1] ]
                ]),
            fun operands ->
                run (TransposedConvolution.layer (neurons operands [ 2; 2 ] Border.Same)) operands[0]
        )
        Row.Of(
            "layer max-pool",
            1,
            (fun extents -> [ Operand.any [ extents[0]; 4; 3; 2 ] ]),
            fun operands -> run (Images.maxPool (PoolingWindows.square 3 2 1)) operands[0]
        )
        Row.Of(
            "layer max-pool, rounded up",
            1,
            (fun extents -> [ Operand.any [ extents[0]; 4; 3; 2 ] ]),
            fun operands -> run (Images.maxPool uneven) operands[0]
        )
        Rows.Linear(
            Row.Of(
                "layer average-pool",
                1,
                (fun extents -> [ Operand.any [ extents[0]; 3; 3; 2 ] ]),
                fun operands -> run (Images.averagePool (PoolingWindows.square 2 2 1)) operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "layer average-pool, rounded up, with its border",
                1,
                (fun extents -> [ Operand.any [ extents[0]; 4; 3; 2 ] ]),
                fun operands -> run (Images.averagePool uneven) operands[0]
            )
        )
        Row.Of(
            "layer pad with a number",
            1,
            (fun extents -> [ Operand.any [ extents[0]; 2; 3; 2 ] ]),
            fun operands ->
                run (Images.pad (PaddingMode.Constant -1.5) [ struct (1, 0); struct (0, 2) ]) operands[0]
        )
        Rows.Linear(
            Row.Of(
                "layer pad with edges",
                1,
                (fun extents -> [ Operand.any [ extents[0]; 2; 3; 2 ] ]),
                fun operands -> run (Images.pad PaddingMode.Edge [ struct (1, 0); struct (0, 2) ]) operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "layer pad with reflections",
                1,
                (fun extents -> [ Operand.any [ extents[0]; 2; 3; 2 ] ]),
                fun operands ->
                    run (Images.pad PaddingMode.Reflect [ struct (1, 0); struct (1, 2) ]) operands[0]
            )
        )
        Rows.Block("global-max-pool", (fun x -> run Images.globalMaxPool x))
        Rows.Linear(Rows.Block("global-average-pool", fun x -> run Images.globalAveragePool x))
        Rows.Linear(Rows.Block("flatten", fun x -> run Images.flatten x))
        Rows.Linear(
            Rows.Block("channel dropout in training", fun x -> (Images.dropout 0.4).Training draw [] x)
        )
        Row.Of("norm in use", 3, normalized, fun operands -> run (normalization operands.Tail) operands[0])
        Row.Of(
            "norm of rows in training",
            2,
            (fun extents -> normalized [ extents[0] + 1; extents[1] ]),
            fun operands -> (normalization operands.Tail).Training draw operands.Tail operands[0]
        )
        Row.Of(
            "norm of a single row in training",
            1,
            (fun extents -> normalized [ 1; extents[0] ]),
            fun operands -> (normalization operands.Tail).Training draw operands.Tail operands[0]
        )
        Row.Of(
            "norm of images in training",
            2,
            (fun extents -> normalized [ extents[0]; 2; 2; extents[1] ]),
            fun operands -> (normalization operands.Tail).Training draw operands.Tail operands[0]
        )
        Row.Of(
            "running statistics",
            2,
            (fun extents -> normalized [ extents[0] + 1; extents[1] ]),
            fun operands ->
                let _, learned = (normalization operands.Tail).Learn draw operands.Tail operands[0]
                Tensor.concat 0 learned
        )
        Row.Of(
            "residual block with norm in training",
            2,
            (fun extents ->
                Operand.any [ extents[1]; extents[1] ]
                :: normalized [ extents[0] + 1; extents[1] ]),
            fun operands ->
                let block =
                    {
                        Layers =
                            [
                                Linear.layer { Weight = operands[0]; Bias = None }
                                normalization (List.skip 2 operands)
                            ]
                    }
                    |> Images.residual

                block.Training draw (List.map snd block.Parameters) operands[1]
        )
        Rows.Linear(image "shift in training" (fun x -> (Augmentation.shift 2).Training draw [] x))
        Rows.Linear(image "flip in training" (fun x -> Augmentation.flip.Training draw [] x))
        Rows.Linear(image "crop in training" (fun x -> (Augmentation.crop 3 1).Training draw [] x))
        Rows.Linear(image "crop" (run (Augmentation.crop 3 1)))
        Row.Of(
            "residual block",
            2,
            (fun extents ->
                let n = extents[1]
                [ Operand.any [ extents[0]; n ]; Operand.any [ n; n ]; Operand.any [ n ] ]),
            fun operands ->
                Linear.network
                    {
                        Weight = operands[1]
                        Bias = Some(operands[2])
                    }
                >=> Activation.tanh
                |> Images.residual
                |> fun layer -> run layer operands[0]
        )
        Row.Of(
            "branches",
            2,
            (fun extents ->
                [
                    Operand.any [ extents[0]; extents[1] ]
                    Operand.any [ 2; extents[1] ]
                    Operand.any [ 3; extents[1] ]
                ]),
            fun operands ->
                let linear weight =
                    Linear.network { Weight = weight; Bias = None }

                Images.branches [ linear operands[1]; linear operands[2] >=> Activation.sigmoid ]
                |> fun layer -> run layer operands[0]
        )
    ]

let all = windows @ convolutions @ layers
