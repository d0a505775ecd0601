namespace Hybrid.Core

open System

/// What the outputs of a network are, according to its last layer.
[<RequireQualifiedAccess>]
type internal Ending =
    /// Anything else; for classes, their scores.
    | Scores
    /// exp zᵢ / Σ exp zⱼ over the outputs of each example: class probabilities.
    | Softmax
    /// log (exp zᵢ / Σ exp zⱼ).
    | LogSoftmax
    /// 1 / (1 + exp -z) of each output: one probability per output.
    | Sigmoid
    /// exp z of each output: expected counts.
    | Exp
    /// deviation · z + mean of each output, with numbers of its own: standardised quantities, back in their own units.
    | Scale of struct (float * float) list

/// <summary>The last layers of networks. They are recognised by their graphs, which are compared with ours, never by
/// name.</summary>
module internal Ending =
    let private isNumber (x: Tensor) = ValueOption.isSome (Alike.number x)

    let rec private isConstant (x: Tensor) =
        match x.Node with
        | Constant _ -> true
        | Apply({ Kernel = Kernel.Read _ | Kernel.View }, [ inner ]) -> isConstant inner
        | _ -> false

    let private isProduct (isFactor: Tensor -> bool) (x: Tensor) (y: Tensor) =
        match y.Node with
        | Apply({ Kernel = Kernel.Zip Binary.Multiply }, [ a; b ]) ->
            obj.ReferenceEquals(a, x) && isFactor b
            || obj.ReferenceEquals(b, x) && isFactor a
        | _ -> false

    /// Whether y is x · c or x · c + d, with c and d of some kind.
    let private isScaleBy (isFactor: Tensor -> bool) (x: Tensor) (y: Tensor) : bool =
        let isProduct = isProduct isFactor x

        isProduct y
        || match y.Node with
           | Apply({ Kernel = Kernel.Zip Binary.Add }, [ a; b ]) ->
               isProduct a && isFactor b || isProduct b && isFactor a
           | _ -> false

    /// Whether y is x · c or x · c + d, with c and d the same for all elements.
    let internal isScale (x: Tensor) (y: Tensor) : bool = isScaleBy isNumber x y

    /// The numbers of a scaling: its values at 0 and at 1.
    let private scale (layer: Layer) (shape: Shape) : Ending =
        let at (value: float) =
            layer.Forward [] (Tensor.fill value shape) |> Reference.value

        // the same for each example
        let scales =
            Array.map2 (fun one mean -> struct (one - mean, mean)) (at 1.0) (at 0.0)
            |> Array.chunkBySize (List.last shape)
            |> Array.distinct
            |> fun rows -> if rows.Length = 1 then rows[0] else [||]

        let isUsable (struct (deviation: float, mean: float)) =
            deviation <> 0.0 && Double.IsFinite deviation && Double.IsFinite mean

        if scales.Length > 0 && Array.forall isUsable scales then
            Ending.Scale(List.ofArray scales)
        else
            Ending.Scores

    /// What a layer without parameters is as the last one, for inputs of a given shape.
    let private ofLayer (layer: Layer) (shape: Shape) : Ending =
        let x = Tensor.input "x" shape
        let y = layer.Forward [] x
        let is (f: Tensor -> Tensor) = Alike.graphs y (f x)

        if is (Tensor.softmax 1) then Ending.Softmax
        elif is (Tensor.logSoftmax 1) then Ending.LogSoftmax
        elif is Tensor.sigmoid then Ending.Sigmoid
        elif is Tensor.exp then Ending.Exp
        elif isScaleBy isConstant x y then scale layer shape
        else Ending.Scores

    /// <summary>What the outputs of a network are.</summary>
    /// <param name="features">The number of features of an example.</param>
    /// <param name="network">Takes [examples; features].</param>
    /// <returns>Scores if the last layer is not recognised or has parameters, or if there is none.</returns>
    let ofNetwork (features: int) (network: Network) : Ending =
        let at examples =
            try
                let before =
                    Network.forward (Network.withoutLast network) (Tensor.input "x" [ examples; features ])

                match List.last network.Layers, before.Shape with
                | { Parameters = [] } as layer, [ _; outputs ] when outputs > 0 -> ofLayer layer before.Shape
                | _ -> Ending.Scores
            // a layer that does not take these shapes is not one of them
            with :? HybridException ->
                Ending.Scores

        if network.Layers.IsEmpty then
            Ending.Scores
        else
            // what a layer is does not depend on the number of examples
            let two = at 2

            if two = Ending.Scores || at 3 = two then
                two
            else
                Ending.Scores

    /// <summary>The network without a final softmax or its logarithm: the scores that the softmax loss takes.</summary>
    /// <param name="features">The number of features of an example.</param>
    /// <param name="network">Takes [examples; features].</param>
    let scores (features: int) (network: Network) : Network =
        match ofNetwork features network with
        | Ending.Softmax
        | Ending.LogSoftmax -> Network.withoutLast network
        | Ending.Scores
        | Ending.Sigmoid
        | Ending.Exp
        | Ending.Scale _ -> network
