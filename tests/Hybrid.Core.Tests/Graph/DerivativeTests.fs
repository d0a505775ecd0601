module Hybrid.Tests.DerivativeTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``The gradient of a non-scalar is an error that says what to do`` () =
    let x = Tensor.input "x" [ 2; 3 ]

    raises<NotDifferentiableException, _> [ "[2; 3]"; "Sum or average it first" ] (fun () ->
        Derivative.gradient (Tensor.exp x) [ x ])

[<Fact>]
let ``The derivative of an index is an error in both modes`` () =
    let x = Tensor.input "x" [ 3 ]
    let index = Tensor.argMax 0 x
    raises<NotDifferentiableException, _> [ "ArgMax"; "index" ] (fun () -> Derivative.gradient index [ x ])
    raises<NotDifferentiableException, _> [ "ArgMax"; "index" ] (fun () -> Derivative.forward index [ x, x ])

[<Fact>]
let ``A cotangent of the wrong shape is an error`` () =
    let x = Tensor.input "x" [ 3 ]

    raises<ShapeMismatchException, _> [ "Vjp: the shapes [3] and [2]" ] (fun () ->
        Derivative.reverse x (Tensor.input "g" [ 2 ]) [ x ])

[<Fact>]
let ``A tensor that the output does not depend on has gradient zero`` () =
    let x, other = Tensor.input "x" [], Tensor.input "other" [ 2 ]
    let gradient = Derivative.gradient (x * x) [ other ] |> List.exactlyOne
    values 0.0 [ 0.0; 0.0 ] gradient

[<Fact>]
let ``A tensor that is used twice has the sum of both gradients`` () =
    let x = Tensor.scalar 3.0
    Derivative.gradient (x * x + x) [ x ] |> List.exactlyOne |> values 0.0 [ 7.0 ]

[<Fact>]
let ``A gradient can be differentiated again`` () =
    let x = Tensor.scalar 2.0
    let first = Derivative.gradient (x * x * x) [ x ] |> List.exactlyOne
    let second = Derivative.gradient first [ x ] |> List.exactlyOne
    let third = Derivative.gradient second [ x ] |> List.exactlyOne
    values 0.0 [ 12.0 ] first
    values 0.0 [ 12.0 ] second
    values 0.0 [ 6.0 ] third

[<Fact>]
let ``The gradient with respect to an inner node is that of the nodes after it`` () =
    let x = Tensor.scalar 3.0
    let inner = x * x
    let gradients = Derivative.gradient (5.0 * inner) [ inner; x ]

    gradients
    |> List.map (Reference.value >> Array.head)
    |> closeTo 0.0 [ 5.0; 30.0 ]
