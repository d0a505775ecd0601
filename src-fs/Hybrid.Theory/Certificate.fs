namespace Hybrid.Theory

open System
open Hybrid.Core

/// What is proved about the distance between a function and a network that is saved in single precision.
type Certificate =
    {
        /// The distance to prove.
        Epsilon: float
        /// A proved bound of sup |f - network| on the box, however the network is computed in float32.
        Bound: float
        /// The part of the bound that covers the rounding of a float32 computation.
        Rounding: float
        /// The maximum distance found, at Point; in exact arithmetic.
        Measured: float
        Point: float[]
        /// Where the proof fails: around a point whose distance exceeds ε. If none was found, where the bound comes from.
        Box: Interval[]
        /// The number of boxes bounded.
        Boxes: int
    }

    /// Whether the bound is at most ε. Comparisons with NaN are false, so the certificate then does not hold.
    member this.Holds =
        this.Bound <= this.Epsilon
        && this.Measured <= this.Bound
        && this.Rounding <= this.Bound
        && Double.IsFinite this.Bound

/// <summary>Sound bounds of networks on boxes.</summary>
module Certificate =
    /// <summary>Bounds of a network's exact outputs for all inputs in a box, layer by layer. Float32 outputs may lie outside
    /// because of rounding: see encloseComputed.</summary>
    /// <remarks>Gowal et al., "On the effectiveness of interval bound propagation" (2018); rounded outward.</remarks>
    let enclose (network: Network) (box: Interval[]) : Interval[] =
        let x = Tensor.input "x" [ 1; box.Length ]
        Enclosure.evaluate [ "x", box ] [ Network.forward network x ] |> List.exactlyOne

    /// <summary>Bounds of the float32 outputs, on any engine and in any order of summation, for all float32 inputs in a box; and
    /// the maximum distance of each from the exact output.</summary>
    /// <exception cref="T:Hybrid.HybridException">The rounding of a primitive in the network is not known.</exception>
    let encloseComputed (network: Network) (box: Interval[]) : RoundedBounds =
        let x = Tensor.input "x" [ 1; box.Length ]
        Rounding.evaluate [ "x", box ] [ Network.forward network x ] |> List.exactlyOne

    /// Approximately this many evenly spaced points, as float32 numbers, including the corners of the box.
    let private points (count: int) (box: Interval[]) : float[][] =
        let each = int (Math.Round(float count ** (1.0 / float box.Length)))

        let round axis (place: float) =
            Math.Clamp(float (float32 place), box[axis].Lower, box[axis].Upper)

        Cells.points each box |> Array.map (Array.mapi round)

    /// <summary>The maximum of |f| over many points, and where it occurs, in double precision: a lower estimate of the supremum.
    /// Infinite if f is undefined at one of them.</summary>
    let sampled (f: Tensor -> Tensor) (box: Interval[]) (count: int) : struct (float * float[]) =
        let measure (points: float[][]) =
            let x = Tensor.input "x" [ points.Length; box.Length ]

            let values =
                Reference.evaluate [ "x", Array.concat points ] [ f x ] |> List.exactlyOne

            let size value =
                if Double.IsNaN value then infinity else abs value

            Array.zip (Array.map size values) points |> Array.maxBy fst

        let value, point =
            points count box
            |> Array.chunkBySize 512
            |> Array.map measure
            |> Array.maxBy fst

        struct (value, point)

    /// The default limit for the number of boxes in the proof of a network: 400,000, or 4·10⁹ divided by its number of parameters
    /// if that is less, about a minute's work.
    let mostBoxes (network: Network) : int =
        int (min 400_000L (4_000_000_000L / int64 (1 + Network.parameterCount network)))

    /// The number of points at which the distance is also measured.
    [<Literal>]
    let private Samples = 10_000

    /// <summary>An upper bound of sup |f - g| on a box from the values at the centres of n cells per axis: their maximum, plus (L
    /// + L') δ / 2 with δ the diagonal of a cell. For one or two axes: the number of cells grows exponentially with the number of
    /// axes. Infinite if f or g may be undefined in a cell.</summary>
    /// <remarks>Proof: every point is within δ/2 of a centre, over which f - g changes by at most (L + L') δ / 2. Values are
    /// enclosed and sums rounded up, so the bound holds in real arithmetic.</remarks>
    /// <param name="f">From [n; axes] to [n; 1].</param>
    /// <param name="g">From [n; axes] to [n; 1], such as the forward function of a network.</param>
    /// <param name="lipschitz">L + L', the sum of Lipschitz constants of both in Euclidean distance, such as from
    /// Lipschitz.ofNetwork.</param>
    /// <param name="box">One interval per axis.</param>
    /// <param name="cells">n, at least 1.</param>
    let byGrid
        (f: Tensor -> Tensor)
        (g: Tensor -> Tensor)
        (lipschitz: float)
        (box: Interval[])
        (cells: int)
        : float =
        let edges =
            box
            |> Array.map (fun x -> Cells.points cells [| x |] |> Array.map Array.exactlyOne)

        let centres = edges |> Array.map Cells.middles

        // how far a cell extends from its centre along an axis, with its one rounding compensated
        let reach (edges: float[]) (centres: float[]) =
            centres
            |> Array.mapi (fun i centre -> Math.BitIncrement(max (centre - edges[i]) (edges[i + 1] - centre)))
            |> Array.max

        let diagonal =
            (Interval.exactly 0.0, Array.map2 reach edges centres)
            ||> Array.fold (fun sum reach ->
                let reach = Interval.exactly reach
                Interval.add sum (Interval.multiply reach reach))
            |> Interval.sqrt

        let distances (cells: Interval[][]) =
            let x = Tensor.input "x" [ cells.Length; box.Length ]
            Enclosure.evaluate [ "x", Array.concat cells ] [ f x - g x ] |> List.exactlyOne

        let product each =
            Array.map2 each edges centres |> Array.map List.ofArray |> Cells.product

        let atCentres = product (fun _ centres -> Array.map Interval.exactly centres)

        let whole =
            product (fun edges _ ->
                edges
                |> Array.pairwise
                |> Array.map (fun (lower, upper) -> { Lower = lower; Upper = upper }))

        // a Lipschitz constant does not help in a cell where a function may be undefined
        let isDefined =
            whole
            |> Array.chunkBySize 512
            |> Array.forall (distances >> Array.forall Interval.isDefined)

        if isDefined && Double.IsFinite lipschitz then
            let largest =
                atCentres
                |> Array.chunkBySize 512
                |> Array.collect distances
                |> Array.map (fun y -> (Interval.abs y).Upper)
                |> Array.max

            (Interval.add (Interval.exactly largest) (Interval.multiply (Interval.exactly lipschitz) diagonal))
                .Upper
        else
            infinity

    /// Proves sup |f - network| ≤ ε for a network as it is saved, whose rounding on the box is known: see prove.
    let internal proveRounded
        (f: Tensor -> Tensor)
        (saved: Network)
        (rounding: float)
        (box: Interval[])
        (epsilon: float)
        (boxes: int)
        : Certificate =
        let distance x = f x - Network.forward saved x

        let supremum =
            Supremum.ofAbsolute
                distance
                (RoundingError.cutAtJumps saved box)
                (fun _ -> epsilon - rounding)
                boxes

        let struct (sampled, point) = sampled distance box Samples

        {
            Epsilon = epsilon
            Bound = Math.BitIncrement(supremum.Upper + rounding)
            Rounding = rounding
            Measured = max sampled supremum.Lower
            Point = (if sampled >= supremum.Lower then point else supremum.Point)
            Box = supremum.Box
            Boxes = supremum.Boxes
        }

    /// <summary>Proves sup |f - network| ≤ ε on a box for the network as it is saved, with float32 parameters, computed in
    /// float32 in any order; or reports where the proof fails.</summary>
    /// <remarks>Inputs are float32 numbers, which is what the saved network takes.</remarks>
    /// <param name="f">From [n; axes] to [n; 1].</param>
    /// <param name="network">From [n; axes] to [n; 1].</param>
    /// <param name="box">One interval per axis.</param>
    /// <param name="epsilon">The distance.</param>
    /// <param name="boxes">The maximum number of boxes.</param>
    /// <exception cref="T:Hybrid.HybridException">The rounding of a primitive in the network is not known.</exception>
    let prove
        (f: Tensor -> Tensor)
        (network: Network)
        (box: Interval[])
        (epsilon: float)
        (boxes: int)
        : Certificate =
        let saved = RoundingError.rounded network
        proveRounded f saved (RoundingError.onBox saved box) box epsilon boxes
