namespace Hybrid.Theory

open System
open System.Numerics
open Hybrid.Core

/// <summary>The number of regions of the input space of a network of rectified units, on each of which the network is
/// linear.</summary>
module Regions =
    /// The binomial coefficient; 0 for k above n.
    let private choose (n: int) (k: int) : bigint =
        if k < 0 || k > n then
            0I
        else
            (1I, [ 1..k ])
            ||> List.fold (fun product i -> product * bigint (n - k + i) / bigint i)

    /// <summary>The maximum number of regions of n units in one hidden layer over d inputs: Σ C(n, i) for i ≤ d. Hyperplanes in
    /// general position attain it.</summary>
    /// <remarks>Zaslavsky, "Facing up to arrangements" (1975). For two inputs and 3, 6 and 20 units: 7, 22 and 211.</remarks>
    let shallow (inputs: int) (units: int) : bigint =
        Seq.sum (seq { for i in 0..inputs -> choose units i })

    /// <summary>An upper bound for layers of these sizes: the product over layers of Σ C(nₗ, j) for j up to the minimum size so
    /// far.</summary>
    /// <remarks>Montúfar, Pascanu, Cho and Bengio, "On the number of linear regions of deep neural networks" (2014).</remarks>
    let most (inputs: int) (layers: int list) : bigint =
        ((1I, inputs), layers)
        ||> List.fold (fun (product, narrowest) units ->
            let narrowest = min narrowest units
            product * shallow narrowest units, narrowest)
        |> fst

    /// <summary>What some network of these sizes attains: (Π ⌊nₗ/n₀⌋^n₀ for all layers but the last) · Σ C(n_L, j) for j ≤
    /// n₀.</summary>
    /// <remarks>Montúfar, Pascanu, Cho and Bengio (2014).</remarks>
    /// <param name="inputs">n₀.</param>
    /// <param name="layers">At least one size.</param>
    let reached (inputs: int) (layers: int list) : bigint =
        let folds =
            layers
            |> List.take (layers.Length - 1)
            |> List.map (fun units -> BigInteger.Pow(bigint (units / inputs), inputs))

        List.fold (*) 1I folds * shallow inputs (List.last layers)

    /// A number as a fraction: floats are fractions, so crossings are exact.
    let private fraction (x: float) : struct (bigint * bigint) =
        let bits = BitConverter.DoubleToInt64Bits x
        let exponent = int ((bits >>> 52) &&& 0x7FFL)
        let mantissa = bits &&& 0xFFFFFFFFFFFFFL

        let mantissa, shift =
            if exponent = 0 then
                mantissa, -1074
            else
                mantissa ||| 0x10000000000000L, exponent - 1075

        let signed = if x < 0.0 then -(bigint mantissa) else bigint mantissa

        if shift >= 0 then
            struct (signed <<< shift, 1I)
        else
            struct (signed, 1I <<< -shift)

    /// Integers in the same proportion, without common factors, the first non-zero one positive: two lines are equal exactly if
    /// these are.
    let private primitive (numbers: bigint list) : bigint list =
        let divisor =
            numbers |> List.fold (fun a b -> BigInteger.GreatestCommonDivisor(a, b)) 0I

        let sign =
            match List.tryFind (fun (x: bigint) -> not x.IsZero) numbers with
            | Some first when first.Sign < 0 -> -1I
            | _ -> 1I

        if divisor.IsZero then
            numbers
        else
            numbers |> List.map (fun x -> sign * x / divisor)

    let private wholeNumbers (line: float * float * float) : bigint list =
        let a, b, c = line
        let parts = [ fraction a; fraction b; fraction c ]
        let common = parts |> List.fold (fun common (struct (_, d)) -> max common d) 1I
        parts |> List.map (fun (struct (n, d)) -> n * (common / d)) |> primitive

    /// <summary>The exact number of regions into which lines a x + b y + c = 0 divide the plane: 1 + lines + Σ (lines through a
    /// crossing - 1). Parallel lines, equal lines and common crossings are taken into account.</summary>
    /// <param name="lines">(a, b, c) each; if a = b = 0, there is no line.</param>
    let ofLines (lines: (float * float * float) seq) : int =
        let lines =
            lines
            |> Seq.filter (fun (a, b, _) -> a <> 0.0 || b <> 0.0)
            |> Seq.map wholeNumbers
            |> Seq.distinct
            |> Array.ofSeq

        let crossing (first: bigint list) (second: bigint list) =
            match first, second with
            | [ a; b; c ], [ p; q; r ] ->
                let determinant = a * q - p * b

                if determinant.IsZero then
                    None
                else
                    Some(primitive [ determinant; b * r - q * c; p * c - a * r ])
            | _ -> None

        // the lines through each crossing; a crossing of m lines adds m - 1 regions
        let crossings =
            Collections.Generic.Dictionary<string, Collections.Generic.HashSet<int>>()

        for i in 0 .. lines.Length - 1 do
            for j in i + 1 .. lines.Length - 1 do
                match crossing lines[i] lines[j] with
                | Some place ->
                    let key = String.Join(" ", place)

                    if not (crossings.ContainsKey key) then
                        crossings[key] <- Collections.Generic.HashSet()

                    crossings[key].Add i |> ignore
                    crossings[key].Add j |> ignore
                | None -> ()

        1
        + lines.Length
        + Seq.sum (seq { for entry in crossings -> entry.Value.Count - 1 })

    let private biases (layer: Linear) : float[] =
        match layer.Bias with
        | Some bias -> Reference.value bias
        | None -> Array.zeroCreate layer.Weight.Shape[0]

    /// <summary>The exact number of regions of a hidden layer over two inputs.</summary>
    /// <param name="layer">Weight [units; 2].</param>
    let planar (layer: Linear) : int =
        let weight = Reference.value layer.Weight
        let bias = biases layer

        if layer.Weight.Shape[1] <> 2 then
            raise (
                ShapeMismatchException(
                    "Regions.planar",
                    [ layer.Weight.Shape ],
                    "The layer must have two inputs."
                )
            )

        Seq.init bias.Length (fun unit -> weight[2 * unit], weight[2 * unit + 1], bias[unit])
        |> ofLines

    /// The values of units at points, with additional points where a unit crosses 0: units × points.
    let private cut (points: float[]) (units: float[][]) : float[] * float[][] =
        let within (left: int) =
            units
            |> Array.choose (fun values ->
                let a, b = values[left], values[left + 1]

                if (a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0) then
                    Some(a / (a - b))
                else
                    None)
            |> Array.distinct
            |> Array.sort

        let parts =
            [|
                for left in 0 .. points.Length - 2 do
                    yield struct (left, 0.0)
                    yield! within left |> Array.map (fun t -> struct (left, t))
                yield struct (points.Length - 1, 0.0)
            |]

        let at (values: float[]) (struct (left, t)) =
            if t = 0.0 then
                values[left]
            else
                values[left] + t * (values[left + 1] - values[left])

        Array.map (at points) parts, units |> Array.map (fun values -> Array.map (at values) parts)

    /// <summary>The linear pieces, on an interval, of a network of linear and rectifier layers with one input and one
    /// output.</summary>
    /// <remarks>Kinks are followed through the layers in double precision; neighbours whose slopes agree to 1e-9 of the maximum
    /// slope count as one piece, and kinks at most 1e-12 of the interval's ends apart as one kink.</remarks>
    /// <returns>The points between which the network is linear, including the ends of the interval.</returns>
    /// <exception cref="T:Hybrid.HybridException">The network contains a different kind of layer.</exception>
    let kinks (network: Network) (domain: Interval) : float[] =
        let start = [| domain.Lower; domain.Upper |]

        let step (points: float[], units: float[][]) (layer: Layer) =
            match Linear.ofLayer layer, layer.Form, Layer.primitive layer with
            | Some linear, _, _ ->
                let w, b = Reference.value linear.Weight, biases linear
                let inputs = units.Length

                points,
                Array.init b.Length (fun unit ->
                    Array.init points.Length (fun p ->
                        let mutable sum = b[unit]

                        for input in 0 .. inputs - 1 do
                            sum <- sum + w[unit * inputs + input] * units[input][p]

                        sum))
            | _, OnlyInTraining _, _ -> points, units
            | _, _, Some { Kernel = Kernel.Map Unary.Relu } ->
                let points, units = cut points units
                points, units |> Array.map (Array.map (max 0.0))
            | _ ->
                raise (
                    HybridException
                        $"Linear pieces can be counted only for linear layers and rectifiers, and {Printable.quote layer.Kind} is neither."
                )

        let points, units = List.fold step (start, [| start |]) network.Layers

        // kinks within rounding of each other are one; the last represents them
        let apart = 1e-12 * (abs domain.Lower + abs domain.Upper)

        let points, output =
            Array.zip points (Array.exactlyOne units)
            |> Array.pairwise
            |> Array.filter (fun ((left, _), (right, _)) -> right - left > apart)
            |> Array.map snd
            |> Array.append [| points[0], units[0][0] |]
            |> Array.unzip

        let slopes =
            Array.init (points.Length - 1) (fun i ->
                (output[i + 1] - output[i]) / (points[i + 1] - points[i]))

        let tolerance = 1e-9 * (slopes |> Array.map abs |> Array.max)

        [|
            points[0]
            for i in 1 .. slopes.Length - 1 do
                if abs (slopes[i] - slopes[i - 1]) > tolerance then
                    points[i]
            points[points.Length - 1]
        |]

    /// The number of linear pieces of the network on an interval: see kinks.
    let pieces (network: Network) (domain: Interval) : int = (kinks network domain).Length - 1

    /// <summary>The number of ways in which one neuron with a bias can separate n points in general position: 2 Σ C(n - 1, k) for
    /// k ≤ d. For four points in the plane, 14 of 16: XOR and its complement are missing.</summary>
    /// <remarks>Cover, "Geometrical and statistical properties of systems of linear inequalities" (1965).</remarks>
    let dichotomies (inputs: int) (points: int) : bigint =
        2I * Seq.sum (seq { for k in 0..inputs -> choose (points - 1) k })
