namespace Hybrid.Core

/// <summary>How far the float32 result of a primitive may be from the exact result for the same float32 operands, on any engine:
/// in any order of summation, with or without fused multiply-adds, with or without subnormal numbers.</summary>
/// <remarks>A record that claims less error than engines make renders float32 bounds false; Hybrid.Testing checks the claim.
/// Roundings of IEEE 754 and of sums: Higham, Accuracy and Stability of Numerical Algorithms (2002), sections 2.2 and
/// 3.1.</remarks>
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal RoundingRule =
    /// Every result is one of the operands' numbers, unchanged, or an integer that does not depend on them.
    | Moves
    /// Every result is one of the numbers at its place, or along its axis, possibly negated, or 0, and changes by no more than
    /// those do; or it is piecewise constant. Nothing is rounded, but subnormal numbers may be flushed to 0.
    | Chooses
    /// a + b or a - b: the exact result rounded once, so its sign is right.
    | Adds
    /// a b: the exact result rounded once.
    | Multiplies
    /// Every result is a sum of products of one number from each operand, or of the numbers of the only operand.
    | Sums
    /// An element-wise function from a mathematical library, accurate to 8 units in the last place of 1 or of the result,
    /// whichever is larger; with bounds of its derivative on an interval.
    | Elementary of derivative: (Interval -> Interval)
    /// Any other rule: the maximum error of each result from bounds of the operands; infinite where it may overflow or be
    /// undefined.
    | Within of (Interval[] list -> float[])
    /// Not known: there is no bound of the float32 error.
    | Unknown

module internal RoundingRule =
    /// The unit roundoff of float32, 2⁻²⁴.
    [<Literal>]
    let internal Unit = 5.9604644775390625e-8

    /// The smallest normal float32 number, 2⁻¹²⁶: smaller numbers may be rounded to a multiple of 2⁻¹⁴⁹, or flushed to 0.
    [<Literal>]
    let internal Tiny = 1.1754943508222875e-38

    /// Numbers of at least this size, half the largest float32 number, count as overflow.
    let internal overflow: float = float System.Single.MaxValue / 2.0

    /// The error of an elementary function, relative to the larger of 1 and its result: 8 units in the last place.
    let elementary: float = 8.0 * Unit

    /// γₙ = n u / (1 - n u): the maximum relative change of a number by n roundings.
    let internal gamma (roundings: float) : float =
        let share = roundings * Unit
        if share < 0.5 then share / (1.0 - share) else infinity

    /// The maximum absolute value in an interval.
    let internal magnitude (x: Interval) : float = max (abs x.Lower) (abs x.Upper)
