namespace Hybrid.Core

open System

/// <summary>Float64 arithmetic rounded downward: the largest number that does not exceed the exact result, or the next one below
/// it where the remainder of the rounding cannot be computed.</summary>
/// <remarks>Rounding upward is the negative of rounding the negative downward. An infinite operand means that there is no bound:
/// 0 · ∞ is 0, x / ∞ is 0, and a finite result too large for float64 does not become infinite.</remarks>
module internal Directed =
    /// From this size on, the remainders of products, quotients and roots are float64 numbers.
    let private least = 2.0 ** -960.0

    /// The smallest normal number: below it processors take a hundred times as long.
    let normal = 2.0 ** -1022.0

    /// Products are below this for sure if their exponents, biased by 1023 each, add up to no more than 1023.
    let private smallest = 2.0 ** -1021.0

    let private exponent (x: float) =
        int (BitConverter.DoubleToInt64Bits x >>> 52) &&& 0x7FF

    let private finite x =
        if Double.IsPositiveInfinity x then Double.MaxValue else x

    /// The rounding error of a sum: the exact sum minus the rounded one (Knuth, The Art of Computer Programming, volume 2,
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
        // nothing subnormal is computed: bounds of saturated sigmoids would be full of it
        elif exponent a + exponent b <= 1023 then
            if (a > 0.0) = (b > 0.0) then 0.0 else -smallest
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

    /// The same operations, rounded upward.
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
