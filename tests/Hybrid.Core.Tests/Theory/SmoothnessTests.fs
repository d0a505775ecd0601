module Hybrid.Tests.SmoothnessTests

open Hybrid.Core
open Hybrid.Theory
open Xunit

[<Fact>]
let ``Unknown properties are infinite`` () =
    let lipschitz, holder = Smoothness.lipschitz 3.0, Smoothness.holder 2.0 0.5
    Assert.Equal((1.5, 3.0, infinity), (lipschitz.Modulus 0.5, lipschitz.Lipschitz, lipschitz.Curvature))
    Assert.Equal((1.0, infinity, infinity), (holder.Modulus 0.25, holder.Lipschitz, holder.Curvature))
    let curvature, smooth = Smoothness.curvature 4.0, Smoothness.smooth 3.0 4.0
    Assert.Equal((infinity, infinity, 4.0), (curvature.Modulus 0.5, curvature.Lipschitz, curvature.Curvature))
    Assert.Equal((1.5, 3.0, 4.0), (smooth.Modulus 0.5, smooth.Lipschitz, smooth.Curvature))
    Assert.Equal(7.0, (Smoothness.modulus (fun h -> 7.0 * h)).Modulus 1.0)
