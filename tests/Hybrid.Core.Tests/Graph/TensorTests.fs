module Hybrid.Tests.TensorTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private a = Tensor.input "a" [ 2; 3 ]

// No reader is asked in the tests of errors: the line that makes the node is the one that raises.

[<Fact>]
let ``A matrix product of mismatched shapes is an error that names the operation and both shapes`` () =
    let error =
        raisesWith<ShapeMismatchException, _> [ "MatMul: the shapes [2; 3] and [2; 4] do not fit" ] (fun () ->
            a *@ Tensor.input "b" [ 2; 4 ])

    Assert.Equal("MatMul", error.Operation)
    Assert.Equal<int list list>([ [ 2; 3 ]; [ 2; 4 ] ], error.Shapes)

[<Fact>]
let ``A matrix product of a vector is an error`` () =
    raises<ShapeMismatchException, _> [ "MatMul: the shapes [2; 3] and [3]" ] (fun () ->
        a *@ Tensor.input "b" [ 3 ])

[<Fact>]
let ``A sum of shapes that do not broadcast is an error that names the operation and both shapes`` () =
    raises<ShapeMismatchException, _> [ "Add: the shapes [2; 3] and [2; 4]" ] (fun () ->
        a + Tensor.input "b" [ 2; 4 ])

[<Fact>]
let ``A sum with a zero still checks the shapes`` () =
    raises<ShapeMismatchException, _> [ "Add: the shapes [2; 3] and [4]" ] (fun () ->
        a + Tensor.fill 0.0 [ 4 ])

[<Fact>]
let ``A reshape to a different size is an error that names both shapes`` () =
    raises<ShapeMismatchException, _> [ "Reshape: the shapes [2; 3] and [4; 2]" ] (fun () ->
        Tensor.reshape [ 4; 2 ] a)

[<Fact>]
let ``A transpose of three axes is an error that points to permute`` () =
    raises<ShapeMismatchException, _> [ "Transpose: the shapes [2; 3; 4]"; "permute" ] (fun () ->
        Tensor.transpose (Tensor.input "x" [ 2; 3; 4 ]))

[<Fact>]
let ``A permutation that names an axis twice is an error`` () =
    raises<ShapeMismatchException, _> [ "Transpose"; "[0; 0]" ] (fun () -> Tensor.permute [ 0; 0 ] a)

[<Fact>]
let ``A broadcast to a smaller extent is an error`` () =
    raises<ShapeMismatchException, _> [ "Broadcast: the shapes [2; 3] and [1; 3]" ] (fun () ->
        Tensor.broadcast [ 1; 3 ] a)

[<Fact>]
let ``An axis that does not exist is an error that names it`` () =
    raises<ShapeMismatchException, _> [ "Sum: the shapes [2; 3]"; "no axis 2" ] (fun () -> Tensor.sum 2 a)

[<Fact>]
let ``A constant with the wrong number of values is an error`` () =
    raises<ShapeMismatchException, _> [ "constant: the shapes [2; 2] and [3]" ] (fun () ->
        Tensor.constant [ 2; 2 ] [| 1.0; 2.0; 3.0 |])

[<Fact>]
let ``The matrix product binds more tightly than the sum`` () =
    let x, w, b = matrix [ [ 1.0; 2.0 ] ], matrix [ [ 3.0 ]; [ 4.0 ] ], vector [ 0.5 ]
    values 0.0 [ 11.5 ] (x *@ w + b)

[<Fact>]
let ``Transposed operands of a product are not copied`` () =
    let x, w =
        matrix [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ], matrix [ [ 5.0; 6.0 ]; [ 7.0; 8.0 ] ]

    let y = Tensor.transpose x *@ Tensor.transpose w
    Assert.Equal<Tensor[]>([| x; w; y |], Graph.order [ y ])
    values 0.0 [ 23.0; 31.0; 34.0; 46.0 ] y

[<Fact>]
let ``Three axes are permuted`` () =
    Tensor.constant [ 1; 2; 3 ] [| 0.0 .. 5.0 |]
    |> Tensor.permute [ 2; 0; 1 ]
    |> values 0.0 [ 0.0; 3.0; 1.0; 4.0; 2.0; 5.0 ]

[<Fact>]
let ``A sum keeps the other axes in order`` () =
    let x = Tensor.constant [ 2; 2; 2 ] [| 1.0 .. 8.0 |]
    values 0.0 [ 4.0; 6.0; 12.0; 14.0 ] (Tensor.sum 1 x)
    values 0.0 [ 3.0; 7.0; 11.0; 15.0 ] (Tensor.sum -1 x)

[<Fact>]
let ``A tensor describes itself without computing anything`` () =
    Assert.Equal("Tensor [2; 3] input \"a\"", string a)
    Assert.Equal("Tensor [2; 2] MatMul", sprintf "%A" (a *@ Tensor.transpose a))
