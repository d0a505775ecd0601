namespace Hybrid.Figures

open Hybrid.Core

/// Pictures of functions and of the networks that approximate them.
module Approximations =
    let private outputs (network: Network) (points: float[][]) : float[] =
        let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)

        Reference.value (Network.forward network x)

    let private curve (construction: ConstructionResult) (expression: Expression) title =
        let domain = construction.Approximation.Domain[0]
        let count = 1200

        let xs =
            Array.init (count + 1) (fun i ->
                domain.Lower + (domain.Upper - domain.Lower) * float i / float count)

        let target = xs |> Array.map (fun x -> Expression.value expression [| x |])

        let network =
            outputs construction.Approximation.Network (xs |> Array.map Array.singleton)

        let epsilon = construction.Certificate.Epsilon
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
                    Lines.line (Series 1) "network" xs network
                    Lines.dashed Ink expression.Text xs target
                ]

        let bound = construction.Certificate.Bound
        let level value = Array.create xs.Length value

        let below =
            Chart.create
                ""
                x
                (Axis.linear "network - function")
                [
                    Lines.line (Series 0) "error" xs (Array.map2 (-) network target)
                    Lines.dashed (Series 1) "proved bound" xs (level bound)
                    Lines.dashed (Series 1) "" xs (level -bound)
                ]
            |> Chart.sized 560.0 180.0

        Figure.column [ Chart.draw above; Chart.draw below ]

    let private surface (construction: ConstructionResult) (expression: Expression) title =
        let approximation = construction.Approximation
        let x, y = approximation.Domain[0], approximation.Domain[1]

        let evaluate (f: float[][] -> float[]) =
            Grid.batch x y 100 100 (Array.chunkBySize 2 >> f)

        let network = evaluate (outputs approximation.Network)

        let error =
            evaluate (fun points ->
                Array.map2
                    (-)
                    (outputs approximation.Network points)
                    (points |> Array.map (Expression.value expression)))

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
                chart title (HeatMap.sequential (Axis.linear "network") network)
                chart "network - function" (HeatMap.diverging (Axis.linear "error") error)
            ]

    /// <summary>A function, its network and the error between them: curves for one variable, maps for two.</summary>
    let draw (construction: ConstructionResult) (expression: Expression) : Figure =
        let title =
            $"{construction.Approximation.Method}: {construction.Approximation.Neurons} neurons for {expression.Text}"

        if expression.Variables.Length = 1 then
            curve construction expression title
        else
            surface construction expression title
