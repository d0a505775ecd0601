namespace Hybrid.Core

open System

/// The current point of a minimisation.
[<NoEquality; NoComparison>]
type internal Minimum =
    {
        Point: float[]
        Value: float
        /// The number of iterations so far.
        Iterations: int
        /// The length of the last step, as a multiple of the proposed direction; 0 at the start.
        Step: float
    }

/// How a minimisation proceeds, and when it ends.
type internal Descent =
    {
        /// The number of steps remembered, as two vectors each.
        Memory: int
        /// The relative error of values; 0 for double precision.
        Noise: float
        /// The length of the gradient at which it ends.
        Flat: float
    }

/// The current point of a minimisation, and what it needs to continue.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type internal DescentPosition =
    {
        Minimum: Minimum
        Gradient: float[]
        /// (step, change of gradient, 1 / their product), the latest first.
        Pairs: (float[] * float[] * float) list
    }

/// <summary>Minimisation of a smooth function of many numbers by L-BFGS: the last few steps and changes of the gradient
/// approximate the second derivatives.</summary>
/// <remarks>Nocedal and Wright, Numerical Optimization (2006): algorithms 7.4 and 7.5, and a bisection for the Wolfe conditions
/// (3.6). Where values differ by less than their rounding, slopes decide: Hager and Zhang, "A new conjugate gradient method with
/// guaranteed descent and an efficient line search" (2005), the approximate Wolfe conditions. Vectors are in double precision;
/// each iteration evaluates the whole function.</remarks>
module internal QuasiNewton =
    let private dot (a: float[]) (b: float[]) =
        let mutable sum = 0.0

        for i in 0 .. a.Length - 1 do
            sum <- sum + a[i] * b[i]

        sum

    let private length (a: float[]) = sqrt (dot a a)

    let private along (point: float[]) (step: float) (direction: float[]) =
        Array.map2 (fun x d -> x + step * d) point direction

    /// Two loops over the remembered pairs (step, change of gradient, 1 / their product), the latest first.
    let private direction (gradient: float[]) (pairs: (float[] * float[] * float) list) : float[] =
        let q = Array.map (~-) gradient

        let alphas =
            pairs
            |> List.map (fun (s, y, rho) ->
                let alpha = rho * dot s q
                Array.iteri (fun i v -> q[i] <- q[i] - alpha * v) y
                alpha)

        match pairs with
        | (_, y, rho) :: _ ->
            let scale = 1.0 / (rho * dot y y)
            Array.iteri (fun i v -> q[i] <- scale * v) (Array.copy q)
        | [] -> ()

        for (s, y, rho), alpha in List.rev (List.zip pairs alphas) do
            let beta = rho * dot y q
            Array.iteri (fun i v -> q[i] <- q[i] + (alpha - beta) * v) s

        q

    [<Literal>]
    let private Decrease = 1e-4

    [<Literal>]
    let private Flatter = 0.9

    /// The maximum number of times that a step is doubled or halved.
    [<Literal>]
    let private Tries = 40

    /// A step that lowers the value and flattens the slope sufficiently: point, value, gradient and length.
    let private search
        descent
        (f: float[] -> struct (float * float[]))
        (place: DescentPosition)
        (slope: float)
        d
        first
        =
        let value = place.Minimum.Value

        let rec from low high step tries best =
            if tries = 0 then
                best
            else
                let next = along place.Minimum.Point step d
                let struct (y, gradient) = f next
                let steep = dot gradient d
                let isLower = y <= value + Decrease * step * slope

                let isLevel =
                    y <= value + descent.Noise * abs value
                    && steep <= (2.0 * Decrease - 1.0) * slope

                if not (isLower || isLevel) then
                    from low step ((low + step) / 2.0) (tries - 1) best
                elif steep < Flatter * slope then
                    let longer =
                        if Double.IsInfinity high then
                            2.0 * step
                        else
                            (step + high) / 2.0

                    from step high longer (tries - 1) (Some(next, y, gradient, step))
                else
                    Some(next, y, gradient, step)

        from 0.0 infinity first Tries None

    /// The place after one more iteration; none if the gradient has vanished or no step lowers the value.
    let rec next (descent: Descent) f (place: DescentPosition) : DescentPosition option =
        let d = direction place.Gradient place.Pairs
        let slope = dot place.Gradient d

        let found =
            if length place.Gradient <= descent.Flat || not (slope < 0.0) then
                None
            else
                let first =
                    if List.isEmpty place.Pairs then
                        min 1.0 (1.0 / length place.Gradient)
                    else
                        1.0

                search descent f place slope d first

        match found with
        | Some(point, value, gradient, step) ->
            let s, y =
                Array.map2 (-) point place.Minimum.Point, Array.map2 (-) gradient place.Gradient

            let product = dot s y

            Some
                {
                    Minimum =
                        {
                            Point = point
                            Value = value
                            Iterations = place.Minimum.Iterations + 1
                            Step = step
                        }
                    Gradient = gradient
                    Pairs =
                        if product > 1e-12 * length s * length y then
                            List.truncate descent.Memory ((s, y, 1.0 / product) :: place.Pairs)
                        else
                            place.Pairs
                }
        | None when List.isEmpty place.Pairs || length place.Gradient <= descent.Flat -> None
        // the remembered steps mislead: one step of steepest descent
        | None -> next descent f { place with Pairs = [] }

    /// <summary>The beginning of a descent.</summary>
    /// <param name="f">The value and its gradient.</param>
    /// <param name="start">A finite point with a finite value.</param>
    let at (f: float[] -> struct (float * float[])) (start: float[]) : DescentPosition =
        let struct (value, gradient) = f start

        {
            Minimum =
                {
                    Point = start
                    Value = value
                    Iterations = 0
                    Step = 0.0
                }
            Gradient = gradient
            Pairs = []
        }

    /// <summary>Descends until the gradient vanishes or no step lowers the value.</summary>
    /// <param name="descent">How it proceeds, and when it ends.</param>
    /// <param name="f">The value and its gradient.</param>
    /// <param name="place">Where it begins.</param>
    /// <returns>The place after each iteration.</returns>
    let descend
        (descent: Descent)
        (f: float[] -> struct (float * float[]))
        (place: DescentPosition)
        : DescentPosition seq =
        place |> Seq.unfold (next descent f >> Option.map (fun place -> place, place))

    /// <summary>The minimum of a double-precision function that is reached from a point.</summary>
    /// <param name="f">The value and its gradient.</param>
    /// <param name="start">A finite point with a finite value.</param>
    /// <param name="iterations">The maximum number of iterations.</param>
    let minimise (f: float[] -> struct (float * float[])) (start: float[]) (iterations: int) : Minimum =
        let descent =
            {
                Memory = 20
                Noise = 0.0
                Flat = 1e-12
            }

        let first = at f start

        descend descent f first
        |> Seq.truncate iterations
        |> Seq.fold (fun _ place -> place) first
        |> _.Minimum

    /// <summary>The network that minimises a loss, a scalar graph of its parameters as inputs of their names, reached from a
    /// start.</summary>
    /// <param name="loss">From the network with its parameters as inputs to the loss.</param>
    /// <param name="network">Where to start.</param>
    /// <param name="iterations">The maximum number of iterations.</param>
    let train (loss: Network -> Tensor) (network: Network) (iterations: int) : Network * Minimum =
        let named = Network.parameters network
        let traced = Network.withInputs network
        let total = loss traced

        let outputs =
            total :: Derivative.gradient total (Network.parameters traced |> List.map snd)

        let sizes = named |> List.map (fun (_, value) -> Shape.size value.Shape)
        let starts = List.scan (+) 0 sizes

        let part (point: float[]) index =
            Array.sub point starts[index] sizes[index]

        let f point =
            let given = named |> List.mapi (fun index (name, _) -> name, part point index)
            let values = Reference.evaluate given outputs
            struct (values.Head[0], Array.concat values.Tail)

        let start = named |> List.map (snd >> Reference.value) |> Array.concat
        let minimum = minimise f start iterations
        let indices = dict (named |> List.mapi (fun index (name, _) -> name, index))

        Network.map (fun name value -> Tensor.constant value.Shape (part minimum.Point indices[name])) network,
        minimum
