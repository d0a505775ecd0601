module Hybrid.Tests.EpochChoiceTests

open Hybrid.Models
open Xunit

[<Fact>]
let ``The best epoch - losses that are nearly the least - is the first of the highest accuracy around it``
    ()
    =
    // windows of the first four epochs: 1; 2; 3 and 4; 3 to 5
    let losses = [| 1.0; 0.5; 0.5; 0.52; 0.51 |]
    Assert.Equal(2, EpochChoice.best losses [| 0.5; 0.7; 0.8; 0.9; 0.6 |])
    Assert.Equal(1, EpochChoice.best losses [| 0.9; 0.9; 0.9; 0.9; 0.9 |])
    Assert.Equal(0, EpochChoice.best [| 0.5; 0.5; 0.4999 |] [| 0.7; 0.7; 0.7 |])

[<Fact>]
let ``The best epoch - a loss more than a twentieth above the least - is not it, however accurate`` () =
    Assert.Equal(0, EpochChoice.best [| 1.0; 1.0501 |] [| 0.2; 0.9 |])
    Assert.Equal(1, EpochChoice.best [| 1.0; 1.0499 |] [| 0.2; 0.9 |])

[<Fact>]
let ``The best epoch - one that stands out among its neighbours - is not it`` () =
    // the epochs from 9 to 16 of 20 are the neighbours of 12
    let accuracies =
        Array.init 20 (fun i ->
            if i = 3 then 1.0
            elif i >= 8 && i < 16 then 0.8
            else 0.6)

    Assert.Equal(11, EpochChoice.best (Array.create 20 1.0) accuracies)

/// One epoch, in which the first examples are right.
let private firstRight count =
    [| Array.init 100 (fun i -> i < count) |]

[<Theory>]
// of four examples that differ, all for one network: a sum of 4 with a standard error of √(4 - 16/100)
[<InlineData(54, 50, true)>]
[<InlineData(50, 54, false)>]
[<InlineData(50, 50, false)>]
// a single one is its own standard error, but for the mean
[<InlineData(51, 50, true)>]
let ``A network is more accurate - whose gain is above its standard error``
    (one: int)
    (other: int)
    (expected: bool)
    =
    Assert.Equal(
        expected,
        EpochChoice.isMoreAccurate (Array.create 100 1.0) (firstRight one) 0 (firstRight other) 0
    )

[<Fact>]
let ``A network is not more accurate - whose gain is within its standard error`` () =
    // right where the other is wrong for 13 examples, and wrong where it is right for 10: 3 with a standard error of √23
    let one = [| Array.init 100 (fun i -> i < 13) |]
    let other = [| Array.init 100 (fun i -> i >= 13 && i < 23) |]
    Assert.False(EpochChoice.isMoreAccurate (Array.create 100 1.0) one 0 other 0)
    // unless these examples count more
    let weights = Array.init 100 (fun i -> if i < 13 then 10.0 else 1.0)
    Assert.True(EpochChoice.isMoreAccurate weights one 0 other 0)
