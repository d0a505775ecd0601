module Hybrid.Tests.AnnotationTests

open Hybrid.Figures
open Hybrid.Tests.FiguresTesting
open Xunit

let private at px py =
    let root =
        chart (x |> Axis.within 0.0 4.0) (y |> Axis.within 0.0 2.0) [ Annotation.text Ink px py "some words" ]

    ofClass "annotation" (plane root)
    |> List.map (fun group -> group.Elements() |> Seq.exactlyOne)

[<Theory>]
[<InlineData(0.0, "start")>]
[<InlineData(2.0, "middle")>]
[<InlineData(4.0, "end")>]
let ``Text is placed on the side of its point that has room`` (px, anchor: string) =
    let text = at px 1.0 |> List.exactlyOne
    Assert.Equal("some words", text.Value)
    Assert.Equal(anchor, attribute "text-anchor" text)
    Assert.Equal(100.0 * px, number "x" text)
    Assert.True(number "y" text < 100.0)

[<Fact>]
let ``Text at the top is below its point, and text at a point outside the axes is not shown`` () =
    Assert.True(number "y" (at 2.0 2.0 |> List.exactlyOne) > 12.0)

    let root =
        chart
            x
            y
            [
                Scatter.points Ink "" [| 1.0 |] [| 1.0 |]
                Annotation.text Ink nan 1.0 "words"
            ]

    Assert.Empty(ofClass "annotation" root)
