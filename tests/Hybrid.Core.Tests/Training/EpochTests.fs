module Hybrid.Tests.EpochTests

open Hybrid.Core
open Xunit

let private epoch number loss =
    {
        Number = number
        Network = Network.empty
        TrainingLoss = 0.0
        Validation =
            loss
            |> Option.map (fun loss ->
                {
                    Examples = 1
                    Weight = 1.0
                    Loss = loss
                    Quality = Estimated(0.0, 0.0, 0.0)
                    Each = []
                })
        LearningRate = 0.1
        Cancelled = false
    }

/// Epochs with these validation losses, one after the other.
let private drawn most patience (losses: float list) =
    let epochs = List.mapi (fun i loss -> epoch (i + 1) (Some loss)) losses
    let asked = ref 0
    let standing = ref Standing.start

    let next () =
        asked.Value <- asked.Value + 1
        let next = List.tryItem (asked.Value - 1) epochs

        for epoch in Option.toList next do
            standing.Value <- Standing.after epoch standing.Value

        next

    Epoch.until most patience (fun () -> standing.Value) next
    |> Seq.map _.Number
    |> List.ofSeq,
    asked.Value

[<Fact>]
let ``Epochs end at the maximum number, or when there is no next one`` () =
    Assert.Equal((([ 1; 2 ], 2)), drawn 2 None [ 3.0; 2.0; 1.0 ])
    Assert.Equal((([ 1; 2; 3 ], 4)), drawn 9 None [ 3.0; 2.0; 1.0 ])
    Assert.Equal((([], 1)), drawn 9 None [])

[<Fact>]
let ``Patience counts from the best epoch`` () =
    Assert.Equal((([ 1; 2; 3; 4; 5 ], 5)), drawn 9 (Some 2) [ 3.0; 4.0; 1.0; 2.0; 1.0; 0.5 ])

[<Fact>]
let ``The earlier of two equal epochs is better, and any loss is better than NaN`` () =
    let better a b =
        (Epoch.better (epoch 1 a) (epoch 2 b)).Number

    Assert.Equal(1, better (Some 1.0) (Some 1.0))
    Assert.Equal(2, better (Some 1.0) (Some 0.9))
    Assert.Equal(1, better (Some 1.0) (Some nan))
    Assert.Equal(2, better None None)
