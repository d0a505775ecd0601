namespace Hybrid.Theory

open System
open Hybrid.Core

/// <summary>Bounds of a formula's slope and curvature, computed from its graph.</summary>
module Constants =
    /// The gradient of each row of f, [n; 1], with respect to its input, [n; axes].
    let derivative (f: Tensor -> Tensor) (x: Tensor) : Tensor =
        Derivative.gradient (Tensor.sumAll (f x)) [ x ] |> List.exactlyOne

    let private column axis (x: Tensor) = Tensor.slice 1 axis 1 x

    let private bounded what (remedy: Remedy) (supremum: Supremum) =
        if not (Double.IsFinite supremum.Upper) then
            let place =
                supremum.Box
                |> Array.map (fun x -> $"[{x.Lower:G6}, {x.Upper:G6}]")
                |> String.concat " × "

            let interval = Remedy.Do "give an interval on which it is bounded"
            raise (ApproximationException($"{what} has no bound near {place}.", [ interval; remedy ]))

        supremum.Upper

    /// <summary>An upper bound of the formula's slope on a box, in Euclidean distance; normally at most a thousandth above the
    /// true value.</summary>
    /// <exception cref="T:Hybrid.ApproximationException">The slope is not bounded, or the formula is undefined
    /// somewhere.</exception>
    let lipschitz (expression: Expression) (box: Interval[]) : float =
        Domain.require expression box
        let slope = derivative (Expression.graph expression)

        let length (x: Tensor) =
            let slopes = slope x

            if box.Length = 1 then
                slopes
            else
                // the length of the gradient; a small constant keeps the slope of the root bounded
                Tensor.sqrt (Tensor.reshape [ x.Shape.Head; 1 ] (Tensor.sum 1 (slopes * slopes)) + 1e-12)

        Supremum.upper length box
        |> bounded "The function's slope" (Remedy.Change(OptionName.Lipschitz, "give a bound that you know"))

    let private knownCurvature =
        Remedy.Change(OptionName.Curvature, "give a bound that you know")

    /// <summary>An upper bound of the formula's second derivative on a box; for two variables, of the norm of the Hessian, from
    /// its entries.</summary>
    /// <exception cref="T:Hybrid.ApproximationException">The second derivative is not bounded, or the formula is undefined
    /// somewhere.</exception>
    let curvature (expression: Expression) (box: Interval[]) : float =
        Domain.require expression box
        let slope = derivative (Expression.graph expression)

        // where the slope jumps, as that of |x| does, its derivative does not bound it
        if not (Supremum.isContinuous [ slope (Tensor.input "x" [ 1; box.Length ]) ]) then
            raise (
                ApproximationException(
                    "The function's slope jumps, so its curvature has no bound.",
                    [
                        Remedy.Change(OptionName.Method, "choose a different method")
                        knownCurvature
                    ]
                )
            )

        let norm (x: Tensor) =
            if box.Length = 1 then
                derivative slope x
            else
                let rows =
                    [ for axis in 0 .. box.Length - 1 -> derivative (slope >> column axis) x ]

                let squares =
                    rows |> List.map (fun row -> Tensor.sum 1 (row * row)) |> List.reduce (+)

                Tensor.sqrt (Tensor.reshape [ x.Shape.Head; 1 ] squares + 1e-12)

        Supremum.upper norm box |> bounded "The function's curvature" knownCurvature
