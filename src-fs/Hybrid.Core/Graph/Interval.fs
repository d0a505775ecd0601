namespace Hybrid.Core

open System

/// A closed interval that is sure to hold a number. Every operation rounds outward, so that what is computed from
/// enclosed numbers, in real arithmetic or in float64, is enclosed again.
[<Struct>]
type Interval = { Lower: float; Upper: float }

module Interval =
    /// No bounds.
    let everything =
        {
            Lower = Double.NegativeInfinity
            Upper = Double.PositiveInfinity
        }

    /// The interval that holds one number only.
    let exactly x = { Lower = x; Upper = x }

    let private down = Math.BitDecrement
    let private up = Math.BitIncrement

    /// From the lower to the upper bound, one step wider on either side; no bounds at all where either is not a number.
    let outward lower upper =
        if Double.IsNaN lower || Double.IsNaN upper then
            everything
        else
            { Lower = down lower; Upper = up upper }

    let private unit = Math.BitIncrement 1.0 - 1.0

    /// <summary>The interval made wider for bounds that were computed with errors.</summary>
    /// <param name="relative">How far off a bound may be, in units of its own last place.</param>
    /// <param name="absolute">How far off it may be besides, in units of the last place of 1.</param>
    /// <param name="x">Infinite bounds stay, except that no number is as great as infinity.</param>
    let loosen (relative: float) (absolute: float) (x: Interval) : Interval =
        let off bound =
            if Double.IsInfinity bound then
                0.0
            else
                unit * (relative * Math.Abs bound + absolute)

        let loosened = outward (x.Lower - off x.Lower) (x.Upper + off x.Upper)

        {
            Lower =
                (if x.Lower = Double.NegativeInfinity then
                     x.Lower
                 else
                     loosened.Lower)
            Upper =
                (if x.Upper = Double.PositiveInfinity then
                     x.Upper
                 else
                     loosened.Upper)
        }

    /// The image under a function that never decreases, computed to so many units in the last place.
    let increasingTo (units: float) (f: float -> float) x =
        loosen units 0.0 { Lower = f x.Lower; Upper = f x.Upper }

    /// The image under a function that never decreases: the library's elementary functions are right to within a few
    /// units in the last place.
    let increasing (f: float -> float) x = increasingTo 4.0 f x

    /// The image under a function that never decreases and is exact in float64, such as max(0, x) or a step.
    let increasingExactly (f: float -> float) x =
        { Lower = f x.Lower; Upper = f x.Upper }

    /// The interval for a function that is known to stay between two numbers.
    let clamp lower upper x =
        {
            Lower = max lower x.Lower
            Upper = min upper x.Upper
        }

    /// -x
    let negate x = { Lower = -x.Upper; Upper = -x.Lower }

    /// What a sum was rounded by: the exact one less the rounded one (Knuth, The Art of Computer Programming, volume 2,
    /// section 4.2.2).
    let private lost (a: float) (b: float) (sum: float) =
        let second = sum - a
        (a - (sum - second)) + (b - second)

    /// a + b
    // Where a bound is exact, or was rounded outward, it stays: a threshold at the end of an interval is not passed, and the
    // sum of parts lies within the sum of the wholes.
    let add a b =
        let lower, upper = a.Lower + b.Lower, a.Upper + b.Upper

        if Double.IsFinite lower && Double.IsFinite upper then
            {
                Lower =
                    (if lost a.Lower b.Lower lower >= 0.0 then
                         lower
                     else
                         down lower)
                Upper =
                    (if lost a.Upper b.Upper upper <= 0.0 then
                         upper
                     else
                         up upper)
            }
        else
            outward lower upper

    /// a - b
    let subtract a b = add a (negate b)

    // 0 · ∞ is 0 here: an infinite bound stands for every finite number beyond it.
    let private product x y =
        if x = 0.0 || y = 0.0 then 0.0 else x * y

    let private isExactly number x = x.Lower = number && x.Upper = number

    /// a b
    // Nothing is rounded by 0 and 1: most products of a sparse matrix.
    let multiply a b =
        if isExactly 0.0 a || isExactly 1.0 b then
            a
        elif isExactly 0.0 b || isExactly 1.0 a then
            b
        else

            let p = product a.Lower b.Lower
            let q = product a.Lower b.Upper
            let r = product a.Upper b.Lower
            let s = product a.Upper b.Upper
            outward (min (min p q) (min r s)) (max (max p q) (max r s))

    /// total + x y, at once where either factor is 0, as in a product with a sparse matrix.
    let addProduct total x y =
        if isExactly 0.0 x || isExactly 0.0 y then
            total
        else
            add total (multiply x y)

    /// a / b; no bounds where b may be 0.
    let divide a b =
        if b.Lower <= 0.0 && b.Upper >= 0.0 then
            everything
        else
            multiply a (outward (1.0 / b.Upper) (1.0 / b.Lower))

    /// |x|
    let abs x =
        if x.Lower >= 0.0 then
            x
        elif x.Upper <= 0.0 then
            negate x
        else
            {
                Lower = 0.0
                Upper = max -x.Lower x.Upper
            }

    /// The smallest interval that holds both.
    let hull a b =
        {
            Lower = min a.Lower b.Lower
            Upper = max a.Upper b.Upper
        }

    /// The greater of a and b.
    let maximum a b =
        {
            Lower = max a.Lower b.Lower
            Upper = max a.Upper b.Upper
        }

    /// The lesser of a and b.
    let minimum a b =
        {
            Lower = min a.Lower b.Lower
            Upper = min a.Upper b.Upper
        }

    /// Whether a number is between the bounds.
    let contains x interval =
        interval.Lower <= x && x <= interval.Upper

    /// The image under the cosine.
    let cos x =
        if
            not (Double.IsFinite x.Lower && Double.IsFinite x.Upper)
            || x.Upper - x.Lower >= 2.0 * Math.PI
        then
            { Lower = -1.0; Upper = 1.0 }
        else
            // An extremum at a multiple of π counts if it is within rounding of the interval.
            let margin = 1e-15 * (1.0 + max (Math.Abs x.Lower) (Math.Abs x.Upper))
            let first = ceil ((x.Lower - margin) / Math.PI)
            let last = floor ((x.Upper + margin) / Math.PI)
            let ends = hull (exactly (Math.Cos x.Lower)) (exactly (Math.Cos x.Upper))

            let wide =
                {
                    Lower = ends.Lower - 1e-15
                    Upper = ends.Upper + 1e-15
                }

            let passed parity =
                first <= last && (Math.Abs(first % 2.0) = parity || last > first)

            {
                Lower = (if passed 1.0 then -1.0 else max -1.0 wide.Lower)
                Upper = (if passed 0.0 then 1.0 else min 1.0 wide.Upper)
            }

    /// The image under the sine.
    let sin x =
        let quarter = outward (Math.PI / 2.0) (Math.PI / 2.0)
        cos (subtract x quarter)

    /// The image of a ^ b: exact cases are whole exponents of any base and any exponent of a base that is not negative.
    let power a b =
        let corner x y = Math.Pow(x, y)

        if b.Lower = b.Upper && b.Lower = floor b.Lower then
            let n = b.Lower

            let raise' x =
                increasing (fun v -> corner v (Math.Abs n)) x

            let raised = if n % 2.0 = 0.0 then raise' (abs a) else raise' a
            if n >= 0.0 then raised else divide (exactly 1.0) raised
        elif a.Lower >= 0.0 then
            let p, q = corner a.Lower b.Lower, corner a.Lower b.Upper
            let r, s = corner a.Upper b.Lower, corner a.Upper b.Upper

            increasing
                id
                {
                    Lower = min (min p q) (min r s)
                    Upper = max (max p q) (max r s)
                }
        else
            everything

    /// The image under a function that is defined, and increasing, from a lower limit on.
    let increasingFrom limit f x =
        if x.Upper < limit then
            everything
        else
            increasing f { x with Lower = max limit x.Lower }
