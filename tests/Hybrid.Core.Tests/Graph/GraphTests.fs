module Hybrid.Tests.GraphTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private chain length =
    Seq.fold (fun x _ -> Tensor.negate x) (Tensor.input "x" []) (seq { 1..length })

[<Fact>]
let ``A chain of 200000 nodes does not overflow the stack`` () =
    Assert.Equal(200001, (Graph.order [ chain 200000 ]).Length)

[<Fact>]
let ``A chain of 200000 nodes is evaluated and differentiated`` () =
    let x = Tensor.input "x" []
    let y = Seq.fold (fun y _ -> Tensor.negate y) x (seq { 1..200000 })
    let slope = Derivative.gradient y [ x ] |> List.exactlyOne
    let results = Eager.evaluate engine [ "x", [| 3f |] ] [ y; slope ]
    Assert.Equal<float32[] list>([ [| 3f |]; [| 1f |] ], results)

[<Fact>]
let ``A node that is used twice is listed once, after its operands`` () =
    let x = Tensor.input "x" [ 2 ]
    let shared = Tensor.exp x
    let y = shared * shared
    Assert.Equal<Tensor[]>([| x; shared; y |], Graph.order [ y ])

[<Fact>]
let ``Inputs are listed by name and shape, each once, in order of first use`` () =
    let a, b = Tensor.input "a" [ 2; 3 ], Tensor.input "b" [ 3 ]
    Assert.Equal<(string * Shape) list>([ "a", [ 2; 3 ]; "b", [ 3 ] ], Graph.inputs [ a + b; b * a ])
