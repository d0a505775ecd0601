namespace Hybrid.Core

open System

/// <summary>A closed interval that is guaranteed to contain a number. Every operation rounds outward, so results computed from
/// enclosed numbers, in real arithmetic or in float64, are enclosed too.</summary>
/// <remarks>Where there may be no value, as for the root of a partly negative interval, the bounds are NaN
/// (<c>Interval.undefined</c>), and so is everything computed from them: no comparison with them holds, and they prove
/// nothing.</remarks>
[<Struct>]
type Interval = { Lower: float; Upper: float }

module Interval =
    /// A number without bounds.
    let internal everything = { Lower = -infinity; Upper = infinity }

    /// Possibly not a number: the result of an operation whose operands may lie outside its domain.
    let internal undefined = { Lower = nan; Upper = nan }

    /// Whether neither bound is NaN.
    let isDefined (x: Interval) : bool =
        not (Double.IsNaN x.Lower || Double.IsNaN x.Upper)

    /// The bounds that a function gives where its operand is defined; undefined elsewhere, whatever the function would return.
    let internal whereDefined (f: Interval -> Interval) (x: Interval) : Interval =
        if isDefined x then f x else undefined

    /// The same for two operands.
    let internal whereBothDefined (f: Interval -> Interval -> Interval) a b : Interval =
        if isDefined a && isDefined b then f a b else undefined

    /// The interval that contains only one number.
    let exactly x = { Lower = x; Upper = x }

    /// Whether the interval contains real numbers: false for an infinite constant and for NaN.
    let private holdsReals (x: Interval) : bool =
        x.Lower < Double.PositiveInfinity && x.Upper > Double.NegativeInfinity

    /// From the lower to the upper bound, one float64 step wider on each side; undefined where either is NaN.
    let internal outward lower upper =
        {
            Lower = Math.BitDecrement lower
            Upper = Math.BitIncrement upper
        }

    let private unit = Math.BitIncrement 1.0 - 1.0

    /// <summary>The interval widened for bounds that were computed with errors.</summary>
    /// <param name="relative">The error of a bound, in units in its own last place.</param>
    /// <param name="absolute">The additional error, in units in the last place of 1.</param>
    /// <param name="x">Infinite bounds stay, but a lower bound of ∞ becomes the largest finite number, and an upper bound of -∞
    /// its negative.</param>
    let internal loosen (relative: float) (absolute: float) (x: Interval) : Interval =
        let off bound =
            if Double.IsInfinity bound then
                0.0
            else
                unit * (relative * Math.Abs bound + absolute) + Directed.normal

        let loosened = outward (x.Lower - off x.Lower) (x.Upper + off x.Upper)

        let unless infinite bound loosened =
            if bound = infinite then bound else loosened

        {
            Lower = unless -infinity x.Lower loosened.Lower
            Upper = unless infinity x.Upper loosened.Upper
        }

    /// The image under a non-decreasing function that is computed to within this many units in the last place.
    let internal increasingTo (units: float) (f: float -> float) x =
        x
        |> whereDefined (fun x ->
            let lower = f x.Lower
            let upper = if x.Lower = x.Upper then lower else f x.Upper
            loosen units 0.0 { Lower = lower; Upper = upper })

    /// The image under a non-decreasing function: the elementary functions of .NET are correct to within a few units in the last
    /// place.
    let internal increasing (f: float -> float) x = increasingTo 4.0 f x

    /// The image under a non-decreasing function that is exact in float64, such as max(0, x) or a step.
    let internal increasingExactly (f: float -> float) x =
        x |> whereDefined (fun x -> { Lower = f x.Lower; Upper = f x.Upper })

    let inline private ends lower upper a b =
        {
            Lower = lower a.Lower b.Lower
            Upper = upper a.Upper b.Upper
        }

    /// The interval of a function's values, limited to the two numbers that they are known to lie between.
    let internal clamp lower upper x =
        ends max min { Lower = lower; Upper = upper } x

    /// -x
    let internal negate x = { Lower = -x.Upper; Upper = -x.Lower }

    /// a + b
    let internal add a b =
        if holdsReals a && holdsReals b then
            {
                Lower = Directed.add a.Lower b.Lower
                Upper = -(Directed.add -a.Upper -b.Upper)
            }
        else
            undefined

    /// a - b
    let internal subtract a b = add a (negate b)

    let inline private upward (down: float -> float -> float) (x: float) y = -(down -x y)

    /// The minimum and maximum of an operation that is monotonic in each of two intervals, from their ends.
    let private corners (down: float -> float -> float) (a: Interval) (b: Interval) =
        let up = upward down

        {
            Lower =
                min
                    (min (down a.Lower b.Lower) (down a.Lower b.Upper))
                    (min (down a.Upper b.Lower) (down a.Upper b.Upper))
            Upper =
                max
                    (max (up a.Lower b.Lower) (up a.Lower b.Upper))
                    (max (up a.Upper b.Lower) (up a.Upper b.Upper))
        }

    // most factors are weights, single numbers: two products instead of eight
    let private times (factor: float) (x: Interval) =
        let low, high = if factor >= 0.0 then x.Lower, x.Upper else x.Upper, x.Lower

        {
            Lower = Directed.multiply factor low
            Upper = -(Directed.multiply -factor high)
        }

    /// a b
    let internal multiply a b =
        if not (holdsReals a && holdsReals b) then
            undefined
        elif a.Lower = a.Upper then
            times a.Lower b
        elif b.Lower = b.Upper then
            times b.Lower a
        elif a.Lower >= 0.0 && b.Lower >= 0.0 then
            ends Directed.multiply (upward Directed.multiply) a b
        else
            corners Directed.multiply a b

    let private isZero x = x.Lower = 0.0 && x.Upper = 0.0

    /// total + x y; total itself where either factor is 0, as in a product with a sparse matrix.
    let internal addProduct total x y =
        if isZero x && holdsReals y || isZero y && holdsReals x then
            total
        else
            add total (multiply x y)

    /// Whether a number lies between the bounds; false where they are undefined.
    let contains x interval =
        interval.Lower <= x && x <= interval.Upper

    /// a / b; undefined where b may be 0.
    let internal divide a b =
        if holdsReals a && holdsReals b && (b.Lower > 0.0 || b.Upper < 0.0) then
            corners Directed.divide a b
        else
            undefined

    /// |x|
    let internal abs x =
        if x.Lower >= 0.0 then
            x
        elif x.Upper <= 0.0 then
            negate x
        else
            {
                Lower = min 0.0 x.Upper
                Upper = max -x.Lower x.Upper
            }

    /// The smallest interval that contains both.
    let hull a b = ends min max a b

    /// The maximum of a and b.
    let internal maximum a b = ends max max a b

    /// The minimum of a and b.
    let internal minimum a b = ends min min a b

    /// √x; undefined where x may be negative.
    let internal sqrt x =
        if x.Lower >= 0.0 then
            {
                Lower = Directed.sqrt x.Lower
                Upper = Directed.sqrtUp x.Upper
            }
        else
            undefined

    /// The natural logarithm; undefined where x may be 0 or negative.
    let internal log x =
        let atLeast, atMost =
            (if x.Lower >= 1.0 then 0.0 else -infinity), (if x.Upper <= 1.0 then 0.0 else infinity)

        if x.Lower > 0.0 then
            increasing Math.Log x |> clamp atLeast atMost
        else
            undefined

    /// The image under the cosine.
    let internal cos x =
        if not (holdsReals x) then
            undefined
        elif
            not (Double.IsFinite x.Lower && Double.IsFinite x.Upper)
            || x.Upper - x.Lower >= 2.0 * Math.PI
        then
            { Lower = -1.0; Upper = 1.0 }
        else
            // An extremum at a multiple of π counts if it lies in the interval up to rounding.
            let margin = 1e-15 * (1.0 + max (Math.Abs x.Lower) (Math.Abs x.Upper))
            let first = ceil ((x.Lower - margin) / Math.PI)
            let last = floor ((x.Upper + margin) / Math.PI)
            let ends = hull (exactly (Math.Cos x.Lower)) (exactly (Math.Cos x.Upper))

            let low, high = ends.Lower - 1e-15, ends.Upper + 1e-15

            let passed parity =
                first <= last && (Math.Abs(first % 2.0) = parity || last > first)

            {
                Lower = (if passed 1.0 then -1.0 else max -1.0 low)
                Upper = (if passed 0.0 then 1.0 else min 1.0 high)
            }

    /// The image under the sine.
    let internal sin x =
        let quarter = outward (Math.PI / 2.0) (Math.PI / 2.0)
        cos (subtract x quarter)

    // the bounds of an integer power are integer powers of the bounds; squares are products, and exact where those are
    let private wholePower (n: float) x =
        let raised x =
            if n = 1.0 then
                x
            elif n = 2.0 then
                ends Directed.multiply (upward Directed.multiply) x x
            else
                increasing (fun v -> Math.Pow(v, n)) x

        if n % 2.0 = 0.0 then
            clamp 0.0 infinity (raised (abs x))
        else
            raised x

    // 1 / x for positive x; no upper bound where the lower bound of x has underflowed to 0
    let private inverse x =
        {
            Lower = Directed.divide 1.0 x.Upper
            Upper =
                (if x.Lower > 0.0 then
                     -(Directed.divide -1.0 x.Lower)
                 else
                     infinity)
        }

    /// The image of a ^ b for an integer exponent and any base, or for any exponent and a non-negative base; undefined elsewhere,
    /// as is a negative power of 0.
    let internal power a b =
        if not (holdsReals a && holdsReals b) then
            undefined
        elif b.Lower = b.Upper && b.Lower = floor b.Lower then
            if b.Lower = 0.0 then
                exactly 1.0
            elif b.Lower > 0.0 then
                wholePower b.Lower a
            elif a.Lower > 0.0 || a.Upper < 0.0 && b.Lower % 2.0 = 0.0 then
                inverse (wholePower -b.Lower a)
            elif a.Upper < 0.0 then
                negate (inverse (wholePower -b.Lower (negate a)))
            else
                undefined
        elif a.Lower > 0.0 || a.Lower = 0.0 && b.Lower > 0.0 then
            let corner x y = Math.Pow(x, y)
            let p, q = corner a.Lower b.Lower, corner a.Lower b.Upper
            let r, s = corner a.Upper b.Lower, corner a.Upper b.Upper

            increasing
                id
                {
                    Lower = min (min p q) (min r s)
                    Upper = max (max p q) (max r s)
                }
            |> clamp 0.0 infinity
        else
            undefined
