module Hybrid.Tests.LipschitzTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private linear rows =
    Linear.network
        {
            Weight = matrix rows
            Bias = Some(vector (rows |> List.map (fun _ -> 0.0)))
        }

[<Fact>]
let ``Lipschitz constants of layers multiply`` () =
    let network = linear [ [ 3.0 ] ] >=> Activation.sigmoid >=> linear [ [ -2.0 ] ]
    Assert.Equal(1.5, Lipschitz.ofNetwork network, 12)
    Assert.Equal(1.0, Lipschitz.ofNetwork Network.empty)

[<Fact>]
let ``The constant of a row or column is the length of its weights`` () =
    Assert.Equal(5.0, Lipschitz.ofNetwork (linear [ [ 3.0; 4.0 ] ]), 12)
    Assert.Equal(5.0, Lipschitz.ofNetwork (linear [ [ 3.0 ]; [ 4.0 ] ]), 12)

[<Fact>]
let ``A network with a jump or an unknown layer has no constant`` () =
    Assert.Equal(infinity, Lipschitz.ofNetwork (linear [ [ 0.0 ] ] >=> Activation.step))
    Assert.Equal(infinity, Lipschitz.ofNetwork (Network.ofLayer (Layer.ofFunction "square" (fun x -> x * x))))
