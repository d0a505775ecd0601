module Hybrid.Tests.TicksTests

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Figures
open Hybrid.Testing
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

let private ruler axis lower upper =
    (Ruler.create
        (Axis.within lower upper axis)
        [
            {
                Loose = [||]
                Tight = [| lower; upper |]
            }
        ])
        .Value

let private labels axis lower upper =
    Ticks.along 6 (ruler axis lower upper)
    |> List.map _.Label
    |> List.filter ((<>) "")
    |> String.concat " "

[<Theory>]
[<InlineData(0.0, 1.0, "0 0.2 0.4 0.6 0.8 1.0")>]
[<InlineData(0.0, 13.0, "0 5 10")>]
[<InlineData(-1.0, 1.0, "−1.0 −0.5 0 0.5 1.0")>]
[<InlineData(0.0, 25.0, "0 5 10 15 20 25")>]
[<InlineData(0.12, 0.37, "0.15 0.20 0.25 0.30 0.35")>]
[<InlineData(0.0, 80000.0, "0 20000 40000 60000 80000")>]
[<InlineData(0.0, 3e6, "0 0.5×10⁶ 1.0×10⁶ 1.5×10⁶ 2.0×10⁶ 2.5×10⁶ 3.0×10⁶")>]
[<InlineData(0.0, 4e-7, "0 1×10⁻⁷ 2×10⁻⁷ 3×10⁻⁷ 4×10⁻⁷")>]
let ``Linear axes have ticks at 1, 2 or 5 times a power of ten`` (lower, upper, expected: string) =
    Assert.Equal(expected, labels x lower upper)

[<Theory>]
[<InlineData(0.001, 10.0, "0.001 0.01 0.1 1 10")>]
[<InlineData(1e-12, 1.0, "10⁻¹² 10⁻⁹ 10⁻⁶ 10⁻³ 10⁰")>]
[<InlineData(1.0, 50.0, "1 2 5 10 20 50")>]
[<InlineData(2.0, 4.0, "2.0 2.5 3.0 3.5 4.0")>]
let ``Logarithmic axes have ticks at powers of ten, and between them where there is room``
    (lower, upper, expected: string)
    =
    Assert.Equal(expected, labels (Axis.logarithmic "x") lower upper)

[<Fact>]
let ``Powers of ten have small ticks between them`` () =
    let ticks = Ticks.along 6 (ruler (Axis.logarithmic "x") 1.0 1000.0)
    Assert.Equal(28, ticks.Length)
    closeTo 1e-12 [ for n in 1.0 .. 9.0 -> Math.Log10 n / 3.0 ] (ticks |> List.take 9 |> List.map _.Place)

/// Ends of any size and nearness, negative ones only where asked for.
let private ends negative =
    let generator =
        gen {
            let! magnitude = Gen.choose (-288, 299)
            let! nearness = Gen.choose (0, 12)
            let! mantissa = Gen.choose (100, 999)
            let! sign = Gen.elements (if negative then [ -1.0; 1.0; 0.0 ] else [ 1.0 ])
            let centre = sign * float mantissa / 100.0 * Math.Pow(10.0, float magnitude)
            let width = Math.Pow(10.0, float (max -288 (magnitude - nearness)))
            return centre, centre + width
        }

    Arb.fromGen generator

let private wellPlaced count axis (lower: float, upper: float) =
    let ticks =
        match
            Ruler.create
                axis
                [
                    {
                        Loose = [| upper |]
                        Tight = [| lower |]
                    }
                ]
        with
        | Some ruler -> Ticks.along count ruler
        | None -> []

    let labels = ticks |> List.map _.Label |> List.filter ((<>) "")

    (labels.Length >= 2
     && ticks.Length <= 60
     && labels.Length <= 12
     && List.distinct labels = labels
     && ticks
        |> List.forall (fun tick -> tick.Place >= -1e-6 && tick.Place <= 1.0 + 1e-6)
     && ticks |> List.pairwise |> List.forall (fun (a, b) -> a.Place < b.Place))
    |> Prop.label $"{ticks}"

[<Fact>]
let ``Any two numbers make an axis: at least two labels, all different, in order, within the ends`` () =
    for count in [ 1; 2; 5; 8 ] do
        Prop.forAll (ends true) (wellPlaced count x) |> check
        Prop.forAll (ends false) (wellPlaced count (Axis.logarithmic "x")) |> check

[<Fact>]
let ``A single number has space on both sides`` () =
    for axis, value in [ x, 0.0; x, 7.0; x, -1e300; x, 1e-300; Axis.logarithmic "x", 1e-290 ] do
        let ruler = (Ruler.create axis [ { Loose = [| value |]; Tight = [||] } ]).Value
        closeTo 1e-9 [ 0.5 ] [ Ruler.place ruler value ]

[<Theory>]
[<InlineData(1.0, 1.0)>]
[<InlineData(2.0, 1.0)>]
[<InlineData(Double.NaN, 1.0)>]
[<InlineData(0.0, Double.PositiveInfinity)>]
let ``An empty range is an error`` (lower, upper) =
    raises<FigureException, _> [ "axis «x»"; "two finite numbers" ] (fun () -> ruler x lower upper)

    raises<FigureException, _> [ "positive" ] (fun () ->
        Ruler.create (Axis.logarithmic "x" |> Axis.within 0.0 1.0) [ { Loose = [| 1.0 |]; Tight = [||] } ])
