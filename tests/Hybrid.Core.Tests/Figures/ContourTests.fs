module Hybrid.Tests.ContourTests

open Hybrid.Figures
open Hybrid.Tests.FiguresTesting
open Xunit

let private square = interval -1.0 1.0

let private segments level grid =
    chart x y [ Contour.at Ink "" level grid ]
    |> path "contour"
    |> List.map (fun run -> run[0], run[1])

/// From pixels back to the numbers on the axes.
let private back (px: float, py: float) = px / 200.0 - 1.0, 1.0 - py / 100.0

[<Fact>]
let ``The contour of a circle is at its radius all around`` () =
    let grid = Grid.sample square square 101 101 (fun x y -> sqrt (x * x + y * y))
    let segments = segments 0.7 grid
    Assert.True(segments.Length > 100)

    for start, finish in segments do
        for point in [ start; finish ] do
            let x, y = back point
            Assert.InRange(sqrt (x * x + y * y), 0.699, 0.701)

    // a closed line: every point is the end of two pieces
    let ends = segments |> List.collect (fun (a, b) -> [ a; b ]) |> List.countBy id
    Assert.All(ends, fun (_, count) -> Assert.Equal(0, count % 2))

[<Fact>]
let ``A contour of a linear function is exactly where it has the value`` () =
    let grid = Grid.sample square square 10 10 (fun x _ -> x)

    for start, finish in segments 0.25 grid do
        Assert.Equal(0.25, fst (back start), 1e-4)
        Assert.Equal(0.25, fst (back finish), 1e-4)

[<Fact>]
let ``A saddle connects the two corners on the side of its centre`` () =
    // ones at two opposite corners: with a middle above the level they are one region, else two
    let pieces level =
        segments level (Grid.create square square 2 2 [| 1.0; 0.0; 0.0; 1.0 |])

    let near (corner: float * float) (start, finish) =
        let distance point =
            let x, y = back point
            abs (x - fst corner) + abs (y - snd corner)

        distance start + distance finish < 1.3

    for level, corners in [ 0.4, [ 0.5, -0.5; -0.5, 0.5 ]; 0.6, [ -0.5, -0.5; 0.5, 0.5 ] ] do
        let pieces = pieces level
        Assert.Equal(2, pieces.Length)

        for corner in corners do
            Assert.Single(pieces |> List.filter (near corner)) |> ignore

[<Fact>]
let ``There is no contour next to non-finite cells, or where the level is not reached`` () =
    let grid =
        Grid.sample square square 20 20 (fun x _ -> if x > -0.2 && x < 0.2 then nan else x)

    Assert.Empty(segments 0.0 grid)
    Assert.Empty(segments 5.0 grid)
    Assert.NotEmpty(segments 0.5 grid)
