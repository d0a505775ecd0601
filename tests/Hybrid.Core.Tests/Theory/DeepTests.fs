module Hybrid.Tests.DeepTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private at (points: float list list) (network: Network) =
    Reference.value (Network.forward network (matrix points))

[<Fact>]
let ``The square of one level is two linear pieces`` () =
    let square = Deep.square 1
    Assert.Equal(4, square.Neurons)
    Assert.Equal(1.0 / 16.0, square.Bound)

    closeTo
        1e-15
        [ 0.0; 0.125; 0.25; 0.625; 1.0 ]
        (at [ [ 0.0 ]; [ 0.25 ]; [ 0.5 ]; [ 0.75 ]; [ 1.0 ] ] square.Network)

[<Fact>]
let ``A product is close to x y, within its bound`` () =
    let product = Deep.product 6 2.0
    Assert.Equal(16.0 * 2.0 ** -14.0, product.Bound)

    closeTo
        product.Bound
        [ 2.0; -3.0; 0.0; 4.0 ]
        (at [ [ 1.0; 2.0 ]; [ -1.5; 2.0 ]; [ 1.7; 0.0 ]; [ -2.0; -2.0 ] ] product.Network)

[<Fact>]
let ``A shallow network needs one unit less than the sawtooth has linear pieces`` () =
    Assert.Equal<int list>([ 1; 3; 7; 127 ], [ 1; 2; 3; 7 ] |> List.map Deep.shallowUnits)
    Assert.Equal(9.0, Deep.shallowSquareUnits (1.0 / 800.0), 12)

[<Fact>]
let ``Points are memorised in any order`` () =
    let points = [| [| 3.0; 1.0 |]; [| -1.0; 2.0 |]; [| 0.0; 0.0 |] |]
    let network = Deep.memorise 5UL points [| 1.0; -2.0; 7.0 |]
    closeTo 1e-12 [ 1.0; -2.0; 7.0 ] (at (points |> Array.map List.ofArray |> List.ofArray) network)
    closeTo 1e-12 [ 4.0 ] (at [ [ 2.0 ] ] (Deep.memorise 5UL [| [| 2.0 |] |] [| 4.0 |]))

[<Fact>]
let ``Impossible constructions are refused`` () =
    for m in [ 0; -1; 26 ] do
        raises<ApproximationException, _> [ string m; "1 to 25" ] (fun () -> Deep.square m)
        raises<ApproximationException, _> [ string m; "1 to 25" ] (fun () -> Deep.product m 1.0)

    for bound in [ 0.0; -1.0; nan; infinity ] do
        raises<ApproximationException, _> [ "positive" ] (fun () -> Deep.product 3 bound)

    for k in [ 0; 31 ] do
        raises<ApproximationException, _> [ string k; "1 to 30" ] (fun () -> Deep.sawtooth k)

    raises<ApproximationException, _> [ "are equal" ] (fun () ->
        Deep.memorise 5UL [| [| 1.0 |]; [| 1.0 |] |] [| 0.0; 1.0 |])

    raises<ApproximationException, _> [ "0 points" ] (fun () -> Deep.memorise 5UL [||] [||])

    raises<ApproximationException, _> [ "1 points and 2 values" ] (fun () ->
        Deep.memorise 5UL [| [| 1.0 |] |] [| 0.0; 1.0 |])
