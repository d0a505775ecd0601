module Hybrid.Tests.IntervalTests

open System
open Hybrid.Core
open Xunit

let private between lower upper = { Lower = lower; Upper = upper }

/// The bounds hold the expected ones, and are no more than a rounding wider.
let private isAbout (expected: Interval) (actual: Interval) =
    Assert.True(
        actual.Lower <= expected.Lower && expected.Upper <= actual.Upper,
        $"{actual} misses {expected}."
    )

    let excess = max (expected.Lower - actual.Lower) (actual.Upper - expected.Upper)
    let size = 1.0 + max (abs expected.Lower) (abs expected.Upper)
    Assert.True(excess <= 1e-14 * size, $"{actual} is wider than {expected}.")

[<Fact>]
let ``Arithmetic covers all combinations of signs`` () =
    let a, b = between -1.0 2.0, between -3.0 4.0
    isAbout (between -4.0 6.0) (Interval.add a b)
    isAbout (between -5.0 5.0) (Interval.subtract a b)
    isAbout (between -6.0 8.0) (Interval.multiply a b)
    isAbout (between -0.5 1.0) (Interval.divide a (between 2.0 4.0))

[<Fact>]
let ``The enclosure of a tenth plus two tenths contains the real sum`` () =
    let sum = Interval.add (Interval.exactly 0.1) (Interval.exactly 0.2)
    // of the two doubles, which is between these two
    Assert.True(sum.Lower <= 0.3 && sum.Upper >= 0.30000000000000004)

/// Operations that may have no value, on operands that reach out of their domain, touch its end, or are not intervals at all.
let outside: obj[] list =
    let rows =
        [
            "1 / [-1, 1]", Interval.divide (Interval.exactly 1.0) (between -1.0 1.0)
            "1 / [0, 1]", Interval.divide (Interval.exactly 1.0) (between 0.0 1.0)
            "1 / [-1, -0]", Interval.divide (Interval.exactly 1.0) (between -1.0 -0.0)
            "√[-ε, 1]", Interval.sqrt (between -5e-324 1.0)
            "log [0, 1]", Interval.log (between 0.0 1.0)
            "log [-1, 1]", Interval.log (between -1.0 1.0)
            "[-1, 1] ^ ½", Interval.power (between -1.0 1.0) (Interval.exactly 0.5)
            "[0, 1] ^ -1", Interval.power (between 0.0 1.0) (Interval.exactly -1.0)
            "[-1, 1] ^ -2", Interval.power (between -1.0 1.0) (Interval.exactly -2.0)
            "[0, 1] ^ [-1, 1]", Interval.power (between 0.0 1.0) (between -1.0 1.0)
            "∞ - ∞", Interval.subtract (Interval.exactly infinity) (Interval.exactly infinity)
            "0 ∞", Interval.multiply (Interval.exactly 0.0) (Interval.exactly infinity)
            "cos ∞", Interval.cos (Interval.exactly infinity)
        ]
        @ [
            for name, f in
                [
                    "-", Interval.negate
                    "|·|", Interval.abs
                    "exp", Interval.increasing exp
                    "step", Interval.increasingExactly (fun x -> if x > 0.0 then 1.0 else 0.0)
                    "clamp", Interval.clamp 0.0 1.0
                    "cos", Interval.cos
                    "sin", Interval.sin
                    "√", Interval.sqrt
                    "log", Interval.log
                    "0 ·", Interval.multiply (Interval.exactly 0.0)
                    "+ 1", Interval.add (Interval.exactly 1.0)
                    "1 /", Interval.divide (Interval.exactly 1.0)
                    "max 0", Interval.maximum (Interval.exactly 0.0)
                    "min 0", Interval.minimum (Interval.exactly 0.0)
                    "hull 0", Interval.hull (Interval.exactly 0.0)
                    "^ 0", (fun x -> Interval.power x (Interval.exactly 0.0))
                    "loosen", Interval.loosen 1.0 1.0
                ] -> $"{name} of what is undefined", f Interval.undefined
        ]

    rows |> List.map (fun (name, bounds) -> [| name; bounds |])

[<Theory; MemberData(nameof outside)>]
let ``A possibly undefined result has no bounds, and no comparison with it holds``
    (_: string)
    (bounds: Interval)
    =
    Assert.False(Interval.isDefined bounds)
    Assert.False(Interval.contains 0.0 bounds)

