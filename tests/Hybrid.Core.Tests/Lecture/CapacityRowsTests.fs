/// R28 to R36: the experiments' outcomes with a few seeds, and verdicts on numbers that contradict.
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

let private classifier errors regions border norm : PlaneClassifier =
    {
        Errors = errors
        Regions = regions
        Border = border
        Norm = norm
        Network = Network.empty
    }

let private verdict = Verdict.ofAll

[<Fact>]
let ``R28 draws three networks, counts, and says what contradicts it`` () =
    let outcome = isStatistical LayerSizes.experiment [ "layer_sizes" ]
    Assert.Equal(12, outcome.Measurements.Length)
    Assert.Contains(outcome.Notes, fun note -> note.Contains "7, 6 neurons 22, 20 neurons 211")
    repeatsOnce LayerSizes.experiment

    let sizes errors =
        errors
        |> List.mapi (fun i errors -> List.replicate 10 (classifier errors (2 + i) (100 + i) 10.0))

    holds (verdict (LayerSizes.conditions (sizes [ 5; 2; 0 ])))
    refutes [ "20 neurons leave none" ] (verdict (LayerSizes.conditions (sizes [ 5; 2; 1 ])))
    refutes [ "do not leave more" ] (verdict (LayerSizes.conditions (sizes [ 5; 6; 0 ])))

[<Fact>]
let ``R28 and R33 take points of one's own, also of three classes`` () =
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
let ``R33 draws three strengths, counts, and says what contradicts it`` () =
    let outcome = isStatistical RegStrengths.experiment [ "reg_strengths" ]
    Assert.Equal(12, outcome.Measurements.Length)

    let strengths norms =
        List.zip3 [ 0; 0; 3 ] [ 5; 4; 2 ] norms
        |> List.map (fun (errors, regions, norm) ->
            List.replicate 10 (classifier errors regions (100 - int (100.0 / norm)) norm))

    holds (verdict (RegStrengths.conditions (strengths [ 17.0; 12.0; 4.0 ])))

    refutes
        [ "the weights become shorter" ]
        (verdict (RegStrengths.conditions (strengths [ 12.0; 17.0; 4.0 ])))

[<Fact>]
let ``R29 compares sizes, and says what contradicts it`` () =
    isStatistical Capacity.experiment [ "capacity" ] |> ignore
    let right = [ 0.9; 0.89; 0.88; 0.85; 0.8; 0.8 ]
    holds (verdict (Capacity.conditions [ 0.8; 0.83; 0.85; 0.9; 1.0; 1.0 ] right))
    refutes [ "does not increase" ] (verdict (Capacity.conditions [ 0.8; 0.85; 0.83; 0.9; 1.0; 1.0 ] right))
    let still = List.replicate 6 0.9
    refutes [ "lose 4 points" ] (verdict (Capacity.conditions [ 0.8; 0.83; 0.85; 0.9; 1.0; 1.0 ] still))

[<Fact>]
let ``R30 compares 3 and 20 neurons on the same points, and says what contradicts it`` () =
    let outcome = isStatistical Outliers.experiment [ "outliers" ]
    Assert.Equal(1.0, measured "wrong labels learned, 20 neurons" outcome)
    repeatsOnce Outliers.experiment
    holds (verdict (Outliers.conditions 0.05 0.3 1.0))
    refutes [ "4 of 100" ] (verdict (Outliers.conditions 0.03 0.3 1.0))

[<Fact>]
let ``R31 compares three means against overfitting with fewer neurons, and says what contradicts it`` () =
    isStatistical PreferRegularisation.experiment [ "prefer_regularisation" ]
    |> ignore

    holds (verdict (PreferRegularisation.conditions 0.9 0.8 [ 0.91; 0.89; 0.9 ]))

    refutes
        [ "not worse than the small" ]
        (verdict (PreferRegularisation.conditions 0.9 0.8 [ 0.89; 0.89; 0.89 ]))

    refutes [ "each of the three" ] (verdict (PreferRegularisation.conditions 0.9 0.8 [ 0.91; 0.87; 0.9 ]))

[<Fact>]
let ``R31's identities hold, and not with another penalty`` () =
    holds (Lecture.run once NoiseIdentities.experiment).Verdict
    let x, w = Array.init 24 float, [| 1.0; 0.0; 0.0; 2.0 |]
    // (1 - p)/p = 1: the sums of squares of the inputs 0, 4, … and twice 3, 7, …
    let squares first factor =
        List.sum [ for k in first..4..23 -> float (factor * k) ** 2.0 ]

    Assert.Equal(squares 0 1 + squares 3 2, NoiseIdentities.dropoutPenalty 0.5 x w, 9)
    Assert.Equal(6.0 * 0.25 * 5.0, NoiseIdentities.noisePenalty 0.5 w, 12)

[<Fact>]
let ``R32 draws every final loss, and says what contradicts it`` () =
    isStatistical SmallNetworks.experiment [ "small_networks" ] |> ignore

    let losses =
        [
            [ 0.3; 0.5 ]
            [ 0.1; 0.4 ]
            [ 0.01; 0.1 ]
            [ 0.001; 0.002 ]
            [ 0.001; 0.001 ]
        ]

    holds (verdict (SmallNetworks.conditions losses))

    refutes
        [ "50 times"; "5 times" ]
        (verdict (SmallNetworks.conditions (List.updateAt 3 [ 0.001; 0.09 ] losses)))

[<Fact>]
let ``R34 chooses a strength for each size, and says what contradicts it`` () =
    let outcome = isStatistical BigNetworks.experiment [ "big_networks" ]
    Assert.Equal(10, outcome.Measurements.Length)
    let plain = [ 0.89; 0.86; 0.82; 0.81; 0.8 ]
    holds (verdict (BigNetworks.conditions [ 0.9; 0.91; 0.9; 0.91; 0.9 ] plain))
    refutes [ "worse than a smaller" ] (verdict (BigNetworks.conditions [ 0.9; 0.91; 0.9; 0.91; 0.89 ] plain))

[<Fact>]
let ``R35 holds with few seeds: the same bits for the same seed`` () =
    let outcome = Lecture.run { once with Seeds = Some 3 } Initialisation.experiment
    holds outcome.Verdict

    Assert.True(
        measured "standard deviation, 3 neurons" outcome > measured "standard deviation, 20 neurons" outcome
    )
