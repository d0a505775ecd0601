module Hybrid.Tests.SummaryTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``The lecture's first network has 6 neurons, 26 parameters and 2 layers`` () =
    let summary = Summary.ofNetwork 3 (dense "sigmoid" [ 3; 4; 2 ])
    Assert.Equal((6, 26, 2), (summary.Neurons, summary.Parameters, summary.Depth))

[<Fact>]
let ``The lecture's second network has 9 neurons, 41 parameters and 3 layers`` () =
    let summary = Summary.ofNetwork 3 (dense "sigmoid" [ 3; 4; 4; 1 ])
    Assert.Equal((9, 41, 3), (summary.Neurons, summary.Parameters, summary.Depth))

[<Fact>]
let ``A single linear layer is a 1-layer network`` () =
    Assert.Equal(1, (Summary.ofNetwork 3 (dense "sigmoid" [ 3; 2 ])).Depth)

[<Fact>]
let ``Each layer is described by kind, shape, parameters and neurons`` () =
    let network =
        Maxout.network (Maxout.create He 1UL 2 3 4)
        >=> Dropout.network 0.5
        >=> dense "relu" [ 4; 2 ]

    let layer kind shape parameters neurons products =
        {
            Kind = kind
            Shape = shape
            Parameters = parameters
            Neurons = neurons
            MultiplyAdds = products
        }

    Assert.Equal(
        {
            Inputs = 3
            Layers =
                [
                    layer "maxout" [ 4 ] 32 4 24L
                    layer "dropout" [ 4 ] 0 0 0L
                    layer "linear" [ 2 ] 10 2 8L
                ]
            Neurons = 6
            Parameters = 42
            Depth = 2
        },
        Summary.ofNetwork 3 network
    )

[<Fact>]
let ``A layer that returns one number for all examples can be described`` () =
    let network =
        dense "relu" [ 3; 2 ]
        >=> Network.ofLayer (Layer.ofFunction "mean" Tensor.meanAll)

    Assert.Equal<Shape list>([ [ 2 ]; [] ], (Summary.ofNetwork 3 network).Layers |> List.map _.Shape)

[<Fact>]
let ``Images are described as channels, height and width, with the multiply-adds of every window`` () =
    let convolution =
        { Convolution.create He 1UL [ 3; 3 ] 3 5 with
            Border = Border.Same
        }

    let network: Network =
        {
            Layers =
                [
                    Images.ofFeatures [ 6; 4; 3 ]
                    Layer.convolution convolution
                    Images.maxPool (PoolingWindows.square 2 2 0)
                    Images.flatten
                ]
        }

    let layers = (Summary.ofNetwork 72 network).Layers
    Assert.Equal<Shape list>([ [ 3; 6; 4 ]; [ 5; 6; 4 ]; [ 5; 3; 2 ]; [ 30 ] ], layers |> List.map _.Shape)
    Assert.Equal<int64 list>([ 0L; 6L * 4L * 5L * 27L; 0L; 0L ], layers |> List.map _.MultiplyAdds)

[<Theory>]
[<InlineData false>]
[<InlineData true>]
let ``Images of a file are described as channels, height and width in every layer`` (isRead: bool) =
    let convolution outputs channels =
        Layer.convolution
            { Convolution.create He 1UL [ 3; 3 ] channels outputs with
                Border = Border.Same
            }

    let network: Network =
        {
            Layers =
                [
                    Images.ofFeatures [ 6; 4; 3 ]
                    convolution 5 3
                    Images.maxPool (PoolingWindows.square 2 2 0)
                    convolution 7 5
                    Images.flatten
                    Linear.layer (Linear.zeros 42 2)
                ]
        }

    let network =
        if isRead then
            Hybrid.Exchange.Exported.graph "test" 72 "y" network
            |> Hybrid.Exchange.Imported.network 17
        else
            network

    Assert.Equal<Shape list>(
        [ [ 3; 6; 4 ]; [ 5; 6; 4 ]; [ 5; 3; 2 ]; [ 7; 3; 2 ] ],
        (Summary.ofNetwork 72 network).Layers
        |> List.map _.Shape
        |> List.filter (fun shape -> shape.Length = 3)
        |> List.distinct
    )
