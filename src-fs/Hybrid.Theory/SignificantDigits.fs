namespace Hybrid.Theory

open System
open System.Globalization
open System.Numerics
open Hybrid.Core

/// <summary>Bounds as text: a bound that is rounded to nearest may say less than was proved.</summary>
module SignificantDigits =
    let private culture = CultureInfo.InvariantCulture

    /// Towards infinity, or towards 0.
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
        // a decimal number of few digits is what its nearest float64 is printed as
        sign + value.ToString($"G{digits}", culture)

    let private round digits away (x: float) =
        if x = 0.0 || not (Double.IsFinite x) then
            x.ToString culture
        elif digits < 1 || digits > 15 then
            invalidArg (nameof digits) $"There are from 1 to 15 digits, not {digits}."
        else
            text digits away x

    /// <summary>A number of decimal digits that is not below x: how an upper bound is printed.</summary>
    /// <param name="digits">How many, from 1 to 15.</param>
    /// <param name="x">The bound.</param>
    let up (digits: int) (x: float) : string = round digits (x > 0.0) x

    /// <summary>A number of decimal digits that is not above x: how a lower bound is printed.</summary>
    /// <param name="digits">How many, from 1 to 15.</param>
    /// <param name="x">The bound.</param>
    let down (digits: int) (x: float) : string = round digits (x < 0.0) x
