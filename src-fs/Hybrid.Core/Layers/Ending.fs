namespace Hybrid.Core

open System

/// What the outputs of a network are, by what its last layer computes.
[<RequireQualifiedAccess>]
type Ending =
    /// Anything else: of classes, their scores.
    | Scores
    /// exp zᵢ / Σ exp zⱼ over the outputs of each example: the probabilities of classes.
    | Softmax
    /// log (exp zᵢ / Σ exp zⱼ).
    | LogSoftmax
    /// 1 / (1 + exp -z) of each output: a probability each.
    | Sigmoid
    /// deviation · z + mean of each output: a quantity in its own unit, of one that was standardised.
    | Scale of deviation: float * mean: float

/// <summary>The ends of networks. The last layer is known by its graph, which is compared with our own, never by its
/// name.</summary>
module Ending =
    let private isNumber (x: Tensor) = ValueOption.isSome (Alike.number x)

    let private isProduct (x: Tensor) (y: Tensor) =
        match y.Node with
        | Apply({ Kernel = Kernel.Zip Binary.Multiply }, [ a; b ]) ->
            obj.ReferenceEquals(a, x) && isNumber b
            || obj.ReferenceEquals(b, x) && isNumber a
        | _ -> false

    /// Whether y is x · c or x · c + d, with numbers c and d that are the same for all elements.
    let internal isScale (x: Tensor) (y: Tensor) : bool =
        isProduct x y
        || match y.Node with
           | Apply({ Kernel = Kernel.Zip Binary.Add }, [ a; b ]) ->
               isProduct x a && isNumber b || isProduct x b && isNumber a
           | _ -> false

    /// The numbers of a scale: what it makes of 0 and of 1.
    let private scale (layer: Layer) (shape: Shape) : Ending =
        let at (value: float) =
            layer.Forward [] (Tensor.fill value shape) |> Reference.value |> Array.head

        let mean = at 0.0
        let deviation = at 1.0 - mean

        if deviation <> 0.0 && Double.IsFinite deviation && Double.IsFinite mean then
            Ending.Scale(deviation, mean)
        else
            Ending.Scores

    /// What a layer without parameters is at the end, of inputs of a shape.
    let private ofLayer (layer: Layer) (shape: Shape) : Ending =
        let x = Tensor.input "x" shape
        let y = layer.Forward [] x
        let is (f: Tensor -> Tensor) = Alike.graphs y (f x)

        if is (Tensor.softmax 1) then Ending.Softmax
        elif is (Tensor.logSoftmax 1) then Ending.LogSoftmax
        elif is Tensor.sigmoid then Ending.Sigmoid
        elif isScale x y then scale layer shape
        else Ending.Scores

    /// <summary>What the outputs of a network are.</summary>
    /// <param name="features">How many numbers an example has.</param>
    /// <param name="network">Takes [examples; features].</param>
    /// <returns>Scores where nothing is known of the last layer, where there is none, and where it has parameters.</returns>
    let ofNetwork (features: int) (network: Network) : Ending =
        let at examples =
            try
                let before =
                    Network.forward (Network.withoutLast network) (Tensor.input "x" [ examples; features ])

                match List.last network.Layers, before.Shape with
                | { Parameters = [] } as layer, [ _; outputs ] when outputs > 0 -> ofLayer layer before.Shape
                | _ -> Ending.Scores
            // what does not take these shapes is not one of them
            with :? HybridException ->
                Ending.Scores

        if network.Layers.IsEmpty then
            Ending.Scores
        else
            // the number of examples is not part of what a layer is
            let two = at 2

            if two = Ending.Scores || at 3 = two then
                two
            else
                Ending.Scores

    /// <summary>The network without a final softmax or its logarithm: the scores that the softmax loss is of.</summary>
    /// <param name="features">How many numbers an example has.</param>
    /// <param name="network">Takes [examples; features].</param>
    let scores (features: int) (network: Network) : Network =
        match ofNetwork features network with
        | Ending.Softmax
        | Ending.LogSoftmax -> Network.withoutLast network
        | Ending.Scores
        | Ending.Sigmoid
        | Ending.Scale _ -> network
