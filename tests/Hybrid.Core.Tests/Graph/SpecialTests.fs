module Hybrid.Tests.SpecialTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

// The expected digits are from arithmetic of 40 digits.

[<Theory>]
[<InlineData(0.0, 0.0)>]
[<InlineData(0.1, 0.1124629160182848984)>]
[<InlineData(0.5, 0.52049987781304653768)>]
[<InlineData(1.0, 0.84270079294971486934)>]
[<InlineData(1.4999, 0.966093251662295270622)>]
[<InlineData(1.5, 0.966105146475310727067)>]
[<InlineData(1.8930096220394141, 0.992574194000474194532)>]
[<InlineData(1.9999, 0.99532019790702939169)>]
[<InlineData(2.5, 0.99959304798255504106)>]
[<InlineData(3.0, 0.99997790950300141456)>]
[<InlineData(5.0, 0.99999999999846254021)>]
[<InlineData(40.0, 1.0)>]
let ``The error function agrees with tables, and is odd`` (x: float, expected: float) =
    // 4 units in the last place: what enclosures allow for
    closeTo (4.0 * 2.3e-16 * expected) [ expected; -expected ] [ Special.erf x; Special.erf -x ]

[<Theory>]
[<InlineData(-30.0, 9.3576229688397367794e-14)>]
[<InlineData(-9.2, 0.00010103429770054133172)>]
[<InlineData(-9.0, 0.00012340218972325881635)>]
[<InlineData(-5.0, 0.0067153484891180686164)>]
[<InlineData(-1.0, 0.31326168751822283405)>]
[<InlineData(0.0, 0.69314718055994530942)>]
[<InlineData(1.0, 1.313261687518222834)>]
[<InlineData(30.0, 30.000000000000093576)>]
let ``Softplus is accurate, even for small values`` (x: float, expected: float) =
    closeTo (4.0 * 2.3e-16 * expected) [ expected ] [ Special.softplus x ]

[<Fact>]
let ``Softplus is x for large x, and 0 where exp x is 0`` () =
    Assert.Equal(1000.0, Special.softplus 1000.0)
    Assert.Equal(0.0, Special.softplus -1000.0)

[<Fact>]
let ``The sigmoid neither overflows nor loses small numbers`` () =
    closeTo 1e-16 [ 0.5; 1.0; 0.0 ] [ Special.sigmoid 0.0; Special.sigmoid 1000.0; Special.sigmoid -1000.0 ]
    closeTo 1e-31 [ 4.248354255291589e-18 ] [ Special.sigmoid -40.0 ]

[<Fact>]
let ``NaN stays NaN`` () =
    Assert.All([ Special.erf; Special.sigmoid; Special.softplus ], fun f -> Assert.True(Double.IsNaN(f nan)))
