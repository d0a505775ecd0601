module Hybrid.Tests.CertificateTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private unit: Interval[] = [| { Lower = 0.0; Upper = 1.0 } |]

let private graph text =
    Expression.graph (Expression.parse [ "x" ] text)

let private line weight bias =
    Linear.network
        {
            Weight = matrix [ [ weight ] ]
            Bias = Some(vector [ bias ])
        }

[<Fact>]
let ``The proved distance of a line from a parabola is the true one`` () =
    let certificate =
        Certificate.prove (graph "x^2") (line 1.0 -0.125) unit 0.1251 10_000

    Assert.True certificate.Holds
    Assert.InRange(certificate.Bound, 0.125, 0.1251)
    Assert.Equal(0.125, certificate.Measured, 6)
    Assert.InRange(certificate.Rounding, 0.0, 1e-6)

[<Fact>]
let ``A line that is too far from a parabola is refused, and the certificate says where`` () =
    let certificate = Certificate.prove (graph "x^2") (line 1.0 0.0) unit 0.2 10_000
    Assert.False certificate.Holds
    Assert.InRange(certificate.Measured, 0.2, 0.25)
    let isOff x = abs (x * x - x) > 0.2
    Assert.True(isOff certificate.Point[0])

    Assert.True(
        Interval.contains 0.5 certificate.Box[0]
        || isOff certificate.Box[0].Lower
        || isOff certificate.Box[0].Upper
    )

[<Fact>]
let ``A bound that is narrowly missed is not proved`` () =
    Assert.False((Certificate.prove (graph "x^2") (line 1.0 -0.125) unit 0.1249999 10_000).Holds)

[<Fact>]
let ``A function without a value is not proved`` () =
    for text in
        [
            "sqrt(x-2)"
            "sqrt(x-0.4)"
            "log(x)"
            "1/(x-0.3)"
            "exp(1000*x)-exp(1000*x)"
            "sin(1/(x-0.3))"
            "0*log(x-0.5)"
            "abs(sqrt(x-0.4))^0"
            "(x-0.5)^0.5"
            "sqrt(x-1e-300)"
        ] do
        let certificate = Certificate.prove (graph text) (line 0.0 0.0) unit 10.0 5_000
        Assert.False(certificate.Holds, text)
        Assert.Equal(infinity, certificate.Bound)

[<Fact>]
let ``A network with a NaN parameter is not proved`` () =
    for bad in [ nan; infinity; -infinity ] do
        for network in
            [
                line bad 0.0
                line 0.0 bad
                line bad 0.0 >=> Activation.step
                line bad 0.0 >=> Activation.tanh
            ] do
            Assert.False((Certificate.prove (graph "x") network unit 10.0 1_000).Holds)

        let constant (x: Tensor) = Tensor.fill bad [ x.Shape.Head; 1 ]

        for f in [ constant; constant >> Tensor.sin; (fun x -> 0.0 * constant x) ] do
            Assert.False((Certificate.prove f (line 0.0 0.0) unit 10.0 1_000).Holds)

    // infinity is above a threshold, but NaN is neither above nor below
    let step (x: Tensor) =
        Tensor.step (Tensor.fill nan [ x.Shape.Head; 1 ])

    Assert.False((Certificate.prove step (line 0.0 0.0) unit 10.0 1_000).Holds)

[<Fact>]
let ``A certificate holds only where every comparison does`` () =
    let held =
        {
            Epsilon = 0.2
            Bound = 0.1
            Rounding = 0.01
            Measured = 0.05
            Point = [| 0.5 |]
            Box = unit
            Boxes = 1
        }

    Assert.True held.Holds

    for spoilt in
        [
            { held with Bound = nan }
            { held with Epsilon = nan }
            { held with Measured = nan }
            { held with Rounding = nan }
            { held with Bound = 0.3 }
            { held with Measured = 0.15 }
            { held with Rounding = 0.15 }
            { held with
                Bound = infinity
                Epsilon = infinity
            }
        ] do
        Assert.False spoilt.Holds

[<Fact>]
let ``A network that may overflow in float32 is not proved`` () =
    let great = line 1e30 0.0 >=> line 1e30 0.0
    Assert.False((Certificate.prove (graph "10^60*x") great unit 1e59 1_000).Holds)

[<Fact>]
let ``A grid gives a bound from its values and the slopes between them`` () =
    let g x = Network.forward (line 1.0 0.0) x
    // x² - x is off by a quarter; slopes 2 and 1
    let by cells =
        Certificate.byGrid (graph "x^2") g 3.0 unit cells

    Assert.Equal(0.25 + 1.5, by 1, 12)
    Assert.Equal(0.1875 + 0.75, by 2, 12)
    Assert.InRange(by 1000, 0.25, 0.252)
    Assert.Equal(infinity, Certificate.byGrid (graph "x^2") g infinity unit 10)
    Assert.Equal(infinity, Certificate.byGrid (graph "1/(x-0.5)") g 3.0 unit 1)
    // between the centres there is no value, whatever slope is claimed
    Assert.Equal(infinity, Certificate.byGrid (graph "1/(x-0.3)") g 3.0 unit 8)
    Assert.Equal(infinity, Certificate.byGrid (graph "x^2") g nan unit 10)

[<Fact>]
let ``A cell in the plane extends half its diagonal from its centre`` () =
    let zero x =
        Expression.graph (Expression.parse [ "x"; "y" ] "0") x

    let box = [| { Lower = 0.0; Upper = 3.0 }; { Lower = 0.0; Upper = 4.0 } |]
    Assert.Equal(2.5, Certificate.byGrid zero zero 1.0 box 1, 12)
    Assert.Equal(0.25, Certificate.byGrid zero zero 1.0 box 10, 12)

[<Fact>]
let ``A network is enclosed on a box`` () =
    let network = line 2.0 1.0 >=> Activation.relu >=> line -1.0 0.0

    let enclosure =
        Certificate.enclose network [| { Lower = -1.0; Upper = 1.0 } |]
        |> Array.exactlyOne

    Assert.Equal(-3.0, enclosure.Lower, 12)
    Assert.Equal(0.0, enclosure.Upper, 12)
