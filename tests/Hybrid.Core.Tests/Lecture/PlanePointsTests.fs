module Hybrid.Tests.Lecture.PlanePointsTests

open Hybrid.Lecture
open Hybrid.Tests.DataTesting
open Xunit

[<Fact>]
let ``The pictures have as many points as in the lecture, and the classes can be separated`` () =
    for points, red, green in [ PlanePoints.layerSizes 3UL, 15, 17; PlanePoints.regularisation 4UL, 11, 14 ] do
        let first, second = PlanePoints.ofClass 0 points, PlanePoints.ofClass 1 points
        Assert.Equal((red, green), (first.Length, second.Length))
        let all = Array.append first second

        for i in 0 .. all.Length - 1 do
            for j in 0 .. i - 1 do
                let (a, b), (c, d) = all[i], all[j]
                Assert.True(sqrt ((a - c) ** 2.0 + (b - d) ** 2.0) >= 0.399)

[<Fact>]
let ``Points are read from a table with columns in any order`` () =
    withText "label,y,x\nred,1,2\ngreen,3.5,-4\n" (fun path ->
        let points = PlanePoints.read path
        Assert.Equal<float32[]>([| 2f; 1f; -4f; 3.5f |], points.Features)
        // classes in the order of their names: green, red
        Assert.Equal<float32[]>([| 1f; 0f |], points.Targets))

[<Theory>]
[<InlineData("x,z,label\n1,2,a\n3,4,b\n", "no column «y»")>]
[<InlineData("x,y,label\n1,,a\n3,4,b\n", "missing")>]
[<InlineData("x,y,label\n1,2,a\n3,4,a\n", "column 3")>]
[<InlineData("x,y,class\n1,2,a\n3,4,b\n", "label")>]
let ``A table without suitable points is refused with the reason`` (text: string) (part: string) =
    withText text (fun path -> failsWith [ path; part ] (fun () -> PlanePoints.read path))
