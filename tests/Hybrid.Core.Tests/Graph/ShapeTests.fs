module Hybrid.Tests.ShapeTests

open Hybrid.Core
open Xunit

[<Fact>]
let ``Axes are aligned at the last one, and an extent of 1 stretches`` () =
    Assert.Equal<int list>([ 5; 3; 4 ], Shape.broadcast "Add" [ 5; 1; 4 ] [ 3; 1 ])

[<Fact>]
let ``Shapes that do not fit are an error that names the operation and both shapes`` () =
    let error =
        Assert.Throws<ShapeMismatchException>(fun () -> Shape.broadcast "Add" [ 2; 3 ] [ 2; 4 ] |> ignore)

    Assert.Contains("Add: the shapes [2; 3] and [2; 4]", error.Message)

[<Fact>]
let ``Strides are the sizes of the inner axes`` () =
    Assert.Equal<int list>([ 12; 4; 1 ], Shape.strides [ 2; 3; 4 ])
