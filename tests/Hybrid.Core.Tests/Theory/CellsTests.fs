module Hybrid.Tests.CellsTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private unit: Interval = { Lower = 0.0; Upper = 1.0 }

[<Fact>]
let ``The minimum number of cells is found, whatever it is`` () =
    for n in [ 1; 2; 3; 7; 64; 100; 99_999 ] do
        Assert.Equal(n, Cells.fewest 100_000 (1.0 / float n) (fun cells -> 1.0 / cells))

    Assert.Equal(1, Cells.fewest 10 0.5 (fun _ -> 0.0))

[<Fact>]
let ``Too many cells are refused, with their number`` () =
    raises<ApproximationException, _> [ "1,000,000 cells"; "at most 100,000" ] (fun () ->
        Cells.fewest 100_000 1e-6 (fun cells -> 1.0 / cells))

    for bound in [ (fun _ -> infinity); (fun _ -> 1.0); (fun _ -> nan) ] do
        raises<ApproximationException, _> [ "No number of neurons" ] (fun () -> Cells.fewest 10 0.5 bound)

[<Fact>]
let ``Invalid distances and intervals are refused`` () =
    for epsilon in [ 0.0; -1.0; nan; infinity ] do
        raises<ApproximationException, _> [ "positive"; string epsilon ] (fun () ->
            Cells.check [| unit |] epsilon)

    for lower, upper in [ 1.0, 1.0; 2.0, 1.0; nan, 1.0; 0.0, infinity ] do
        raises<ApproximationException, _> [ "is empty"; "smaller one first" ] (fun () ->
            Cells.check [| unit; { Lower = lower; Upper = upper } |] 0.1)

[<Fact>]
let ``Edges are float32 numbers from end to end, and cells are no wider than stated`` () =
    let domain: Interval = { Lower = 0.1; Upper = 0.7 }

    for n in [ 1; 3; 10; 1000 ] do
        let edges = Cells.edges domain n
        Assert.Equal(n + 1, edges.Length)
        Assert.Equal(0.1, edges[0])
        Assert.Equal(0.7, edges[n])
        Assert.All(edges[1 .. n - 1], fun edge -> Assert.Equal(edge, float (float32 edge)))

        Assert.All(
            Cells.differences edges,
            fun width -> Assert.InRange(width, 0.0, Cells.width domain (float n))
        )

    raises<ApproximationException, _> [ "too narrow for float32" ] (fun () ->
        Cells.edges { Lower = 1e6; Upper = 1e6 + 1.0 } 1000)

[<Fact>]
let ``A NaN value is an error that says where`` () =
    raises<ApproximationException, _> [ "no finite value at 0.5, 2"; "NaN" ] (fun () ->
        Cells.valueAt (fun _ -> nan) [| 0.5; 2.0 |])

[<Fact>]
let ``The last axis of grid points varies fastest`` () =
    let points = Cells.points 2 [| unit; { Lower = -1.0; Upper = 1.0 } |]

    Assert.Equal<float[][]>(
        [|
            for x in [ 0.0; 0.5; 1.0 ] do
                for y in [ -1.0; 0.0; 1.0 ] -> [| x; y |]
        |],
        points
    )
