namespace Hybrid.Core

open System

/// Where a minimisation ended.
[<NoEquality; NoComparison>]
type Minimum =
    {
        Point: float[]
        Value: float
        Iterations: int
    }

/// <summary>Minimisation of a smooth function of many numbers by L-BFGS: the last few steps and changes of the gradient stand
/// for the second derivatives.</summary>
/// <remarks>Nocedal and Wright, Numerical Optimization (2006): algorithms 7.4 and 7.5, and a bisection for the Wolfe
/// conditions (3.6). In double precision; each iteration looks at the whole function.</remarks>
module QuasiNewton =
    /// How many steps are remembered.
    [<Literal>]
    let private Memory = 20

    let private dot (a: float[]) (b: float[]) =
        let mutable sum = 0.0

        for i in 0 .. a.Length - 1 do
            sum <- sum + a[i] * b[i]

        sum

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

    /// A step that lowers the value and flattens the slope enough: doubled or halved until it does.
    let private search
        (f: float[] -> struct (float * float[]))
        point
        value
        (slope: float)
        (d: float[])
        first
        =
        let rec from low high step tries best =
            if tries = 0 then
                best
            else
                let next = along point step d
                let struct (y, gradient) = f next
                let steep = dot gradient d

                if not (y <= value + Decrease * step * slope) then
                    from low step ((low + step) / 2.0) (tries - 1) best
                elif steep < Flatter * slope then
                    let longer =
                        if Double.IsInfinity high then
                            2.0 * step
                        else
                            (step + high) / 2.0

                    from step high longer (tries - 1) (Some(next, y, gradient))
                else
                    Some(next, y, gradient)

        from 0.0 infinity first 40 None

    /// <summary>Goes down from a point until the gradient vanishes, no step helps any more, or the iterations are over.</summary>
    /// <param name="f">The value and its gradient.</param>
    /// <param name="start">Finite, and so is its value.</param>
    /// <param name="iterations">At most so many.</param>
    let minimise (f: float[] -> struct (float * float[])) (start: float[]) (iterations: int) : Minimum =
        let rec descend point value gradient pairs iteration =
            let ended =
                {
                    Point = point
                    Value = value
                    Iterations = iteration
                }

            let d = direction gradient pairs
            let slope = dot gradient d

            if iteration = iterations || dot gradient gradient < 1e-24 || not (slope < 0.0) then
                ended
            else
                let first =
                    if List.isEmpty pairs then
                        min 1.0 (1.0 / sqrt (dot gradient gradient))
                    else
                        1.0

                match search f point value slope d first with
                | None when List.isEmpty pairs -> ended
                // what is remembered misleads: steepest descent once
                | None -> descend point value gradient [] (iteration + 1)
                | Some(next, lower, after) ->
                    let s, y = Array.map2 (-) next point, Array.map2 (-) after gradient
                    let product = dot s y

                    let pairs =
                        if product > 1e-12 * sqrt (dot s s * dot y y) then
                            List.truncate Memory ((s, y, 1.0 / product) :: pairs)
                        else
                            pairs

                    descend next lower after pairs (iteration + 1)

        let struct (value, gradient) = f start
        descend start value gradient [] 0

    /// <summary>The network whose loss, a scalar graph of its parameters as inputs of their names, is least nearby.</summary>
    /// <param name="loss">From the network with its parameters as inputs to the loss.</param>
    /// <param name="network">Where to start.</param>
    /// <param name="iterations">At most so many.</param>
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
