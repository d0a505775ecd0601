namespace Hybrid.Core

open System

/// <summary>Arithmetic of float64 rounded downward: the greatest number that is not above the exact result, or the one below
/// it where the remainder of the rounding cannot be computed.</summary>
/// <remarks>What is rounded upward is the negative of what is rounded downward. An infinite operand is a bound that is not
/// there: 0 · ∞ is 0, x / ∞ is 0, and a finite result that is too great for float64 is not infinite.</remarks>
module internal Directed =
    /// From here on the remainders of products, quotients and roots are numbers of float64.
    let private least = 2.0 ** -960.0

    let private finite x =
        if Double.IsPositiveInfinity x then Double.MaxValue else x

    /// What a sum was rounded by: the exact one less the rounded one (Knuth, The Art of Computer Programming, volume 2,
    /// section 4.2.2).
    let private lost (a: float) (b: float) (sum: float) =
        let second = sum - a
        (a - (sum - second)) + (b - second)

    /// a + b, of finite numbers or -∞.
    let add (a: float) (b: float) : float =
        let sum = a + b

        if not (Double.IsFinite sum) then finite sum
        elif lost a b sum >= 0.0 then sum
        else Math.BitDecrement sum

    /// a b
    let multiply (a: float) (b: float) : float =
        if a = 0.0 || b = 0.0 then
            0.0
        else
            let product = a * b

            if Double.IsInfinity a || Double.IsInfinity b || Double.IsNaN product then
                product
            elif not (Double.IsFinite product) then
                finite product
            elif Math.Abs product >= least && Math.FusedMultiplyAdd(a, b, -product) >= 0.0 then
                product
            else
                Math.BitDecrement product

    /// a / b, where b is not 0.
    let divide (a: float) (b: float) : float =
        if a = 0.0 || Double.IsInfinity b then
            0.0
        else
            let quotient = a / b

            if Double.IsInfinity a then
                quotient
            elif not (Double.IsFinite quotient) then
                finite quotient
            elif
                Math.Abs a >= least
                && Math.Abs quotient >= least
                && Math.FusedMultiplyAdd(quotient, b, -a) * float (Math.Sign b) <= 0.0
            then
                quotient
            else
                Math.BitDecrement quotient

    /// √a, where a is not negative.
    let sqrt (a: float) : float =
        let root = Math.Sqrt a

        if
            a = 0.0
            || Double.IsInfinity a
            || a >= least && Math.FusedMultiplyAdd(root, root, -a) <= 0.0
        then
            root
        else
            Math.BitDecrement root

    /// The same, rounded upward.
    let sqrtUp (a: float) : float =
        let root = Math.Sqrt a

        if
            a = 0.0
            || Double.IsInfinity a
            || a >= least && Math.FusedMultiplyAdd(root, root, -a) >= 0.0
        then
            root
        else
            Math.BitIncrement root
