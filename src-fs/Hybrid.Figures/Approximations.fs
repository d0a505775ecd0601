namespace Hybrid.Figures

open System.Globalization
open Hybrid.Core
open Hybrid.Theory

/// Pictures of functions and of the networks that approximate them.
module Approximations =
    let private outputs (network: Network) (points: float[][]) : float[] =
        points
        |> Array.chunkBySize 256
        |> Array.collect (fun points ->
            Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)
            |> Network.forward network
            |> Reference.value)

    [<Literal>]
    let private Width = 560

    // a step that is narrower than a pixel must not be skipped
    [<Literal>]
    let private PerPixel = 16

    /// The minimum and maximum of each pixel's values, in their order: a line through these covers the same pixels.
    let private extremes (xs: float[]) (ys: float[]) : float[] * float[] =
        let least (part: (float * float)[]) = Array.minBy snd part
        let largest (part: (float * float)[]) = Array.maxBy snd part

        Array.zip xs ys
        |> Array.chunkBySize PerPixel
        |> Array.collect (fun part -> [| least part; largest part |] |> Array.sortBy fst)
        |> Array.unzip

    let private curve (expression: Expression) (domain: Interval) network (certificate: Certificate) title =
        let count = Width * PerPixel

        let xs =
            Array.init (count + 1) (fun i ->
                domain.Lower + (domain.Upper - domain.Lower) * float i / float count)

        let target = xs |> Array.map (fun x -> Expression.value expression [| x |])

        let values = outputs network (xs |> Array.map Array.singleton)
        let thin = Array.indexed >> Array.filter (fun (i, _) -> i % 8 = 0) >> Array.map snd
        let epsilon = certificate.Epsilon
        let x = Axis.linear expression.Variables.Head

        let above =
            Chart.create
                title
                x
                (Axis.linear "value")
                [
                    Lines.band
                        Muted
                        $"within {SignificantDigits.up 3 epsilon}"
                        (thin xs)
                        (thin target |> Array.map (fun y -> y - epsilon))
                        (thin target |> Array.map (fun y -> y + epsilon))
                    Lines.line (Series 1) "network" (thin xs) (thin values)
                    Lines.dashed Ink expression.Text (thin xs) (thin target)
                ]

        let bound = certificate.Bound

        let level value =
            [| domain.Lower; domain.Upper |], [| value; value |]

        let below =
            Chart.create
                "The error, and its proved bound"
                x
                (Axis.linear "network − function")
                [
                    extremes xs (Array.map2 (-) values target) ||> Lines.line (Series 0) "error"
                    level bound ||> Lines.dashed (Series 1) "proved bound"
                    level -bound ||> Lines.dashed (Series 1) ""
                ]
            |> Chart.sized (float Width) 180.0

        Chart.column [ above; below ]

    let private surface (expression: Expression) (x: Interval) (y: Interval) network title =

        let evaluate (f: float[][] -> float[]) =
            Grid.batch x y 100 100 (Array.chunkBySize 2 >> f)

        let values = evaluate (outputs network)

        let error =
            evaluate (fun points ->
                Array.map2 (-) (outputs network points) (points |> Array.map (Expression.value expression)))

        let chart title mark =
            Chart.create
                title
                (Axis.linear expression.Variables[0])
                (Axis.linear expression.Variables[1])
                [ mark ]
            |> Chart.sized 320.0 320.0
            |> Chart.draw

        Figure.row
            [
                chart title (HeatMap.sequential (Axis.linear "network") values)
                chart "The error: network − function" (HeatMap.diverging (Axis.linear "error") error)
            ]

    /// <summary>A function, its network and the error between them: curves for one variable, maps for two.</summary>
    /// <param name="title">The title above the figure.</param>
    /// <param name="expression">The function, of one or two variables.</param>
    /// <param name="domain">One interval per variable.</param>
    /// <param name="network">From [n; variables] to [n; 1].</param>
    /// <param name="certificate">The distance and its proved bound.</param>
    let draw
        (title: string)
        (expression: Expression)
        (domain: Interval[])
        (network: Network)
        (certificate: Certificate)
        : Figure =
        match domain with
        | [| x; y |] -> surface expression x y network title
        | _ -> curve expression (Array.exactlyOne domain) network certificate title

    /// A network that was built for a formula: see draw.
    let ofConstruction (built: ConstructionResult) : Figure =
        let approximation = built.Approximation

        let neurons =
            approximation.Neurons.ToString("N0", CultureInfo.InvariantCulture)
            + (if approximation.Neurons = 1 then " neuron" else " neurons")

        draw
            $"{approximation.Method}: {neurons} for {built.Expression.Text}"
            built.Expression
            approximation.Domain
            approximation.Network
            built.Certificate
