namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data

/// Images of some data, whose channels come last, for networks of files, whose channels may come first.
module internal ForeignImages =
    /// Rows of images as rows of images with their channels first.
    let private channelsFirst (image: ImageShape) : Layer =
        Layer.ofFunction "channels-first" (fun x ->
            x
            |> Tensor.reshape (x.Shape.Head :: image.Extents)
            |> Tensor.permute [ 0; 3; 1; 2 ]
            |> Tensor.reshape [ x.Shape.Head; image.Size ])

    /// Whether the channels come last in what a network takes, if its layers tell, or 1 or 3 channels at one end of an example's extents.
    let private areLast (extents: int list) (inputs: int) (network: Network) : bool option =
        let isChannels extent = extent = 1 || extent = 3

        match ImageAxes.ofInput [ 1; inputs ] network, extents with
        | None, [ first; _; last ] when isChannels first <> isChannels last -> Some(isChannels last)
        | found, _ -> found

    /// What a network takes of an example, in the order of its numbers: of a row the image that its layers make of it, if they do.
    let private given (extents: int list) (inputs: int) (network: Network) (areLast: bool option) : int list =
        match extents, areLast, ImageAxes.image [ 1; inputs ] network with
        | [ _ ], Some areLast, Some([ height; width; channels ] as image) when Shape.size image = inputs ->
            if areLast then image else [ channels; height; width ]
        | _ -> extents

    /// The channel of each number of an example, where it is certain that they are those of an image.
    let channels (extents: int list) (inputs: int) (network: Network) : int[] option =
        let areLast = areLast extents inputs network

        match areLast, given extents inputs network areLast with
        | Some true, [ _; _; channels ] -> Some(Array.init inputs (fun i -> i % channels))
        | Some false, [ _; height; width ] -> Some(Array.init inputs (fun i -> i / (height * width)))
        | _ -> None

    /// <summary>A file's network for the images of some data: if the file has their channels first, they are moved there before its own
    /// layers. Other networks stay as they are. Extents of 1 make no difference.</summary>
    /// <param name="source">The data.</param>
    /// <param name="image">What its images are.</param>
    /// <param name="extents">What an example has in the file.</param>
    /// <param name="inputs">Their product.</param>
    /// <param name="network">Takes [examples; inputs].</param>
    /// <exception cref="T:Hybrid.HybridException">The images are of another size, or in another order where it is not certain.</exception>
    let network
        (source: string)
        (image: ImageShape)
        (extents: int list)
        (inputs: int)
        (network: Network)
        : Network =
        let large = List.filter ((<>) 1)
        let areLast = areLast extents inputs network
        let extents = given extents inputs network areLast
        let areFirst = extents = [ image.Channels; image.Height; image.Width ]

        if image.Channels > 1 && areFirst && areLast = Some false then
            Network.ofLayer (channelsFirst image) >=> network
        elif
            (if extents.Length > 1 then
                 large extents <> large image.Extents
             else
                 inputs <> image.Size)
            || image.Channels > 1 && areLast = Some false
        then
            let text = List.map string >> String.concat "×"

            let axes =
                if areLast = Some false && extents.Length = 3 then
                    " (channels × height × width)"
                else
                    ""

            let order =
                if areFirst then
                    ": its channels come first. Let the file begin with a Transpose from the images' order"
                else
                    ". Give images of that size and with these channels"

            raise (
                HybridException
                    $"{source}: the images are {text image.Extents} (height × width × channels), but the model takes {text extents}{axes}{order}."
            )
        else
            network
