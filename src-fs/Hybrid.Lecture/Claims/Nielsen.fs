namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Figures

/// <summary>R37: the constructions of Nielsen's visual proof: pairs of steep sigmoids as bumps, and towers of them in the
/// plane.</summary>
/// <remarks>A hidden layer of N pairs sums to bumps of heights hᵢ; an output sigmoid follows, so the sum must be σ⁻¹ ∘ f. The
/// book asks for an average deviation of at most 0.40 with N = 5. A tower over a cell is an output unit on a bump along x and one
/// along y, with a threshold of 3h/2 between one bump's height h and that of both, 2h.</remarks>
module internal Nielsen =
    [<Literal>]
    let private Pairs = 5

    /// The weight of the sigmoids in the book's pictures.
    [<Literal>]
    let private Weight = 1000.0

    let private logit y = log (y / (1.0 - y))

    /// <summary>Pairs of sigmoids σ(w (x - a)) - σ(w (x - b)) over equal cells of [0, 1].</summary>
    /// <param name="weight">w.</param>
    /// <param name="heights">One per cell.</param>
    let pairs (weight: float) (heights: float[]) : Network =
        let edge i = float i / float heights.Length

        let steps = Array.init (2 * heights.Length) (fun unit -> edge (unit / 2 + unit % 2))

        Linear.network
            {
                Weight = Tensor.constant [ steps.Length; 1 ] (Array.create steps.Length weight)
                Bias =
                    Some(Tensor.constant [ steps.Length ] (steps |> Array.map (fun step -> -weight * step)))
            }
        >=> Activation.sigmoid
        >=> Linear.network
                {
                    Weight =
                        Tensor.constant
                            [ 1; steps.Length ]
                            (heights |> Array.collect (fun height -> [| height; -height |]))
                    Bias = Some(Tensor.constant [ 1 ] [| 0.0 |])
                }

    /// <summary>The goal of the hidden layer, and the heights that are closest on average: the medians of the cells.</summary>
    let private goal (xs: float[]) =
        let f = Formulas.ofX Formulas.Nielsen
        let wanted = xs |> Array.map (fun x -> logit (Expression.value f [| x |]))

        let heights =
            Array.zip xs wanted
            |> Array.groupBy (fun (x, _) -> min (Pairs - 1) (int (float Pairs * x)))
            |> Array.sortBy fst
            |> Array.map (fun (_, points) -> points |> Array.map snd |> Statistics.median)

        wanted, heights

    let private sigmoid z = 1.0 / (1.0 + exp -z)

    /// <summary>Towers over n × n cells of the unit square, with heights f at their centres.</summary>
    /// <param name="step">A step unit's output by the distance from the step: a threshold or a steep sigmoid.</param>
    /// <param name="n">Cells along either axis.</param>
    /// <param name="f">Of x and y.</param>
    /// <param name="x">In [0, 1].</param>
    /// <param name="y">In [0, 1].</param>
    let towers (step: float -> float) (n: int) (f: float -> float -> float) (x: float) (y: float) : float =
        let edge i = float i / float n
        // the cells at the border extend beyond it
        let below i z =
            if i = 0 then 1.0 else step (z - edge i)

        let above i z =
            if i = n then 0.0 else step (z - edge i)

        let bump i z = below i z - above (i + 1) z
        let middle i = (edge i + edge (i + 1)) / 2.0

        Seq.sum (
            seq {
                for i in 0 .. n - 1 do
                    for j in 0 .. n - 1 -> f (middle i) (middle j) * step (bump i x + bump j y - 1.5)
            }
        )

    let private threshold z = if z > 0.0 then 1.0 else 0.0
    let private steep z = sigmoid (Weight * z)

    [<Literal>]
    let private Cells = 6

    let private surface x y = 3.0 + sin (2.0 * Math.PI * x) * y

    /// The maximum error of towers of cells: at many points, including the cells' corners, and at those at least 0.01 from an
    /// edge.
    let private towerErrors step : struct (float * float) =
        let places = Formulas.places (20 * Cells) Formulas.unit

        let errors =
            [
                for x in places do
                    for y in places ->
                        let fromEdge z =
                            abs (z * float Cells - round (z * float Cells)) / float Cells

                        min (fromEdge x) (fromEdge y), abs (surface x y - towers step Cells surface x y)
            ]

        let most errors = errors |> List.map snd |> List.max
        struct (most errors, most (errors |> List.filter (fun (distance, _) -> distance > 0.005)))

    /// <summary>From the exercise and the towers.</summary>
    /// <param name="deviation">Average deviation of five pairs.</param>
    /// <param name="proved">The proved bound of towers of threshold units / their ε.</param>
    /// <param name="thresholds">The maximum error of 6 × 6 of them.</param>
    /// <param name="corners">The same for towers of sigmoids.</param>
    /// <param name="inside">The same away from the edges.</param>
    /// <param name="bound">The bound on towers with this number of cells.</param>
    let conditions deviation proved thresholds corners inside (bound: float) : Condition list =
        [
            Condition.atMost
                "five pairs solve the exercise"
                deviation
                0.4
                "the average deviation that the book asks for"
            Condition.atMost
                "towers of threshold units are within any ε"
                proved
                1.0
                "the proved bound over ε = 0.5"
            Condition.atMost
                "6 × 6 towers of threshold units are within L √2 / 2n"
                thresholds
                bound
                "the bound for such cells"
            Condition.atMost
                "towers of sigmoids are within it away from the edges"
                inside
                bound
                "the same bound"
            Condition.above
                "towers of sigmoids are not within it in the strips along the edges, the book's windows of failure"
                corners
                bound
                "the same bound, which must be exceeded there"
        ]

    let private draw (xs: float[]) (wanted: float[]) (reached: float[]) : Figure =
        Chart.create
            "Nielsen's exercise: five bumps of ten steep sigmoids"
            (Axis.linear "x")
            (Axis.linear "weighted output of the hidden layer")
            [
                Lines.line (Series 0) "five pairs" xs reached
                Lines.dashed Ink "goal, the inverse sigmoid of f" xs wanted
            ]
        |> Chart.draw

    let private run (_: Setting) : Outcome =
        let xs = Formulas.places 2000 Formulas.unit
        let wanted, heights = goal xs
        let reached = Formulas.outputs (pairs Weight heights) xs
        let deviation = Array.map2 (fun a b -> abs (a - b)) wanted reached |> Array.average

        let built =
            Construction.build
                "towers"
                (Expression.parse [ "x"; "y" ] "3 + sin(2*pi*x)*y")
                [| Formulas.unit; Formulas.unit |]
                0.5
                None
                None

        // ω(√2 / 2n), with the slope from the formula's graph
        let bound = built.Lipschitz * sqrt 2.0 / (2.0 * float Cells)
        let struct (corners, inside) = towerErrors steep
        let struct (thresholds, _) = towerErrors threshold

        let conditions =
            conditions
                deviation
                (built.Certificate.Bound / built.Certificate.Epsilon)
                thresholds
                corners
                inside
                bound

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.versus
                        0.4
                        "average deviation of five pairs (published: the exercise's limit)"
                        deviation
                    Measurement.own $"{Cells} × {Cells} towers of threshold units, maximum error" thresholds
                    Measurement.own "its bound" bound
                    Measurement.own "the same for sigmoids, away from the edges" inside
                    Measurement.own "the same for sigmoids, everywhere (the function's range is 2)" corners
                    Measurement.own
                        "units of towers proved to be within 0.5"
                        (float built.Approximation.Neurons)
                ]
            Seeds = 0
            Notes =
                [
                    "Sigmoids of any steepness fail in narrow strips along the cells' edges, by more than the whole range of the function: the book calls them windows of failure."
                ]
            Figures = [ "nielsen", draw xs wanted reached ]
        }

    let experiment: Experiment =
        {
            Name = "nielsen"
            Row = "R37"
            Title = "Nielsen's visual proof: pairs and towers"
            Claim =
                "Pairs of steep sigmoids are bumps, and towers in the plane, from which networks of any precision can be built; the exercise with five bumps can be solved."
            Source = "Nielsen, \"Neural networks and deep learning\" (2015), chapter 4"
            Data = NoData
            Run = run
        }
