module Hybrid.Tests.Lecture.LossSurfacesTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Pooling keeps what is constant, the mean, and what is linear`` () =
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

[<Fact>]
let ``R37's loss surfaces say what contradicts them`` () =
    let size spread correlated mean =
        [
            for i in 0..9 ->
                let shift = spread * (float (i % 2) - 0.5)
                (if correlated then shift else float (i / 5)), mean + shift
        ]

    let losses =
        [
            size 0.4 true 1.3
            size 0.1 true 0.7
            size 0.02 true 0.6
            size 0.01 false 0.55
            size 0.01 false 0.5
            size 0.005 false 0.49
            size 0.005 false 0.48
        ]

    holds (Verdict.ofAll (LossSurfaces.conditions losses))
    let wide = List.updateAt 5 (size 0.05 false 0.49) losses
    refutes [ "10 times" ] (Verdict.ofAll (LossSurfaces.conditions wide))

    let together =
        losses
        |> List.mapi (fun i runs ->
            if i >= 4 then
                size 0.005 true (0.5 - 0.01 * float i)
            else
                runs)

    refutes [ "they do less for 50" ] (Verdict.ofAll (LossSurfaces.conditions together))
