namespace Hybrid.Figures

open System
open System.Text

/// Curves through points, and the area between two curves.
module Lines =
    /// The parts between gaps: a gap is where a number is not finite, or cannot be shown on its axis.
    let private runs (points: struct (float * float)[]) : struct (float * float)[] list =
        let finished, current = ResizeArray(), ResizeArray()

        let finish () =
            if current.Count > 0 then
                finished.Add(current.ToArray())
                current.Clear()

        for struct (x, y) in points do
            if Double.IsNaN x || Double.IsNaN y then
                finish ()
            else
                current.Add(struct (x, y))

        finish ()
        List.ofSeq finished

    let private columnsPerPixel = 2.0

    /// The same picture with at most four points per half pixel of width: where the curve enters, its lowest and highest points,
    /// and where it leaves.
    let private thin (points: struct (float * float)[]) : struct (float * float)[] =
        let column (struct (x: float, _)) = floor (x * columnsPerPixel)
        let height index = let struct (_, y) = points[index] in y
        let kept = ResizeArray()
        let mutable first = 0

        while first < points.Length do
            let mutable last, low, high = first, first, first

            while last + 1 < points.Length && column points[last + 1] = column points[first] do
                last <- last + 1

                if height last < height low then
                    low <- last

                if height last > height high then
                    high <- last

            for index in [ first; low; high; last ] |> List.distinct |> List.sort do
                kept.Add points[index]

            first <- last + 1

        kept.ToArray()

    let private append (path: StringBuilder) (points: struct (float * float) seq) =
        points
        |> Seq.iteri (fun index (struct (x, y)) ->
            path.Append(if index = 0 then 'M' else 'L').Append(Svg.number x).Append(' ').Append(Svg.number y)
            |> ignore)

    let private curve (points: struct (float * float)[]) : string =
        let path = StringBuilder()

        for run in runs points do
            append path (thin run)

            if run.Length = 1 then
                // a line of length 0 with round ends: a dot
                path.Append "h0" |> ignore

        path.ToString()

    /// Dashes distinguish series of the same colour; the dashes of neighbouring series differ, so that both are visible where
    /// they overlap.
    let private dashes (dashed: bool) (colour: Colour) =
        match dashed, colour with
        | true, Series index when Style.cycle 3 index = 0 -> [ "stroke-dasharray", "14 6" ]
        | true, Series index when Style.cycle 3 index = 2 -> [ "stroke-dasharray", "2 5" ]
        | true, _ -> [ "stroke-dasharray", "8 5" ]
        | false, Series index when Style.cycle (2 * Style.seriesCount) index >= Style.seriesCount ->
            [ "stroke-dasharray", "14 4 2 4" ]
        | false, _ -> []

    let private stroke dashed colour path =
        Element(
            "path",
            [
                "class", $"line {Style.className colour}"
                "d", path
                "fill", "none"
                "stroke", "currentColor"
                "stroke-width", "2.25"
                "stroke-linejoin", "round"
                "stroke-linecap", "round"
            ]
            @ dashes dashed colour,
            []
        )

    let private create dashed colour name (xs: float[]) (ys: float[]) =
        Mark.check "line" name [ "x", xs.Length; "y", ys.Length ]

        {
            Name = name
            Symbol = [ stroke dashed colour "M2 7L26 7" ]
            X = Mark.reach true xs
            Y = Mark.reach false ys
            Colours = None
            Covers = false
            Whole = false
            Draw =
                fun plane ->
                    let points = Array.map2 (fun x y -> struct (Plane.x plane x, Plane.y plane y)) xs ys

                    [ stroke dashed colour (curve points) ]
        }

    /// <summary>A curve through points in the order given, with gaps where a number is NaN or infinite.</summary>
    /// <param name="colour">Its colour; series beyond the sixth are also dashed.</param>
    /// <param name="name">Its name in the legend; empty to leave it out.</param>
    /// <param name="xs">Any number, in the unit of the horizontal axis.</param>
    /// <param name="ys">One per point, in the unit of the vertical axis.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">The numbers of coordinates differ.</exception>
    let line (colour: Colour) (name: string) (xs: float[]) (ys: float[]) : Mark =
        create false colour name xs ys

    /// The same, dashed, for what others are compared with.
    let dashed (colour: Colour) (name: string) (xs: float[]) (ys: float[]) : Mark =
        create true colour name xs ys

    let private shade colour path =
        Element(
            "path",
            [
                "class", $"band {Style.className colour}"
                "d", path
                "fill", "currentColor"
                "fill-opacity", "0.22"
            ],
            []
        )

    /// <summary>The area between two curves, such as a bound on an error or a spread over seeds.</summary>
    /// <param name="colour">Its colour, shown pale.</param>
    /// <param name="name">Its name in the legend; empty to leave it out.</param>
    /// <param name="xs">Any number, ascending.</param>
    /// <param name="lower">One per point; the first curve.</param>
    /// <param name="upper">One per point; the second curve. A gap in either curve is a gap in the area.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">The numbers of coordinates differ.</exception>
    let band (colour: Colour) (name: string) (xs: float[]) (lower: float[]) (upper: float[]) : Mark =
        Mark.check "band" name [ "x", xs.Length; "lower", lower.Length; "upper", upper.Length ]

        let outline plane =
            let side (values: float[]) (others: float[]) =
                Array.map3
                    (fun x value other ->
                        let y = Plane.y plane value
                        struct (Plane.x plane x, (if Double.IsNaN(Plane.y plane other) then nan else y)))
                    xs
                    values
                    others
                |> runs

            let path = StringBuilder()

            List.zip (side lower upper) (side upper lower)
            |> List.iter (fun (below, above) ->
                append path (Seq.append (thin below) (Array.rev (thin above)))
                path.Append 'Z' |> ignore)

            path.ToString()

        {
            Name = name
            Symbol = [ shade colour "M2 1H26V13H2Z" ]
            X = Mark.reach true xs
            Y = Mark.reach false (Array.append lower upper)
            Colours = None
            Covers = false
            Whole = false
            Draw = fun plane -> [ shade colour (outline plane) ]
        }
