module Hybrid.Tests.RegularizerTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private weight = matrix [ [ 3.0; -4.0 ]; [ 0.6; 0.8 ] ]
let private bias = vector [ 100.0; 100.0 ]

[<Fact>]
let ``The penalty follows its formula, and biases are exempt`` () =
    let regularizer =
        { Regularizer.none with
            L1 = 0.1
            L2 = 0.01
        }

    // 0.1 (3 + 4 + 0.6 + 0.8) + ½ 0.01 (9 + 16 + 0.36 + 0.64)
    values 1e-14 [ 0.84 + 0.13 ] (Regularizer.penalty regularizer [ weight; bias ])

[<Fact>]
let ``A row that exceeds the bound is scaled back to it, and the others are unchanged`` () =
    let regularizer =
        { Regularizer.none with
            MaxNorm = Some 2.0
        }

    values 1e-15 [ 1.2; -1.6; 0.6; 0.8 ] (Regularizer.project regularizer weight)
    Assert.Same(bias, Regularizer.project regularizer bias)
    values 0.0 [ 0.0; 0.0 ] (Regularizer.project regularizer (matrix [ [ 0.0; 0.0 ] ]))