[<Fact>]
let ``An operand that touches the end of a domain has its value there`` () =
    Assert.Equal(between 0.0 2.0, Interval.sqrt (between 0.0 4.0))
    Assert.Equal(between 0.0 1.0, Interval.power (between -1.0 1.0) (Interval.exactly 2.0))

    let semicircle x =
        Interval.sqrt (Interval.subtract (Interval.exactly 1.0) (Interval.power x (Interval.exactly 2.0)))

    Assert.Equal(0.0, (semicircle (between 0.5 1.0)).Lower)

/// A function of a tensor that may have no value, hidden behind another that is bounded whatever it is given.
[<Fact>]
let ``An undefined operand makes the result of every operation undefined`` () =
    let x = Tensor.input "x" [ 1; 2 ]
    let half = Tensor.slice 1 0 1 x

    let hidden =
        [
            for gap in [ Tensor.sqrt half; Tensor.log half; 1.0 / half ] do
                Tensor.sin gap
                Tensor.tanh gap
                0.0 * gap
                Tensor.step gap
                Tensor.sign gap
                Tensor.relu gap
                Tensor.isNaN gap
                Tensor.greater gap half
                Tensor.equal gap half
                Tensor.minimum gap (Tensor.scalar 0.0)
                Tensor.maximum gap (Tensor.scalar 0.0)
                Tensor.select gap half half
                Tensor.power gap (Tensor.scalar 0.0)
                Tensor.powerOrZero gap (Tensor.scalar 0.0)
                gap *@ Tensor.constant [ 1; 1 ] [| 0.0 |]
                Tensor.softmax 1 (Tensor.concat 1 [ half; gap ])
                Tensor.reshape [ 1; 1 ] (Tensor.argMax 1 (Tensor.concat 1 [ half; gap ]))
                Tensor.reshape [ 1; 1 ] (Tensor.max 1 (Tensor.concat 1 [ half; gap ]))
                Tensor.reshape [ 1; 1 ] (Tensor.sum 1 (Tensor.concat 1 [ half; gap ]))
                Tensor.reshape [ 1; 1 ] (Tensor.logSumExp 1 (Tensor.concat 1 [ half; gap ]))
        ]

    for bounds in Enclosure.evaluate [ "x", Array.create 2 (between -1.0 1.0) ] hidden do
        for bound in bounds do
            Assert.False(Interval.isDefined bound)

[<Fact>]
let ``Zero times an unbounded number is zero`` () =
    isAbout (Interval.exactly 0.0) (Interval.multiply (Interval.exactly 0.0) Interval.everything)

[<Fact>]
let ``The absolute value folds an interval around zero`` () =
    Assert.Equal(between 0.0 3.0, Interval.abs (between -3.0 2.0))
    Assert.Equal(between 2.0 3.0, Interval.abs (between -3.0 -2.0))

[<Fact>]
let ``The cosine includes the extrema that it passes`` () =
    isAbout (between -1.0 1.0) (Interval.cos (between -0.1 3.2))
    isAbout (between (cos 1.0) 1.0) (Interval.cos (between -1.0 0.5))
    isAbout (between -1.0 (cos 3.0)) (Interval.cos (between 3.0 3.2))
    isAbout (between 0.0 1.0) (Interval.sin (between 0.0 Math.PI))

[<Fact>]
let ``Even powers are non-negative, and odd ones keep the sign`` () =
    isAbout (between 0.0 9.0) (Interval.power (between -3.0 2.0) (Interval.exactly 2.0))
    isAbout (between -27.0 8.0) (Interval.power (between -3.0 2.0) (Interval.exactly 3.0))
    isAbout (between 0.25 1.0) (Interval.power (between 1.0 2.0) (Interval.exactly -2.0))

[<Fact>]
let ``A result beyond the range of float64 is still enclosed`` () =
    // exp 800 is a real number, about 2.7e347, and infinite in float64: both lie between these
    let bounds = Interval.increasing exp (Interval.exactly 800.0)
    Assert.Equal(between Double.MaxValue infinity, bounds)

[<Fact>]
let ``Bounds next to 0 - of functions and products - are not subnormal`` () =
    let tiny = { Lower = -1e-200; Upper = 1e-200 }
    let positive = { Lower = 1e-200; Upper = 1e-199 }

    for y in
        [
            Interval.increasing Special.sigmoid { Lower = -1e5; Upper = -1e4 }
            Interval.increasing Math.Exp (Interval.exactly -1e4)
            Interval.multiply tiny tiny
            Interval.multiply positive positive
            Interval.multiply (Interval.exactly 1e-160) tiny
            Interval.multiply (Interval.exactly -1e-160) positive
        ] do
        Assert.True(y.Lower <= 0.0 && y.Upper >= 0.0)
        Assert.False(Double.IsSubnormal y.Lower || Double.IsSubnormal y.Upper, $"{y}")
