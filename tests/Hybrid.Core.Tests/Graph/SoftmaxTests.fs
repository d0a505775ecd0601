module Hybrid.Tests.SoftmaxTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Scores in the thousands have finite probabilities`` () =
    let scores = matrix [ [ 1000.0; 1000.0; -1000.0 ] ]
    values 1e-15 [ 0.5; 0.5; 0.0 ] (Tensor.softmax 1 scores)
    values 1e-12 [ 1000.0 + log 2.0 ] (Tensor.logSumExp 1 scores)

/// The expected digits are from arithmetic of 40 digits.
let private encloses (expected: float) (below: float) (y: Tensor) =
    let bounds = Enclosure.evaluate [] [ y ] |> List.exactlyOne |> Array.head
    Assert.True(Interval.contains expected bounds, $"{expected:R} is not in {bounds}.")
    Assert.True(bounds.Upper - bounds.Lower <= below, $"{bounds} is wide.")

[<Fact>]
let ``The enclosure of a small probability contains the real number`` () =
    // exp of a rounded difference of 100 is right to no more than 64 units in the last place
    let probabilities = Tensor.softmax 1 (matrix [ [ 0.1; 100.3 ] ])
    encloses 3.0457406053548560841e-44 1e-56 probabilities

[<Fact>]
let ``The enclosure of a sum of exponentials contains the real number where its logarithm nearly vanishes``
    ()
    =
    let half = -0.6931471805599453
    encloses 2.3190468138462996155e-17 1e-14 (Tensor.logSumExp 0 (vector [ half; half ]))

[<Fact>]
let ``Enclosures of scores without bounds stay enclosures`` () =
    let wide =
        {
            Lower = Double.NegativeInfinity
            Upper = 1000.0
        }

    let bounds =
        Enclosure.evaluate [ "x", [| wide; wide |] ] [ Tensor.softmax 0 (Tensor.input "x" [ 2 ]) ]

    Assert.Equal<Interval[] list>(
        [ [| { Lower = 0.0; Upper = 1.0 }; { Lower = 0.0; Upper = 1.0 } |] ],
        bounds
    )
