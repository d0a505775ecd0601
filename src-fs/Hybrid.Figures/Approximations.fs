namespace Hybrid.Figures

open Hybrid.Core

/// Pictures of functions and of the networks that approximate them.
module Approximations =
    let private outputs (network: Network) (points: float[][]) : float[] =
        let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)

        Reference.value (Network.forward network x)

    let private curve (expression: Expression) (domain: Interval) network (certificate: Certificate) title =
        let count = 1200

        let xs =
            Array.init (count + 1) (fun i ->
                domain.Lower + (domain.Upper - domain.Lower) * float i / float count)

        let target = xs |> Array.map (fun x -> Expression.value expression [| x |])

        let values = outputs network (xs |> Array.map Array.singleton)
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
                        $"within {epsilon:G3}"
                        xs
                        (target |> Array.map (fun y -> y - epsilon))
                        (target |> Array.map (fun y -> y + epsilon))
                    Lines.line (Series 1) "network" xs values
                    Lines.dashed Ink expression.Text xs target
                ]

        let bound = certificate.Bound
        let level value = Array.create xs.Length value

        let below =
            Chart.create
                ""
                x
                (Axis.linear "network - function")
                [
                    Lines.line (Series 0) "error" xs (Array.map2 (-) values target)
                    Lines.dashed (Series 1) "proved bound" xs (level bound)
                    Lines.dashed (Series 1) "" xs (level -bound)
                ]
            |> Chart.sized 560.0 180.0

        Figure.column [ Chart.draw above; Chart.draw below ]

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
                chart "network - function" (HeatMap.diverging (Axis.linear "error") error)
            ]

    /// <summary>A function, its network and the error between them: curves for one variable, maps for two.</summary>
    /// <param name="title">Stands above.</param>
    /// <param name="expression">The function, of one or two variables.</param>
    /// <param name="domain">An interval for each variable.</param>
    /// <param name="network">From [n; variables] to [n; 1].</param>
    /// <param name="certificate">How near they are.</param>
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
