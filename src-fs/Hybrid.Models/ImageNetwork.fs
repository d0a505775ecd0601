namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data

/// The network for images where options say nothing of layers, and how it is trained.
module internal ImageNetwork =
    // fewer examples do not decide about as many weights; smaller images have little to pool
    let private fewest, smallest = 1_000, 16

    // pooling ends with images of this extent, and begins from larger ones with every second pixel
    let private least, large = 8, 64

    /// Ten passes suffice with a rate that falls to 0: measured on Fashion-MNIST and MNIST.
    [<Literal>]
    let private Epochs = 10

    [<Literal>]
    let private RateFactor = 3.0

    /// <summary>Convolutions of 3 × 3 pixels with batch normalization, each followed by the maxima of 2 × 2 pixels until the image is
    /// small, as words: see LayerText.</summary>
    /// <param name="extents">Height, width and channels.</param>
    let text (extents: Shape) : string =
        let side = max extents[0] extents[1]
        let first = if side > large then "conv32x3/2" else "conv32x3"

        let rec further side =
            if side <= least then
                [ "conv64x3,norm" ]
            else
                "conv64x3,norm,pool2" :: further (side / 2)

        let side = if side > large then (side + 1) / 2 else side

        [ first + ",norm,pool2" ] @ further (side / 2) @ [ "flatten,dropout0.3" ]
        |> String.concat ","

    /// Whether options have nothing to say of layers but that there are some.
    let private areOpen (options: Options) : bool =
        NewLayers.areMade options
        && options.Hidden.IsNone
        && options.MaxoutPieces = 0
        && options.Dropout = 0.0
        && options.InputNoise = 0.0
        && options.Activations.Length = 1

    /// Whether layers in words have convolutions, and whether these are normalized.
    let private has (part: string) (options: Options) : bool =
        options.Layers
        |> Option.exists (fun text -> text.Contains(part, System.StringComparison.Ordinal))

    /// <summary>The options with that network filled in, if the data are enough images and nothing is said of layers; and with its training,
    /// also for convolutions in words. Whoever gives one of rate, batch and schedule gets the usual others.</summary>
    let resolved (options: Options) (table: Table) : Options =
        match table.Image, options.Optimizer with
        | Some image, Method.Steps optimizer when
            (areOpen options || has "conv" options)
            && options.Certify.IsNone
            && table.Examples >= fewest
            && min image.Extents[0] image.Extents[1] >= smallest
            ->
            let options =
                { options with
                    Layers = options.Layers |> Option.defaultWith (fun () -> text image.Extents) |> Some
                }

            let isUsual =
                options.LearningRate.IsNone
                && options.BatchSize.IsNone
                && options.Schedule.IsNone

            let usual value given = if isUsual then Some value else given

            // normalized sums allow larger steps
            let factor = if has "norm" options then RateFactor else 1.0

            { options with
                Epochs = Some(defaultArg options.Epochs Epochs)
                LearningRate = options.LearningRate |> usual (factor * optimizer.DefaultRate)
                Schedule = options.Schedule |> usual Schedule.cosine
            }
        | _ -> options
