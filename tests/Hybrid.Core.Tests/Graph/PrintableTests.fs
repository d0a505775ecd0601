module Hybrid.Tests.PrintableTests

open System
open System.Globalization
open System.Text
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing
open Xunit

[<Theory>]
[<InlineData("", "")>]
[<InlineData("café 日本 x₁ → 10⁻⁵ 🙂 «a» 'b'", "café 日本 x₁ → 10⁻⁵ 🙂 «a» 'b'")>]
// an emoji of three, and a Persian word with its joiner
[<InlineData("👩\u200D🚀 می\u200Cخواهم", "👩\u200D🚀 می\u200Cخواهم")>]
// OSC 52, a bell, a colour, the C1 form of ESC [
[<InlineData("\u001b]52;c;eA==\u0007\u001b[31m\u009b2J\u007f",
             "\\u001b]52;c;eA==\\u0007\\u001b[31m\\u009b2J\\u007f")>]
[<InlineData("a\r\nb\tc\u2028d\u2029", "a\\u000d\\u000ab\\u0009c\\u2028d\\u2029")>]
// marks that turn the reading round, isolates, a byte order mark
[<InlineData("\u202Etxt\u2066x\u2069\u200F\uFEFF\u061C", "\\u202etxt\\u2066x\\u2069\\u200f\\ufeff\\u061c")>]
// an invisible tag, which is a pair
[<InlineData("a\U000E0041b", "a\\udb40\\udc41b")>]
let ``Control characters are escaped as in JSON, and everything else is unchanged``
    (raw: string)
    (shown: string)
    =
    Assert.Equal(shown, Printable.text raw)

[<Fact>]
let ``Shown text contains no control characters, and showing it again does not change it`` () =
    let steers (rune: Rune) =
        match Rune.GetUnicodeCategory rune with
        | UnicodeCategory.Control
        | UnicodeCategory.LineSeparator
        | UnicodeCategory.ParagraphSeparator
        | UnicodeCategory.Surrogate -> true
        | UnicodeCategory.Format -> rune.Value <> 0x200C && rune.Value <> 0x200D
        | _ -> false

    let characters =
        Gen.oneof
            [
                Gen.choose (0, 0x2FF)
                Gen.choose (0x2000, 0x206F)
                Gen.choose (0xD800, 0xDFFF)
                Gen.choose (0, 0xFFFF)
            ]

    Prop.forAll (Arb.fromGen (Gen.arrayOf characters)) (fun codes ->
        let raw = String(Array.map char codes)
        let shown = Printable.text raw

        let whole =
            Seq.forall (fun (rune: Rune) -> not (steers rune)) (shown.EnumerateRunes())

        let isWellFormed = shown = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes shown)
        whole && isWellFormed && Printable.text shown = shown)
    |> check
