module Hybrid.Tests.UnitsTests

open System
open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Tests.CoreTesting
open Xunit

let private normal (count: int) (width: int) =
    Examples.all width (Random.normals 3UL (count * width) |> Array.map float32) (Array.zeroCreate count)

/// Neurons of these rows of weights and these biases, and an activation, before an output neuron.
let private hidden (kind: string) (weights: float list list) (biases: float list) =
    Linear.network
        {
            Weight = matrix weights
            Bias = Some(vector biases)
        }
    >=> Network.ofLayer (Activation.layer kind)
    >=> dense "relu" [ biases.Length; 1 ]

let private first network data =
    (Units.ofNetwork engine network data).Layers.Head

/// Slope by definition, in double precision.
let private slopes: Map<string, float -> float> =
    Map
        [
            "relu", fun x -> if x > 0.0 then 1.0 else 0.0
            "leaky-relu", fun x -> if x >= 0.0 then 1.0 else 0.01
            "tanh", fun x -> 1.0 - Math.Tanh x ** 2.0
            "elu", fun x -> if x > 0.0 then 1.0 else exp x
        ]

[<Theory>]
[<InlineData "relu">]
[<InlineData "leaky-relu">]
[<InlineData "tanh">]
[<InlineData "elu">]
let ``Units counted over several batches agree with a count by hand`` (kind: string) =
    let data = normal 600 3

    // one unit in four never fires, another one hardly ever
    let weights =
        [ for j in 0..11 -> [ for i in 0..2 -> cos (float (7 * j + i)) / 2.0 ] ]

    let biases = [ for j in 0..11 -> [ -6.0; 0.0; -1.5; 0.3 ][j % 4] ]

    let sums =
        [|
            for row in data.Rows ->
                [|
                    for weight, bias in List.zip weights biases ->
                        bias
                        + List.sum (List.mapi (fun i w -> w * float data.Features[3 * row + i]) weight)
                |]
        |]

    let f = Activation.functions |> List.find (fst >> (=) kind) |> snd

    let outputs = Reference.value (f (Tensor.constant [ 600; 12 ] (Array.concat sums)))

    let silent j =
        Seq.forall (fun i -> outputs[12 * i + j] = 0.0) (seq { 0..599 })

    let stuck j =
        sums |> Array.forall (fun row -> slopes[kind] row[j] = 0.0)

    let count condition =
        List.filter condition [ 0..11 ] |> List.length

    let found = first (hidden kind weights biases) data

    Assert.Equal(
        (1, kind, true, 12, 0),
        (found.Layer, found.Kind, found.IsHidden, found.Units, found.NotFinite)
    )

    Assert.Equal(count (fun j -> silent j && stuck j), found.Dead)
    Assert.Equal(count stuck, found.NoGradient)
    Assert.Equal((if kind = "relu" then 3 else 0), found.Dead)
    closeTo 1e-5 [ Array.average outputs ] [ found.Mean ]

    closeTo
        1e-5
        [
            sqrt (outputs |> Array.averageBy (fun y -> (y - Array.average outputs) ** 2.0))
        ]
        [ found.Deviation ]

[<Fact>]
let ``Units - followed by layers that change the shape - are those before these`` () =
    let pairs =
        Network.ofLayer (
            Layer.ofFunction "pool" (fun x ->
                Tensor.max 2 (Tensor.reshape [ x.Shape[0]; x.Shape[1] / 2; 2 ] x))
        )

    let data = normal 100 3

    let network pool =
        dense "relu" [ 3; 8 ]
        >=> Activation.relu
        >=> pool
        >=> dense "relu" [ (if pool.Layers.IsEmpty then 8 else 4); 2 ]
        >=> pool

    let plain = first (network Network.empty) data
    let pooled = (Units.ofNetwork engine (network pairs) data).Layers
    Assert.Equal(plain, pooled.Head)
    Assert.Equal<int list>([ 8; 2 ], pooled |> List.map _.Units)

[<Fact>]
let ``Units - of one score for two classes - are one`` () =
    let score = dense "tanh" [ 3; 5; 1 ]
    let data = normal 100 3
    let alone = (Units.ofNetwork engine score data).Layers

    Assert.Equal<LayerUnits list>(
        alone,
        (Units.ofNetwork engine (score >=> Activation.twoClasses) data).Layers
    )

[<Fact>]
let ``A unit that fires for a single example is alive`` () =
    let data = normal 600 1
    let peak = float (Array.max data.Features)

    let found bias =
        (first (hidden "relu" [ [ 1.0 ] ] [ bias ]) data).Dead

    Assert.Equal(0, found (0.001 - peak))
    Assert.Equal(1, found (-0.001 - peak))

