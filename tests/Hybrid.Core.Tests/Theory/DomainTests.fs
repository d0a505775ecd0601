module Hybrid.Tests.DomainTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private require (text: string) (box: (float * float) list) =
    let variables = List.truncate box.Length [ "x"; "y" ]

    Domain.require
        (Expression.parse variables text)
        [| for lower, upper in box -> { Lower = lower; Upper = upper } |]

let private unit = [ 0.0, 1.0 ]
let private square = [ 0.0, 1.0; 0.0, 1.0 ]

[<Theory>]
[<InlineData("1/(x-0.3)", "0.3")>]
[<InlineData("1/(x^2-0.1)", "0.31622")>]
[<InlineData("1/(x-1/3)", "0.33333")>]
[<InlineData("log(x)", "at 0")>]
[<InlineData("log(x-0.5)", "at 0")>]
[<InlineData("log(abs(x-0.7))", "0.7")>]
[<InlineData("1/x", "at 0")>]
[<InlineData("x^-1", "at 0")>]
[<InlineData("sqrt(x-0.25)", "at 0")>]
[<InlineData("sqrt((x-0.3)^2-0.00000001)", "0.3")>]
[<InlineData("sqrt((x-0.3)^2-0.00000001)^0", "at 0.")>]
[<InlineData("(x-0.5)^0.5", "at 0")>]
[<InlineData("(x-0.6)^-2", "0.6")>]
[<InlineData("abs(x-0.6)^-0.5", "0.6")>]
[<InlineData("sin(1/(x-0.7))", "0.7")>]
[<InlineData("exp(1000*x)", "at 0.7")>]
let ``A pole or a gap is detected, wherever it is`` (text: string, place: string) =
    raises<ApproximationException, _> [ "no finite value"; place; "interval" ] (fun () -> require text unit)

[<Theory>]
[<InlineData("sqrt(x)")>]
[<InlineData("sqrt(1-x^2)")>]
[<InlineData("x^0.5")>]
[<InlineData("x^1.5")>]
[<InlineData("2^x")>]
[<InlineData("x^x")>]
[<InlineData("log(x+0.001)")>]
[<InlineData("1/(1+x^2)")>]
[<InlineData("1/(x+0.001)")>]
[<InlineData("abs(x-0.5)")>]
[<InlineData("sqrt(abs(x-0.3))")>]
[<InlineData("x^-0")>]
[<InlineData("3")>]
let ``A function that has a value everywhere is accepted, even with roots that touch 0`` (text: string) =
    require text unit

[<Fact>]
let ``A pole or a gap in the plane is detected`` () =
    for text, place in
        [
            "1/(x-y+2)", ""
            "sqrt(x*y)", ""
            "sqrt(x^2+y^2)", ""
            "1/(x-y+0.00001)", "no finite value"
            "1/(x^2+y^2-0.5)", "no finite value"
            "log(x+y)", "at 0, 0"
            "1/((x-0.3)^2+(y-0.6)^2)", "no finite value"
        ] do
        if place = "" then
            require text square
        else
            raises<ApproximationException, _> [ place ] (fun () -> require text square)
