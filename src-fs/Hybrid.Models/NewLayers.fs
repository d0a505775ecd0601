namespace Hybrid.Models

open System
open System.Globalization
open Hybrid.Core

/// The layers that options make.
module internal NewLayers =
    let private narrowest, least = 32, 8

    /// The most units of a first layer that is not asked for.
    [<Literal>]
    let Widest = 256

    // more examples can decide about more units
    let private rowsPerUnit, most = 40, 128

    // A first layer with more weights is not made unless it is asked for, so that learning from a wide table takes only a few
    // times the table's own memory.
    let private mostWeights = 1 <<< 22

    /// Whether there are such layers: others are the caller's, in words or not, or those of a model.
    let areMade (options: Options) : bool =
        options.From.IsNone && options.Network.IsNone && options.Layers.IsNone

    /// The sizes of the hidden layers: those asked for, or those that suit the numbers of training examples and of features.
    let hidden (options: Options) (rows: int) (features: int) : int list =
        options.Hidden
        |> Option.defaultWith (fun () ->
            let enough = Math.Clamp(rows / rowsPerUnit / 16 * 16, narrowest, most)
            let wide = Math.Clamp(2L * int64 features, int64 enough, int64 Widest)
            let first = int (min wide (int64 (max least (mostWeights / max 1 features))))
            [ first; first / 2 ])

    /// The least that is needed, since only what cannot be trained is refused: a weight, its gradient, what an optimizer keeps of it and
    /// its best value so far; of L-BFGS, ten steps and changes of the gradient in double precision.
    let private bytesPerWeight (options: Options) =
        if options.Optimizer.IsLbfgs then 240L else 20L

    /// A tensor is one array.
    let private requireMemory (options: Options) (inputs: int) (units: int) =
        let weights = int64 inputs * int64 units * int64 (max 1 options.MaxoutPieces)
        let bytes = bytesPerWeight options * weights
        let available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes

        let text (number: int64) =
            number.ToString("N0", CultureInfo.InvariantCulture)

        if weights > int64 Array.MaxLength || bytes > available then
            raise (
                OptionException(
                    nameof options.Hidden,
                    $"makes a layer of {text (int64 inputs)} × {text (int64 units)} weights, and training it needs about {text (bytes >>> 20)} MiB, of which {text (available >>> 20)} are available, in arrays of at most 2³¹ numbers"
                )
            )

    /// <summary>The layers that are trained, from features to scores: the output layer has no activation.</summary>
    /// <exception cref="T:Hybrid.OptionException">There is not enough memory for one of them.</exception>
    let build (options: Options) (rows: int) (features: int) (outputs: int) : Network =
        let hidden = hidden options rows features

        let activation index =
            if options.Activations.Length = 1 then
                options.Activations.Head
            else
                options.Activations[index]

        let neurons index inputs units =
            requireMemory options inputs units
            let key = Random.split options.Seed index

            if index = hidden.Length then
                // random neurons would leave a random function in a model that learns from few examples
                Linear.network (Linear.zeros inputs units)
            elif options.MaxoutPieces > 0 then
                Maxout.network (Maxout.create He key options.MaxoutPieces inputs units)
            else
                Linear.network (Linear.create (Activation.initializer (activation index)) key inputs units)

        let layerIf isThere (layer: unit -> Layer) =
            if isThere then
                Network.ofLayer (layer ())
            else
                Network.empty

        let between index =
            layerIf (options.MaxoutPieces = 0) (fun () -> Activation.layer (activation index))
            >=> layerIf (options.Dropout > 0.0) (fun () -> Dropout.layer options.Dropout)

        layerIf (options.InputNoise > 0.0) (fun () -> Noise.layer options.InputNoise)
        >=> Dense.chain neurons between (features :: hidden @ [ outputs ])

    /// <summary>What follows the layers for several quantiles: of each target the first output, and each further one that plus softplus
    /// of its own, so that quantiles never cross, in any rounding, and each weight has a gradient, which sorting would not
    /// give.</summary>
    /// <param name="targets">How many targets there are.</param>
    /// <param name="loss">The loss: only that of several quantiles is followed by anything.</param>
    let ascending (targets: int) (loss: Loss) : Network =
        match LossKind.outputs loss.Kind with
        | 1 -> Network.empty
        | count ->
            let sums (x: Tensor) =
                let output i = Tensor.slice 1 i 1 x

                [ 0..count .. targets * count - 1 ]
                |> List.collect (fun first ->
                    (output first, [ first + 1 .. first + count - 1 ])
                    ||> List.scan (fun sum i -> sum + Tensor.softplus (output i)))
                |> Tensor.concat 1

            Network.ofLayer (Layer.ofFunction "ascending" sums)
