module Hybrid.Tests.LinearRegionsTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Three, six and twenty units divide the plane into 7, 22 and 211 regions`` () =
    Assert.Equal<bigint list>([ 7I; 22I; 211I ], [ 3; 6; 20 ] |> List.map (Regions.shallow 2))

    for units, regions in [ 3, 7; 6, 22; 20, 211 ] do
        let layer =
            {
                Weight = Tensor.constant [ units; 2 ] (Random.normals 1UL (2 * units))
                Bias = Some(Tensor.constant [ units ] (Random.normals 2UL units))
            }

        Assert.Equal(regions, Regions.planar layer)

[<Fact>]
let ``Lines that are parallel, equal or meet in one point give fewer regions`` () =
    let count lines = Regions.ofLines lines
    Assert.Equal(1, count [])
    Assert.Equal(1, count [ 0.0, 0.0, 1.0 ])
    Assert.Equal(4, count [ 1.0, 0.0, 0.0; 1.0, 0.0, 1.0; 1.0, 0.0, 2.0 ])
    Assert.Equal(2, count [ 1.0, 2.0, 3.0; -2.0, -4.0, -6.0; 0.5, 1.0, 1.5 ])
    Assert.Equal(6, count [ 1.0, 0.0, 0.0; 0.0, 1.0, 0.0; 1.0, 1.0, 0.0 ])
    Assert.Equal(7, count [ 1.0, 0.0, 0.0; 0.0, 1.0, 0.0; 1.0, 1.0, 1e-300 ])

[<Fact>]
let ``Bounds of deep networks multiply`` () =
    Assert.Equal(60I, Regions.most 1 [ 3; 4; 2 ])
    Assert.Equal(7I * 7I, Regions.most 2 [ 3; 3 ])
    // behind a layer of one unit there is one dimension only
    Assert.Equal(2I * 4I, Regions.most 2 [ 1; 3 ])
    Assert.Equal(3I * 3I, Regions.reached 1 [ 3; 2 ])
    Assert.Equal(4I * 7I, Regions.reached 2 [ 4; 3 ])
    Assert.Equal(bigint (1L <<< 60) * 3I, Regions.reached 1 (List.replicate 60 2 @ [ 2 ]))

[<Fact>]
let ``Kinks of a sawtooth are at its peaks and valleys`` () =
    let kinks = Regions.kinks (Deep.sawtooth 2) { Lower = 0.0; Upper = 1.0 }
    closeTo 1e-15 [ 0.0; 0.25; 0.5; 0.75; 1.0 ] kinks

[<Fact>]
let ``One neuron realises 14 of the 16 dichotomies of four points`` () =
    Assert.Equal(14I, Regions.dichotomies 2 4)
    Assert.Equal(8I, Regions.dichotomies 2 3)

[<Fact>]
let ``Networks that cannot be counted are refused`` () =
    raises<HybridException, _> [ "rectifiers"; "tanh" ] (fun () ->
        Regions.pieces (dense "tanh" [ 1; 3; 1 ]) { Lower = 0.0; Upper = 1.0 })

    raises<ShapeMismatchException, _> [ "two inputs" ] (fun () ->
        Regions.planar
            {
                Weight = matrix [ [ 1.0 ] ]
                Bias = Some(vector [ 0.0 ])
            })
