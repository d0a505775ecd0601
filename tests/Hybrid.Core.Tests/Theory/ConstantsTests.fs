module Hybrid.Tests.ConstantsTests

open System
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private box axes : Interval[] =
    Array.replicate axes { Lower = 0.0; Upper = 1.0 }

let private one text = Expression.parse [ "x" ] text
let private two text = Expression.parse [ "x"; "y" ] text

let private isJustAbove (truth: float) (bound: float) =
    Assert.InRange(bound, truth, 1.0011 * truth + 1e-5)

[<Fact>]
let ``Slopes are bounded from above, closely`` () =
    isJustAbove (2.0 * Math.PI) (Constants.lipschitz (one "sin(2*pi*x)") (box 1))
    isJustAbove (exp 1.0) (Constants.lipschitz (one "exp(x)") (box 1))
    isJustAbove 1.0 (Constants.lipschitz (one "abs(x-0.5)") (box 1))
    isJustAbove 0.0 (Constants.lipschitz (one "3") (box 1))
    isJustAbove (sqrt 13.0) (Constants.lipschitz (two "2*x+3*y") (box 2))
    isJustAbove (sqrt 8.0) (Constants.lipschitz (two "x^2+y^2") (box 2))

[<Fact>]
let ``Curvatures are bounded from above, closely`` () =
    isJustAbove (4.0 * Math.PI ** 2.0) (Constants.curvature (one "sin(2*pi*x)") (box 1))
    isJustAbove 6.0 (Constants.curvature (one "x^3") (box 1))
    // the power of a number is smooth, as a power in general is not
    isJustAbove (2.0 * log 2.0 ** 2.0) (Constants.curvature (one "2^x") (box 1))
    isJustAbove (log 2.0 ** 2.0) (Constants.curvature (one "(1/2)^x") (box 1))
    // by the entries of the Hessian: √8 where its norm is 2
    Assert.InRange(Constants.curvature (two "x^2+y^2") (box 2), 2.0, 1.001 * sqrt 8.0)

[<Fact>]
let ``An unbounded slope or curvature is an error that says where`` () =
    raises<ApproximationException, _> [ "slope has no bound near [0"; "with Lipschitz" ] (fun () ->
        Constants.lipschitz (one "sqrt(x)") (box 1))

    raises<ApproximationException, _> [ "curvature has no bound"; "with Curvature" ] (fun () ->
        Constants.curvature (one "x^1.5") (box 1))

    raises<ApproximationException, _> [ "slope jumps"; "with Curvature" ] (fun () ->
        Constants.curvature (one "abs(x-0.5)") (box 1))

    raises<ApproximationException, _> [ "no finite value"; "0.3" ] (fun () ->
        Constants.lipschitz (one "1/(x-0.3)") (box 1))
