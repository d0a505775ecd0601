module Hybrid.Tests.TextTests

open Hybrid.Core
open Xunit

[<Fact>]
let ``A graph is written with one line per node, inputs by name and scalars by value`` () =
    let x = Tensor.input "x" [ 4; 2 ]
    let w = Tensor.constant [ 2; 3 ] (Array.zeroCreate 6)
    let y = Tensor.tanh (x *@ w) * 0.5

    Assert.Equal(
        "%1 = constant : [2; 3]\n"
        + "%2 = MatMul x %1 : [4; 3]\n"
        + "%3 = Tanh %2 : [4; 3]\n"
        + "%5 = Broadcast 0.5 : [4; 3]\n"
        + "%6 = Multiply %3 %5 : [4; 3]",
        Text.ofTensors [ y ]
    )
