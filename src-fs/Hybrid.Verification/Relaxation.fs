namespace Hybrid.Verification

open System
open Hybrid.Core

module internal Relaxation =
    /// A float32 number that is not below.
    let up (x: float) : float32 =
        let rounded = float32 x

        if float rounded >= x then
            rounded
        else
            MathF.BitIncrement rounded

    /// A float32 number that is not above.
    let down (x: float) : float32 = -(up -x)

    /// More than the rounding of a few float64 operations.
    let private outward (x: float) = x + 1e-15 * abs x

    /// Between two numbers.
    let constant (lower: float) (upper: float) : Lines =
        {
            LowerSlope = 0f
            LowerShift = down lower
            UpperSlope = 0f
            UpperShift = up upper
        }

    let private identity =
        {
            LowerSlope = 1f
            LowerShift = 0f
            UpperSlope = 1f
            UpperShift = 0f
        }

    let private inactive = constant 0.0 0.0

    /// Singh, Gehr, Püschel and Vechev, "An abstract domain for certifying neural networks" (2019), section 4.2: the chord above,
    /// and below 0 or z, whichever leaves the smaller area.
    let private relu (x: Interval) : Lines =
        if x.Lower >= 0.0 then
            identity
        elif x.Upper <= 0.0 then
            inactive
        elif not (Double.IsFinite x.Lower && Double.IsFinite x.Upper) then
            constant 0.0 (max 0.0 x.Upper)
        else
            let slope = float32 (x.Upper / (x.Upper - x.Lower)) |> min 1f
            let s = float slope

            {
                LowerSlope = (if x.Upper > -x.Lower then 1f else 0f)
                LowerShift = 0f
                UpperSlope = slope
                // at the lower end the line must be above 0, at the upper end above z
                UpperShift = up (outward (max (-s * x.Lower) (outward (x.Upper - s * x.Upper))))
            }

    /// The chord of z² above, the tangent at the middle below: z² ≥ s z - s²/4 everywhere.
    let private square (x: Interval) : Lines =
        let size = max (abs x.Lower) (abs x.Upper)

        // float32 holds its square
        if not (size < 1e18) then
            constant 0.0 infinity
        else
            let slope = float32 (x.Lower + x.Upper)
            let s = float slope
            let above z = z * z - s * z

            {
                LowerSlope = slope
                LowerShift = down (-outward(0.25 * s * s))
                UpperSlope = slope
                UpperShift = up (max (above x.Lower) (above x.Upper) + 1e-15 * size * (size + abs s))
            }

    /// A smooth curve.
    [<NoComparison; NoEquality>]
    type private Shape =
        {
            Value: float -> float
            Slope: float -> float
            /// The places where the slope is a given positive number; none where that cannot be computed well, near no slope.
            Places: float -> float list
            /// Whether it is convex on an interval.
            IsConvex: Interval -> bool
            /// Whether it is concave on an interval.
            IsConcave: Interval -> bool
        }

    /// log ((1 + r) / (1 - r)), and its negative.
    let private symmetric (scale: float) (square: float) =
        let root = sqrt (max 0.0 square)
        let place = scale * log ((1.0 + root) / max 1e-300 (1.0 - root))
        [ place; -place ]

    let private sShaped value slope places =
        {
            Value = value
            Slope = slope
            Places = places
            IsConvex = fun x -> x.Upper <= 0.0
            IsConcave = fun x -> x.Lower >= 0.0
        }

    let private convex value slope places =
        {
            Value = value
            Slope = slope
            Places = places
            IsConvex = fun _ -> true
            IsConcave = fun _ -> false
        }

    let private sigmoid =
        sShaped Special.sigmoid (fun z -> Special.sigmoid z * Special.sigmoid -z) (fun s ->
            symmetric 1.0 (1.0 - 4.0 * s))

    let private hyperbolic =
        sShaped tanh (fun z -> let y = tanh z in 1.0 - y * y) (fun s -> symmetric 0.5 (1.0 - s))

    let private exponential = convex exp exp (fun s -> [ log s ])

    let private softplus =
        convex Special.softplus Special.sigmoid (fun s -> [ log (s / max 1e-300 (1.0 - s)) ])

    /// Slopes below this are taken for 0: the places where the curve has them cannot be computed.
    let private flattest = 1e-9

    /// Within this distance of the interval, a place is taken to lie in it.
    let private nearby = 0.01

    /// The extremes of σ(z) - s z on the interval: at its ends, or where the curve has the slope s. Places are computed to about
    /// √ε, which changes the difference, stationary there, by much less than the margin.
    let private shifts (shape: Shape) (s: float) (x: Interval) : struct (float * float) =
        let difference z = shape.Value z - s * z
        let mutable least = min (difference x.Lower) (difference x.Upper)
        let mutable greatest = max (difference x.Lower) (difference x.Upper)

        if s > 0.0 then
            for z in shape.Places s do
                if z >= x.Lower - nearby && z <= x.Upper + nearby then
                    least <- min least (difference z)
                    greatest <- max greatest (difference z)

        let margin =
            1e-9
            * (1.0
               + s * max (abs x.Lower) (abs x.Upper)
               + max (abs (shape.Value x.Lower)) (abs (shape.Value x.Upper)))

        struct (least - margin, greatest + margin)

    /// Singh and others (2019), section 4.3, with tangents at the middle where the curve is convex or concave.
    let private smooth (shape: Shape) (x: Interval) : Lines =
        let low, high = shape.Value x.Lower, shape.Value x.Upper

        if not (Double.IsFinite x.Lower && Double.IsFinite x.Upper) then
            constant (low - 1e-9 * (1.0 + abs low)) (high + 1e-9 * (1.0 + abs high))
        else
            let chord =
                if x.Upper - x.Lower > 1e-6 then
                    (high - low) / (x.Upper - x.Lower)
                else
                    min (shape.Slope x.Lower) (shape.Slope x.Upper)

            let middle = shape.Slope(0.5 * (x.Lower + x.Upper))

            let lower, upper =
                if shape.IsConcave x then
                    chord, middle
                elif shape.IsConvex x then
                    middle, chord
                else
                    let least = min (shape.Slope x.Lower) (shape.Slope x.Upper)
                    least, least

            let usable s = if s < flattest then 0f else float32 s

            let lowerSlope, upperSlope = usable lower, usable upper
            let struct (lowerShift, _) = shifts shape (float lowerSlope) x
            let struct (_, upperShift) = shifts shape (float upperSlope) x

            {
                LowerSlope = lowerSlope
                LowerShift = down lowerShift
                UpperSlope = upperSlope
                UpperShift = up upperShift
            }

    /// Lines around a curve on an interval.
    let lines (curve: Curve) (x: Interval) : Lines =
        match curve with
        | Curve.Relu -> relu x
        | Curve.Sigmoid -> smooth sigmoid x
        | Curve.Tanh -> smooth hyperbolic x
        | Curve.Exp -> smooth exponential x
        | Curve.Softplus -> smooth softplus x
        | Curve.Square -> square x
        | Curve.Joint joint ->
            let struct (_, lines) = (joint.Around [| x |])[0]
            lines

    /// Whether the curve is not a line on the interval, so that better bounds of its argument pay.
    let isCurved (curve: Curve) (x: Interval) : bool =
        match curve with
        | Curve.Relu -> not (x.Lower >= 0.0 || x.Upper <= 0.0)
        | Curve.Sigmoid
        | Curve.Tanh
        | Curve.Exp
        | Curve.Softplus
        | Curve.Square
        | Curve.Joint _ -> not (x.Upper - x.Lower <= 1e-6)
