module Hybrid.Tests.Lecture.LossSurfacesTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Pooling preserves constants, the mean, and linear functions`` () =
    let images =
        [|
            Array.create 784 3f
            Array.init 784 (fun i -> float32 (i % 28) + 0.5f)
            Array.init 784 (fun i -> float32 ((7 * i) % 11))
        |]

    let pooled =
        LossSurfaces.pooled (Examples.all 784 (Array.concat images) [| 4f; 5f; 6f |])

    Assert.Equal((100, 3), (pooled.Width, pooled.Count))
    Assert.Equal<float32[]>([| 4f; 5f; 6f |], pooled.Targets)

    let image i =
        pooled.Features[100 * i .. 100 * i + 99] |> Array.map float

    closeTo 1e-6 (Array.create 100 3.0) (image 0)
    // a part's middle is at 2.8 (j + ½) pixels
    closeTo 0.1 [ for j in 0..9 -> 2.8 * (float j + 0.5) ] (Array.truncate 10 (image 1))
    Assert.Equal(images[2] |> Array.averageBy float, Array.average (image 2), 5)
