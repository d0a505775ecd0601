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
let ``Arithmetic takes the worst of all signs`` () =
    let a, b = between -1.0 2.0, between -3.0 4.0
    isAbout (between -4.0 6.0) (Interval.add a b)
    isAbout (between -5.0 5.0) (Interval.subtract a b)
    isAbout (between -6.0 8.0) (Interval.multiply a b)
    isAbout (between -0.5 1.0) (Interval.divide a (between 2.0 4.0))

[<Fact>]
let ``A tenth and two tenths hold the real sum between their bounds`` () =
    let sum = Interval.add (Interval.exactly 0.1) (Interval.exactly 0.2)
    // of the two doubles, which is between these two
    Assert.True(sum.Lower <= 0.3 && sum.Upper >= 0.30000000000000004)

[<Fact>]
let ``A division by what may be zero has no bounds`` () =
    Assert.Equal(Interval.everything, Interval.divide (Interval.exactly 1.0) (between -1.0 1.0))
    Assert.Equal(Interval.everything, Interval.divide (Interval.exactly 1.0) (between 0.0 1.0))

[<Fact>]
let ``Zero times any finite number is zero`` () =
    isAbout (Interval.exactly 0.0) (Interval.multiply (Interval.exactly 0.0) Interval.everything)

[<Fact>]
let ``The absolute value folds an interval around zero`` () =
    Assert.Equal(between 0.0 3.0, Interval.abs (between -3.0 2.0))
    Assert.Equal(between 2.0 3.0, Interval.abs (between -3.0 -2.0))

[<Fact>]
let ``The cosine knows the extrema that it passes`` () =
    isAbout (between -1.0 1.0) (Interval.cos (between -0.1 3.2))
    isAbout (between (cos 1.0) 1.0) (Interval.cos (between -1.0 0.5))
    isAbout (between -1.0 (cos 3.0)) (Interval.cos (between 3.0 3.2))
    isAbout (between 0.0 1.0) (Interval.sin (between 0.0 Math.PI))

[<Fact>]
let ``Even powers are not negative, and odd ones keep the sign`` () =
    isAbout (between 0.0 9.0) (Interval.power (between -3.0 2.0) (Interval.exactly 2.0))
    isAbout (between -27.0 8.0) (Interval.power (between -3.0 2.0) (Interval.exactly 3.0))
    isAbout (between 0.25 1.0) (Interval.power (between 1.0 2.0) (Interval.exactly -2.0))

[<Fact>]
let ``A result beyond the range of float64 is enclosed all the same`` () =
    // exp 800 is a real number, about 2.7e347, and infinite in float64: both lie between these
    let bounds = Interval.increasing exp (Interval.exactly 800.0)
    Assert.Equal(between Double.MaxValue infinity, bounds)
