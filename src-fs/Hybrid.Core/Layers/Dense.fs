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

    let private requireSizes (sizes: int list) =
        if sizes.Length < 2 then
            raise (
                HybridException
                    $"A network needs at least two sizes, of its inputs and its outputs, not {sizes.Length}."
            )

    /// <summary>A layer of neurons with random weights that suit the activation, biases of 0, and the activation, if it is not
    /// identity.</summary>
    /// <param name="activation">A name in Activation.functions.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="inputs">From 1 to 1,000,000.</param>
    /// <param name="units">From 1 to 1,000,000.</param>
    /// <exception cref="T:Hybrid.HybridException">There is no activation of this name, a size is out of range, or the weights do
    /// not fit into an array.</exception>
    let neurons (activation: string) (key: uint64) (inputs: int) (units: int) : Network =
        let layer = Activation.layer activation
        LayerSize.require "inputs" inputs
        LayerSize.require "units" units
        LayerSize.requireRoom inputs units 1

        let neurons =
            Linear.network (Linear.create (Activation.initializer layer.Kind) key inputs units)

        if layer.Kind = "identity" then
            neurons
        else
            neurons >=> Network.ofLayer layer

    /// <summary>A layer of maxout units with random weights for rectifiers, and biases of 0.</summary>
    /// <param name="pieces">The number of linear pieces of each unit, from 2 to 1000.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="inputs">From 1 to 1,000,000.</param>
    /// <param name="units">From 1 to 1,000,000.</param>
    /// <exception cref="T:Hybrid.HybridException">A number is out of range, or the weights do not fit into an array.</exception>
    let maxoutUnits (pieces: int) (key: uint64) (inputs: int) (units: int) : Network =
        LayerSize.requirePieces pieces
        LayerSize.require "inputs" inputs
        LayerSize.require "units" units
        LayerSize.requireRoom inputs units pieces
        Maxout.network (Maxout.create He key pieces inputs units)

    /// <summary>Layers of neurons with an activation between them and none after the last. Each layer has its own key, split from
    /// this one by its index, and initial weights that suit the activation; biases start at 0.</summary>
    /// <param name="activation">A name in Activation.functions.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="sizes">The size of the input first; at least two, each from 1 to 1,000,000.</param>
    /// <exception cref="T:Hybrid.HybridException">There is no activation of this name, there are fewer than two sizes, one is out
    /// of range, or the weights of a layer do not fit into an array.</exception>
    let network (activation: string) (key: uint64) (sizes: int list) : Network =
        requireSizes sizes
        LayerSize.require "inputs" sizes.Head
        List.iter (LayerSize.require "units") sizes.Tail
        let initializer = Activation.initializer (Activation.layer activation).Kind

        activated
            activation
            (fun index inputs outputs ->
                LayerSize.requireRoom inputs outputs 1
                Linear.create initializer (Random.split key index) inputs outputs)
            sizes

    /// <summary>Hidden layers of maxout units and a last layer of neurons, with keys and weights as by the functions
    /// above.</summary>
    /// <param name="pieces">The number of linear pieces of each unit, from 2 to 1000.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="sizes">The size of the input first; at least two.</param>
    /// <exception cref="T:Hybrid.HybridException">A number is out of range, or the weights of a layer do not fit into an
    /// array.</exception>
    let maxout (pieces: int) (key: uint64) (sizes: int list) : Network =
        requireSizes sizes

        let layer index inputs outputs =
            let key = Random.split key index

            if index = sizes.Length - 2 then
                Linear.network (Linear.create He key inputs outputs)
            else
                maxoutUnits pieces key inputs outputs

        chain layer (fun _ -> Network.empty) sizes

    /// <summary>The same layers with graph inputs as parameters, which take no memory: for describing networks of any
    /// size.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no activation of this name, there are fewer than two sizes, one is
    /// below 1, or there are more than 2³¹ - 1 parameters.</exception>
    let internal outline (activation: string) (sizes: int list) : Network =
        requireSizes sizes

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
