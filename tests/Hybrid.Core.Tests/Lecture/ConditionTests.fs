/// What decides about a claim: conditions, verdicts from them, and the verdicts of rows.
module Hybrid.Tests.Lecture.ConditionTests

open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``A condition holds only on its side of the limit`` () =
    let holds condition measured limit =
        (condition "it is so" measured limit "because": Condition).Holds

    let sides condition =
        [ 0.9; 1.0; 1.1 ] |> List.map (fun measured -> holds condition measured 1.0)

    Assert.Equal<bool list>([ false; true; true ], sides Condition.atLeast)
    Assert.Equal<bool list>([ true; true; false ], sides Condition.atMost)
    Assert.Equal<bool list>([ false; false; true ], sides Condition.above)
    Assert.Equal<bool list>([ true; false; false ], sides Condition.below)
    Assert.Equal<bool list>([ false; true; false ], sides Condition.exactly)

    for condition in
        [
            Condition.atLeast
            Condition.atMost
            Condition.above
            Condition.below
            Condition.exactly
        ] do
        Assert.False(holds condition nan 1.0)

[<Fact>]
let ``The sign test equals the tail of a fair coin`` () =
    // 1, 5 and 11 of the 32 ways to throw five coins … show five, four or more, and three or more heads
    Assert.Equal(1.0 / 32.0, Statistics.signTest [ 1.0; 2.0; 0.1; 3.0; 1.0 ], 1e-15)
    Assert.Equal(6.0 / 32.0, Statistics.signTest [ 1.0; 2.0; -0.1; 3.0; 1.0 ], 1e-15)
    Assert.Equal(1.0, Statistics.signTest [ -1.0; -2.0 ], 1e-15)
    // ties speak for neither
    Assert.Equal(1.0 / 4.0, Statistics.signTest [ 0.0; 1.0; 0.0; 1.0 ], 1e-15)
    Assert.Equal(1.0, Statistics.signTest [ 0.0; 0.0 ])
    // 26 of 40: 0.0403
    Assert.Equal(0.0403, Statistics.signTest (List.replicate 26 1.0 @ List.replicate 14 -1.0), 1e-4)

[<Fact>]
let ``Better means at most a one in twenty chance with a fair coin`` () =
    Assert.True((Condition.better "a" (List.replicate 5 0.1)).Holds)
    Assert.False((Condition.better "a" (List.replicate 4 0.1)).Holds)
    Assert.False((Condition.better "a" (-1.0 :: List.replicate 6 0.1)).Holds)
    Assert.True((Condition.better "a" (-1.0 :: List.replicate 7 0.1)).Holds)
    Assert.False((Condition.better "a" []).Holds)

let private kept = Condition.atLeast "sigmoid is slower" 2.1 1.5 "a reason"
let private broken = Condition.atLeast "tanh is slower" 0.995 1.5 "a reason"

[<Fact>]
let ``A verdict says what holds and what does not, with the number and its limit`` () =
    Assert.Equal(Holds, Verdict.ofConditions [ kept ])
    Assert.Equal(TextOnly, Verdict.ofConditions [])

    Assert.Equal(DoesNotHold "tanh is slower (0.995, not at least 1.5)", Verdict.ofConditions [ broken ])

    Assert.Equal(
        HoldsInPart "fails: tanh is slower (0.995, not at least 1.5); holds: sigmoid is slower",
        Verdict.ofConditions [ kept; broken ]
    )

[<Fact>]
let ``Too few runs have no verdict`` () =
    Assert.Equal(TooFewRuns, Verdict.ofRuns 5 4 [ broken ])
    Assert.Equal(Holds, Verdict.ofRuns 5 5 [ kept ])

[<Fact>]
let ``A row holds in part if some of its experiments contradict it, and not at all if all do`` () =
    let part, none = HoldsInPart "half", DoesNotHold "none"
    Assert.Equal(Holds, Verdict.ofParts [ Holds; Holds; TextOnly ])
    Assert.Equal(HoldsInPart "half", Verdict.ofParts [ Holds; part; TooFewRuns ])
    Assert.Equal(HoldsInPart "none", Verdict.ofParts [ Holds; none ])
    Assert.Equal(HoldsInPart "half. none", Verdict.ofParts [ part; none ])
    Assert.Equal(DoesNotHold "none. none", Verdict.ofParts [ none; none; TextOnly; TooFewRuns ])
    Assert.Equal(TooFewRuns, Verdict.ofParts [ Holds; Skipped "no data"; TooFewRuns ])
    Assert.Equal(Skipped "no data", Verdict.ofParts [ Holds; Skipped "no data" ])
    Assert.Equal(TextOnly, Verdict.ofParts [ TextOnly ])
