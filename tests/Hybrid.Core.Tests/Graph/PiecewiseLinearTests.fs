module Hybrid.Tests.PiecewiseLinearTests

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
