module Hybrid.Tests.ExpressionTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private parse = Expression.parse [ "x"; "y" ]

[<Fact>]
let ``The graph is computed row by row, from [n; axes] to [n; 1]`` () =
    let x = matrix [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ]; [ 0.0; -1.0 ] ]
    let y = Expression.graph (parse "x^2 - 2*y + 1") x
    Assert.Equal<int list>([ 3; 1 ], y.Shape)
    values 1e-15 [ -2.0; 2.0; 3.0 ] y

[<Fact>]
let ``A constant formula also gives a column`` () =
    values 0.0 [ 2.5; 2.5 ] (Expression.graph (parse "2.5") (matrix [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]))

[<Fact>]
let ``A formula knows which variables it uses`` () =
    Assert.True(Expression.uses 0 (parse "sin(1+x)"))
    Assert.False(Expression.uses 1 (parse "sin(1+x)"))
    Assert.True(Expression.uses 1 (parse "2^-(x*y)"))
    Assert.False(Expression.uses 0 (parse "pi"))

[<Fact>]
let ``The derivative of a formula comes from its graph`` () =
    let x = matrix [ [ 0.5; 3.0 ] ]
    let f = Expression.graph (parse "x^2*y + sin(x)")
    values 1e-14 [ 3.0 + cos 0.5; 0.25 ] (Constants.derivative f x)

[<Fact>]
let ``A formula is NaN where it has no value`` () =
    let value text =
        Expression.value (parse text) [| -1.0; 0.0 |]

    Assert.True(System.Double.IsNaN(value "sqrt(x)"))
    Assert.True(System.Double.IsNaN(value "log(x)"))
    Assert.True(System.Double.IsNaN(value "x^0.5"))
    Assert.True(System.Double.IsInfinity(value "x/y"))
