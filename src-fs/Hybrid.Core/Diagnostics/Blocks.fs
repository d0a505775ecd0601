namespace Hybrid.Core

/// A layer of neurons with the activations behind it: a layer as the lecture counts them.
[<NoComparison; ReferenceEquality>]
type Block =
    {
        /// Where its neurons stand in the network: their weight is "1.weight" if it is 1.
        Index: int
        /// The layer that has parameters.
        Neurons: Layer
        /// What follows, up to the next layer that has parameters.
        Activations: Layer list
    }

module Block =
    /// Layers that let everything through while a network is used.
    let private onlyInTraining = set [ "dropout"; "noise" ]

    /// <summary>What the neurons make of their sums: "relu", "maxout", …; "identity" where nothing follows a linear
    /// layer, and several activations as one name, "tanh softmax".</summary>
    let kind (block: Block) : string =
        let activations =
            block.Activations
            |> List.map _.Kind
            |> List.filter (onlyInTraining.Contains >> not)

        match activations, block.Neurons.Kind with
        | [], "linear" -> "identity"
        | [], own -> own
        | several, _ -> String.concat " " several

    /// <summary>The layers of a network that come before the first neurons, and its blocks, first to last: the last one is
    /// the output layer.</summary>
    let split (network: Network) : Layer list * Block list =
        let extend (layer: Layer) (index, before, blocks) =
            match layer.Parameters with
            | [] -> index - 1, layer :: before, blocks
            | _ ->
                index - 1,
                [],
                {
                    Index = index
                    Neurons = layer
                    Activations = before
                }
                :: blocks

        let _, preprocessing, blocks =
            List.foldBack extend network.Layers (network.Layers.Length - 1, [], [])

        preprocessing, blocks
