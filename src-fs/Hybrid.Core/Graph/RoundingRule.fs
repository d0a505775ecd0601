namespace Hybrid.Core

/// <summary>How far the float32 result of a primitive may be from the exact one for the same float32 operands, whatever engine
/// computes it: in any order of summation, with or without fused multiply-adds, with or without subnormal numbers.</summary>
/// <remarks>A record that claims less than engines do makes float32 bounds false: Hybrid.Testing checks the claim. Roundings of
/// IEEE 754 and of sums: Higham, Accuracy and Stability of Numerical Algorithms (2002), sections 2.2 and 3.1.</remarks>
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type RoundingRule =
    /// Every result is one of the operands' numbers, or a whole number that does not depend on them, as it stands.
    | Moves
    /// Every result is one of the numbers at its place, or along its axis, perhaps with the opposite sign, or 0, and changes by
    /// no more than those do; or it is constant between jumps. Nothing is rounded, but subnormal numbers may be flushed to 0.
    | Chooses
    /// a + b or a - b: the exact result rounded once, so that its sign is right.
    | Adds
    /// a b: the exact result rounded once.
    | Multiplies
    /// Every result is a sum of products of one number of each operand, or of numbers of the only one.
    | Sums
    /// A function of each number from a mathematical library, within 8 units in the last place of 1 or of the result, whichever
    /// is more; with bounds of its derivative on an interval.
    | Elementary of derivative: (Interval -> Interval)
    /// Any other: from bounds of the operands, how far each result may be off; infinite where it may overflow or have no value.
    | Within of (Interval[] list -> float[])
    /// Nothing is known: there is no bound of what float32 makes of it.
    | Unknown

module RoundingRule =
    /// The unit roundoff of float32, 2⁻²⁴.
    [<Literal>]
    let Unit = 5.9604644775390625e-8

    /// The least normal float32 number, 2⁻¹²⁶: what is below it may be rounded to a multiple of 2⁻¹⁴⁹, or flushed to 0.
    [<Literal>]
    let Tiny = 1.1754943508222875e-38

    /// Numbers of at least this size, half the greatest float32 number, count as overflowing.
    let overflow: float = float System.Single.MaxValue / 2.0

    /// What an elementary function may be off by, relative to the greater of 1 and its result: 8 units in the last place.
    let elementary: float = 8.0 * Unit

    /// γₙ = n u / (1 - n u): what n roundings change a number by at most, relative to it.
    let gamma (roundings: float) : float =
        let share = roundings * Unit
        if share < 0.5 then share / (1.0 - share) else infinity

    /// The greatest absolute value in an interval.
    let magnitude (x: Interval) : float = max (abs x.Lower) (abs x.Upper)
