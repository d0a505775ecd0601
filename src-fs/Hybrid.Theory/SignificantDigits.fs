namespace Hybrid.Theory

open System
open System.Globalization
open System.Numerics
open Hybrid.Core

/// <summary>Bounds as text, rounded in the safe direction: rounding to nearest might print more than was proved.</summary>
module SignificantDigits =
    let private culture = CultureInfo.InvariantCulture

    /// Away from 0, or towards 0.
    let private text (digits: int) (away: bool) (x: float) : string =
        let size = abs x
        let parts = size.ToString($"E{digits - 1}", culture).Split 'E'
        let mantissa = BigInteger.Parse(parts[0].Replace(".", ""), culture)
        let exponent = int parts[1] - digits + 1
        let side = Literal.compare mantissa exponent size

        let least = BigInteger.Pow(BigInteger 10, digits - 1)

        let rounded, exponent =
            if away && side < 0 then
                mantissa + BigInteger.One, exponent
            elif not away && side > 0 && mantissa = least then
                least * BigInteger 10 - BigInteger.One, exponent - 1
            elif not away && side > 0 then
                mantissa - BigInteger.One, exponent
            else
                mantissa, exponent

        let sign = if x < 0.0 then "-" else ""
        let value = Double.Parse($"{rounded}E{exponent}", culture)
        // a decimal number of few digits is printed as its nearest float64 is
        sign + value.ToString($"G{digits}", culture)

    let private round digits away (x: float) =
        if x = 0.0 || not (Double.IsFinite x) then
            x.ToString culture
        elif digits < 1 || digits > 15 then
            invalidArg (nameof digits) $"The number of digits must be from 1 to 15, not {digits}."
        else
            text digits away x

    /// <summary>A decimal number that is not below x, for printing an upper bound.</summary>
    /// <param name="digits">The number of digits, from 1 to 15.</param>
    /// <param name="x">The bound.</param>
    let up (digits: int) (x: float) : string = round digits (x > 0.0) x

    /// <summary>A decimal number that is not above x, for printing a lower bound.</summary>
    /// <param name="digits">The number of digits, from 1 to 15.</param>
    /// <param name="x">The bound.</param>
    let down (digits: int) (x: float) : string = round digits (x < 0.0) x