[<Fact>]
let ``Saturation is the fraction of outputs near an end of the range`` () =
    let data = examples 1 [ -10f; -4.7f; -4.5f; 0f; 4.5f; 4.7f ] (List.replicate 6 0f)
    // σ(4.6) = .99, and tanh x = 2σ(2x) - 1
    Assert.Equal(Some 0.5, (first (hidden "sigmoid" [ [ 1.0 ] ] [ 0.0 ]) data).Saturated)
    Assert.Equal(Some 0.5, (first (hidden "tanh" [ [ 0.5 ] ] [ 0.0 ]) data).Saturated)
    Assert.Equal(None, (first (hidden "relu" [ [ 1.0 ] ] [ 0.0 ]) data).Saturated)

[<Fact>]
let ``A sigmoid that is rounded to 1 has no gradient, but is not dead`` () =
    let found =
        first (hidden "sigmoid" [ [ 1.0 ]; [ 1.0 ] ] [ 50.0; 0.0 ]) (normal 300 1)

    Assert.Equal((0, 1), (found.Dead, found.NoGradient))

[<Fact>]
let ``A threshold neuron has no slope anywhere`` () =
    let network = dense "relu" [ 2; 4 ] >=> Activation.step >=> dense "relu" [ 4; 1 ]

    Assert.Equal(4, (first network (normal 300 2)).NoGradient)

[<Fact>]
let ``Maxout pieces that are never the maximum are counted`` () =
    // three pieces of one unit and of another: x, -x and -9, and x, 9 + x and 8
    let maxout =
        {
            Pieces = 3
            Weight = matrix [ [ 1.0 ]; [ 1.0 ]; [ -1.0 ]; [ 1.0 ]; [ 0.0 ]; [ 0.0 ] ]
            Bias = vector [ 0.0; 0.0; 0.0; 9.0; -9.0; 8.0 ]
        }

    let found =
        first
            (Maxout.network maxout >=> dense "relu" [ 2; 1 ])
            (examples 1 [ -0.5f; 0.5f; 0.7f ] [ 0f; 0f; 0f ])

    Assert.Equal(("maxout", 2, 6, 3), (found.Kind, found.Units, found.Pieces, found.UnusedPieces))
    Assert.Equal((0, 0), (found.Dead, found.NoGradient))

[<Fact>]
let ``A non-finite unit is not dead`` () =
    let spoilt (number: float) =
        first
            (hidden "relu" [ [ number ]; [ 1.0 ]; [ 0.0 ] ] [ 0.0; 0.0; -1.0 ])
            (examples 1 [ 1f; 2f ] [ 0f; 0f ])

    for number in [ nan; infinity; -infinity ] do
        let found = spoilt number
        Assert.Equal((1, 1, 1), (found.NotFinite, found.Dead, found.NoGradient))

    // and neither is what comes after it
    let after =
        Units.ofNetwork
            engine
            (dense "relu" [ 2; 4; 4; 1 ] |> Network.map (fun _ x -> nan * x))
            (normal 300 2)

    Assert.Equal<int list>([ 4; 4; 1 ], after.Layers |> List.map _.NotFinite)
    Assert.All(after.Layers, fun layer -> Assert.Equal((0, 0), (layer.Dead, layer.NoGradient)))

[<Fact>]
let ``The output layer has no hidden units`` () =
    let units = Units.ofNetwork engine (dense "tanh" [ 2; 5; 3 ]) (normal 300 2)
    Assert.Equal<bool list>([ true; false ], units.Layers |> List.map _.IsHidden)
    Assert.Equal<string list>([ "tanh"; "identity" ], units.Layers |> List.map _.Kind)
    Assert.Equal(300, units.Examples)
    let none = Units.ofNetwork engine (dense "tanh" [ 2; 3 ]) (normal 10 2)
    Assert.Equal((None, None), (Units.deadShare none, Units.saturatedShare none))

[<Fact>]
let ``Fractions refer to all hidden units together`` () =
    let network =
        Linear.network
            {
                Weight = matrix [ [ 0.0 ]; [ 0.0 ]; [ 100.0 ] ]
                Bias = Some(vector [ -1.0; -1.0; 100.0 ])
            }
        >=> Activation.relu
        >=> dense "tanh" [ 3; 1 ]
        >=> Activation.tanh
        >=> dense "relu" [ 1; 1 ]

    let units = Units.ofNetwork engine network (examples 1 [ 1f; 2f ] [ 0f; 0f ])
    Assert.Equal(Some 0.5, Units.deadShare units)
    Assert.Equal(Some 1.0, Units.saturatedShare units)

