namespace Hybrid.Diagnostics

open System
open Hybrid.Core

/// A layer of neurons with the activations behind it: a layer as the lecture counts them.
[<NoComparison; ReferenceEquality>]
type Block =
    {
        /// The index of its neurons in the network: their weight is "1.weight" if it is 1.
        Index: int
        /// The layer that has parameters, other than tables of rows and normalizations.
        Neurons: Layer
        /// What follows, up to the next such layer.
        Activations: Layer list
    }

module Block =
    /// Whether a layer is the identity at inference, or scales and shifts what comes to the activation.
    let private isNone (layer: Layer) =
        match layer.Form with
        | OnlyInTraining _
        | Normalizes _ -> true
        | _ -> false

    /// <summary>The activation of the neurons: "relu", "maxout", …; "identity" where nothing follows a linear
    /// layer, and several activations as one name, "tanh softmax".</summary>
    let kind (block: Block) : string =
        let activations =
            block.Activations |> List.filter (isNone >> not) |> List.map _.Kind

        match activations, block.Neurons.Form with
        | [], Affine _ -> "identity"
        | [], _ -> block.Neurons.Kind
        | several, _ -> String.concat " " several

    /// <summary>The range at whose ends the outputs of a block's units saturate: its activation is a function of each
    /// number that never jumps and tends to the two ends, one below, the other above, like sigmoid and tanh.</summary>
    let internal saturates (block: Block) : Interval option =
        let isSmoothOfEach (layer: Layer) =
            match layer.Form, Layer.primitive layer with
            | _,
              Some {
                       Kernel = Kernel.Map _
                       Continuity = continuity
                   } -> Continuity.isContinuous continuity
            | OfEach _, _ -> true
            | _ -> false

        match block.Activations |> List.filter (isNone >> not) with
        | [ layer ] when isSmoothOfEach layer ->
            let x = Tensor.input "x" [ 1; 1 ]
            let y = layer.Forward [] x

            let range =
                Enclosure.evaluate [ "x", [| Interval.everything |] ] [ y ]
                |> List.exactlyOne
                |> Array.exactlyOne

            let ends =
                [ -infinity; infinity ]
                |> List.map (fun at -> (Reference.evaluate [ "x", [| at |] ] [ y ] |> List.exactlyOne)[0])

            if
                List.sort ends = [ range.Lower; range.Upper ]
                && List.forall Double.IsFinite ends
            then
                Some range
            else
                None
        | _ -> None

    /// <summary>The layers of a network that come before the first neurons, and its blocks, first to last: the last one is
    /// the output layer.</summary>
    let split (network: Network) : Layer list * Block list =
        let extend (layer: Layer) (index, before, blocks) =
            match layer.Parameters, layer.Form with
            | [], _
            | _, Tables _
            | _, Normalizes _ -> index - 1, layer :: before, blocks
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

    /// The output of layers, one after another.
    let internal through (layers: Layer list) (x: Tensor) : Tensor =
        layers
        |> List.fold (fun x layer -> layer.Forward (List.map snd layer.Parameters) x) x

    /// The activations that map each sum to one number, and their outputs: what comes after them, such as a pooling, changes
    /// the shape.
    let rec internal ofEach (activations: Layer list) (sums: Tensor) : Layer list * Tensor =
        match activations with
        | first :: rest when (through [ first ] sums).Shape = sums.Shape ->
            let rest, outputs = ofEach rest (through [ first ] sums)
            first :: rest, outputs
        | _ -> [], sums
