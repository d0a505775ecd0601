module Hybrid.Tests.MosaicTests

open Hybrid.Diagnostics
open Hybrid.Figures
open Hybrid.Tests.FiguresTesting
open Xunit

let private picture channels (values: float32 list) : Picture =
    {
        Name = "1"
        Height = 1
        Width = values.Length / channels
        Channels = channels
        Values = Array.ofList values
    }

let private text signed pictures =
    let figure = Mosaic.draw "Filters" signed pictures
    PictureRules.keeps figure
    Figure.toSvg figure

[<Fact>]
let ``Signed pictures – of one channel – are blue, white and red`` () =
    let svg = text true [ picture 1 [ -2.0f; 0.0f; 2.0f ] ]

    for colour in
        [
            ColourMap.diverging.Steps[0]
            ColourMap.diverging.Steps[32]
            Array.last ColourMap.diverging.Steps
        ] do
        Assert.Contains($"fill=\"{colour}\"", svg)

    Assert.Contains("white is 0", svg)

[<Fact>]
let ``Signed pictures – of three channels – are in colour around grey`` () =
    let svg = text true [ picture 3 [ 1.0f; -1.0f; -1.0f; 0.0f; 0.0f; 0.0f ] ]
    Assert.Contains("fill=\"#ff0000\"", svg)
    Assert.Contains("grey is 0", svg)

[<Fact>]
let ``Pictures of one scale – all 0 – are dark, and a single row of neighbours is one rectangle`` () =
    let svg = text false [ picture 1 [ 0.0f; 0.0f ]; picture 1 [ 1.0f; 1.0f ] ]
    Assert.Contains($"fill=\"{ColourMap.sequential.Steps[0]}\" d=\"M0 ", svg)
    Assert.Contains("dark is 0, light 1", svg)
    Assert.Contains("h64v32", svg)

[<Fact>]
let ``More than 128 pictures are cut, and none or a number that is not finite is an error`` () =
    Assert.Contains("the first 128 of 130", text true (List.replicate 130 (picture 1 [ 1.0f ])))

    for pictures in [ []; [ picture 1 [ nanf ] ] ] do
        Assert.Throws<FigureException>(fun () -> Mosaic.draw "Filters" true pictures |> ignore)
        |> ignore
