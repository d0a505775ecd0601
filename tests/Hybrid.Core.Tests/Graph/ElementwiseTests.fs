module Hybrid.Tests.ElementwiseTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private slopes (f: Tensor -> Tensor) (x: Tensor) =
    Derivative.gradient (Tensor.sumAll (f x)) [ x ] |> List.exactlyOne

[<Fact>]
let ``A function has its documented derivative at its kink`` () =
    values 0.0 [ 0.0 ] (slopes Tensor.relu (vector [ 0.0 ]))
    values 0.0 [ 0.0 ] (slopes Tensor.abs (vector [ 0.0 ]))
    let a, b = vector [ 2.0 ], vector [ 2.0 ]

    Derivative.gradient (Tensor.sumAll (Tensor.maximum a b)) [ a; b ]
    |> List.map (Reference.value >> Array.head)
    |> closeTo 0.0 [ 1.0; 0.0 ]

[<Fact>]
let ``Steps, signs and comparisons have derivative zero`` () =
    let x = vector [ -1.0; 2.0 ]

    for f in
        [
            Tensor.step
            Tensor.sign
            Tensor.isNaN
            Tensor.greater (vector [ 0.0; 0.0 ])
            Tensor.equal x
        ] do
        values 0.0 [ 0.0; 0.0 ] (slopes f x)

[<Fact>]
let ``The branch that a selection drops leaves no trace, even if it is NaN`` () =
    let x = vector [ 0.0; 2.0 ]

    let guarded x =
        Tensor.select (Tensor.step x) (Tensor.log x) (Tensor.scalar 0.0)

    values 1e-15 [ 0.0; log 2.0 ] (guarded x)

    let y =
        Tensor.select (Tensor.isNaN (vector [ nan; 1.0 ])) (Tensor.scalar 5.0) (vector [ nan; 1.0 ])

    values 0.0 [ 5.0; 1.0 ] y

[<Fact>]
let ``The sigmoid's derivative is at most a quarter, and nearly 0 far out`` () =
    values 1e-15 [ 0.25 ] (slopes Tensor.sigmoid (vector [ 0.0 ]))
    let far = Reference.value (slopes Tensor.sigmoid (vector [ 10.0; -10.0 ]))
    Assert.All(far, fun slope -> Assert.InRange(slope, 4.5e-5, 4.6e-5))

[<Fact>]
let ``tanh x = 2σ(2x) - 1`` () =
    let x = vector [ -20.0; -1.0; 0.0; 0.3; 5.0 ]
    values 1e-15 (Reference.value (Tensor.tanh x)) (2.0 * Tensor.sigmoid (2.0 * x) - 1.0)
