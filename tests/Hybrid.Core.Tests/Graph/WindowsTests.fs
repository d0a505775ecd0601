module Hybrid.Tests.WindowsTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private row = Tensor.constant [ 1; 5 ] [| 1.0; 2.0; 3.0; 4.0; 5.0 |]

let private window size stride dilation : Window =
    {
        Size = size
        Stride = stride
        Dilation = dilation
    }

[<Fact>]
let ``Padding puts zeros before and after each axis`` () =
    let x = matrix [ [ 1.0; 2.0 ] ]
    values 0.0 [ 0.0; 0.0; 0.0; 0.0; 1.0; 2.0 ] (Tensor.pad [ struct (1, 0); (1, 0) ] x)
    values 0.0 [ 1.0; 2.0; 0.0 ] (Tensor.pad [ struct (0, 0); (0, 1) ] x)
    Assert.Same(x, Tensor.pad [ struct (0, 0); (0, 0) ] x)

[<Fact>]
let ``Padding needs two numbers for each axis, not negative`` () =
    for edges in [ [ struct (1, 1) ]; [ struct (0, 0); (-1, 0) ] ] do
        raises<ShapeMismatchException, _> [ "Pad: the shapes [1; 5]" ] (fun () -> Tensor.pad edges row)

[<Fact>]
let ``Windows hold the elements from each of their starts on`` () =
    values 0.0 [ 1.0; 2.0; 3.0; 2.0; 3.0; 4.0; 3.0; 4.0; 5.0 ] (Tensor.windows [ window 3 1 1 ] row)
    values 0.0 [ 1.0; 2.0; 3.0; 4.0 ] (Tensor.windows [ window 2 2 1 ] row)
    values 0.0 [ 1.0; 4.0; 2.0; 5.0 ] (Tensor.windows [ window 2 1 3 ] row)

[<Fact>]
let ``Windows of an image keep its channels together`` () =
    let image = Tensor.constant [ 1; 3; 3; 2 ] (Array.init 18 float)
    let windows = Tensor.windows [ window 2 1 1; window 2 1 1 ] image
    Assert.Equal<Shape>([ 1; 2; 2; 2; 2; 2 ], windows.Shape)
    values 0.0 [ 2.0; 3.0; 4.0; 5.0; 8.0; 9.0; 10.0; 11.0 ] (Tensor.slice 2 1 1 windows |> Tensor.slice 1 0 1)

[<Fact>]
let ``Windows side by side are not copied`` () =
    let x = Tensor.input "x" [ 2; 6; 3 ]

    match (Tensor.windows [ window 2 2 1 ] x).Node with
    | Apply({ Kernel = Kernel.View }, [ operand ]) -> Assert.Same(x, operand)
    | _ -> Assert.Fail "A view was expected."

[<Fact>]
let ``Elements of windows that overlap are added`` () =
    let sums =
        Tensor.windows [ window 3 1 1 ] row |> Tensor.overlapAdd [ window 3 1 1 ] [ 5 ]

    values 0.0 [ 1.0; 4.0; 9.0; 8.0; 5.0 ] sums

[<Fact>]
let ``Elements between windows get zeros`` () =
    values
        0.0
        [ 1.0; 2.0; 0.0; 3.0; 4.0; 0.0 ]
        (Tensor.overlapAdd [ window 2 3 1 ] [ 6 ] (Tensor.constant [ 1; 2; 2 ] [| 1.0; 2.0; 3.0; 4.0 |]))

[<Fact>]
let ``A window larger than its axis, and sizes below 1, are errors`` () =
    raises<ShapeMismatchException, _> [ "Windows: the shapes [1; 5]"; "7"; "axis of 5" ] (fun () ->
        Tensor.windows [ window 3 1 3 ] row)

    for wrong in [ window 0 1 1; window 1 0 1; window 1 1 0 ] do
        raises<ShapeMismatchException, _> [ "at least 1" ] (fun () -> Tensor.windows [ wrong ] row)

    raises<ShapeMismatchException, _> [ "2 axes" ] (fun () ->
        Tensor.windows [ window 1 1 1; window 1 1 1 ] row)

[<Fact>]
let ``Sums of windows need as many windows as there are`` () =
    raises<ShapeMismatchException, _> [ "OverlapAdd" ] (fun () ->
        Tensor.overlapAdd [ window 2 1 1 ] [ 9 ] (Tensor.input "x" [ 1; 4; 2 ]))

    raises<ShapeMismatchException, _> [ "OverlapAdd" ] (fun () -> Tensor.overlapAdd [ window 2 1 1 ] [] row)
