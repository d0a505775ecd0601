module Hybrid.Tests.RegionsTests

open Hybrid.Figures
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

let private square = interval -1.0 1.0
let private sample f = Grid.sample square square 100 100 f

let private area (root: System.Xml.Linq.XElement) index =
    ofClass "region" (plane root)
    |> List.filter (fun path -> (attribute "class" path).Contains(Style.className (Series index)))
    |> List.collect (attribute "d" >> points)
    |> List.sumBy (fun corners ->
        let xs, ys = List.map fst corners, List.map snd corners
        (List.max xs - List.min xs) * (List.max ys - List.min ys))

[<Fact>]
let ``Two scores divide the plane where they are equal, each region in its series' colour`` () =
    let score = sample (fun x y -> x + 0.5 * y - 0.2)
    let root = chart x y (Regions.ofScores [ Grid.map (~-) score; score ])
    Assert.Equal(400.0 * 200.0, area root 0 + area root 1, 1.0)
    Assert.Equal(0.6, area root 0 / 80000.0, 0.01)

    for px, py in path "contour" root |> List.concat do
        let x, y = px / 200.0 - 1.0, 1.0 - py / 100.0
        Assert.Equal(0.2, x + 0.5 * y, 1e-4)

[<Fact>]
let ``Three scores have three regions; points are drawn over them`` () =
    let scores =
        [ sample (fun x _ -> x); sample (fun _ y -> y); sample (fun _ _ -> 0.0) ]

    let root =
        chart
            x
            y
            (Regions.ofScores scores
             @ [ Scatter.points (Series 0) "class" [| 0.5 |] [| 0.5 |] ])

    closeTo 0.02 [ 0.375; 0.375; 0.25 ] [ for index in 0..2 -> area root index / 80000.0 ]

    let drawn =
        (plane root).Elements()
        |> Seq.collect (fun mark ->
            if attribute "class" mark = "clipped" then
                mark.Elements()
            else
                Seq.singleton mark)
        |> Seq.map (attribute "class")
        |> List.ofSeq

    Assert.Equal("regions", drawn.Head)
    Assert.StartsWith("points", List.last drawn)
    Assert.Empty(ofClass "grid" root)

    // the legend shows the pale colours of all three
    Assert.Equal<string list>([ "prediction"; "class" ], texts "legend-label" root)
    let entry = ofClass "legend-entry" root |> List.head
    Assert.Equal(3, (ofClass "region" entry).Length)

[<Fact>]
let ``Class indices give the same regions, with their borders between the cells`` () =
    let classes =
        sample (fun x _ ->
            if x < -0.5 then 2.0
            elif x < 0.5 then 0.0
            else nan)

    let root = chart x y (Regions.ofClasses classes)
    closeTo 1.0 [ 40000.0; 0.0; 20000.0 ] [ for index in 0..2 -> area root index ]

    let border =
        ofClass "contour" (plane root)
        |> List.collect (attribute "d" >> points)
        |> List.concat

    Assert.NotEmpty border

    for px, _ in border do
        Assert.Equal(100.0, px, 1e-6)

[<Fact>]
let ``A NaN score has no region`` () =
    let score = sample (fun x _ -> if x > 0.0 then nan else 1.0)
    let root = chart x y (Regions.ofScores [ score; Grid.map (~-) score ])
    Assert.Equal(40000.0, area root 0 + area root 1, 1.0)

[<Fact>]
let ``One score, or scores on different cells, are an error`` () =
    let one = sample (fun x _ -> x)
    raises<FigureException, _> [ "1 scores"; "at least 2" ] (fun () -> Regions.ofScores [ one ])

    raises<FigureException, _> [ "regions"; "of class 1" ] (fun () ->
        Regions.ofScores [ one; Grid.sample square square 9 9 (fun x _ -> x) ])
