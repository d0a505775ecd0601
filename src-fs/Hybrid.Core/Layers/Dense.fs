namespace Hybrid.Core

/// Networks of fully connected layers, from their sizes: that of the input, then that of each layer.
module Dense =
    /// <summary>Layers of neurons, one for each pair of neighbouring sizes; for fewer than two sizes, the empty
    /// network.</summary>
    /// <param name="neurons">Makes a layer from its index, from 0, and its numbers of inputs and outputs.</param>
    /// <param name="between">What follows each layer except the last, by its index: such as an activation.</param>
    /// <param name="sizes">The size of the input first.</param>
    let internal chain
        (neurons: int -> int -> int -> Network)
        (between: int -> Network)
        (sizes: int list)
        : Network =
        let pairs = List.pairwise sizes

        {
            Layers =
                pairs
                |> List.mapi (fun index (inputs, outputs) ->
                    let layer = neurons index inputs outputs

                    if index = pairs.Length - 1 then
                        layer.Layers
                    else
                        layer.Layers @ (between index).Layers)
                |> List.concat
        }

    let private activated (activation: string) (neurons: int -> int -> int -> Linear) (sizes: int list) =
        let layer = Network.ofLayer (Activation.layer activation)

        chain
            (fun index inputs outputs -> Linear.network (neurons index inputs outputs))
            (fun _ -> layer)
            sizes

    /// <summary>Layers of neurons with an activation between them and none after the last. Each layer has its own key, split from
    /// this one by its index, and initial weights that suit the activation; biases start at 0.</summary>
    /// <param name="activation">A name in Activation.functions.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="sizes">The size of the input first, each at least 1.</param>
    /// <exception cref="T:Hybrid.HybridException">There is no activation of this name; the message lists the names.</exception>
    /// <exception cref="T:System.ArgumentOutOfRangeException">A size is below 1.</exception>
    let network (activation: string) (key: uint64) (sizes: int list) : Network =
        let initializer = Activation.initializer activation
        activated activation (fun index -> Linear.create initializer (Random.split key index)) sizes

    /// <summary>The same layers with graph inputs as parameters, which take no memory: for describing networks of any
    /// size.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no activation of this name, there are fewer than two sizes, one is
    /// below 1, or there are more than 2³¹ - 1 parameters.</exception>
    let internal outline (activation: string) (sizes: int list) : Network =
        if sizes.Length < 2 then
            raise (
                HybridException
                    $"A network needs at least two sizes, of its inputs and its outputs, not {sizes.Length}."
            )

        match sizes |> List.tryFind (fun size -> size < 1) with
        | Some size ->
            raise (HybridException $"{size} is not the size of a layer. Give numbers of at least 1.")
        | None -> ()

        let parameters =
            List.pairwise sizes
            |> List.sumBy (fun (inputs, outputs) -> (bigint inputs + 1I) * bigint outputs)

        if parameters > bigint System.Int32.MaxValue then
            raise (HybridException $"A network of {parameters} parameters is too large. Give smaller sizes.")

        activated
            activation
            (fun _ inputs outputs ->
                {
                    Weight = Tensor.input "weight" [ outputs; inputs ]
                    Bias = Some(Tensor.input "bias" [ outputs ])
                })
            sizes
