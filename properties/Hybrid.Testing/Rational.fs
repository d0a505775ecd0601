namespace Hybrid.Testing

open System
open System.Numerics

/// A fraction in lowest terms, with a positive denominator: the exact value that float64 rounds.
[<CustomEquality; CustomComparison>]
type Rational =
    {
        Numerator: BigInteger
        Denominator: BigInteger
    }

    /// <summary>A quotient in lowest terms.</summary>
    /// <param name="numerator">Any integer.</param>
    /// <param name="denominator">Not 0.</param>
    static member Of(numerator: BigInteger, denominator: BigInteger) : Rational =
        if denominator.IsZero then
            raise (DivideByZeroException "The denominator of a fraction must not be 0.")

        let common =
            BigInteger.GreatestCommonDivisor(numerator, denominator)
            * BigInteger denominator.Sign

        {
            Numerator = numerator / common
            Denominator = denominator / common
        }

    /// An integer.
    static member Of(x: int) : Rational =
        {
            Numerator = BigInteger x
            Denominator = BigInteger.One
        }

    /// The exact value of a finite float64.
    static member Of(x: float) : Rational =
        if not (Double.IsFinite x) then
            invalidArg (nameof x) $"{x} is not finite."

        let bits = BitConverter.DoubleToInt64Bits(Math.Abs x)
        let biased = int (bits >>> 52)
        let fraction = BigInteger(bits &&& 0xFFFFFFFFFFFFFL)

        let mantissa =
            if biased = 0 then
                fraction
            else
                fraction + BigInteger.Pow(BigInteger 2, 52)

        let power = max biased 1 - 1075
        let signed = BigInteger(Math.Sign x) * mantissa

        if power >= 0 then
            {
                Numerator = signed <<< power
                Denominator = BigInteger.One
            }
        else
            Rational.Of(signed, BigInteger.One <<< -power)

    /// 1, 0 or -1.
    member x.Sign = x.Numerator.Sign

    /// a + b, exactly.
    static member (+)(a: Rational, b: Rational) =
        Rational.Of(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator)

    /// -a.
    static member (~-)(a: Rational) = { a with Numerator = -a.Numerator }

    /// a - b, exactly.
    static member (-)(a: Rational, b: Rational) = a + -b

    /// a b, exactly.
    static member (*)(a: Rational, b: Rational) =
        Rational.Of(a.Numerator * b.Numerator, a.Denominator * b.Denominator)

    /// a / b, exactly; b is not 0.
    static member (/)(a: Rational, b: Rational) =
        Rational.Of(a.Numerator * b.Denominator, a.Denominator * b.Numerator)

    member private a.CompareTo(b: Rational) =
        (a.Numerator * b.Denominator).CompareTo(b.Numerator * a.Denominator)

    interface IComparable with
        member a.CompareTo other =
            match other with
            | :? Rational as b -> a.CompareTo b
            | _ -> invalidArg (nameof other) "A fraction can be compared only with a fraction."

    override a.Equals other =
        match other with
        | :? Rational as b -> a.Numerator = b.Numerator && a.Denominator = b.Denominator
        | _ -> false

    override a.GetHashCode() =
        HashCode.Combine(a.Numerator, a.Denominator)

module Rational =
    let zero = Rational.Of 0
    let one = Rational.Of 1

    /// 2ⁿ
    let powerOfTwo (n: int) : Rational =
        if n >= 0 then
            Rational.Of(BigInteger.One <<< n, BigInteger.One)
        else
            Rational.Of(BigInteger.One, BigInteger.One <<< -n)

    /// The absolute value.
    let abs (x: Rational) : Rational = if x.Sign < 0 then -x else x

    /// xⁿ for an integer n; x must not be 0 where n is negative.
    let rec power (x: Rational) (n: int) : Rational =
        if n < 0 then
            power (one / x) -n
        else
            {
                Numerator = BigInteger.Pow(x.Numerator, n)
                Denominator = BigInteger.Pow(x.Denominator, n)
            }

    /// The largest integer that does not exceed x.
    let floor (x: Rational) : BigInteger =
        BigInteger.Divide(
            x.Numerator
            - (if x.Sign < 0 then
                   x.Denominator - BigInteger.One
               else
                   BigInteger.Zero),
            x.Denominator
        )

    /// The nearest float64, or one next to it: a starting point.
    let toFloat (x: Rational) : float =
        let shift =
            int (x.Denominator.GetBitLength()) - int (x.Numerator.GetBitLength()) + 64

        let scaled = floor (x * powerOfTwo shift)
        Math.ScaleB(float scaled, -shift)

    /// Whether a float64 is at most x: true for -∞, false for NaN.
    let isAbove (bound: float) (x: Rational) : bool =
        Double.IsNegativeInfinity bound
        || Double.IsFinite bound && Rational.Of bound <= x

    /// Whether a float64 is at least x.
    let isBelow (bound: float) (x: Rational) : bool =
        Double.IsPositiveInfinity bound
        || Double.IsFinite bound && x <= Rational.Of bound