[<Fact>]
let ``Parameters are read again each time, and any number of threads gives the same result`` () =
    let network = dense "relu" [ 2; 8; 1 ]
    let state = Inference.state engine network
    let monitor = UnitMonitor(engine, network, 2, state)
    let data = normal 300 2
    let before = monitor.Measure data
    Assert.Equal(before, Units.ofNetwork (Hybrid.Kernels.CpuEngine.Create(2, null)) network data)
    Array.fill state["0.bias"] 0 8 -100f
    Assert.Equal((0, 8), (before.Layers.Head.Dead, (monitor.Measure data).Layers.Head.Dead))

[<Fact>]
let ``An examination without examples is an error`` () =
    raises<HybridException, _> [ "there are none" ] (fun () ->
        Units.ofNetwork engine (dense "relu" [ 2; 1 ]) (normal 0 2))

/// A convolution of two channels, the first of which is always below 0, and an output neuron.
let private convolving (channelsFirst: bool) : Network =
    let convolution =
        { Convolution.create He 1UL [ 3; 3 ] 1 2 with
            Bias = Some(vector [ -100.0; 0.0 ])
            Border = Border.Same
        }

    let layers: Network =
        {
            Layers =
                [
                    Images.ofFeatures [ 4; 5; 1 ]
                    Layer.convolution convolution
                    yield! (Network.ofLayer (Activation.layer "relu")).Layers
                    Images.flatten
                ]
        }

    let network = layers >=> dense "relu" [ 40; 1 ]

    if channelsFirst then
        Hybrid.Exchange.Exported.graph "test" 20 "y" network
        |> Hybrid.Exchange.Imported.network 17
    else
        network

[<Theory>]
[<InlineData false>]
[<InlineData true>]
let ``A channel is dead if it is 0 at every pixel – also of a file, whose channels come first``
    (channelsFirst: bool)
    =
    let network = convolving channelsFirst
    let found = first network (normal 30 20)
    Assert.Equal(("relu", 2, 20, 1), (found.Kind, found.Units, found.Places, found.Dead))

    let pictures =
        Picture.activations engine network (Array.create 20 1.0f)
        |> List.exactlyOne
        |> snd

    Assert.Equal(2, pictures.Length)
    Assert.Equal((4, 5, 1), (pictures.Head.Height, pictures.Head.Width, pictures.Head.Channels))
    Assert.All(pictures.Head.Values, (fun value -> Assert.Equal(0.0f, value)))
    Assert.Contains(pictures[1].Values, (fun value -> value > 0.0f))

[<Theory>]
[<InlineData false>]
[<InlineData true>]
let ``Channels within a residual block are observed before it – also of a file`` (isRead: bool) =
    let convolution key channels outputs bias =
        Layer.convolution
            { Convolution.create He key [ 3; 3 ] channels outputs with
                Bias = Some(vector bias)
                Border = Border.Same
            }

    let inner: Network =
        {
            Layers =
                [
                    convolution 1UL 1 3 [ -100.0; 0.0; 0.0 ]
                    Activation.layer "relu"
                    convolution 2UL 3 1 [ 0.0 ]
                ]
        }

    let layers: Network =
        {
            Layers = [ Images.ofFeatures [ 4; 5; 1 ]; Images.residual inner; Images.flatten ]
        }

    let network = layers >=> dense "relu" [ 20; 1 ]

    let network =
        if isRead then
            Hybrid.Exchange.Exported.graph "test" 20 "y" network
            |> Hybrid.Exchange.Imported.network 17
        else
            network

    let units = (Units.ofNetwork engine network (normal 30 20)).Layers
    Assert.Equal<int list>([ 1; 1; 2 ], units |> List.map _.Layer)
    let within = units.Head

    Assert.Equal(
        ("relu within", true, 3, 20, 1),
        (within.Kind, within.IsHidden, within.Units, within.Places, within.Dead)
    )

[<Theory>]
[<InlineData false>]
[<InlineData true>]
let ``The filters of a convolution are its weights`` (channelsFirst: bool) =
    let weights =
        (convolving false).Layers[1].Parameters |> List.head |> snd |> Reference.value

    let filters = Picture.filters engine [ 4; 5; 1 ] (convolving channelsFirst)
    Assert.Equal<int list>([ 3; 3 ], filters |> List.map _.Height)

    Assert.Equal<float32[]>(Array.map float32 weights, filters |> List.map _.Values |> Array.concat)

[<Fact>]
let ``The filters of other layers are whole images, and networks without images have no activations to draw``
    ()
    =
    let network = dense "relu" [ 12; 3; 1 ]
    let filters = Picture.filters engine [ 2; 2; 3 ] network

    Assert.Equal(
        (3, 2, 2, 3),
        (filters.Length, filters.Head.Height, filters.Head.Width, filters.Head.Channels)
    )

    Assert.Throws<Hybrid.HybridException>(fun () ->
        Picture.activations engine network (Array.create 12 1.0f) |> ignore)
    |> ignore
