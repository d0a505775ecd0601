namespace Hybrid.Theory

open System
open System.Globalization
open System.Numerics
open Hybrid.Core

/// A number in a formula, exactly as written, which is rarely a float64 number.
type Literal =
    {
        /// The text, such as 0.1 or pi.
        Text: string
        /// The nearest float64 number.
        Value: float
        /// An interval that contains the number as written.
        Bounds: Interval
    }

/// The parts of a formula.
type Term =
    | Number of Literal
    /// A variable, by its index.
    | Variable of int
    | Negated of Term
    | Called of name: string * Term
    | Combined of operator: char * Term * Term

module Literal =
    /// Whether a decimal number, digits · 10^exponent, is above (1), below (-1) or equal to (0) a positive float64.
    let internal compare (digits: BigInteger) (exponent: int) (value: float) : int =
        let bits = BitConverter.DoubleToInt64Bits value
        let biased = int (bits >>> 52)
        let fraction = bits &&& 0xFFFFFFFFFFFFFL

        let mantissa, power =
            if biased = 0 then
                fraction, -1074
            else
                fraction ||| 0x10000000000000L, biased - 1075

        let scale (x: BigInteger) (basis: int) exponent =
            if exponent > 0 then
                x * BigInteger.Pow(BigInteger basis, exponent)
            else
                x

        let left = scale (scale digits 10 exponent) 2 -power
        let right = scale (scale (BigInteger mantissa) 2 power) 10 -exponent
        left.CompareTo right

    /// <summary>A decimal number without a sign, such as 0.1 or 2.5e-3.</summary>
    /// <returns>None if the text is not a number, or is too large for float64.</returns>
    let parse (text: string) : Literal option =
        match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value when Double.IsFinite value ->
            let parts = text.ToLowerInvariant().Split 'e'
            let digits = parts[0].Replace(".", "")
            let mantissa = BigInteger.Parse(digits, CultureInfo.InvariantCulture)
            let point = parts[0].IndexOf '.'
            let decimals = if point < 0 then 0 else parts[0].Length - point - 1

            let side =
                if mantissa.IsZero then
                    0
                // the exponent may be arbitrarily small
                elif value = 0.0 then
                    1
                else
                    let exponent =
                        if parts.Length = 2 then
                            int (BigInteger.Parse parts[1])
                        else
                            0

                    compare mantissa (exponent - decimals) value

            Some
                {
                    Text = text
                    Value = value
                    Bounds =
                        {
                            Lower = (if side < 0 then Math.BitDecrement value else value)
                            Upper = (if side > 0 then Math.BitIncrement value else value)
                        }
                }
        | _ -> None

    // both are above their nearest float64 numbers: 3.14159265358979323846… and 2.71828182845904523536…
    let private above name value : Literal =
        {
            Text = name
            Value = value
            Bounds =
                {
                    Lower = value
                    Upper = Math.BitIncrement value
                }
        }

    /// The named numbers.
    let named: Literal list = [ above "pi" Math.PI; above "e" Math.E ]

    /// The number as a scalar tensor. Readers that compute use the nearest float64; the one that bounds uses the interval that
    /// contains the number as written.
    let tensor (literal: Literal) : Tensor =
        if literal.Bounds.Lower = literal.Bounds.Upper then
            Tensor.scalar literal.Value
        else
            Tensor.apply
                []
                []
                {
                    Name = "Literal"
                    Vjp = fun _ _ _ -> []
                    Jvp = fun _ y _ -> Tensor.zerosLike y
                    Reference = fun _ -> [| literal.Value |]
                    Enclosure = fun _ -> [| literal.Bounds |]
                    Continuity = Continuity.Smooth
                    // float32 networks are built from constants, not from numbers as written
                    Rounding = RoundingRule.Unknown
                    Kernel = Kernel.Definition
                    Onnx = fun _ output -> [ OnnxNode.scalar output (float32 literal.Value) ]
                }

module Term =
    /// How tightly a term binds: sums 1, products 2, signs 3, powers 4, single items 5.
    let private level (term: Term) : int =
        match term with
        | Combined(('+' | '-'), _, _) -> 1
        | Combined(('*' | '/'), _, _) -> 2
        | Negated _ -> 3
        | Combined _ -> 4
        | Number _
        | Variable _
        | Called _ -> 5

    /// <summary>The term as text, with the minimum of parentheses.</summary>
    /// <param name="variables">The names of the variables, by index.</param>
    /// <param name="term">Any term.</param>
    let rec text (variables: string list) (term: Term) : string =
        let within least inner =
            if level inner < least then
                $"({text variables inner})"
            else
                text variables inner

        match term with
        | Number literal -> literal.Text
        | Variable index -> variables[index]
        | Negated inner -> $"-{within 3 inner}"
        | Called(name, inner) -> $"{name}({text variables inner})"
        | Combined(('+' | '-') as operator, a, b) -> $"{within 1 a}{operator}{within 2 b}"
        | Combined('^', a, b) -> $"{within 5 a}^{within 3 b}"
        | Combined(operator, a, b) -> $"{within 2 a}{operator}{within 3 b}"
