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

    /// The part of an interval with this number; all of it if it has no parts.
    let private part (x: Interval) (k: int) : Interval =
        let place k =
            Math.Clamp(x.Lower + (x.Upper - x.Lower) * float k / float parts, x.Lower, x.Upper)

        if Double.IsFinite(x.Upper - x.Lower) then
            {
                Lower = (if k = 0 then x.Lower else place k)
                Upper = (if k = parts - 1 then x.Upper else place (k + 1))
            }
        else
            x

    let private centre (x: Interval) = 0.5 * (x.Lower + x.Upper)

    /// What is known of a function on one part of an interval.
    [<Struct; NoComparison; NoEquality>]
    type private Piece =
        {
            Part: Interval
            Image: Interval
            Middle: Interval
            AtMiddle: Interval
            Slope: Interval
        }

    /// σ(z) - s z on a part, by the mean value theorem and by its image.
    let private distance (s: float) (piece: Piece) : Interval =
        let s = Interval.exactly s

        let bySlope =
            Interval.add
                (Interval.subtract piece.AtMiddle (Interval.multiply s piece.Middle))
                (Interval.multiply
                    (Interval.subtract piece.Slope s)
                    (Interval.subtract piece.Part piece.Middle))

        let byImage = Interval.subtract piece.Image (Interval.multiply s piece.Part)

        // a slope that is not known is NaN
        {
            Lower =
                (if bySlope.Lower > byImage.Lower then
                     bySlope.Lower
                 else
                     byImage.Lower)
            Upper =
                (if bySlope.Upper < byImage.Upper then
                     bySlope.Upper
                 else
                     byImage.Upper)
        }

    /// The lines of some slopes that leave the least room at the middle of an interval.
    let private best (x: Interval) (slopes: float list) (pieces: Piece[]) : CurveLines =
        let middle = centre x

        let lines =
            slopes
            |> List.filter Double.IsFinite
            |> List.map (fun s -> struct (s, pieces |> Array.map (distance s) |> Array.reduce Interval.hull))
            |> List.filter (fun (struct (_, distance)) ->
                Double.IsFinite distance.Lower && Double.IsFinite distance.Upper)

        if lines.IsEmpty then
            pieces |> Array.map _.Image |> Array.reduce Interval.hull |> constant
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

    /// <summary>Lines around functions, by the mean value theorem: on a part with the middle m,
    /// σ(z) - s z is in σ(m) - s m + (σ'(part) - s) (z - m). It is also in σ(part) - s part, which holds for functions that
    /// jump.</summary>
    /// <param name="chain">The functions.</param>
    /// <param name="arguments">The intervals, one for each of them.</param>
    /// <returns>The functions' images, and lines around them.</returns>
    let smooth (chain: ElementFunction) (arguments: Interval[]) : struct (Interval * CurveLines)[] =
        let size = arguments.Length

        let asked = Array.init (parts * size) (fun i -> part arguments[i % size] (i / size))
        let middles = asked |> Array.map (centre >> Interval.exactly)

        let ends choose =
            arguments |> Array.map (choose >> Interval.exactly)

        let values =
            chain.Value(Array.concat [ asked; middles; ends _.Lower; ends _.Upper ])

        let slopes =
            match chain.Slope with
            | Some slope -> slope asked
            | None -> Array.create asked.Length Interval.undefined

        arguments
        |> Array.mapi (fun i x ->
            let pieces =
                Array.init parts (fun k ->
                    let at = k * size + i

                    {
                        Part = asked[at]
                        Image = values[at]
                        Middle = middles[at]
                        AtMiddle = values[parts * size + at]
                        Slope = slopes[at]
                    })

            let image = pieces |> Array.map _.Image |> Array.reduce Interval.hull

            let lines =
                if Double.IsFinite x.Lower && Double.IsFinite x.Upper then
                    let first, last = values[2 * parts * size + i], values[2 * parts * size + size + i]

                    let chord = (centre last - centre first) / (x.Upper - x.Lower)
                    let tangent k = centre pieces[k].Slope
                    best x [ 0.0; chord; tangent 0; tangent (parts / 2); tangent (parts - 1) ] pieces
                else
                    constant image

            struct (image, lines))
