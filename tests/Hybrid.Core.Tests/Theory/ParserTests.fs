/// Formulas as text: precedence, what is refused and where, and text of all kinds.
module Hybrid.Tests.ParserTests

open System
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private value (text: string) : float =
    Expression.value (Expression.parse [ "x"; "y" ] text) [| 3.0; 5.0 |]

[<Theory>]
[<InlineData("-x^2", -9.0)>]
[<InlineData("(-x)^2", 9.0)>]
[<InlineData("2^-1", 0.5)>]
[<InlineData("2^3^2", 512.0)>]
[<InlineData("-2^-2", -0.25)>]
[<InlineData("10-4-3", 3.0)>]
[<InlineData("12/3/2", 2.0)>]
[<InlineData("1+2*3", 7.0)>]
[<InlineData("(1+2)*3", 9.0)>]
[<InlineData("2*-x", -6.0)>]
[<InlineData("2--x", 5.0)>]
[<InlineData("--x", 3.0)>]
[<InlineData("+x", 3.0)>]
[<InlineData("-x*y", -15.0)>]
[<InlineData("-6/x", -2.0)>]
[<InlineData("x - y", -2.0)>]
[<InlineData(" x\t*\ny ", 15.0)>]
[<InlineData("sqrt(x+1)", 2.0)>]
[<InlineData("sqrt (4)", 2.0)>]
[<InlineData("abs(-x)", 3.0)>]
[<InlineData("exp(0)+cos(0)", 2.0)>]
[<InlineData("log(e)", 1.0)>]
[<InlineData("sin(pi/2)", 1.0)>]
[<InlineData("1.5e1", 15.0)>]
[<InlineData("2E-1", 0.2)>]
[<InlineData(".5", 0.5)>]
[<InlineData("5.", 5.0)>]
[<InlineData("((((x))))", 3.0)>]
let ``A formula has its mathematical meaning`` (text: string, expected: float) =
    Assert.Equal(expected, value text, 15)

[<Theory>]
[<InlineData("", 1, "not the end")>]
[<InlineData("  ", 3, "not the end")>]
[<InlineData("x+", 3, "not the end")>]
[<InlineData("x y", 3, "not 'y'")>]
[<InlineData("2x", 2, "not 'x'")>]
[<InlineData("x)", 2, "not ')'")>]
[<InlineData("(x", 3, "')' or an operator")>]
[<InlineData("*x", 1, "not '*'")>]
[<InlineData("x**2", 3, "not '*'")>]
[<InlineData("sin", 4, "expected '(' after sin")>]
[<InlineData("sin x", 5, "expected '(' after sin")>]
[<InlineData("sin()", 5, "not ')'")>]
[<InlineData("1+z", 3, "there is no «z»")>]
[<InlineData("tan(x)", 1, "there is no «tan»")>]
[<InlineData("Sin(x)", 1, "there is no «Sin»")>]
[<InlineData("1e", 1, "«1e» is not a finite number")>]
[<InlineData("1e999", 1, "is not a finite number")>]
[<InlineData("1..2", 3, "an operator")>]
[<InlineData(".", 1, "«.» is not a finite number")>]
[<InlineData("1,5", 2, "not ','")>]
[<InlineData("x;y", 2, "not ';'")>]
[<InlineData("x\000", 2, "expected an operator")>]
[<InlineData("π", 1, "not 'π'")>]
let ``Text that is not a formula is refused with the column`` (text: string, column: int, message: string) =
    let error =
        raisesWith<ExpressionException, _> [ message; $"column {column}" ] (fun () -> value text)

    Assert.Equal(column, error.Column)

[<Fact>]
let ``An unknown name is an error that lists the known ones`` () =
    raises<ExpressionException, _> [ "sin()"; "sqrt()"; "pi"; "e"; "x"; "y" ] (fun () -> value "u")

    raises<ExpressionException, _> [ "there is no «y»" ] (fun () -> Expression.parse [ "x" ] "x+y")

[<Fact>]
let ``A formula has at most 10,000 characters`` () =
    let long = "x" + String.replicate 4999 "+x"
    Assert.Equal(15000.0, value (long + " "))
    raises<ExpressionException, _> [ "10000 characters" ] (fun () -> value (long + "  "))

[<Fact>]
let ``Long chains need no stack, and nesting is limited to 200 levels`` () =
    Assert.Equal(3.0, value (String.replicate 200 "(" + "x" + String.replicate 200 ")"))
    Assert.Equal(3.0, value (String.replicate 200 "-" + "x"))

    for text in
        [
            String.replicate 201 "(" + "x" + String.replicate 201 ")"
            String.replicate 201 "-" + "x"
            String.replicate 202 "x^" + "x"
            String.replicate 202 "sin(" + "x"
            String.replicate 10000 "("
        ] do
        raises<ExpressionException, _> [ "200"; "Simplify the formula" ] (fun () -> value text)

let private characters =
    "xyepi0123456789.+-*/^() sincoslogsqrtabsexpE,;_\t\000é√\uD83D\uDE00"

let private seeds =
    [|
        "sin(2*pi*x)"
        "-x^2 + 3.5e-2*(x - y)/2"
        "exp(-x^2)*cos(5*y)"
        "sqrt(abs(x))-log(2+x)"
        "2^-x^0.5"
    |]

[<Fact>]
let ``Any text is either a formula or refused`` () =
    let random = Random 1
    let pick (text: string) = text[random.Next text.Length]

    let mutated (text: string) =
        let at = random.Next(text.Length + 1)

        match random.Next 4 with
        | 0 -> text.Insert(at, string (pick characters))
        | 1 when at < text.Length -> text.Remove(at, 1)
        | 2 when at < text.Length -> text.Remove(at, 1).Insert(at, string (pick characters))
        | _ -> text.Insert(at, text[random.Next(text.Length) ..])

    let texts =
        seq {
            for _ in 1..15000 do
                String.init (random.Next 30) (fun _ -> string (pick characters))

            for _ in 1..25000 do
                let start = seeds[random.Next seeds.Length]

                Seq.fold
                    (fun text _ -> if text = "" then "x" else mutated text)
                    start
                    (seq { 1 .. random.Next(1, 6) })
        }

    let mutable read = 0

    for text in texts do
        try
            // a formula can be computed, whatever its value
            value text |> ignore
            read <- read + 1
        with :? ExpressionException as error ->
            Assert.InRange(error.Column, 1, text.Length + 1)

    Assert.InRange(read, 1000, 39000)
