module Hybrid.Tests.SupremumTests

open Hybrid.Core
open Hybrid.Theory
open Xunit

let private box lower upper : Interval[] = [| { Lower = lower; Upper = upper } |]

let private graph text =
    Expression.graph (Expression.parse [ "x" ] text)

[<Fact>]
let ``The maximum absolute value is enclosed, and found`` () =
    let supremum = Supremum.upper (graph "x^2-x") (box 0.0 1.0)
    Assert.InRange(supremum.Upper, 0.25, 0.2503)
    Assert.InRange(supremum.Lower, 0.2497, 0.25)
    Assert.Equal(0.5, supremum.Point[0], 1)

[<Fact>]
let ``The search ends at a value that is too large, with a box around it`` () =
    let supremum =
        Supremum.ofAbsolute (graph "x") [| box 0.0 1.0 |> Array.head |> Array.singleton |] (fun _ -> 0.4) 1000

    Assert.True(supremum.Lower > 0.4)
    Assert.True(Interval.contains supremum.Point[0] supremum.Box[0])
    Assert.InRange(supremum.Boxes, 1, 10)

[<Fact>]
let ``Too few boxes still give a valid bound`` () =
    let supremum =
        Supremum.ofAbsolute (graph "sin(20*x)*x-x*x") [| box 0.0 1.0 |] (fun lower -> lower) 3

    Assert.InRange(supremum.Upper, 1.5, infinity)
    Assert.InRange(supremum.Boxes, 1, 6)

[<Fact>]
let ``A function with a pole has no bound, and the box contains the pole`` () =
    let supremum =
        Supremum.ofAbsolute (graph "1/(x-0.3)") [| box 0.0 1.0 |] (fun lower -> lower) 2000

    Assert.Equal(infinity, supremum.Upper)

[<Fact>]
let ``A function that jumps is bounded without slopes`` () =
    Assert.False(Supremum.isContinuous [ Tensor.step (Tensor.input "x" [ 1; 1 ]) ])
    Assert.True(Supremum.isContinuous [ graph "abs(sin(x))^2/2" (Tensor.input "x" [ 1; 1 ]) ])
    let supremum = Supremum.upper (fun x -> 3.0 * Tensor.step (x - 0.5)) (box 0.0 1.0)
    Assert.Equal(3.0, supremum.Upper, 6)
