module Hybrid.Tests.MovementTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private x = matrix [ [ 1.0; 2.0; 3.0 ]; [ 4.0; 5.0; 6.0 ] ]

[<Fact>]
let ``A slice holds the elements from its start on`` () =
    values 0.0 [ 2.0; 3.0; 5.0; 6.0 ] (Tensor.slice 1 1 2 x)
    values 0.0 [ 4.0; 5.0; 6.0 ] (Tensor.slice 0 1 1 x)

[<Fact>]
let ``A slice beyond the end is an error that names the elements`` () =
    raises<ShapeMismatchException, _> [ "Slice: the shapes [2; 3]"; "Elements 2 to 3"; "axis 1" ] (fun () ->
        Tensor.slice -1 2 2 x)

[<Fact>]
let ``Parts are concatenated in order`` () =
    values 0.0 [ 1.0; 2.0; 3.0; 9.0; 4.0; 5.0; 6.0; 8.0 ] (Tensor.concat 1 [ x; matrix [ [ 9.0 ]; [ 8.0 ] ] ])

[<Fact>]
let ``Concatenating parts of different extents is an error that names all of them`` () =
    raises<ShapeMismatchException, _> [ "Concat: the shapes [2; 3] and [3; 3]"; "axis 1" ] (fun () ->
        Tensor.concat 1 [ x; Tensor.input "y" [ 3; 3 ] ])

[<Fact>]
let ``Concatenating no tensors is an error`` () =
    raises<ShapeMismatchException, _> [ "Concat"; "At least one" ] (fun () -> Tensor.concat 0 [])
