namespace Hybrid.Testing

open System.Numerics

/// Fractions between which a real number provably lies. Anything beyond 2¹¹⁰⁰, which is beyond every float64, counts as 2¹¹⁰⁰.
type Range = { Low: Rational; High: Rational }

/// <summary>Elementary functions of fractions, by series with a bound of the remainder.</summary>
/// <remarks>Abramowitz and Stegun, Handbook of Mathematical Functions (1964), sections 4.2, 4.3 and 7.1.</remarks>
module ExactFunctions =
    /// The range that contains a single number.
    let exactly (x: Rational) : Range = { Low = x; High = x }

    // float64 has 53
    let private digits = 300

    let private half = Rational.one / Rational.Of 2
    let private beyond = Rational.powerOfTwo 1100
    let private vanishing = Rational.powerOfTwo -5000

    /// The number rounded down to this many binary digits.
    let private down (x: Rational) : Rational =
        let length = int (x.Numerator.GetBitLength()) + int (x.Denominator.GetBitLength())

        if length <= digits then
            x
        else
            let shift =
                digits + int (x.Denominator.GetBitLength()) - int (x.Numerator.GetBitLength())

            Rational.Of(Rational.floor (x * Rational.powerOfTwo shift), BigInteger.One)
            * Rational.powerOfTwo -shift

    let private trim (x: Range) : Range =
        {
            Low = down x.Low
            High = -(down -x.High)
        }

    /// The range of a + b.
    let add (a: Range) (b: Range) : Range =
        trim
            {
                Low = a.Low + b.Low
                High = a.High + b.High
            }

    /// The range of -x.
    let negate (x: Range) : Range = { Low = -x.High; High = -x.Low }

    /// The range of a b.
    let multiply (a: Range) (b: Range) : Range =
        let corners = [ a.Low * b.Low; a.Low * b.High; a.High * b.Low; a.High * b.High ]

        trim
            {
                Low = List.min corners
                High = List.max corners
            }

    /// The inverse of a range without 0.
    let reciprocal (x: Range) : Range =
        trim
            {
                Low = Rational.one / x.High
                High = Rational.one / x.Low
            }

    /// x, widened by a number on each side.
    let private within (error: Rational) (x: Range) : Range =
        trim
            {
                Low = x.Low - error
                High = x.High + error
            }

    /// Σ of terms, each computed from the one before, until one is so small that it bounds the rest.
    let private series
        (first: Range)
        (next: int -> Range -> Range)
        (isLast: int -> Rational -> bool)
        : Range =
        let size (x: Range) =
            max (Rational.abs x.Low) (Rational.abs x.High)

        let rec sum n total term =
            if isLast n (size term) then
                within (Rational.Of 2 * size term) total
            else
                sum (n + 1) (add total term) (next n term)

        sum 0 (exactly Rational.zero) first

    let private scaled (factor: Rational) (x: Range) : Range = multiply (exactly factor) x
    let private isSmall (_: int) (size: Rational) = size < Rational.powerOfTwo -digits

    /// eˣ
    let exp (x: Rational) : Range =
        if x > Rational.Of 5000 then
            exactly beyond
        elif x < Rational.Of -5000 then
            {
                Low = Rational.zero
                High = vanishing
            }
        else
            // reduced to |r| < 2⁻⁸, so that each term is less than half of the one before, and back by squaring
            let halvings = 22
            let r = x * Rational.powerOfTwo -halvings

            let start =
                series (exactly Rational.one) (fun n -> scaled (r / Rational.Of(n + 1))) isSmall

            List.fold (fun (y: Range) _ -> multiply y y) start [ 1..halvings ]

    let private expOf (x: Range) : Range =
        {
            Low = (exp x.Low).Low
            High = (exp x.High).High
        }

    /// The natural logarithm of a positive number.
    let log (x: Rational) : Range =
        // t - t² ≤ log (1 + t) ≤ t, with t the small error of a float64 logarithm
        let near = Rational.Of(System.Math.Log(Rational.toFloat x))
        let t = add (scaled x (exp -near)) (exactly (Rational.Of -1))

        add
            (exactly near)
            {
                Low = t.Low - max (t.Low * t.Low) (t.High * t.High)
                High = t.High
            }

    let private logOf (x: Range) : Range =
        {
            Low = (log x.Low).Low
            High = (log x.High).High
        }

    let private wholeRoot (x: BigInteger) : BigInteger =
        let rec improve (guess: BigInteger) =
            let better = (guess + x / guess) >>> 1
            if better >= guess then guess else improve better

        if x.IsZero then
            x
        else
            improve (BigInteger.One <<< (int (x.GetBitLength()) / 2 + 1))

    /// √x of a non-negative number; exact where it is a fraction.
    let sqrt (x: Rational) : Range =
        let root = wholeRoot (x.Numerator * x.Denominator)

        if root * root = x.Numerator * x.Denominator then
            exactly (Rational.Of(root, x.Denominator))
        else
            // 2⁻¹⁰⁷⁴ is the smallest number whose root is taken here
            let scale = Rational.powerOfTwo 2000
            let root = wholeRoot (Rational.floor (x * scale))
            let step = Rational.powerOfTwo -1000
            let low = Rational.Of(root, BigInteger.One) * step
            { Low = low; High = low + step }

    let private sqrtOf (x: Range) : Range =
        {
            Low = (sqrt x.Low).Low
            High = (sqrt x.High).High
        }

    /// The arc tangent of 1/n: an alternating series.
    let private arctanOfInverse (n: int) : Range =
        let square = Rational.one / Rational.Of(n * n)

        series
            (exactly (Rational.one / Rational.Of n))
            (fun i term -> scaled (-square * Rational.Of(2 * i + 1) / Rational.Of(2 * i + 3)) term)
            isSmall

    /// 16 arctan ⅕ - 4 arctan 1/239: Machin's formula.
    let pi: Range =
        add (scaled (Rational.Of 16) (arctanOfInverse 5)) (scaled (Rational.Of -4) (arctanOfInverse 239))

    /// sin x for shift 0, cos x for 1.
    let private circular (shift: int) (x: Rational) : Range =
        let turn = scaled (Rational.Of 2) pi
        let turns = Rational.floor (x / turn.Low + half)

        let rest =
            add (exactly x) (negate (scaled (Rational.Of(turns, BigInteger.One)) turn))

        let middle = down ((rest.Low + rest.High) * half)
        let square = middle * middle
        let first = if shift = 0 then middle else Rational.one

        let next n =
            let k = 2 * n + 2 - shift
            scaled (-square / Rational.Of(k * (k + 1)))

        // the slope is at most 1
        series (exactly first) next (fun n size -> n > 4 && isSmall n size)
        |> within (rest.High - rest.Low + Rational.powerOfTwo -digits)

    // so far out that the digits of π above do not determine the value
    let private known (f: Rational -> Range) (x: Rational) =
        if Rational.abs x > Rational.powerOfTwo 100 then
            {
                Low = Rational.Of -1
                High = Rational.one
            }
        else
            f x

    /// The sine of x in radians.
    let sin (x: Rational) : Range = known (circular 0) x

    /// The cosine of x in radians.
    let cos (x: Rational) : Range = known (circular 1) x

    /// 1 / (1 + e⁻ˣ)
    let sigmoid (x: Rational) : Range =
        reciprocal (add (exactly Rational.one) (exp -x))

    /// 1 - 2 / (e²ˣ + 1); for small numbers, between x - x³ and x
    let tanh (x: Rational) : Range =
        let cube = x * x * x

        if Rational.abs x < Rational.powerOfTwo -60 then
            {
                Low = min x (x - cube)
                High = max x (x - cube)
            }
        else
            let powers = add (exp (Rational.Of 2 * x)) (exactly Rational.one)
            add (exactly Rational.one) (scaled (Rational.Of -2) (reciprocal powers))

    /// log (1 + eˣ); for large numbers, x + log (1 + e⁻ˣ)
    let softplus (x: Rational) : Range =
        let ofNegative x =
            let e = exp x

            if x < Rational.Of -50 then
                {
                    Low = e.Low - e.High * e.High
                    High = e.High
                }
            else
                logOf (add (exactly Rational.one) e)

        if x.Sign > 0 then
            add (exactly x) (ofNegative -x)
        else
            ofNegative x

    let private twoOverRootOfPi = scaled (Rational.Of 2) (reciprocal (sqrtOf pi))

    /// (2/√π) Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)); beyond 6 within e⁻³⁶ / (6 √π) of ±1.
    let erf (x: Rational) : Range =
        if Rational.abs x > Rational.Of 6 then
            let near =
                {
                    Low = Rational.one - Rational.Of 2.2e-17
                    High = Rational.one
                }

            if x.Sign > 0 then near else negate near
        else
            let square = x * x
            let halving = int (Rational.floor (square + square))

            let sum =
                series
                    (exactly x)
                    (fun n ->
                        scaled (
                            -square * Rational.Of(2 * n + 1) / (Rational.Of(n + 1) * Rational.Of(2 * n + 3))
                        ))
                    // from here on, each term is less than half of the one before; three terms even where all are small
                    (fun n size -> n > 2 + halving && isSmall n size)

            multiply sum twoOverRootOfPi

    /// x to the power y, for y a small integer or x non-negative; 0⁰ = 1.
    let power (x: Rational) (y: Rational) : Range option =
        let isWhole = y.Denominator.IsOne

        if y.Sign = 0 then
            Some(exactly Rational.one)
        elif x.Sign = 0 then
            if y.Sign > 0 then Some(exactly Rational.zero) else None
        elif isWhole && Rational.abs y <= Rational.Of 16 then
            Some(exactly (Rational.power x (int y.Numerator)))
        elif x.Sign > 0 || isWhole then
            let size = expOf (multiply (exactly y) (log (Rational.abs x)))

            Some(
                if x.Sign < 0 && not y.Numerator.IsEven then
                    negate size
                else
                    size
            )
        else
            None
