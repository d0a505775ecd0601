namespace Hybrid.Verification

open System
open System.Collections.Generic
open Hybrid.Core

/// <summary>Lines around any element-wise function σ of one tensor, from enclosures of its values and its slopes on pieces of an
/// interval.</summary>
/// <remarks>On a piece with centre c, σ(z) ≥ σ(c) + d (z - c), where d is the least slope on the piece for z > c, the greatest
/// for z below: together a broken line that σ does not cross. The line that is used is the edge of its convex hull at the middle
/// of the interval, which leaves the smallest area. Where σ may jump, the pieces' images take the slopes' place.</remarks>
module internal Elementwise =
    /// With so many, the broken line is off by about 3 % of the distance between chord and curve.
    let private pieces = 12

    /// The function with each element repeated: a graph of its own, from a new input.
    let private repeated (constant: Tensor -> float[] option) (root: Tensor) (result: Tensor) (copies: int) =
        let z = Tensor.input "z" [ Shape.size root.Shape * copies ]
        let known = Dictionary<Tensor, Tensor> HashIdentity.Reference
        known[root] <- z

        let filled (values: float[]) =
            if Array.forall ((=) values[0]) values then
                Tensor.fill values[0] z.Shape
            else
                Tensor.constant z.Shape (Array.collect (Array.replicate copies) values)

        let operands x =
            if obj.ReferenceEquals(x, root) || (constant x).IsSome then
                []
            else
                Graph.operands x

        for x in Graph.orderBy operands [ result ] do
            if not (known.ContainsKey x) then
                known[x] <-
                    match constant x, x.Node with
                    | Some values, _ -> filled values
                    | None, Apply(primitive, operands) ->
                        Tensor.apply z.Shape (operands |> List.map (fun x -> known[x])) primitive
                    | None, _ -> x

        z, known[result]

    let private orNone (bound: float) (none: float) =
        if Double.IsNaN bound then none else bound

    /// The line s z + t below the broken line through the given points, whose edge is that of the convex hull at the middle.
    let private below (places: float[]) (heights: float[]) : struct (float32 * float) =
        let hull = List<int>()

        for i in 0 .. places.Length - 1 do
            let isAbove a b =
                let rise j = heights[j] - heights[a]
                let run j = places[j] - places[a]
                run b * rise i <= rise b * run i

            while hull.Count > 1 && isAbove hull[hull.Count - 2] hull[hull.Count - 1] do
                hull.RemoveAt(hull.Count - 1)

            hull.Add i

        let middle = 0.5 * (places[0] + places[places.Length - 1])
        let right = hull.FindIndex(fun i -> places[i] >= middle) |> max 1

        let slope =
            if hull.Count > 1 then
                let a, b = hull[right - 1], hull[right]
                float32 ((heights[b] - heights[a]) / (places[b] - places[a]))
            else
                0f

        let slope = if MathF.Abs slope < 1e18f then slope else 0f

        let shift =
            Array.map2
                (fun place height ->
                    let moved = float slope * place
                    height - moved - 1e-15 * (abs height + abs moved))
                places
                heights
            |> Array.min

        struct (slope, shift)

    /// What is known of one element: enclosures on its pieces and at their centres.
    [<Struct; NoComparison; NoEquality>]
    type private Known =
        {
            Cuts: float[]
            Centres: float[]
            Images: Interval[]
            AtCentres: Interval[]
            Slopes: Interval[]
        }

    /// The broken line below sign · σ: places and heights.
    let private broken (sign: float) (known: Known) : struct (float[] * float[]) =
        let least (x: Interval) =
            if sign > 0.0 then x.Lower else -x.Upper

        let greatest (x: Interval) =
            if sign > 0.0 then x.Upper else -x.Lower

        let places = Array.zeroCreate<float>(2 * pieces + 1)
        let heights = Array.create (2 * pieces + 1) infinity

        for k in 0 .. pieces - 1 do
            let from, centre, until = known.Cuts[k], known.Centres[k], known.Cuts[k + 1]
            let image = orNone (least known.Images[k]) -infinity
            let height = least known.AtCentres[k]

            let lowered change =
                height + change - 1e-15 * (abs height + abs change)

            let left = lowered (-(greatest known.Slopes[k]) * (centre - from))
            let right = lowered (least known.Slopes[k] * (until - centre))

            let bySlopes =
                left + height + right > 3.0 * image && Double.IsFinite(left + height + right)

            let set i place value =
                places[i] <- place
                heights[i] <- min heights[i] (if bySlopes then value else image)

            set (2 * k) from left
            set (2 * k + 1) centre height
            set (2 * k + 2) until right

        struct (places, heights)

    let private bounds (x: Interval) (known: Known) : struct (Interval * Lines) =
        let image = Array.reduce Interval.hull known.Images

        let image =
            {
                Lower = orNone image.Lower -infinity
                Upper = orNone image.Upper infinity
            }

        let line sign =
            if x.Upper > x.Lower && Double.IsFinite(x.Upper - x.Lower) then
                let struct (places, heights) = broken sign known
                below places heights
            else
                struct (0f, (if sign > 0.0 then image.Lower else -image.Upper))

        let struct (slope, shift) = line 1.0
        let struct (slope', shift') = line -1.0

        struct (image,
                {
                    LowerSlope = slope
                    LowerShift = Relaxation.down shift
                    UpperSlope = -slope'
                    UpperShift = Relaxation.up -shift'
                })

    let private cut (x: Interval) k =
        if k = 0 then
            x.Lower
        elif k = pieces then
            x.Upper
        else
            Math.Clamp(x.Lower + float k / float pieces * (x.Upper - x.Lower), x.Lower, x.Upper)

    let private around
        (z: Tensor)
        (y: Tensor)
        (isContinuous: bool)
        : Interval[] -> struct (Interval * Lines)[] =
        let slope =
            lazy
                (if isContinuous then
                     Derivative.reverse y (Tensor.fill 1.0 y.Shape) [ z ]
                 else
                     [])

        fun arguments ->
            let cuts, centres =
                arguments
                |> Array.map (fun x ->
                    let isFinite = Double.IsFinite(x.Upper - x.Lower)
                    let cuts = if isFinite then Array.init (pieces + 1) (cut x) else [||]
                    cuts, Array.pairwise cuts |> Array.map (fun (a, b) -> Math.Clamp(0.5 * (a + b), a, b)))
                |> Array.unzip

            let asked =
                arguments
                |> Array.mapi (fun i x ->
                    if Array.isEmpty cuts[i] then
                        Array.create (2 * pieces) x
                    else
                        Array.append
                            (cuts[i] |> Array.pairwise |> Array.map (fun (a, b) -> { Lower = a; Upper = b }))
                            (centres[i] |> Array.map Interval.exactly))
                |> Array.concat

            let found = Enclosure.evaluate [ "z", asked ] (y :: slope.Value)

            let part (values: Interval[]) i half =
                Array.sub values ((2 * i + half) * pieces) pieces

            arguments
            |> Array.mapi (fun i x ->
                bounds
                    x
                    {
                        Cuts = cuts[i]
                        Centres = centres[i]
                        Images = part found[0] i 0
                        AtCentres = part found[0] i 1
                        Slopes =
                            match found with
                            | [ _; slopes ] -> part slopes i 0
                            | _ -> Array.create pieces Interval.undefined
                    })

    /// The numbers of tensors that do not depend on an input.
    let numbers (x: Tensor) : float[] option =
        if Graph.inputs [ x ] |> List.isEmpty then
            Some(Reference.value x)
        else
            None

    /// <summary>A part of a graph as a function of one tensor.</summary>
    /// <param name="arithmetic">What it is computed in.</param>
    /// <param name="constant">The numbers of a tensor that does not depend on an input, as many as the root has.</param>
    /// <param name="root">The tensor that it is a function of.</param>
    /// <param name="result">Computed from root and constants element by element.</param>
    /// <exception cref="T:Hybrid.HybridException">In float32, a primitive's rounding is not known.</exception>
    let create (arithmetic: Arithmetic) constant (root: Tensor) (result: Tensor) : Joint =
        let z, y = repeated constant root result 1
        let z', y' = repeated constant root result (2 * pieces)

        let isContinuous =
            Graph.order [ y ]
            |> Array.forall (fun x ->
                match x.Node with
                | Apply(primitive, _) -> Continuity.isContinuous primitive.Continuity
                | _ -> true)

        let slope = lazy (Derivative.reverse y (Tensor.fill 1.0 y.Shape) [ z ])

        {
            Slopes =
                if isContinuous then
                    Some(fun x -> Enclosure.evaluate [ "z", x ] slope.Value |> List.exactlyOne)
                else
                    None
            Values = fun x -> Reference.evaluate [ "z", x ] [ y ] |> List.exactlyOne
            Around = around z' y' isContinuous
            Off =
                match arithmetic with
                | Arithmetic.Real -> fun x -> Array.zeroCreate x.Length
                | Arithmetic.Float32 ->
                    let reader = RoundingReader [ y ]
                    fun x -> reader.Forward [ "z", x ] |> List.exactlyOne
        }
