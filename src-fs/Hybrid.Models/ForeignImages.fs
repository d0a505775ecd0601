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

    /// <summary>A file's network for the images of some data: if the file certainly has their channels first, they are moved there before its
    /// own layers. Other data and networks stay as they are. Extents of 1 make no difference.</summary>
    /// <param name="table">The data.</param>
    /// <param name="extents">What an example has in the file.</param>
    /// <param name="inputs">Their product.</param>
    /// <param name="network">Takes [examples; inputs].</param>
    /// <exception cref="T:Hybrid.HybridException">The images are of another size, or in another order where it is not certain.</exception>
    let network (table: Table) (extents: int list) (inputs: int) (network: Network) : Network =
        let large = List.filter ((<>) 1)

        match table.Image with
        | Some image when extents.Length > 1 ->
            let areFirst = extents = [ image.Channels; image.Height; image.Width ]
            let areLast = ImageAxes.ofInput [ 1; inputs ] network

            if image.Channels > 1 && areFirst && areLast = Some false then
                Network.ofLayer (channelsFirst image) >=> network
            elif
                large extents <> large image.Extents
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
                        $"{table.Source}: the images are {text image.Extents} (height × width × channels), but the model takes {text extents}{axes}{order}."
                )
            else
                network
        | _ -> network
