namespace Hybrid.Theory

open System
open Hybrid.Core

/// A network that was built for a formula, and what is proved about it.
[<NoEquality; NoComparison>]
type ConstructionResult =
    {
        Expression: Expression
        Approximation: Approximation
        /// The constant that the construction used; infinite if it needed none.
        Lipschitz: float
        Curvature: float
        Certificate: Certificate
    }

/// <summary>From a formula and a distance to a network and its certificate: the derivatives, their bounds and the proof all come
/// from the formula's graph.</summary>
module Construction =
    /// What a method requires, and how it builds.
    [<NoEquality; NoComparison>]
    type private Method =
        {
            Axes: int list
            NeedsCurvature: bool
            Build: Expression -> Smoothness -> Interval[] -> float -> Approximation
        }

    let private oneAxis needsCurvature build =
        {
            Axes = [ 1 ]
            NeedsCurvature = needsCurvature
            Build =
                fun expression (known: Smoothness) (box: Interval[]) epsilon ->
                    build (fun x -> Expression.value expression [| x |]) known (Array.exactlyOne box) epsilon
        }

    let private slopeAt (expression: Expression) =
        let x = Tensor.input "x" [ 1; 1 ]
        let slope = Constants.derivative (Expression.graph expression) x

        fun (at: float) ->
            Reference.evaluate [ "x", [| at |] ] [ slope ]
            |> List.exactlyOne
            |> Array.exactlyOne

    let private methods =
        [
            "relu", oneAxis true Approximation.relu
            "sigmoid", oneAxis false Approximation.sigmoid
            "tanh", oneAxis false Approximation.tanh
            "bumps", oneAxis false Approximation.bumps
            "maxout",
            {
                Axes = [ 1 ]
                NeedsCurvature = true
                Build =
                    fun expression (known: Smoothness) (box: Interval[]) epsilon ->
                        Tangents.maxout
                            (fun x -> Expression.value expression [| x |])
                            (slopeAt expression)
                            known.Curvature
                            box[0]
                            epsilon
            }
            "towers",
            {
                Axes = [ 1; 2 ]
                NeedsCurvature = false
                Build = fun expression -> Grids.towers (Expression.value expression)
            }
            "kuhn",
            {
                Axes = [ 1; 2 ]
                NeedsCurvature = true
                Build = fun expression -> Grids.kuhn (Expression.value expression)
            }
        ]

    [<Literal>]
    let private ByTraining = "trained"

    /// The names of the methods.
    let names: string list = List.map fst methods @ [ ByTraining ]

    let private known
        (method: Method)
        expression
        box
        (lipschitz: float option)
        (curvature: float option)
        : Smoothness =
        let slope =
            lipschitz
            |> Option.defaultWith (fun () ->
                // functions such as |x| and √x have only a bounded slope or only a bounded curvature
                try
                    Constants.lipschitz expression box
                with :? ApproximationException when curvature.IsSome ->
                    infinity)

        let bend =
            match curvature with
            | Some given -> given
            | None when method.NeedsCurvature ->
                try
                    Constants.curvature expression box
                with :? ApproximationException when Double.IsFinite slope ->
                    infinity
            | None -> infinity

        Smoothness.smooth slope bend

    let private requireConstant what (given: float option) =
        match given with
        | Some constant when not (constant >= 0.0 && Double.IsFinite constant) ->
            raise (ApproximationException $"The {what} must be finite and at least 0, not {constant}.")
        | _ -> ()

    /// <summary>The network that a construction needs according to its bound alone: without a margin for rounding, and without a
    /// separate proof. Fast, for comparison.</summary>
    /// <param name="name">One of the names, except trained.</param>
    /// <param name="expression">A formula of one or two variables.</param>
    /// <param name="box">One interval per variable.</param>
    /// <param name="epsilon">The distance.</param>
    /// <param name="lipschitz">A bound of the slope, if known; otherwise it is computed from the formula's graph.</param>
    /// <param name="curvature">A bound of the second derivative, if known; otherwise it is computed from the graph.</param>
    /// <exception cref="T:Hybrid.HybridException">As for build.</exception>
    let unproved
        (name: string)
        (expression: Expression)
        (box: Interval[])
        (epsilon: float)
        (lipschitz: float option)
        (curvature: float option)
        : Approximation =
        Cells.check box epsilon
        let method: Method = Named.find "method" fst methods name |> snd
        Domain.require expression box
        method.Build expression (known method expression box lipschitz curvature) box epsilon

    /// <summary>A network within ε of a formula on a box, as saved and computed in float32, and the proof.</summary>
    /// <param name="name">One of the names.</param>
    /// <param name="expression">A formula of one or two variables.</param>
    /// <param name="box">One interval per variable.</param>
    /// <param name="epsilon">The distance, rounding included.</param>
    /// <param name="lipschitz">A bound of the slope, if known; otherwise it is computed from the formula's graph.</param>
    /// <param name="curvature">A bound of the second derivative, if known; otherwise it is computed from the graph.</param>
    /// <exception cref="T:Hybrid.HybridException">The method, the box or ε is invalid, the function is undefined or unbounded
    /// somewhere, or too many neurons are needed.</exception>
    let build
        (name: string)
        (expression: Expression)
        (box: Interval[])
        (epsilon: float)
        (lipschitz: float option)
        (curvature: float option)
        : ConstructionResult =
        Cells.check box epsilon
        requireConstant "Lipschitz constant" lipschitz
        requireConstant "curvature" curvature

        if name = ByTraining then
            match Trained.build Trained.MostUnits expression box epsilon with
            | Some(approximation, certificate) ->
                {
                    Expression = expression
                    Approximation = approximation
                    Lipschitz = infinity
                    Curvature = infinity
                    Certificate = certificate
                }
            | None ->
                raise (
                    ApproximationException
                        $"Training found no network of up to {Trained.MostUnits} tanh units within {epsilon}. Choose a larger ε, or a different method."
                )
        else

            let method: Method = Named.find "method" fst methods name |> snd

            if not (List.contains box.Length method.Axes) then
                raise (
                    ApproximationException
                        $"The method {name} is for functions of one variable. Use towers or kuhn for two."
                )

            // given constants do not show where the function is defined
            Domain.require expression box
            let known = known method expression box lipschitz curvature

            if name = "maxout" && not (Double.IsFinite known.Curvature) then
                Constants.curvature expression box |> ignore

            // the construction aims below ε until its bound and the rounding fit together
            let rec aim target tries =
                let approximation = method.Build expression known box target

                let saved = RoundingError.rounded approximation.Network
                let rounding = RoundingError.onBox saved box

                if approximation.Bound + rounding <= epsilon * (1.0 - 1e-9) then
                    struct (approximation, saved, rounding)
                elif tries = 0 || epsilon - rounding <= 0.0 then
                    raise (
                        ApproximationException
                            $"The rounding of this {name} network to float32 may cost {SignificantDigits.up 3 rounding}, and ε is {epsilon}. Choose a larger ε, or a different method."
                    )
                else
                    aim (min (0.98 * target) (0.999 * (epsilon - rounding))) (tries - 1)

            let struct (approximation, saved, rounding) = aim (0.999 * epsilon) 12

            {
                Expression = expression
                Approximation = approximation
                Lipschitz = known.Lipschitz
                Curvature = known.Curvature
                Certificate =
                    Certificate.proveRounded
                        (Expression.graph expression)
                        saved
                        rounding
                        box
                        epsilon
                        (Certificate.mostBoxes approximation.Network)
            }

    /// <summary>What other methods need for the same distance: for a construction, a trained network; for a trained one,
    /// constructions by their bounds alone. Takes seconds.</summary>
    /// <param name="name">The method to compare with others.</param>
    /// <param name="expression">Of one or two variables.</param>
    /// <param name="box">One interval per variable.</param>
    /// <param name="epsilon">The distance.</param>
    /// <param name="lipschitz">A bound of the slope, if one is known.</param>
    /// <param name="curvature">A bound of the second derivative, if one is known.</param>
    /// <returns>Those that could be found: a small network may be hard to train, and a construction may be too large.</returns>
    let alternatives
        (name: string)
        (expression: Expression)
        (box: Interval[])
        (epsilon: float)
        (lipschitz: float option)
        (curvature: float option)
        : Approximation list =
        // this many units take seconds, and more would take minutes
        let most = if box.Length = 1 then 8 else 3

        let others =
            if name <> ByTraining then [ ByTraining ]
            elif box.Length = 1 then [ "relu"; "sigmoid"; "bumps" ]
            else [ "towers"; "kuhn" ]

        others
        |> List.choose (fun other ->
            try
                if other = ByTraining then
                    Trained.build most expression box epsilon |> Option.map fst
                else
                    Some(unproved other expression box epsilon lipschitz curvature)
            // too large, or without a bound: then there is nothing to compare with
            with :? ApproximationException ->
                None)
