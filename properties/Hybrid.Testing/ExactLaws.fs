namespace Hybrid.Testing

open System
open Hybrid.Core
open Hybrid.Theory

/// Bounds and certificates, compared with exact fractions.
module internal ExactLaws =
    let private fraction (x: float) =
        if Double.IsNaN x then None else Some(Rational.Of x)

    let private shown (x: Interval) = $"{x.Lower:R} … {x.Upper:R}"

    /// <summary>Complaints about the bounds of a primitive for boxes: they must contain the exact value at the numbers in the
    /// boxes, be undefined where there is no value, and be defined where every box is a single number that has one.</summary>
    let boundsComplaints (primitive: Primitive) (operands: Enclosed list list) : string list =
        let boxes = operands |> List.map (List.map _.Box >> Array.ofList)
        let points = operands |> List.map (List.map (_.At >> fraction) >> Array.ofList)
        let bounds = primitive.Enclosure boxes
        let exact = ExactValues.ofPrimitive primitive points

        let isPoint = boxes |> List.forall (Array.forall (fun box -> box.Lower = box.Upper))

        [
            for i in 0 .. exact.Length - 1 do
                match exact[i], Interval.isDefined bounds[i] with
                | None, true -> $"[{i}] has no value, but the bounds {shown bounds[i]}"
                | Some _, false when isPoint -> $"[{i}] has a value, but no bounds"
                | Some value, true when
                    Rational.isAbove bounds[i].Lower value.High |> not
                    || Rational.isBelow bounds[i].Upper value.Low |> not
                    ->
                    $"[{i}] is about {Rational.toFloat value.Low:R}, outside {shown bounds[i]}"
                | _ -> ()
        ]

    /// The exact value of a network at a point.
    let private exactOutput (network: Network) (point: float[]) : Rational =
        let x = Tensor.input "x" [ 1; point.Length ]

        ExactValues.ofGraph
            [ "x", Array.map (fun (x: float) -> Rational.Of x) point ]
            (Network.forward network x)
        |> Array.exactlyOne

    let private singleOutput (engine: Engine) (network: Network) (point: float[]) : float =
        let x = Tensor.input "x" [ 1; point.Length ]

        Eager.evaluate engine [ "x", Array.map float32 point ] [ Network.forward network x ]
        |> List.exactlyOne
        |> Array.exactlyOne
        |> float

    /// <summary>Complaints about a certificate: at float32 points in its box the function must have a value, and its distance
    /// from the network must not exceed the bound, in exact arithmetic and as an engine computes it in float32.</summary>
    /// <param name="exact">The function's value at a point, if it has one.</param>
    /// <param name="engine">Computes in float32.</param>
    /// <param name="network">A piecewise linear network with float32 parameters, so that its values are fractions.</param>
    /// <param name="certificate">The claim. If it does not hold, only its measurement is checked.</param>
    /// <param name="points">Points in the box, of float32 numbers.</param>
    let certificateComplaints
        (exact: Rational[] -> Rational option)
        (engine: Engine)
        (network: Network)
        (certificate: Certificate)
        (points: float[][])
        : string list =
        [
            for point in points do
                let place = String.Join(", ", point |> Array.map (fun x -> $"{x:R}"))

                match exact (Array.map (fun (x: float) -> Rational.Of x) point) with
                | None ->
                    if certificate.Bound < infinity then
                        $"at {place} there is no value, but the bound {certificate.Bound:R}"
                | Some value ->
                    let isBeyond (bound: float) distance =
                        not (Rational.isBelow bound (Rational.abs distance))

                    if isBeyond certificate.Bound (value - exactOutput network point) then
                        $"at {place} the distance of the network exceeds {certificate.Bound:R}"

                    let single = singleOutput engine network point

                    if not (Double.IsFinite single) then
                        if certificate.Bound < infinity then
                            $"at {place} float32 returns {single}"
                    elif isBeyond certificate.Bound (value - Rational.Of single) then
                        $"at {place} float32 returns {single:R}, whose distance exceeds {certificate.Bound:R}"
        ]

    /// Complaints about the bounds of a network on a box, at points in it: exact outputs must be between them.
    let enclosureComplaints (network: Network) (box: Interval[]) (points: float[][]) : string list =
        let bounds = Certificate.enclose network box |> Array.exactlyOne

        [
            for point in points do
                let value = exactOutput network point

                if not (Rational.isAbove bounds.Lower value && Rational.isBelow bounds.Upper value) then
                    let place = String.Join(", ", point |> Array.map (fun x -> $"{x:R}"))
                    $"at {place} the output is about {Rational.toFloat value:R}, outside {shown bounds}"
        ]
