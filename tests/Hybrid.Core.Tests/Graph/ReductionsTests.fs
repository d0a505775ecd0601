module Hybrid.Tests.ReductionsTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``The first of several maxima is selected, and only it has a gradient`` () =
    let x = matrix [ [ 1.0; 5.0; 5.0 ] ]
    values 0.0 [ 1.0 ] (Tensor.argMax 1 x)

    Derivative.gradient (Tensor.sumAll (Tensor.max 1 x)) [ x ]
    |> List.exactlyOne
    |> values 0.0 [ 0.0; 1.0; 0.0 ]

[<Fact>]
let ``Indices become rows with a single 1, and an index out of range a row of zeros`` () =
    matrix [ [ 2.0 ]; [ 0.0 ]; [ nan ]; [ 7.0 ] ]
    |> Tensor.oneHot 3
    |> values 0.0 [ 0.0; 0.0; 1.0; 1.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0 ]

[<Fact>]
let ``Means divide by the number of elements added`` () =
    let x = matrix [ [ 1.0; 2.0 ]; [ 3.0; 6.0 ] ]
    values 0.0 [ 2.0; 4.0 ] (Tensor.mean 0 x)
    values 0.0 [ 3.0 ] (Tensor.meanAll x)
