namespace Hybrid.Verification

open System
open System.Globalization
open System.Numerics

/// <summary>A rational number, exactly: the decimals of a property are not float64 numbers.</summary>
/// <remarks>Numerator and denominator have no common factor, and the denominator is positive: equal numbers are equal
/// values.</remarks>
[<Struct; CustomComparison; CustomEquality>]
type Exact =
    {
        Numerator: BigInteger
        Denominator: BigInteger
    }

    static member private Reduced(numerator: BigInteger, denominator: BigInteger) =
        let common = BigInteger.GreatestCommonDivisor(numerator, denominator)
        let common = if denominator.Sign < 0 then -common else common

        {
            Numerator = numerator / common
            Denominator = denominator / common
        }

    /// numerator / denominator, which is not 0.
    static member internal Ratio(numerator: BigInteger, denominator: BigInteger) =
        Exact.Reduced(numerator, denominator)

    /// The negative.
    static member (~-)(x: Exact) = { x with Numerator = -x.Numerator }

    /// The exact sum.
    static member (+)(x: Exact, y: Exact) =
        Exact.Reduced(
            x.Numerator * y.Denominator + y.Numerator * x.Denominator,
            x.Denominator * y.Denominator
        )

    /// The exact difference.
    static member (-)(x: Exact, y: Exact) = x + -y

    /// The exact product.
    static member (*)(x: Exact, y: Exact) =
        Exact.Reduced(x.Numerator * y.Numerator, x.Denominator * y.Denominator)

    member this.CompareTo(other: Exact) =
        compare (this.Numerator * other.Denominator) (other.Numerator * this.Denominator)

    override this.Equals(other) =
        match other with
        | :? Exact as other -> this.CompareTo other = 0
        | _ -> false

    override this.GetHashCode() =
        HashCode.Combine(this.Numerator, this.Denominator)

    interface IEquatable<Exact> with
        member this.Equals other = this.CompareTo other = 0

    interface IComparable<Exact> with
        member this.CompareTo other = this.CompareTo other

    interface IComparable with
        member this.CompareTo other =
            match other with
            | :? Exact as other -> this.CompareTo other
            | _ -> invalidArg (nameof other) "It is not a number."

    /// The nearest float64 number as text.
    override this.ToString() =
        (Exact.Near this).ToString("R", CultureInfo.InvariantCulture)

    /// A float64 number within a few units in the last place.
    static member internal Near(x: Exact) : float =
        let bits (value: BigInteger) =
            int (BigInteger.Abs(value).GetBitLength())

        let shift = bits x.Denominator - bits x.Numerator + 64

        let scaled =
            if shift >= 0 then
                (x.Numerator <<< shift) / x.Denominator
            else
                x.Numerator / (x.Denominator <<< -shift)

        Math.ScaleB(float scaled, -shift)

module Exact =
    /// An integer.
    let ofInt (x: int) : Exact =
        Exact.Ratio(BigInteger x, BigInteger.One)

    let zero = ofInt 0

    let one = ofInt 1

    /// <summary>A float64 number, exactly.</summary>
    /// <exception cref="T:System.ArgumentException">It is NaN or infinite.</exception>
    let ofFloat (x: float) : Exact =
        if not (Double.IsFinite x) then
            invalidArg (nameof x) "Only finite numbers are rational."

        let bits = BitConverter.DoubleToInt64Bits(abs x)
        let exponent = int (bits >>> 52)
        let fraction = bits &&& 0xFFFFFFFFFFFFFL

        let mantissa =
            BigInteger(
                if exponent = 0 then
                    fraction
                else
                    fraction ||| 0x10000000000000L
            )

        let power = max exponent 1 - 1075
        let signed = if x < 0.0 then -mantissa else mantissa

        if power >= 0 then
            Exact.Ratio(signed <<< power, BigInteger.One)
        else
            Exact.Ratio(signed, BigInteger.One <<< -power)

    /// Longer exponents are taken for errors.
    let private longestExponent = 400

    /// A decimal number such as -0.5, 3 or 1e-5; nothing where the text is not one.
    let tryParse (text: string) : Exact voption =
        let mantissa, exponent =
            match text.IndexOfAny [| 'e'; 'E' |] with
            | -1 -> text, "0"
            | at -> text[.. at - 1], text[at + 1 ..]

        let whole, fraction =
            match mantissa.IndexOf '.' with
            | -1 -> mantissa, ""
            | at -> mantissa[.. at - 1], mantissa[at + 1 ..]

        let digits = whole.TrimStart('-', '+') + fraction

        let isSigned (text: string) =
            text.Length > 0 && (text[0] = '-' || text[0] = '+')

        let sound =
            digits <> ""
            && Seq.forall Char.IsAsciiDigit digits
            && whole.Length - whole.TrimStart('-', '+').Length <= 1
            && (exponent.TrimStart('-', '+')
                |> fun rest -> rest <> "" && Seq.forall Char.IsAsciiDigit rest)
            && exponent.Length - exponent.TrimStart('-', '+').Length <= 1

        match
            sound, Int32.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
        with
        | true, (true, power) when abs power <= longestExponent ->
            let number =
                BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture)

            let number = if isSigned whole && whole[0] = '-' then -number else number
            let scale = power - fraction.Length

            if scale >= 0 then
                ValueSome(Exact.Ratio(number * BigInteger.Pow(BigInteger 10, scale), BigInteger.One))
            else
                ValueSome(Exact.Ratio(number, BigInteger.Pow(BigInteger 10, -scale)))
        | _ -> ValueNone

    /// The nearest number on one side, from a start nearby and the next number in each direction.
    let private nearest (start: float) (up: float -> float) (down: float -> float) (x: Exact) : float =
        let isAbove (value: float) =
            Double.IsPositiveInfinity value || Double.IsFinite value && ofFloat value > x

        let mutable value = start

        while isAbove value do
            value <- down value

        while not (isAbove (up value)) do
            value <- up value

        value

    /// The largest float64 number that is not above; -∞ if there is none.
    let floor (x: Exact) : float =
        nearest (Exact.Near x) Math.BitIncrement Math.BitDecrement x

    /// The smallest float64 number that is not below; ∞ if there is none.
    let ceiling (x: Exact) : float = -(floor -x)

    /// The largest float32 number that is not above; -∞ if there is none.
    let floorSingle (x: Exact) : float32 =
        let next (step: float32 -> float32) (value: float) = float (step (float32 value))

        nearest (float (float32 (Exact.Near x))) (next MathF.BitIncrement) (next MathF.BitDecrement) x
        |> float32

    /// The smallest float32 number that is not below; ∞ if there is none.
    let ceilingSingle (x: Exact) : float32 = -(floorSingle -x)
