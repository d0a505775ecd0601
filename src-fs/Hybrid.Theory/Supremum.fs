namespace Hybrid.Theory

open System
open System.Collections.Generic
open Hybrid.Core

/// The supremum of a function on a box, between two bounds.
[<RequireQualifiedAccess>]
type Supremum =
    {
        /// A value that the function takes, at Point.
        Lower: float
        Point: float[]
        /// The function does not exceed this anywhere.
        Upper: float
        /// If a value above the accepted bound was found, the box around Point; otherwise where the upper bound comes from, to
        /// look at if it is not good enough.
        Box: Interval[]
        /// The number of boxes bounded.
        Boxes: int
    }

/// <summary>Rigorous bounds of functions on boxes by branch and bound: a box is bounded as a whole, and split in two where its
/// bound is not good enough.</summary>
/// <remarks>Moore, Interval Analysis (1966): interval arithmetic, and the mean value form f(c) + f'(X)(X - c) where the function
/// is continuous. Both round outward, so the bounds hold in real arithmetic.</remarks>
module Supremum =
    /// The maximum number of values of a graph that are bounded at the same time.
    [<Literal>]
    let private NumbersAtATime = 1_000_000

    /// Whether all primitives of a graph are known to be continuous: the mean value form does not hold across jumps.
    let isContinuous (outputs: Tensor list) : bool =
        Graph.order outputs
        |> Seq.forall (fun x ->
            match x.Node with
            | Apply(primitive, _) -> Continuity.isContinuous primitive.Continuity
            | _ -> true)

    let private width (x: Interval) : float = x.Upper - x.Lower

    let private middle (x: Interval) =
        let between = x.Lower + (x.Upper - x.Lower) / 2.0
        Math.Clamp(between, x.Lower, x.Upper)

    /// The maximum absolute value.
    let private magnitude (x: Interval) = max (abs x.Lower) (abs x.Upper)

    let private intersect (a: Interval) (b: Interval) : Interval =
        {
            Lower = max a.Lower b.Lower
            Upper = min a.Upper b.Upper
        }

    /// Bounds of the function on each of several boxes with the same number of axes, and its values at their centres.
    type private Bounds(f: Tensor -> Tensor, axes: int) =
        let graphs = Dictionary<int, struct (Tensor * Tensor option)>()

        let graph count =
            match graphs.TryGetValue count with
            | true, graph -> graph
            | false, _ ->
                let x = Tensor.input "x" [ count; axes ]
                let y = f x

                let slope =
                    if isContinuous [ y ] then
                        Some(Derivative.gradient (Tensor.sumAll y) [ x ] |> List.exactlyOne)
                    else
                        None

                graphs[count] <- struct (y, slope)
                graphs[count]

        /// The number of boxes that fit into memory at a time.
        member val Size =
            let struct (y, slope) = graph 1

            let most =
                Graph.order (y :: Option.toList slope)
                |> Seq.map (fun x -> Shape.size x.Shape)
                |> Seq.max

            Math.Clamp(NumbersAtATime / most, 1, 2048)

        member _.Evaluate(boxes: Interval[][]) : Interval[] * float[] =
            let struct (y, slope) = graph boxes.Length
            let flat = Array.concat boxes
            let centres = flat |> Array.map middle

            let natural = Enclosure.evaluate [ "x", flat ] (y :: Option.toList slope)

            let values = Reference.evaluate [ "x", centres ] [ y ] |> List.exactlyOne

            match natural with
            | [ bounds; slopes ] ->
                let exact =
                    Enclosure.evaluate [ "x", Array.map Interval.exactly centres ] [ y ]
                    |> List.exactlyOne

                let meanValue box =
                    let mutable bound = exact[box]

                    for axis in 0 .. axes - 1 do
                        let at = box * axes + axis

                        let offset = Interval.subtract flat[at] (Interval.exactly centres[at])

                        bound <- Interval.add bound (Interval.multiply slopes[at] offset)

                    bound

                // an unknown slope does not bound the values
                let narrowed box bound =
                    let byMean = meanValue box

                    if Interval.isDefined byMean then
                        intersect bound byMean
                    else
                        bound

                Array.mapi narrowed bounds, values
            | _ -> List.head natural, values

    /// The box split in half across its widest axis, relative to the whole.
    let internal halves (whole: Interval[]) (box: Interval[]) : Interval[] list =
        let axis =
            [ 0 .. box.Length - 1 ]
            |> List.maxBy (fun axis ->
                if width whole[axis] > 0.0 then
                    width box[axis] / width whole[axis]
                else
                    0.0)

        let cut = middle box[axis]

        [
            Array.updateAt axis { box[axis] with Upper = cut } box
            Array.updateAt axis { box[axis] with Lower = cut } box
        ]

    let private isAtomic (box: Interval[]) =
        box
        |> Array.forall (fun x -> Math.BitIncrement(Math.BitIncrement x.Lower) >= x.Upper)

    /// A search in progress: the boxes that remain to be split, the one with the largest bound first.
    type private Search(f: Tensor -> Tensor, start: Interval[][]) =
        let bounds = Bounds(f, start[0].Length)
        let hull = start |> Array.reduce (Array.map2 Interval.hull)
        let waiting = PriorityQueue<Interval[], float>()
        let mutable lower = 0.0
        let mutable point = Array.map middle start[0]
        let mutable pointBox = start[0]
        let mutable settled = 0.0
        let mutable settledBox = start[0]
        let mutable count = 0

        let settle upper box =
            if upper > settled then
                settled <- upper
                settledBox <- box

        member _.Lower = lower
        member _.Count = count

        /// The largest bound of the remaining boxes; 0 if there are none.
        member _.Next =
            match waiting.TryPeek() with
            | true, _, negated -> -negated
            | _ -> 0.0

        member _.Bound(parts: Interval[][]) =
            for parts in Array.chunkBySize bounds.Size parts do
                let enclosures, values = bounds.Evaluate parts
                count <- count + parts.Length

                for i in 0 .. parts.Length - 1 do
                    // where there is no value, no bound is large enough
                    let value = if Double.IsNaN values[i] then infinity else abs values[i]

                    if value > lower then
                        lower <- value
                        point <- Array.map middle parts[i]
                        pointBox <- parts[i]

                    let bound = magnitude enclosures[i]
                    let upper = if Double.IsNaN bound then infinity else bound

                    if isAtomic parts[i] then
                        settle upper parts[i]
                    else
                        waiting.Enqueue(parts[i], -upper)

        /// Splits, of the boxes whose bound is not good enough, as many as are bounded at a time.
        member this.Cut(good: float) =
            let parts = ResizeArray<Interval[]>()

            while parts.Count < bounds.Size && waiting.Count > 0 && this.Next > good do
                parts.AddRange(halves hull (waiting.Dequeue()))

            this.Bound(parts.ToArray())

        member _.Result(good: float) : Supremum =
            match waiting.TryPeek() with
            | true, rest, negated -> settle -negated rest
            | _ -> ()

            {
                Supremum.Lower = lower
                Point = point
                Upper = max settled lower
                Box = (if lower <= good then settledBox else pointBox)
                Boxes = count
            }

    /// <summary>Bounds of sup |f| on the union of several boxes.</summary>
    /// <param name="f">From [n; axes] to [n; 1], each row independently.</param>
    /// <param name="start">At least one box, of one interval per axis.</param>
    /// <param name="enough">From the largest value found to the upper bound that is good enough. The search also ends when a
    /// value above that bound is found.</param>
    /// <param name="boxes">The search ends after this many boxes have been bounded.</param>
    let ofAbsolute
        (f: Tensor -> Tensor)
        (start: Interval[][])
        (enough: float -> float)
        (boxes: int)
        : Supremum =
        let search = Search(f, start)
        search.Bound start

        while search.Lower <= enough search.Lower
              && search.Count < boxes
              && search.Next > enough search.Lower do
            search.Cut(enough search.Lower)

        search.Result(enough search.Lower)

    /// <summary>An upper bound of sup |f| that is at most a thousandth above the true value, if 200,000 boxes suffice.</summary>
    let upper (f: Tensor -> Tensor) (box: Interval[]) : Supremum =
        ofAbsolute f [| box |] (fun lower -> lower * 1.001 + 1e-12) 200_000
