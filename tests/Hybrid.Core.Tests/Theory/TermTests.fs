module Hybrid.Tests.TermTests

open System
open Hybrid.Core
open Hybrid.Theory
open Xunit

let private literal text = (Literal.parse text).Value

[<Fact>]
let ``A number is enclosed as it is written`` () =
    // 0.1 is below its nearest float64, 0.3 above, 0.5 is one
    for text, lower, upper in
        [
            "0.1", Math.BitDecrement 0.1, 0.1
            "0.3", 0.3, Math.BitIncrement 0.3
            "0.5", 0.5, 0.5
            "12", 12.0, 12.0
            "1e22", 1e22, 1e22
            "1e23", 1e23, Math.BitIncrement 1e23
            "9007199254740993", 9007199254740992.0, Math.BitIncrement 9007199254740992.0
            "0.1000000000000000055511151231257827021181583404541015625", 0.1, 0.1
            "2.5E-3", (literal "0.0025").Bounds.Lower, (literal "0.0025").Bounds.Upper
            "1e-400", 0.0, 5e-324
            "1e-99999999", 0.0, 5e-324
            "5e-324", 5e-324, Math.BitIncrement 5e-324
            "0.000", 0.0, 0.0
            "0e99999", 0.0, 0.0
        ] do
        let bounds = (literal text).Bounds
        Assert.True(bounds.Lower <= lower && lower <= bounds.Upper, text)
        Assert.True(bounds.Lower <= upper && upper <= bounds.Upper, text)
        Assert.Equal(upper - lower, bounds.Upper - bounds.Lower)

[<Fact>]
let ``Text that is too large for float64, or not a number, is not a literal`` () =
    for text in [ "1e309"; "."; "1e"; "" ] do
        Assert.Equal(None, Literal.parse text)

[<Fact>]
let ``A formula's bounds contain the numbers as written, not only the nearest float64`` () =
    let bounds text =
        let expression = Expression.parse [ "x" ] text
        let x = Tensor.input "x" [ 1; 1 ]

        Enclosure.evaluate [ "x", [| Interval.exactly 0.0 |] ] [ Expression.graph expression x ]
        |> List.exactlyOne
        |> Array.exactlyOne

    // in exact numbers all are 0; in float64 some are not
    for text in [ "0.1*3-0.3"; "0.1+0.2-0.3"; "1/3*3-1"; "0.7-7/10"; "1000000.1-1000000-0.1" ] do
        Assert.True(Interval.contains 0.0 (bounds text), text)

    // π and e lie between what these say
    for text, sign in
        [
            "pi-3.141592653589793238", 1
            "pi-3.141592653589793239", -1
            "e-2.718281828459045235", 1
            "e-2.718281828459045236", -1
        ] do
        let bounds = bounds text
        Assert.True((if sign > 0 then bounds.Upper else -bounds.Lower) > 0.0, text)

    Assert.True((bounds "pi").Lower < (bounds "pi").Upper)

[<Fact>]
let ``A printed term is parsed back unchanged`` () =
    for text in
        [
            "sin(2*pi*x)"
            "-(x+1)^2"
            "(x-0.10)/(x*x)"
            "x-(1-x)"
            "2^-x"
            "(x^2)^3"
            "x^2^3"
            "-x*2"
        ] do
        let term = Parser.parse [ "x" ] text
        Assert.Equal(term, Parser.parse [ "x" ] (Term.text [ "x" ] term))

    Assert.Equal("sqrt(x-0.40)", Term.text [ "x" ] (Parser.parse [ "x" ] "sqrt(x - 0.40)"))
