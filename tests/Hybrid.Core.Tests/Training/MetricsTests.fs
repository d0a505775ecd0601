module Hybrid.Tests.MetricsTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Outputs are counted by true class and predicted class`` () =
    let outputs = [| 2f; 1f; 0f; 0f; 1f; 2f; 5f; 6f; 4f; 0f; 0f; 9f |]

    match Metrics.classified 3 outputs [| 0f; 2f; 0f; 2f |] with
    | Classified(accuracy, confusion) ->
        Assert.Equal(0.75, accuracy)
        Assert.Equal(array2D [ [ 1.0; 1.0; 0.0 ]; [ 0.0; 0.0; 0.0 ]; [ 0.0; 0.0; 2.0 ] ], confusion)
    | Estimated _ -> Assert.Fail "Classes are classified, not estimated."

[<Fact>]
let ``The first of equal outputs is the prediction`` () =
    Assert.Equal(1, Metrics.predictedClass (ReadOnlySpan [| 0f; 3f; 3f |]))

[<Fact>]
let ``Precision, recall and F1 follow from the confusion matrix`` () =
    let measures =
        Metrics.perClass (array2D [ [ 5.0; 1.0; 0.0 ]; [ 2.0; 3.0; 0.0 ]; [ 0.0; 0.0; 0.0 ] ])

    let numbers measures =
        [ measures.Precision; measures.Recall; measures.F1 ]

    closeTo 1e-15 [ 5.0 / 7.0; 5.0 / 6.0; 10.0 / 13.0 ] (numbers measures[0])
    closeTo 1e-15 [ 3.0 / 4.0; 3.0 / 5.0; 2.0 / 3.0 ] (numbers measures[1])
    closeTo 0.0 [ 0.0; 0.0; 0.0 ] (numbers measures[2])
    Assert.Equal<float[]>([| 6.0; 5.0; 0.0 |], Array.map _.Support measures)

let private estimated outputs targets =
    let tally = ErrorTally()
    Array.iter2 (fun output target -> tally.Add(1.0, output, target)) outputs targets

    match tally.Quality with
    | Estimated(rmse, mae, r2) -> [ rmse; mae; r2 ]
    | Classified _ -> []

[<Fact>]
let ``Root mean square error, mean absolute error and R squared agree with values computed by hand`` () =
    // errors 0, -1, -2; the targets' squared deviations from their mean 3 add up to 8
    closeTo 1e-15 [ sqrt (5.0 / 3.0); 1.0; 0.375 ] (estimated [| 1f; 2f; 3f |] [| 1f; 3f; 5f |])

[<Fact>]
let ``R squared is negative where the mean would have been better`` () =
    closeTo 1e-15 [ 2.0; 2.0; -3.0 ] (estimated [| 3f; 1f |] [| 1f; 3f |])

[<Fact>]
let ``R squared of a constant target is 1 if all predictions are right, else 0`` () =
    Assert.Equal(1.0, (estimated [| 2f; 2f |] [| 2f; 2f |])[2])
    Assert.Equal(0.0, (estimated [| 2f; 3f |] [| 2f; 2f |])[2])

[<Fact>]
let ``Measures without predictions are NaN`` () =
    Assert.All(estimated [||] [||], fun measure -> Assert.True(Double.IsNaN measure))
