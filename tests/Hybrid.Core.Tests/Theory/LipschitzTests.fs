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
let ``Constants multiply`` () =
    let network = linear [ [ 3.0 ] ] >=> Activation.sigmoid >=> linear [ [ -2.0 ] ]
    Assert.Equal(1.5, Lipschitz.ofNetwork network, 12)
    Assert.Equal(1.0, Lipschitz.ofNetwork Network.empty)

[<Fact>]
let ``A row and a column have the length of their weights`` () =
    Assert.Equal(5.0, Lipschitz.ofNetwork (linear [ [ 3.0; 4.0 ] ]), 12)
    Assert.Equal(5.0, Lipschitz.ofNetwork (linear [ [ 3.0 ]; [ 4.0 ] ]), 12)

[<Fact>]
let ``What jumps or is not known has none, whatever is around it`` () =
    Assert.Equal(infinity, Lipschitz.ofNetwork (linear [ [ 0.0 ] ] >=> Activation.step))
    Assert.Equal(infinity, Lipschitz.ofNetwork (Network.ofLayer (Layer.ofFunction "square" (fun x -> x * x))))
