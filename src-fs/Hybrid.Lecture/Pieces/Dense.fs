namespace Hybrid.Lecture

open Hybrid.Core

/// Networks of fully connected layers.
module Dense =
    /// <summary>Layers of neurons of these sizes, the input's first, with a layer between them and none behind the last.</summary>
    /// <param name="between">Such as an activation's.</param>
    /// <param name="initializer">Of the weights.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="sizes">At least two.</param>
    let joined (between: Layer) (initializer: Initializer) (key: uint64) (sizes: int list) : Network =
        List.pairwise sizes
        |> List.mapi (fun index (inputs, outputs) ->
            Linear.network (Linear.create initializer (Random.split key index) inputs outputs))
        |> List.reduce (fun network neurons -> network >=> Network.ofLayer between >=> neurons)

    /// <summary>The same with an activation, and weights that start as suits it.</summary>
    /// <param name="activation">One of Activation.functions.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="sizes">At least two.</param>
    let network (activation: string) (key: uint64) (sizes: int list) : Network =
        joined (Activation.layer activation) (Activation.initializer activation) key sizes

    /// <summary>Hidden maxout units of two pieces, and a last layer of neurons, of these sizes.</summary>
    let maxout (key: uint64) (sizes: int list) : Network =
        let layer index (inputs, outputs) =
            let key = Random.split key index

            if index = sizes.Length - 2 then
                Linear.network (Linear.create He key inputs outputs)
            else
                Maxout.network (Maxout.create He key 2 inputs outputs)

        List.pairwise sizes |> List.mapi layer |> List.reduce (>=>)

    /// Weights and biases in double precision: uniform numbers of a size that neither saturates nor fades.
    let private random (key: uint64) (inputs: int) (outputs: int) : Linear =
        let numbers = Random.uniforms key 0UL ((inputs + 1) * outputs)
        let scale = 1.5 / sqrt (float inputs)
        let weights, biases = Array.splitAt (inputs * outputs) numbers

        {
            Weight =
                Tensor.constant [ outputs; inputs ] (weights |> Array.map (fun u -> scale * (2.0 * u - 1.0)))
            Bias = Some(Tensor.constant [ outputs ] (biases |> Array.map (fun u -> u - 0.5)))
        }

    /// <summary>A network with random weights and biases of one to five layers, up to eight wide; also its inputs and outputs.</summary>
    /// <param name="activation">Between the layers.</param>
    /// <param name="key">The same key gives the same network.</param>
    let anyNetwork (activation: string) (key: uint64) : Network * int * int =
        let numbers = Random.uniforms (Random.split key -1) 0UL 7
        let sizes = numbers[1..] |> Array.map (fun u -> 1 + int (8.0 * u)) |> List.ofArray
        let depth = 1 + int (5.0 * numbers[0])
        let pairs = List.pairwise sizes |> List.truncate depth

        let add network (index, (inputs, outputs)) =
            let neurons = Linear.network (random (Random.split key index) inputs outputs)

            if index = 0 then
                neurons
            else
                network >=> Network.ofLayer (Activation.layer activation) >=> neurons

        List.indexed pairs |> List.fold add Network.empty, sizes.Head, snd (List.last pairs)
