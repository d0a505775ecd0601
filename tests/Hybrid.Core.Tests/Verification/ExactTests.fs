/// Decimals as exact numbers, and their neighbours in float64 and float32.
module Hybrid.Tests.ExactTests

open System
open Hybrid.Verification
open Hybrid.Tests.CoreTesting
open Xunit

let private parse (text: string) : Exact =
    match Exact.tryParse text with
    | ValueSome x -> x
    | ValueNone ->
        Assert.Fail $"{text} was not read."
        Exact.zero

[<Theory>]
[<InlineData("0", 0.0)>]
[<InlineData("-0.5", -0.5)>]
[<InlineData("+3", 3.0)>]
[<InlineData("1e3", 1000.0)>]
[<InlineData("25E-2", 0.25)>]
[<InlineData("-.5", -0.5)>]
[<InlineData("00.250", 0.25)>]
let ``A decimal has its value`` (text: string, expected: float) =
    Assert.Equal(Exact.ofFloat expected, parse text)

[<Theory>]
[<InlineData("")>]
[<InlineData("-")>]
[<InlineData(".")>]
[<InlineData("1.2.3")>]
[<InlineData("--1")>]
[<InlineData("1e")>]
[<InlineData("1e1.5")>]
[<InlineData("1e999999999")>]
[<InlineData("x")>]
[<InlineData("NaN")>]
[<InlineData("1,5")>]
let ``Text that is not a decimal is refused`` (text: string) =
    Assert.True(ValueOption.isNone (Exact.tryParse text))

[<Theory>]
[<InlineData("0.1")>]
[<InlineData("-0.1")>]
[<InlineData("0.227272727")>]
[<InlineData("0.5")>]
[<InlineData("-123456789.123456789123456789")>]
[<InlineData("1e-320")>]
[<InlineData("1e-400")>]
[<InlineData("-1e-50")>]
[<InlineData("1e38")>]
[<InlineData("-1e300")>]
[<InlineData("1e400")>]
let ``Neighbours enclose a number, with none between`` (text: string) =
    let x = parse text
    let below, above = Exact.floor x, Exact.ceiling x

    Assert.True(below = -infinity || Exact.ofFloat below <= x)
    Assert.True(above = infinity || Exact.ofFloat above >= x)
    Assert.True(below = above || Math.BitIncrement below = above)

    let below, above = Exact.floorSingle x, Exact.ceilingSingle x
    Assert.True(Single.IsInfinity below || Exact.ofFloat (float below) <= x)
    Assert.True(Single.IsInfinity above || Exact.ofFloat (float above) >= x)
    Assert.True((below = above || MathF.BitIncrement below = above))

[<Fact>]
let ``Sums and products are exact`` () =
    Assert.Equal(parse "0.3", parse "0.1" + parse "0.2")
    Assert.Equal(parse "0.02", parse "0.1" * parse "0.2")
    Assert.Equal(Exact.zero, parse "0.3" - parse "0.1" - parse "0.2")
    Assert.True(parse "0.1" < Exact.ofFloat 0.1)
