module Hybrid.Tests.InputsTests

open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Tests.CoreTesting
open Xunit

let private measures (width: int) (features: float32[]) =
    let data = Examples.all width features (Array.zeroCreate (features.Length / width))
    (Units.ofNetwork engine (dense "relu" [ width; 2 ]) data).Inputs

[<Fact>]
let ``Each feature has the mean and deviation of its column, over all batches`` () =
    let features = Array.init 1400 (fun i -> sin (float32 i))
    let found = measures 2 features

    for j in 0..1 do
        let column = [| for i in 0..699 -> float features[2 * i + j] |]
        let mean = Array.average column
        closeTo 1e-9 [ mean ] [ found.Means[j] ]

        closeTo 1e-9 [ sqrt (column |> Array.averageBy (fun x -> (x - mean) ** 2.0)) ] [ found.Deviations[j] ]

    Assert.Equal((float (Array.min features), float (Array.max features)), (found.Minimum, found.Maximum))
    Assert.False found.IsBinary

[<Fact>]
let ``A large mean does not spoil the deviation`` () =
    let found = measures 1 [| for i in 0..299 -> 1e7f + float32 (i % 2) |]
    closeTo 1e-9 [ 1e7 + 0.5 ] found.Means
    closeTo 1e-9 [ 0.5 ] found.Deviations

[<Fact>]
let ``Indicators are distinguished from other numbers`` () =
    Assert.True (measures 1 [| 0f; 1f; 1f |]).IsBinary
    Assert.False (measures 1 [| 0f; 1f; 0.5f |]).IsBinary

[<Fact>]
let ``Features are measured as they reach the first neurons`` () =
    let doubled = Network.ofLayer (Layer.ofFunction "preprocessing" (fun x -> 2.0 * x))
    let data = examples 1 [ 1f; 3f ] [ 0f; 0f ]
    let found = Units.ofNetwork engine (doubled >=> dense "relu" [ 1; 2 ]) data
    closeTo 0.0 [ 4.0 ] found.Inputs.Means
