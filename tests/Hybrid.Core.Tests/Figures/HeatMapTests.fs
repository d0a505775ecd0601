module Hybrid.Tests.HeatMapTests

open System.Xml.Linq
open Hybrid.Figures
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

let private loss = Axis.linear "loss" |> Axis.inUnit "nat"

let private grid columns rows values =
    Grid.create (interval 0.0 4.0) (interval 0.0 2.0) columns rows values

/// Each colour's rectangles: left, top, right and bottom pixel.
let private cells (root: XElement) =
    (ofClass "cells" (plane root) |> List.exactlyOne).Elements()
    |> Seq.map (fun path ->
        attribute "fill" path,
        points (attribute "d" path)
        |> List.map (fun corners ->
            List.min (List.map fst corners),
            List.min (List.map snd corners),
            List.max (List.map fst corners),
            List.max (List.map snd corners)))
    |> List.ofSeq

[<Fact>]
let ``Cells fill the plane from the first row at the bottom, with neighbours of one colour in one rectangle``
    ()
    =
    let cells =
        chart
            x
            y
            [
                HeatMap.sequential loss (grid 4 2 [| 0.0; 0.0; 1.0; 1.0; 1.0; 1.0; 1.0; 0.0 |])
            ]
        |> cells

    let first, last =
        ColourMap.sequential.Steps[0], Array.last ColourMap.sequential.Steps

    Assert.Equal<(string * (float * float * float * float) list) list>(
        [
            first, [ 0.0, 100.0, 200.0, 200.0; 300.0, 0.0, 400.0, 100.0 ]
            last, [ 200.0, 100.0, 400.0, 200.0; 0.0, 0.0, 300.0, 100.0 ]
        ],
        cells
    )

[<Fact>]
let ``The colour bar has all colours, ticks and a title with its unit`` () =
    let root = chart x y [ HeatMap.sequential loss (grid 2 1 [| 0.0; 1.0 |]) ]
    let bar = ofClass "colour-bar" root |> List.exactlyOne
    Assert.Equal(ColourMap.sequential.Steps.Length, (ofClass "steps" bar).Head.Elements() |> Seq.length)
    Assert.Equal<string list>([ "loss (nat)" ], texts "axis-title" bar)
    Assert.Equal<string list>([ "0"; "0.2"; "0.4"; "0.6"; "0.8"; "1.0" ], texts "tick-label" bar)

[<Fact>]
let ``Diverging colours have their middle at zero`` () =
    let cells =
        chart x y [ HeatMap.diverging loss (grid 3 1 [| -1.0; 0.0; 4.0 |]) ] |> cells

    let step index = fst cells[index]
    let steps = ColourMap.diverging.Steps
    Assert.Equal<string list>([ steps[24]; steps[32]; Array.last steps ], [ step 0; step 1; step 2 ])

[<Fact>]
let ``Cells without a value are grey, and the legend says so`` () =
    let root =
        chart x y [ HeatMap.sequential loss (grid 4 1 [| nan; 0.0; 1.0; infinity |]) ]

    let missing = ofClass "missing" (plane root) |> List.exactlyOne
    Assert.Equal(2, (points (attribute "d" missing)).Length)
    Assert.Equal<string list>([ "no value" ], texts "legend-label" root)

    Assert.Empty(ofClass "legend" (chart x y [ HeatMap.sequential loss (grid 1 1 [| 1.0 |]) ]))

[<Fact>]
let ``Zero has no colour on a logarithmic scale`` () =
    let axis = Axis.logarithmic "loss"
    let root = chart x y [ HeatMap.sequential axis (grid 3 1 [| 0.0; 1.0; 100.0 |]) ]
    Assert.Single(ofClass "missing" (plane root)) |> ignore

    let bar = ofClass "colour-bar" root |> List.exactlyOne
    let labels = texts "tick-label" bar
    Assert.Equal(("1", "100"), (List.head labels, List.last labels))

[<Fact>]
let ``A million cells take no more text than the pixels need`` () =
    let values = Array.init 1_000_000 (fun i -> sin (float i * 12.9898))

    let figure =
        Chart.create "" x y [ HeatMap.sequential loss (grid 1000 1000 values) ]
        |> Chart.draw

    Assert.True((Figure.toSvg figure).Length < 6_000_000)

    let area =
        parse figure
        |> cells
        |> List.collect snd
        |> List.sumBy (fun (l, t, r, b) -> (r - l) * (b - t))

    Assert.Equal(560.0 * 320.0, area, 1.0)

[<Fact>]
let ``A heat map without finite values, or with the wrong number of values, is an error`` () =
    raises<FigureException, _> [ "loss (nat)"; "nothing to draw" ] (fun () ->
        HeatMap.sequential loss (grid 2 1 [| nan; infinity |]))

    raises<FigureException, _> [ "3 values"; "2 columns" ] (fun () -> grid 2 1 [| 1.0; 2.0; 3.0 |])
    raises<FigureException, _> [ "0 columns" ] (fun () -> grid 0 1 [||])
