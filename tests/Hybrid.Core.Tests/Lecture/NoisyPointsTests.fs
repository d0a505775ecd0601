module Hybrid.Tests.Lecture.NoisyPointsTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Xunit

/// The share of labels that are on the wrong side of x + 0.8 sin 1.5 y = 0.
let private wrong (examples: Examples) =
    [
        for label in 0..1 do
            for x, y in PlanePoints.ofClass label examples ->
                if (x + 0.8 * sin (1.5 * y) > 0.0) = (label = 1) then
                    0.0
                else
                    1.0
    ]
    |> List.average

[<Fact>]
let ``About 15 of 100 training labels are wrong, and none of the test labels`` () =
    let sets = [ for seed in 1UL .. 20UL -> NoisyPoints.create seed ]
    let mean of' = sets |> List.averageBy (of' >> wrong)
    closeTo 0.03 [ 0.15; 0.15; 1.0 ] [ mean _.Train; mean _.Validation; mean _.Wrong ]
    closeTo 0.002 [ 0.0 ] [ mean _.Test ]

    Assert.All(
        sets,
        fun set -> Assert.Equal((60, 500, 2000), (set.Train.Count, set.Validation.Count, set.Test.Count))
    )

[<Fact>]
let ``The kind that is best on the selection points is chosen, not the one that is best in the test`` () =
    let run validation test : NoisyPoints.Fitted =
        {
            Network = Network.empty
            Train = 1.0
            Wrong = 0.0
            Validation = validation
            Test = test
        }

    let kinds = [ "a", [ run 0.8 0.7; run 0.9 0.7 ]; "b", [ run 0.7 0.9; run 0.9 0.9 ] ]
    Assert.Equal("a", fst (NoisyPoints.best kinds))

[<Fact>]
let ``Every remedy for overfitting acts only in training, and is reproduced by the same seed`` () =
    let fit means = NoisyPoints.fit engine (20, means, 3UL)

    let shares (run: NoisyPoints.Fitted) =
        [ run.Train; run.Wrong; run.Validation; run.Test ]

    let plain = fit NoisyPoints.Nothing
    Assert.Equal(1.0, plain.Train)
    Assert.Equal<float list>(shares plain, shares (fit NoisyPoints.Nothing))

    for means in [ NoisyPoints.Decay 0.1; NoisyPoints.DroppedOut 0.8; NoisyPoints.Noisy 1.0 ] do
        Assert.True((fit means).Train < 0.95)
