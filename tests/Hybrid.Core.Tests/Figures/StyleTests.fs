module Hybrid.Tests.StyleTests

open System
open System.Text.RegularExpressions
open Hybrid.Figures
open Xunit

/// WCAG 2's relative luminance of a colour #rrggbb.
let luminance (colour: string) : float =
    let channel start =
        match float (Convert.ToInt32(colour.Substring(start, 2), 16)) / 255.0 with
        | c when c <= 0.04045 -> c / 12.92
        | c -> Math.Pow((c + 0.055) / 1.055, 2.4)

    0.2126 * channel 1 + 0.7152 * channel 3 + 0.0722 * channel 5

let private contrast a b =
    let a, b = luminance a, luminance b
    (max a b + 0.05) / (min a b + 0.05)

/// The colours of the light and of the dark part of the style sheet, by name.
let private schemes =
    Style.sheet.Split "@media (prefers-color-scheme:dark)"
    |> Array.map (fun rules ->
        Regex.Matches(rules, @"\.hybrid \.(\w+)\{color:(#[0-9a-f]{6})\}")
        |> Seq.map (fun rule -> rule.Groups[1].Value, rule.Groups[2].Value)
        |> Map.ofSeq)

[<Fact>]
let ``Every colour is defined for light and dark backgrounds, and contrasts with both`` () =
    Assert.Equal(2, schemes.Length)

    for scheme in schemes do
        for colour in [ Ink; Muted ] @ [ for index in 0 .. Style.seriesCount - 1 -> Series index ] do
            let name = Style.className colour
            let least = if name = "ink" || name = "muted" then 4.5 else 3.0
            let paper = scheme["paper"]
            let contrast = contrast scheme[name] paper
            Assert.True(contrast >= least, $"{name} {scheme[name]} on {paper}: {contrast:F2}")

    let grounds = schemes |> Array.map (fun scheme -> luminance scheme["paper"])
    Assert.True(grounds[0] > 0.9 && grounds[1] < 0.05)

/// The hue of a colour #rrggbb in degrees.
let private hue (colour: string) =
    let channel start =
        float (Convert.ToInt32(colour.Substring(start, 2), 16))

    let r, g, b = channel 1, channel 3, channel 5
    Math.Atan2(sqrt 3.0 * (g - b), 2.0 * r - g - b) * 180.0 / Math.PI

[<Fact>]
let ``The first three colours are blue, red and green`` () =
    for scheme in schemes do
        Assert.InRange(hue scheme["series0"], -170.0, -120.0)
        Assert.InRange(hue scheme["series1"], -15.0, 15.0)
        Assert.InRange(hue scheme["series2"], 90.0, 170.0)

[<Fact>]
let ``A series has a colour for any index`` () =
    Assert.Equal("series1", Style.className (Series(1 + Style.seriesCount)))
    Assert.Equal("series5", Style.className (Series -1))

[<Fact>]
let ``Long text is wrapped between words, and no word is lost`` () =
    let text = "a title of several words with one-that-is-far-too-long-for-a-line in it"
    let lines = Style.wrap 10.0 100.0 text
    Assert.Equal(text, String.concat " " lines)
    Assert.True(lines.Length > 3)

    for line in lines do
        Assert.True(Style.textWidth 10.0 line <= 100.0 || not (line.Contains ' '), line)

    Assert.Empty(Style.wrap 10.0 100.0 "")

[<Fact>]
let ``Sequential colours become lighter from step to step, diverging ones up to the middle`` () =
    let lightness (map: ColourMap) = Array.map luminance map.Steps

    let rising numbers =
        numbers |> Array.pairwise |> Array.forall (fun (a, b) -> a < b)

    Assert.True(rising (lightness ColourMap.sequential))
    let diverging = lightness ColourMap.diverging
    let half = diverging.Length / 2
    Assert.True(rising diverging[.. half - 1])
    Assert.True(rising (Array.rev diverging[half..]))
