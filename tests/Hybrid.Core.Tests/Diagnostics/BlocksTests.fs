module Hybrid.Tests.BlocksTests

open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Tests.CoreTesting
open Xunit

let private neurons = Linear.network (Linear.create He 1UL 3 3)

[<Fact>]
let ``A block is neurons and the layers after them, and layers before the first are preprocessing`` () =
    let network =
        Network.ofLayer (Layer.ofFunction "preprocessing" id)
        >=> Noise.network 0.1
        >=> neurons
        >=> Activation.relu
        >=> Dropout.network 0.5
        >=> Maxout.network (Maxout.create He 2UL 2 3 3)
        >=> neurons

    let before, blocks = Block.split network
    Assert.Equal<string list>([ "preprocessing"; "noise" ], before |> List.map _.Kind)
    Assert.Equal<int list>([ 2; 5; 6 ], blocks |> List.map _.Index)
    Assert.Equal<string list>([ "relu"; "maxout"; "identity" ], blocks |> List.map Block.kind)
    Assert.Equal<int list>([ 2; 0; 0 ], blocks |> List.map _.Activations.Length)

[<Fact>]
let ``Several activations are named together`` () =
    let _, blocks = Block.split (neurons >=> Activation.tanh >=> Activation.softmax)
    Assert.Equal("tanh softmax", Block.kind blocks.Head)

[<Fact>]
let ``A network without neurons has no blocks`` () =
    Assert.Empty(snd (Block.split Activation.relu))
    Assert.Empty(snd (Block.split Network.empty))
