/// R28 to R36: the experiments' outcomes with a few seeds.
module Hybrid.Tests.Lecture.CapacityRowsTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.DataTesting
open Hybrid.Tests.LectureTesting
open Xunit

let private once = { quick with Seeds = Some 1 }

/// An outcome of one seed: too little for a verdict, but it repeats and draws.
let private isStatistical (experiment: Experiment) figures =
    let outcome = Lecture.run once experiment
    Assert.Equal(TooFewRuns, outcome.Verdict)
    Assert.Equal(1, outcome.Seeds)
    Assert.NotEmpty outcome.Measurements
    draws figures outcome
    outcome

let private repeatsOnce (experiment: Experiment) =
    let numbers () =
        (Lecture.run once experiment).Measurements |> List.map _.Measured

    Assert.Equal<float list>(numbers (), numbers ())

[<Fact>]
let ``The picture shows the seed whose borders are closest to the medians of all kinds`` () =
    let kind borders =
        borders
        |> List.map (fun border ->
            {
                Errors = 0
                Regions = 2
                Border = border
                Norm = 1.0
                Network = Network.empty
            }
            : PlaneClassifier)

    Assert.Equal(1, PlaneClassifier.typical [ kind [ 100; 200; 300 ]; kind [ 50; 52; 51 ] ])
    Assert.Equal(2, PlaneClassifier.typical [ kind [ 100; 210; 200; 290 ]; kind [ 50; 80; 51; 20 ] ])
    Assert.Equal(0, PlaneClassifier.typical [ kind [ 0; 0 ] ])

[<Fact>]
let ``R28 draws three networks and measures them`` () =
    let outcome = isStatistical LayerSizes.experiment [ "layer_sizes" ]
    Assert.Equal(12, outcome.Measurements.Length)
    Assert.Contains(outcome.Notes, fun note -> note.Contains "7, 6 neurons 22, 20 neurons 211")
    repeatsOnce LayerSizes.experiment

[<Fact>]
let ``R28 and R33 accept the user's own points, even of three classes`` () =
    let points =
        [ for i in 0..11 -> $"{float (i % 3) - 1.0},{float (i / 3) * 0.5},{i % 3}" ]

    withText (String.concat "\n" ("x,y,label" :: points)) (fun path ->
        for experiment, figure in
            [
                LayerSizes.experiment, "layer_sizes"
                RegStrengths.experiment, "reg_strengths"
            ] do
            let outcome = Lecture.run { once with Data = Some path } experiment
            Assert.Contains(outcome.Notes, fun note -> note.Contains "12 points")
            draws [ figure ] outcome)

[<Fact>]
let ``R33 draws three strengths and measures them`` () =
    let outcome = isStatistical RegStrengths.experiment [ "reg_strengths" ]
    Assert.Equal(12, outcome.Measurements.Length)

[<Fact>]
let ``R29 compares sizes`` () =
    isStatistical Capacity.experiment [ "capacity" ] |> ignore

[<Fact>]
let ``R30 compares 3 and 20 neurons on the same points`` () =
    let outcome = isStatistical Outliers.experiment [ "outliers" ]
    Assert.Equal(1.0, measured "wrong labels learned, 20 neurons" outcome)
    repeatsOnce Outliers.experiment

[<Fact>]
let ``R31 compares three remedies for overfitting with fewer neurons`` () =
    isStatistical PreferRegularisation.experiment [ "prefer_regularisation" ]
    |> ignore

[<Fact>]
let ``R31's identities hold, but not with a different penalty`` () =
    holds (Lecture.run once NoiseIdentities.experiment).Verdict
    let x, w = Array.init 24 float, [| 1.0; 0.0; 0.0; 2.0 |]
    // (1 - p)/p = 1: the sums of squares of the inputs 0, 4, … and twice 3, 7, …
    let squares first factor =
        List.sum [ for k in first..4..23 -> float (factor * k) ** 2.0 ]

    Assert.Equal(squares 0 1 + squares 3 2, NoiseIdentities.dropoutPenalty 0.5 x w, 9)
    Assert.Equal(6.0 * 0.25 * 5.0, NoiseIdentities.noisePenalty 0.5 w, 12)

[<Fact>]
let ``R32 draws every final loss`` () =
    isStatistical SmallNetworks.experiment [ "small_networks" ] |> ignore

[<Fact>]
let ``R34 chooses a strength for each size`` () =
    let outcome = isStatistical BigNetworks.experiment [ "big_networks" ]
    Assert.Equal(10, outcome.Measurements.Length)

[<Fact>]
let ``R35 gives the same bits for the same seed`` () =
    let outcome = Lecture.run { once with Seeds = Some 3 } Initialisation.experiment
    Assert.Equal(TooFewRuns, outcome.Verdict)

    for says in [ "the only randomness"; "a different network" ] do
        Assert.True((outcome.Conditions |> List.find (fun one -> one.Says.Contains says)).Holds)

    Assert.True(
        measured "standard deviation, 3 neurons" outcome > measured "standard deviation, 20 neurons" outcome
    )
