namespace Hybrid.Core

open System

/// A formula's approximation, and what is proved of it.
[<NoEquality; NoComparison>]
type ConstructionResult =
    {
        Approximation: Approximation
        /// As the construction used them; infinite if it needed none.
        Lipschitz: float
        Curvature: float
        Certificate: Certificate
    }

/// <summary>From a formula and a distance to a network and its certificate: the formula's own graph gives derivatives, their
/// bounds, and the proof.</summary>
module Construction =
    let private derivative (f: Tensor -> Tensor) (x: Tensor) : Tensor =
        Derivative.gradient (Tensor.sumAll (f x)) [ x ] |> List.exactlyOne

    let private column axis (x: Tensor) = Tensor.slice 1 axis 1 x

    /// Where a formula has no finite value: among the middles of smaller and smaller parts.
    let private requireFinite (expression: Expression) (box: Interval[]) =
        let each = if box.Length = 1 then 4097 else 65

        let place axis i =
            box[axis].Lower
            + (box[axis].Upper - box[axis].Lower) * float i / float (each - 1)

        let points =
            if box.Length = 1 then
                Seq.init each (fun i -> [| place 0 i |])
            else
                seq {
                    for i in 0 .. each - 1 do
                        for j in 0 .. each - 1 -> [| place 0 i; place 1 j |]
                }

        points
        |> Seq.iter (fun point -> Approximation.valueAt (Expression.value expression) point |> ignore)

    let private bounded what (advice: string) (supremum: Supremum) =
        if not (Double.IsFinite supremum.Upper) then
            let place =
                supremum.Box
                |> Array.map (fun x -> $"[{x.Lower:G6}, {x.Upper:G6}]")
                |> String.concat " × "

            raise (ApproximationException $"{what} has no bound near {place}. {advice}")

        supremum.Upper

    /// <summary>An upper bound of the formula's slope on a box, in Euclidean distance; at most a thousandth above the truth.</summary>
    /// <exception cref="T:Hybrid.Core.ApproximationException">It is not bounded, or the formula has no value somewhere.</exception>
    let lipschitz (expression: Expression) (box: Interval[]) : float =
        requireFinite expression box
        let slope = derivative (Expression.graph expression)

        let length (x: Tensor) =
            let slopes = slope x

            if box.Length = 1 then
                slopes
            else
                // the length of the gradient; a small number keeps the root's own slope bounded
                Tensor.sqrt (Tensor.reshape [ x.Shape.Head; 1 ] (Tensor.sum 1 (slopes * slopes)) + 1e-12)

        Supremum.upper length box
        |> bounded
            "The function's slope"
            "Give an interval on which it has one, or --lipschitz if you know a bound."

    /// <summary>An upper bound of the formula's second derivative on a box; of two variables, of the Hessian's norm, by
    /// its entries.</summary>
    /// <exception cref="T:Hybrid.Core.ApproximationException">It is not bounded, or the formula has no value somewhere.</exception>
    let curvature (expression: Expression) (box: Interval[]) : float =
        requireFinite expression box
        let slope = derivative (Expression.graph expression)

        // where the slope jumps, as that of |x| does, its derivative says nothing
        if not (Supremum.isContinuous [ slope (Tensor.input "x" [ 1; box.Length ]) ]) then
            raise (
                ApproximationException
                    "The function's slope jumps, so that its curvature has no bound. Choose another method, or give --curvature if you know a bound."
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

        Supremum.upper norm box
        |> bounded
            "The function's curvature"
            "Choose another method, or give --curvature if you know a bound."

    /// What a method asks for, and how it builds.
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
        let slope = derivative (Expression.graph expression) x

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
                        Approximation.maxout
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
    let private Trained = "trained"

    /// The names of the methods.
    let names: string list = List.map fst methods @ [ Trained ]

    /// How many boxes a proof may look at.
    [<Literal>]
    let private MostBoxes = 400_000

    let private known
        (method: Method)
        expression
        box
        (lipschitz': float option)
        (curvature': float option)
        : Smoothness =
        let slope =
            lipschitz'
            |> Option.defaultWith (fun () ->
                // |x|, √x and their kin have a slope or a curvature only
                try
                    lipschitz expression box
                with :? ApproximationException when curvature'.IsSome ->
                    infinity)

        let bend =
            match curvature' with
            | Some given -> given
            | None when method.NeedsCurvature ->
                try
                    curvature expression box
                with :? ApproximationException when Double.IsFinite slope ->
                    infinity
            | None -> infinity

        Smoothness.smooth slope bend

    /// How far a network is from a formula at many points, greater errors counting more: the mean of the p-th powers.
    let private loss (points: float[][]) (expression: Expression) (power: float) (network: Network) : Tensor =
        let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)

        let target =
            Tensor.constant
                [ points.Length; 1 ]
                (points |> Array.map (Approximation.valueAt (Expression.value expression)))

        Tensor.meanAll (Tensor.power (Tensor.abs (Network.forward network x - target)) (Tensor.scalar power))

    let private distance expression network x =
        Expression.graph expression x - Network.forward network x

    // Greater powers come nearer to the greatest error, and start where the squares have led.
    let private fitted (box: Interval[]) (expression: Expression) epsilon neurons key =
        let each = if box.Length = 1 then 201 else 25

        let points =
            (box, [ [] ])
            ||> Array.foldBack (fun x rest ->
                [
                    for i in 0 .. each - 1 do
                        for tail in rest ->
                            x.Lower + (x.Upper - x.Lower) * float i / float (each - 1) :: tail
                ])
            |> List.map Array.ofList
            |> Array.ofList

        let start =
            // the domain as [-1, 1]: units begin with their steps inside it
            let hidden = Linear.create Glorot (Random.split key 1) box.Length neurons
            let weight = Reference.value hidden.Weight
            let draws = Random.normals (Random.split key 3) neurons

            let scaled =
                weight
                |> Array.mapi (fun i w ->
                    let x = box[i % box.Length]
                    float neurons * w / (x.Upper - x.Lower))

            let bias =
                Array.init neurons (fun unit ->
                    let at axis =
                        box[axis].Lower
                        + (box[axis].Upper - box[axis].Lower) * (0.5 + 0.3 * draws[unit])

                    -Seq.sum(
                        seq { for axis in 0 .. box.Length - 1 -> scaled[unit * box.Length + axis] * at axis }
                    ))

            Linear.network
                {
                    Weight = Tensor.constant hidden.Weight.Shape scaled
                    Bias = Tensor.constant [ neurons ] bias
                }
            >=> Activation.tanh
            >=> Linear.network (Linear.create Glorot (Random.split key 2) neurons 1)

        // where the squares lead nowhere near, greater powers do not help
        let isHopeless network =
            let struct (measured, _) = Certificate.sampled (distance expression network) box 200

            measured > 5.0 * epsilon

        (start, [ 2.0; 4.0; 8.0 ])
        ||> List.fold (fun network power ->
            if power > 2.0 && isHopeless network then
                network
            else
                QuasiNewton.train (loss points expression power) network 400 |> fst)

    /// How many units training is tried with.
    let private sizes = [ 2; 3; 4; 6; 8; 12; 16; 24; 32 ]

    /// How often it starts anew for each size.
    [<Literal>]
    let private Starts = 3

    /// <summary>The smallest of a few networks of tanh units that training brings within ε, proved after the fact.</summary>
    /// <param name="most">The most units that are tried: the time grows with their square.</param>
    /// <param name="expression">Of one or two variables.</param>
    /// <param name="box">An interval for each variable.</param>
    /// <param name="epsilon">The distance, rounding included.</param>
    /// <returns>None if no size that was tried comes that near.</returns>
    /// <exception cref="T:Hybrid.Core.ApproximationException">The box or ε cannot be, or the function has no value somewhere.</exception>
    let trained
        (most: int)
        (expression: Expression)
        (box: Interval[])
        (epsilon: float)
        : ConstructionResult option =
        Approximation.check box epsilon
        requireFinite expression box

        seq {
            for neurons in sizes |> List.filter (fun neurons -> neurons <= most) do
                for key in 1..Starts do
                    let network = fitted box expression epsilon neurons (uint64 key)

                    let struct (measured, _) =
                        Certificate.sampled (distance expression network) box 1000

                    if measured < 0.9 * epsilon then
                        let certificate =
                            Certificate.prove (Expression.graph expression) network box epsilon MostBoxes

                        if certificate.Holds then
                            {
                                Approximation =
                                    {
                                        Method = Trained
                                        Network = network
                                        Domain = box
                                        Neurons = neurons
                                        Bound = certificate.Bound
                                    }
                                Lipschitz = infinity
                                Curvature = infinity
                                Certificate = certificate
                            }
        }
        |> Seq.tryHead

    /// <summary>What a construction needs by its bound alone: without room for rounding, and not proved by other means. Quick, to
    /// compare.</summary>
    /// <param name="name">One of the names, but not trained.</param>
    /// <param name="expression">Of one or two variables.</param>
    /// <param name="box">An interval for each variable.</param>
    /// <param name="epsilon">The distance.</param>
    /// <param name="lipschitz'">A bound of the slope, if one is known; else the formula's graph gives one.</param>
    /// <param name="curvature'">A bound of the second derivative, if one is known; else the graph gives one.</param>
    /// <exception cref="T:Hybrid.Core.HybridException">As for build.</exception>
    let unproved
        (name: string)
        (expression: Expression)
        (box: Interval[])
        (epsilon: float)
        (lipschitz': float option)
        (curvature': float option)
        : Approximation =
        Approximation.check box epsilon
        let method: Method = Named.find "method" fst methods name |> snd
        method.Build expression (known method expression box lipschitz' curvature') box epsilon

    /// <summary>A network within ε of a formula on a box, as it is saved and computed in float32, and the proof.</summary>
    /// <param name="name">One of the names.</param>
    /// <param name="expression">Of one or two variables.</param>
    /// <param name="box">An interval for each variable.</param>
    /// <param name="epsilon">The distance, rounding included.</param>
    /// <param name="lipschitz'">A bound of the slope, if one is known; else the formula's graph gives one.</param>
    /// <param name="curvature'">A bound of the second derivative, if one is known; else the graph gives one.</param>
    /// <exception cref="T:Hybrid.Core.HybridException">The method, the box or ε cannot be, the function has no value or no bound
    /// somewhere, or too many neurons were needed.</exception>
    let build
        (name: string)
        (expression: Expression)
        (box: Interval[])
        (epsilon: float)
        (lipschitz': float option)
        (curvature': float option)
        : ConstructionResult =
        Approximation.check box epsilon

        if name = Trained then
            match trained (List.max sizes) expression box epsilon with
            | Some construction -> construction
            | None ->
                raise (
                    ApproximationException
                        $"Training brought none of {Starts * sizes.Length} networks of up to {List.max sizes} tanh units within {epsilon}. Choose a greater ε, or a construction: they always succeed."
                )
        else

            let method: Method = Named.find "method" fst methods name |> snd

            if not (List.contains box.Length method.Axes) then
                raise (
                    ApproximationException
                        $"The method {name} is for functions of one variable. Use towers or kuhn for two."
                )

            let known = known method expression box lipschitz' curvature'

            if name = "maxout" && not (Double.IsFinite known.Curvature) then
                curvature expression box |> ignore

            // What rounding takes is left to it: the construction aims lower until both fit.
            let rec aim target tries =
                let approximation = method.Build expression known box target

                let rounding =
                    Certificate.roundingOn (Certificate.rounded approximation.Network) box

                if approximation.Bound + rounding <= epsilon * (1.0 - 1e-9) then
                    approximation
                elif tries = 0 || epsilon - rounding <= 0.0 then
                    raise (
                        ApproximationException
                            $"The rounding of float32 alone takes {rounding:G3} of ε = {epsilon}: no {name} network in single precision is that close. Give a greater ε."
                    )
                else
                    aim (min (0.98 * target) (0.999 * (epsilon - rounding))) (tries - 1)

            let approximation = aim (0.999 * epsilon) 12

            {
                Approximation = approximation
                Lipschitz = known.Lipschitz
                Curvature = known.Curvature
                Certificate =
                    Certificate.prove
                        (Expression.graph expression)
                        approximation.Network
                        box
                        epsilon
                        MostBoxes
            }
