module Hybrid.Tests.ClassifierTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Activations are between layers, not after the last one`` () =
    let network = Dense.network "tanh" 1UL [ 5; 4; 3; 2 ]
    Assert.Equal<string list>([ "linear"; "tanh"; "linear"; "tanh"; "linear" ], kinds network)
    Assert.Equal(6 * 4 + 5 * 3 + 4 * 2, Network.parameterCount network)

[<Fact>]
let ``Diverging training returns no network, and accuracy counts the correct classes`` () =
    let points = examples 1 [ -2f; -1f; 1f; 2f ] [ 0f; 0f; 1f; 1f ]

    let images =
        {
            Train = points
            Test = points
            Classes = 2
            Deviation = 1f
        }

    let start = Dense.network "relu" 1UL [ 1; 4; 2 ]

    let train rate =
        Classifier.train engine (Classifier.options images Optimizer.sgd rate 2 50 1UL) start points

    Assert.True((train 1e20).IsNone)
    Assert.Equal(1.0, Classifier.accuracy engine 2 (train 0.1).Value points)

    let wrong = examples 1 [ -2f; -1f; 1f; 2f ] [ 0f; 0f; 1f; 0f ]
    Assert.Equal(0.75, Classifier.accuracy engine 2 (train 0.1).Value wrong)
