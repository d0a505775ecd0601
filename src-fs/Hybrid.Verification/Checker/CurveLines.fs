namespace Hybrid.Verification

open System
open Hybrid.Core

/// A curve σ between two lines on an interval: s z + t ≤ σ(z) ≤ S z + T for every z in it.
[<Struct; NoComparison; NoEquality>]
type internal CurveLines =
    {
        /// s
        LowerSlope: float
        /// t
        LowerShift: float
        /// S
        UpperSlope: float
        /// T
        UpperShift: float
    }

/// Lines around curves, for the checker.
module internal CurveLines =
    let private constant (image: Interval) : CurveLines =
        {
            LowerSlope = 0.0
            LowerShift = image.Lower
            UpperSlope = 0.0
            UpperShift = image.Upper
        }

    /// relu(z) ≥ s z for every s in [0, 1]; above, the chord.
    let relu (x: Interval) : CurveLines =
        if x.Lower >= 0.0 then
            {
                LowerSlope = 1.0
                LowerShift = 0.0
                UpperSlope = 1.0
                UpperShift = 0.0
            }
        elif x.Upper <= 0.0 then
            constant (Interval.exactly 0.0)
        elif not (Double.IsFinite x.Lower && Double.IsFinite x.Upper) then
            constant { Lower = 0.0; Upper = x.Upper }
        else
            // a convex function is below a line that is above it at both ends
            let slope = Math.Min(1.0, x.Upper / (x.Upper - x.Lower))

            {
                LowerSlope = (if x.Upper > -x.Lower then 1.0 else 0.0)
                LowerShift = 0.0
                UpperSlope = slope
                UpperShift =
                    Math.Max(
                        Outward.up (-slope * x.Lower),
                        Outward.up (x.Upper - Outward.down (slope * x.Upper))
                    )
            }

    /// The parts of an interval in which the distance between a curve and a line is bounded.
    let private parts = 32

    /// <summary>Lines around a differentiable function, by the mean value theorem: on a part with the middle m,
    /// σ(z) - s z is in σ(m) - s m + (σ'(part) - s) (z - m).</summary>
    /// <param name="value">Encloses σ.</param>
    /// <param name="slope">Encloses σ'.</param>
    /// <param name="x">The interval.</param>
    let smooth (value: Interval -> Interval) (slope: Interval -> Interval) (x: Interval) : CurveLines =
        let image = value x

        if not (Double.IsFinite x.Lower && Double.IsFinite x.Upper) then
            constant image
        else
            let width = x.Upper - x.Lower

            let pieces =
                Array.init parts (fun i ->
                    let place k = x.Lower + width * float k / float parts

                    {
                        Lower = (if i = 0 then x.Lower else place i)
                        Upper = (if i = parts - 1 then x.Upper else place (i + 1))
                    })

            let known =
                pieces
                |> Array.map (fun piece ->
                    let middle = Interval.exactly (0.5 * (piece.Lower + piece.Upper))
                    struct (middle, value middle, slope piece, Interval.subtract piece middle))

            /// σ(z) - s z on the whole interval
            let distance (s: float) : Interval =
                let s = Interval.exactly s

                known
                |> Array.map (fun (struct (middle, value, slope, off)) ->
                    Interval.add
                        (Interval.subtract value (Interval.multiply s middle))
                        (Interval.multiply (Interval.subtract slope s) off))
                |> Array.reduce Interval.hull

            let centre (range: Interval) = 0.5 * (range.Lower + range.Upper)
            let at z = centre (slope (Interval.exactly z))

            let chord =
                if width > 1e-6 then
                    (centre (value (Interval.exactly x.Upper))
                     - centre (value (Interval.exactly x.Lower)))
                    / width
                else
                    at x.Lower

            let middle = centre x

            let lines =
                [ 0.0; chord; at x.Lower; at middle; at x.Upper ]
                |> List.filter Double.IsFinite
                |> List.map (fun s -> struct (s, distance s))
                |> List.filter (fun (struct (_, distance)) ->
                    Double.IsFinite distance.Lower && Double.IsFinite distance.Upper)

            if lines.IsEmpty then
                constant image
            else
                let struct (lowerSlope, below) =
                    lines |> List.maxBy (fun (struct (s, distance)) -> s * middle + distance.Lower)

                let struct (upperSlope, above) =
                    lines |> List.minBy (fun (struct (s, distance)) -> s * middle + distance.Upper)

                {
                    LowerSlope = lowerSlope
                    LowerShift = below.Lower
                    UpperSlope = upperSlope
                    UpperShift = above.Upper
                }
