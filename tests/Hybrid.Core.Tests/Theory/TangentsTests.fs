module Hybrid.Tests.TangentsTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private unit: Interval = { Lower = 0.0; Upper = 1.0 }

let private at (xs: float list) (approximation: Approximation) =
    Reference.value (
        Network.forward approximation.Network (Tensor.constant [ xs.Length; 1 ] (Array.ofList xs))
    )

[<Fact>]
let ``Two tangents of x² meet halfway between their points of contact`` () =
    let convex = Tangents.convex (fun x -> x * x) (fun x -> 2.0 * x) 2.0 unit 0.0626
    Assert.Equal(1, convex.Neurons)
    closeTo 1e-12 [ -0.0625; 0.0625; 0.1875; 0.5625; 0.9375 ] (at [ 0.0; 0.25; 0.5; 0.75; 1.0 ] convex)

[<Fact>]
let ``A function that is not convex needs two units`` () =
    let f x = sin (6.0 * x)
    let maxout = Tangents.maxout f (fun x -> 6.0 * cos (6.0 * x)) 36.0 unit 0.01
    Assert.Equal(2, maxout.Neurons)
    let xs = [ for i in 0..200 -> float i / 200.0 ]
    closeTo maxout.Bound (xs |> List.map f) (at xs maxout)

[<Fact>]
let ``Impossible constructions are refused`` () =
    let build curvature epsilon =
        Tangents.maxout sin cos curvature unit epsilon

    raises<ApproximationException, _> [ "positive" ] (fun () -> build 1.0 0.0)
    raises<ApproximationException, _> [ "at most 100,000" ] (fun () -> build 1.0 1e-12)
    raises<ApproximationException, _> [ "No number of neurons" ] (fun () -> build infinity 0.1)

    raises<ApproximationException, _> [ "no finite value" ] (fun () ->
        Tangents.convex (fun _ -> nan) id 1.0 unit 0.1)
