/// Networks with convolutions.
module Hybrid.Properties.ImageNetworks

open Hybrid.Core
open Hybrid.Models

/// Networks of images, or of sequences: the number of their inputs, and what they are.
let table: (string * int * (uint64 -> Network)) list =
    let windows (change: ConvolutionWindows -> ConvolutionWindows) = change (ImageLayers.windows 3)

    let along size : ConvolutionWindows =
        {
            Size = [ size ]
            Stride = [ 1 ]
            Dilation = [ 1 ]
            Groups = 1
            Border = Border.Same
        }

    let image channels = ImageLayers.ofFeatures 5 4 channels

    let convolution key windows channels outputs =
        ImageLayers.convolution He key windows channels outputs

    let one change channels outputs =
        fun key ->
            image channels
            >=> convolution key (windows change) channels outputs
            >=> ImageLayers.flatten

    [
        "conv", 20, one id 1 2
        "without a border", 40, one (fun w -> { w with Border = Border.Valid }) 2 3
        "with strides", 40, one (fun w -> { w with Stride = [ 2; 3 ] }) 2 2
        "with an uneven border and dilation",
        20,
        one
            (fun w ->
                { w with
                    Border = Border.Edges [ 0, 2; 1, 2 ]
                    Dilation = [ 1; 2 ]
                })
            1
            2
        "of one pixel", 60, one (fun w -> { w with Size = [ 1; 1 ] }) 3 2
        "of groups", 80, one (fun w -> { w with Groups = 2 }) 4 6
        "depthwise", 60, one (fun w -> { w with Groups = 3 }) 3 6
        "along one axis",
        12,
        fun key ->
            ImageLayers.ofSequences 6 2
            >=> convolution key (along 3) 2 3
            >=> Activation.relu
            >=> ImageLayers.flatten
        "with a normalization, which is folded",
        20,
        fun key ->
            image 1
            >=> convolution key (windows id) 1 3
            >=> ImageLayers.norm 3
            >=> Activation.relu
            >=> ImageLayers.globalAverage
        "several, with pooling and a dense layer",
        20,
        fun key ->
            image 1
            >=> convolution key (windows id) 1 3
            >=> Activation.relu
            >=> ImageLayers.maxPool (ImageLayers.pooling 2)
            >=> convolution (key + 1UL) (windows id) 3 2
            >=> Activation.tanh
            >=> ImageLayers.flatten
            >=> Linear.network (Linear.create He (key + 2UL) 8 3)
        "with a residual block, which stays as it is",
        20,
        fun key ->
            image 1
            >=> convolution key (windows id) 1 2
            >=> ImageLayers.residual (convolution (key + 1UL) (windows id) 2 2 >=> Activation.relu)
            >=> ImageLayers.averagePool (ImageLayers.pooling 2)
            >=> convolution (key + 2UL) (windows id) 2 2
            >=> ImageLayers.globalMax
        "before a transposed one, which stays as it is",
        20,
        fun key ->
            image 1
            >=> convolution key (windows id) 1 2
            >=> ImageLayers.transposedConvolution He (key + 1UL) (windows id) 2 2
            >=> ImageLayers.flatten
    ]
