module Hybrid.Tests.MaxoutTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

// powers of two: every product and sum is exact
let private w = [ 0.5; -2.0; 4.0 ]
let private x = matrix [ [ 1.0; 2.0; 0.25 ]; [ -1.0; 0.5; 8.0 ]; [ 0.0; 0.0; 0.0 ] ]
let private z = x *@ Tensor.transpose (matrix [ w ])
let private scaled factor = List.map ((*) factor) w

let private maxout first second =
    Maxout.forward
        {
            Pieces = 2
            Weight = matrix [ first; second ]
            Bias = vector [ 0.0; 0.0 ]
        }
        x

[<Fact>]
let ``ReLU is the maxout of 0 and w`` () =
    values 0.0 (Reference.value (Tensor.relu z)) (maxout (scaled 0.0) w)

[<Fact>]
let ``Leaky ReLU is the maxout of aw and w`` () =
    values 0.0 (Reference.value (Activation.leakyRelu 0.125 z)) (maxout (scaled 0.125) w)

[<Fact>]
let ``The absolute value is the maxout of w and -w`` () =
    values 0.0 (Reference.value (Tensor.abs z)) (maxout w (scaled -1.0))

[<Fact>]
let ``The identity is the maxout of w and w`` () =
    values 0.0 (Reference.value z) (maxout w w)

[<Fact>]
let ``Two pieces have twice the parameters of a linear layer`` () =
    let maxout = Maxout.network (Maxout.create He 1UL 2 5 7)
    let linear = Linear.network (Linear.create He 1UL 5 7)
    Assert.Equal(2 * Network.parameterCount linear, Network.parameterCount maxout)
    Assert.Equal(84, Network.parameterCount maxout)

[<Fact>]
let ``The first pieces of all units come first`` () =
    // units: max(x, 3x) and max(2x, 4x), of x = 1 and then of x = -1
    let maxout =
        {
            Pieces = 2
            Weight = matrix [ [ 1.0 ]; [ 2.0 ]; [ 3.0 ]; [ 4.0 ] ]
            Bias = vector [ 0.0; 0.0; 0.0; 0.0 ]
        }

    values 0.0 [ 3.0; 4.0; -1.0; -2.0 ] (Maxout.forward maxout (matrix [ [ 1.0 ]; [ -1.0 ] ]))

[<Fact>]
let ``Only the maximum piece has a gradient, and of two equal ones only the first`` () =
    let gradient first second =
        let weight, example = matrix [ [ first ]; [ second ] ], matrix [ [ 3.0 ] ]

        let y =
            Maxout.forward
                {
                    Pieces = 2
                    Weight = weight
                    Bias = vector [ 0.0; 0.0 ]
                }
                example

        Derivative.gradient (Tensor.sumAll y) [ weight ] |> List.exactlyOne

    values 0.0 [ 0.0; 3.0 ] (gradient 1.0 2.0)
    values 0.0 [ 3.0; 0.0 ] (gradient 1.0 1.0)

[<Theory; InlineData(0, 5, 7, "pieces"); InlineData(2, -5, 7, "inputs"); InlineData(2, 5, 0, "units")>]
let ``A size below 1 is an error that names it`` (pieces: int) (inputs: int) (units: int) (size: string) =
    Assert.Throws<ArgumentOutOfRangeException>(
        size,
        (fun () -> Maxout.create He 1UL pieces inputs units |> ignore)
    )
    |> ignore
