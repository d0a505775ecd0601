module Hybrid.Tests.SvgTests

open System.Xml.Linq
open FsCheck
open FsCheck.FSharp
open Hybrid.Figures
open Hybrid.Testing
open Xunit

let private readBack text =
    let written = Element("text", [ "class", text ], [ Text text ]) |> Svg.write
    // without being told to, the parser drops a text of spaces only
    XElement.Parse(written, LoadOptions.PreserveWhitespace)

[<Theory>]
[<InlineData("a<b> & \"c\" 'd'")>]
[<InlineData("]]> <!-- & &amp;")>]
[<InlineData("x₁ → 10⁻⁵ 🙂")>]
let ``Text and attributes are read back unchanged`` (text: string) =
    let element = readBack text
    Assert.Equal(text, element.Value)
    Assert.Equal(text, element.Attribute(XName.Get "class").Value)

[<Fact>]
let ``Any text makes valid XML, with control characters and illegal ones escaped`` () =
    Assert.Equal("a\\u0000b\\u001bc\\ud800", (readBack $"a\u0000b\u001Bc{char 0xD800}").Value)

    Prop.forAll (ArbMap.defaults |> ArbMap.arbitrary<string>) (fun text ->
        let text = if isNull text then "" else text

        (readBack text).Value =
            (Hybrid.Core.Printable.text text).Replace('\uFFFE', '\uFFFD').Replace('\uFFFF', '\uFFFD'))
    |> check

[<Theory>]
[<InlineData(0.0, "0")>]
[<InlineData(-0.001, "0")>]
[<InlineData(12.345678, "12.35")>]
[<InlineData(-1234.5, "-1234.5")>]
let ``Numbers are short in any culture`` (number: float, text: string) =
    let before = System.Globalization.CultureInfo.CurrentCulture

    try
        System.Globalization.CultureInfo.CurrentCulture <-
            System.Globalization.CultureInfo(
                "",
                NumberFormat = System.Globalization.NumberFormatInfo(NumberDecimalSeparator = ",")
            )

        Assert.Equal(text, Svg.number number)
    finally
        System.Globalization.CultureInfo.CurrentCulture <- before
