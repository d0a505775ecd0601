module Hybrid.Tests.NielsenTests

open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Pairs of steep sigmoids form bumps of their heights`` () =
    let heights = [| 1.0; -2.0; 0.5 |]

    Formulas.outputs (Nielsen.pairs 1000.0 heights) [| 1.0 / 6.0; 0.5; 5.0 / 6.0 |]
    |> closeTo 1e-9 heights

[<Fact>]
let ``Towers of threshold units have the function's middle value in every cell`` () =
    let f x y = 1.0 + 10.0 * x + y
    let step z = if z > 0.0 then 1.0 else 0.0

    for x in [ 0.0; 0.1; 0.3; 0.9; 1.0 ] do
        for y in [ 0.0; 0.2; 0.6; 1.0 ] do
            let middle z = if z <= 0.5 then 0.25 else 0.75
            Assert.Equal(f (middle x) (middle y), Nielsen.towers step 2 f x y)

[<Fact>]
let ``The exercise has a solution, and sigmoids fail along edges`` () =
    let outcome = outcome Nielsen.experiment
    holds outcome.Verdict
    draws [ "nielsen" ] outcome
