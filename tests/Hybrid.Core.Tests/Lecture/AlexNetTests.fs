module Hybrid.Tests.AlexNetTests

open Hybrid.Lecture
open Hybrid.Tests.ImagesTests
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``The epoch at the threshold is interpolated between two epochs`` () =
    Assert.Equal(2.5, Race.epochsTo 0.1 0.9 [ 0.5; 0.2; 0.0; 0.3; 0.0 ], 1e-12)
    Assert.Equal(0.5, Race.epochsTo 0.5 0.9 [ 0.1 ], 1e-12)
    Assert.Equal(1.0, Race.epochsTo 0.1 0.9 [ 0.1; 0.1 ], 1e-12)
    Assert.Equal(infinity, Race.epochsTo 0.1 0.9 [ 0.2; 0.11 ])
    Assert.Equal(infinity, Race.epochsTo 0.1 0.9 [])

[<Fact>]
let ``Each activation has a learning rate and its epochs`` () =
    let outcome = behaves "alexplot" AlexNet.experiment

    for name in [ "ReLU"; "leaky ReLU"; "tanh"; "sigmoid" ] do
        Assert.True(measured $"best learning rate, {name}" outcome > 0.0)
        Assert.True(measured $"epochs to 10 %% training error, {name}" outcome > 0.0)

    Assert.Equal(Some 6.0, outcome.Measurements.Head.Published)

[<Fact>]
let ``Convolutions on CIFAR-10 are raced, and the paper's 6 stands beside their ratio`` () =
    let outcome = behavesOnColours "alexplot_cifar" AlexNetCifar.experiment
    Assert.Equal(Some 6.0, outcome.Measurements.Head.Published)
    Assert.True(measured "epochs to 25 % training error, ReLU" outcome <= 40.0)

[<Fact>]
let ``Convolutions on CIFAR-10 – no such data – are skipped, with what to do`` () =
    let why (outcome: Outcome) = Verdict.reason outcome.Verdict
    Assert.Contains("give the folder", why (Lecture.run quick AlexNetCifar.experiment))
    Assert.Contains("data_batch_1.bin", why (onDigits AlexNetCifar.experiment))
