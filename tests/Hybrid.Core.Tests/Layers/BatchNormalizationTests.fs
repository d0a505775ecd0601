module Hybrid.Tests.BatchNormalizationTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private draw =
    {
        Key = 1UL
        Step = Tensor.constant [ 2 ] [| 0.0; 1.0 |]
    }

let private random key shape =
    Tensor.constant shape (Random.normals key (Shape.size shape))

let private normalization key channels =
    BatchNormalization.ofParameters
        1e-5
        (random key [ channels ])
        (random (key + 1UL) [ channels ])
        (random (key + 2UL) [ channels ])
        (0.1 + Tensor.abs (random (key + 3UL) [ channels ]))

let private convolution key bias : Layer =
    Layer.convolution
        {
            Weight = random key [ 2; 3; 3; 2 ]
            Bias = bias
            Strides = [ 1; 1 ]
            Dilations = [ 1; 1 ]
            Groups = 1
            Border = Border.Same
        }

let private isNormalization (layer: Layer) = layer.Kind = "norm"

[<Fact>]
let ``Running statistics replace a tenth by the batch's mean and unbiased variance at every step`` () =
    let features = [ 1f; 10f; 2f; 30f; 4f; 20f; 9f; -10f ]

    let column i =
        [ for row in 0..3 -> float features[2 * row + i] ]

    let mean i = List.average (column i)

    let variance i =
        (column i |> List.sumBy (fun x -> (x - mean i) ** 2.0)) / 3.0

    let network =
        Network.ofLayer (BatchNormalization.layer 2)
        >=> Linear.network (Linear.zeros 2 1)

    let choices =
        { options (Regression 1) Loss.squared with
            BatchSize = 4
            Epochs = 2
        }

    let last =
        train choices network (examples 2 features [ 0f; 1f; 2f; 3f ]) |> List.last

    closeTo 1e-5 [ for i in 0..1 -> 0.19 * mean i ] (parameter "0.mean" last.Network)
    closeTo 1e-4 [ for i in 0..1 -> 0.81 + 0.19 * variance i ] (parameter "0.variance" last.Network)

[<Fact>]
let ``In training each channel of images has mean 0 and variance 1 over examples and positions`` () =
    let layer = BatchNormalization.layer 3
    let x = 1000.0 + 0.1 * random 5UL [ 2; 4; 4; 3 ]
    let y = layer.Training draw (List.map snd layer.Parameters) x
    let rows = Tensor.reshape [ 32; 3 ] y
    // ε is a thousandth of the variance
    values 1e-6 [ 0.0; 0.0; 0.0 ] (Tensor.mean 0 rows)
    closeTo 3e-3 [ 1.0; 1.0; 1.0 ] (Reference.value (Tensor.mean 0 (rows * rows)))
    closeTo 3e-2 (Reference.value y) (Eager.value engine y |> Array.map float)

[<Fact>]
let ``A batch of one row is normalized by the running statistics, which stay`` () =
    let layer = normalization 7UL 3
    let parameters = List.map snd layer.Parameters
    let x = random 9UL [ 1; 3 ]
    let y, learned = layer.Learn draw parameters x
    values 0.0 (Reference.value (layer.Forward parameters x)) y
    Assert.Equal<Tensor list>(List.skip 2 parameters, learned)

[<Fact>]
let ``Folded normalizations are part of the weights before them, within blocks too`` () =
    let network =
        {
            Layers =
                [
                    normalization 10UL 2
                    convolution 20UL (Some(random 21UL [ 2 ]))
                    normalization 30UL 2
                    Images.residual
                        {
                            Layers = [ convolution 40UL None; normalization 50UL 2 ]
                        }
                    Images.flatten
                    Linear.layer
                        {
                            Weight = random 60UL [ 3; 32 ]
                            Bias = None
                        }
                    normalization 70UL 3
                ]
        }

    let folded = BatchNormalization.folded network
    let x = random 80UL [ 2; 4; 4; 2 ]
    Assert.Equal<string list>([ "norm"; "conv"; "residual"; "flatten"; "linear" ], kinds folded)

    Assert.Equal<string list>(
        [ "2.0.weight"; "2.0.bias" ],
        Network.parameters folded |> List.map fst |> List.filter _.StartsWith("2.")
    )

    values 1e-12 (Reference.value (Network.forward network x)) (Network.forward folded x)

[<Fact>]
let ``Running statistics are no trained parameters`` () =
    let network = Network.ofLayer (BatchNormalization.layer 5)
    Assert.Equal(10, Network.parameterCount network)
    Assert.Equal(10, (Summary.ofNetwork 5 network).Parameters)

[<Fact>]
let ``A frozen normalization is by its running statistics in training, within blocks too`` () =
    let block = Images.residual (Network.ofLayer (normalization 3UL 2))

    let network =
        Network.freeze
            2
            {
                Layers = [ normalization 1UL 2; block ]
            }

    let x = random 4UL [ 3; 2 ]
    let y, learned = Network.learn draw network x
    Assert.Empty learned
    Assert.Empty(Network.parameters network)
    values 0.0 (Reference.value (Network.forward network x)) y

[<Fact>]
let ``The validation loss is by running statistics`` () =
    let network = Network.ofLayer (BatchNormalization.layer 1)
    let data = examples 1 [ 1f; 2f; 6f ] [ 0f; 1f; 2f ]

    let epoch =
        Training.epochs
            engine
            (fun () -> false)
            (options (Regression 1) Loss.squared)
            network
            data
            (Some data)
        |> Seq.exactlyOne

    let y = Network.forward epoch.Network (matrix [ [ 1.0 ]; [ 2.0 ]; [ 6.0 ] ])
    let errors = y - matrix [ [ 0.0 ]; [ 1.0 ]; [ 2.0 ] ]
    closeTo 1e-5 (Reference.value (Tensor.meanAll (errors * errors))) [ epoch.Validation.Value.Loss ]

[<Fact>]
let ``L-BFGS refuses a loss that depends on the batch`` () =
    let network = Network.ofLayer (BatchNormalization.layer 1)

    raises<System.ArgumentException, _> [ "batch normalization" ] (fun () ->
        Lbfgs.epochs
            engine
            (fun () -> false)
            (lbfgsOptions (Regression 1) Loss.squared)
            network
            (examples 1 [ 1f; 2f ] [ 0f; 1f ])
            None)

[<Fact>]
let ``Channels that do not match the scales are a shape error`` () =
    raises<ShapeMismatchException, _> [ "as many channels" ] (fun () ->
        Network.forward (Network.ofLayer (BatchNormalization.layer 3)) (random 1UL [ 2; 2 ]))
