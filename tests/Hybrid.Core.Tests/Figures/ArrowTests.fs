module Hybrid.Tests.ArrowTests

open Hybrid.Figures
open Hybrid.Tests.FiguresTesting
open Hybrid.Tests.PictureRules
open Xunit

let private draw from ``to`` width =
    {
        Title = "arrow"
        Width = 100.0
        Height = 100.0
        Top = 0.0
        Content = Arrow.between "weight" (Series 1) width from ``to``
    }
    |> parse

let private distance (x1: float, y1: float) (x2: float, y2: float) =
    sqrt ((x2 - x1) ** 2.0 + (y2 - y1) ** 2.0)

[<Fact>]
let ``An arrow goes from the edge of one circle to the edge of another, and its head has its colour`` () =
    for target in [ 90.0, 10.0; 10.0, 90.0; 70.0, 60.0 ] do
        for width in [ 0.5; 6.0 ] do
            let root = draw ((10.0, 10.0), 8.0) (target, 12.0) width
            arrowheads root
            let line = ofClass "weight" root |> List.exactlyOne
            Assert.Equal("weight series1", attribute "class" line)

            let start, finish =
                (number "x1" line, number "y1" line), (number "x2" line, number "y2" line)

            Assert.Equal(8.0, distance start (10.0, 10.0), 0.02)

            match ofClass "head" root |> List.exactlyOne |> attribute "d" |> points with
            | [ [ tip; left; right ] ] ->
                Assert.Equal(12.0, distance tip target, 0.02)
                Assert.Equal(distance tip left, distance tip right, 0.03)
                // the head is wider than its line, which ends at its base
                Assert.True(distance left right > width)
                Assert.Equal(distance left right / 2.0, distance left finish, 0.03)
            | _ -> Assert.Fail "A head is a triangle."

[<Fact>]
let ``A short arrow has a short head, and an arrow of length 0 is finite`` () =
    arrowheads (draw ((10.0, 10.0), 8.0) ((30.0, 10.0), 8.0) 6.0)

    for ends in [ 10.0, 10.0; 12.0, 10.0 ] do
        Assert.DoesNotContain("NaN", string (draw ((10.0, 10.0), 8.0) (ends, 8.0) 2.0))
