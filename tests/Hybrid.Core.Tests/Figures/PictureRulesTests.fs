/// The rules find what breaks them.
module Hybrid.Tests.PictureRulesTests

open Hybrid.Figures
open Hybrid.Tests.FiguresTesting
open Hybrid.Tests.PictureRules
open Xunit
open Xunit.Sdk

let private breaks rule root =
    Assert.ThrowsAny<XunitException>(System.Action(fun () -> rule root)) |> ignore

let private figure content =
    parse
        {
            Title = "t"
            Width = 100.0
            Height = 100.0
            Top = 0.0
            Content = content
        }

let private line colour name ys =
    Lines.line colour name [| 0.0; 1.0; 2.0; 3.0 |] ys

[<Fact>]
let ``A point that is clipped, or outside the figure, is detected`` () =
    let point x =
        Element("g", [ "class", "points ink" ], [ Element("path", [ "d", $"M{x} 50" ], []) ])

    wholeMarks (figure [ point 50 ])
    breaks wholeMarks (figure [ point 2 ])
    breaks wholeMarks (figure [ Element("svg", [ "class", "clipped" ], [ point 50 ]) ])

[<Fact>]
let ``A panel without a title is detected`` () =
    let panel title =
        Chart.create title x y [ line Ink "" [| 0.0; 1.0; 2.0; 3.0 |] ] |> Chart.draw

    titled (parse (Figure.row [ panel "one"; panel "another" ]))
    breaks titled (parse (Figure.row [ panel "one"; panel "" ]))

[<Fact>]
let ``A connection without a head, or with a reversed head, is detected`` () =
    let arrow = Arrow.between "weight" Muted 1.0 ((10.0, 10.0), 5.0) ((80.0, 60.0), 5.0)
    let other = Arrow.between "weight" Muted 1.0 ((80.0, 60.0), 5.0) ((10.0, 10.0), 5.0)
    arrowheads (figure arrow)
    breaks arrowheads (figure [ arrow[0]; Text ""; Svg.line "muted" 1.0 0.0 0.0 1.0 1.0 ])
    breaks arrowheads (figure [ arrow[0]; other[1] ])

[<Fact>]
let ``A colour without explanation, or with a different colour's name, is detected`` () =
    let up, down = [| 0.0; 1.0; 2.0; 3.0 |], [| 3.0; 2.0; 1.0; 0.0 |]
    explained (chart x y [ line (Series 0) "a" up; line (Series 1) "b" down ])
    breaks explained (chart x y [ line (Series 0) "a" up; line (Series 1) "" down ])
    calledByName (chart x y [ line (Series 1) "red points" up ])
    breaks calledByName (chart x y [ line (Series 2) "red points" up ])

[<Fact>]
let ``A curve hidden by another one is detected, unless the other one is dashed`` () =
    let below = line (Series 0) "a" [| 0.0; 1.0; 3.0; 3.0 |]
    let ys = [| 3.0; 2.0; 3.0; 3.0 |]
    breaks unhidden (chart x y [ below; line (Series 1) "b" ys ])
    unhidden (chart x y [ below; Lines.dashed (Series 1) "b" [| 0.0; 1.0; 2.0; 3.0 |] ys ])
    unhidden (chart x y [ below; line (Series 1) "b" [| 3.0; 2.0; 1.0; 0.0 |] ])
