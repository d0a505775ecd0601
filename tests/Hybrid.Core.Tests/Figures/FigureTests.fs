module Hybrid.Tests.FigureTests

open System.Xml.Linq
open Hybrid.Figures
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

let private panel title names =
    "" :: names
    |> List.map (fun name -> Lines.line Ink name [| 0.0; 1.0 |] [| 0.0; 1.0 |])
    |> Chart.create title x y
    |> Chart.sized 200.0 150.0
    |> Chart.draw

/// A panel's shift and its chart's: left and upper pixel of its plane.
let private origin (panel: XElement) =
    [ panel; ofClass "chart" panel |> List.exactlyOne ]
    |> List.map (fun element ->
        let numbers = (attribute "transform" element).Split([| '('; ' '; ')' |])
        float numbers[1], float numbers[2])
    |> List.reduce (fun (a, b) (a', b') -> a + a', b + b')

[<Fact>]
let ``Panels in a row are side by side, with their planes aligned`` () =
    let panels =
        [
            panel "a" [ "name" ]
            panel "" []
            panel "c" [ "long name one"; "long name two" ]
        ]

    let row = Figure.row panels
    let origins = parse row |> ofClass "panel" |> List.map origin
    Assert.Equal(3, origins.Length)
    Assert.Single(origins |> List.distinctBy snd) |> ignore

    for (left, _), (next, _) in List.pairwise origins do
        Assert.True(left + 200.0 < next)

    Assert.True(fst (List.last origins) + 200.0 <= row.Width)
    Assert.True(row.Height >= (panels |> List.map _.Height |> List.max))
    Assert.Equal("a; c", row.Title)

[<Fact>]
let ``Rows are placed one below the other`` () =
    let row = Figure.row [ panel "a" []; panel "b" [] ]
    let column = Figure.column [ row; row ]
    Assert.Equal(2.0 * row.Height + 20.0, column.Height)
    Assert.Equal(row.Width, column.Width)
    Assert.Equal(4, (parse column |> ofClass "plane").Length)

[<Fact>]
let ``Charts in a column are aligned at the left, however long their labels`` () =
    let chart values =
        Chart.create "" x y [ Lines.line Ink "" [| 0.0; 1.0 |] values ]
        |> Chart.sized 200.0 150.0

    let column = Chart.column [ chart [| 0.0; 1.0 |]; chart [| -0.00125; 0.00125 |] ]
    let origins = parse column |> ofClass "panel" |> List.map origin
    Assert.Equal(2, origins.Length)
    Assert.Single(origins |> List.distinctBy fst) |> ignore

[<Fact>]
let ``The file contains the size, a background and a dark scheme`` () =
    let figure = panel "a" []
    let root = parse figure
    Assert.Equal($"0 0 {ceil figure.Width} {ceil figure.Height}", attribute "viewBox" root)

    let ground =
        root.Elements() |> Seq.find (fun element -> attribute "class" element = "paper")

    Assert.Equal((number "width" root, number "height" root), (number "width" ground, number "height" ground))

    Assert.Contains(
        "@media (prefers-color-scheme:dark)",
        (ofClass "hybrid" (XElement(XName.Get "r", root))).Head.Value
    )

[<Fact>]
let ``Every colour of an element is in the style sheet`` () =
    let root = parse (panel "a" [ "name" ])

    for element in root.Descendants() do
        if
            attribute "fill" element = "currentColor"
            || attribute "stroke" element = "currentColor"
        then
            let classes =
                element.AncestorsAndSelf()
                |> Seq.collect (fun element -> (attribute "class" element).Split ' ')

            Assert.True(
                classes
                |> Seq.exists (fun name -> Style.sheet.Contains $".hybrid .{name}{{color:"),
                string element
            )

[<Fact>]
let ``A row or column without panels is an error`` () =
    raises<FigureException, _> [ "at least one" ] (fun () -> Figure.row [])
    raises<FigureException, _> [ "at least one" ] (fun () -> Figure.column [])
