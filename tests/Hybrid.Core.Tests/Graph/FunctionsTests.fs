module Hybrid.Tests.FunctionsTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private slopes (f: Tensor -> Tensor) (x: Tensor) =
    Derivative.gradient (Tensor.sumAll (f x)) [ x ] |> List.exactlyOne

[<Fact>]
let ``The sigmoid's derivative is at most a quarter, and nearly 0 far out`` () =
    values 1e-15 [ 0.25 ] (slopes Tensor.sigmoid (vector [ 0.0 ]))
    let far = Reference.value (slopes Tensor.sigmoid (vector [ 10.0; -10.0 ]))
    Assert.All(far, fun slope -> Assert.InRange(slope, 4.5e-5, 4.6e-5))

[<Fact>]
let ``tanh x = 2σ(2x) - 1`` () =
    let x = vector [ -20.0; -1.0; 0.0; 0.3; 5.0 ]
    values 1e-15 (Reference.value (Tensor.tanh x)) (2.0 * Tensor.sigmoid (2.0 * x) - 1.0)
