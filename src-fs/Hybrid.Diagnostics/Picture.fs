namespace Hybrid.Diagnostics

open Hybrid.Core

/// Numbers as an image.
type Picture =
    {
        /// What it shows.
        Name: string
        Height: int
        Width: int
        Channels: int
        /// [height; width; channels].
        Values: float32[]
    }

/// What the units of a network see, and what they return, as images.
module Picture =
    /// Images that are computed at once.
    [<Literal>]
    let private Batch = 16

    let private fail message = raise (HybridException message)

    let private blocks (network: Network) : Layer list * Block list =
        match Block.split network with
        | _, [] -> fail "The network has no layers of neurons to draw."
        | split -> split

    /// The places of a shape's outputs that show the units: of images the middle of each channel.
    let private middles (areLast: bool) (shape: Shape) : int list =
        match shape with
        | _ :: _ :: _ ->
            let channels = if areLast then List.last shape else shape.Head

            let extents =
                if areLast then
                    List.truncate (shape.Length - 1) shape
                else
                    shape.Tail

            let middle = extents |> List.fold (fun at extent -> at * extent + extent / 2) 0

            [
                for channel in 0 .. channels - 1 ->
                    if areLast then
                        middle * channels + channel
                    else
                        channel * Shape.size extents + middle
            ]
        | _ -> [ 0 .. Shape.size shape - 1 ]

    /// What is not 0 in any of some pictures.
    let private trimmed (pictures: Picture list) : Picture list =
        let first = pictures.Head

        let isUsed row column =
            pictures
            |> List.exists (fun picture ->
                Seq.exists
                    (fun channel ->
                        picture.Values[(row * picture.Width + column) * picture.Channels + channel]
                        <> 0.0f)
                    (seq { 0 .. picture.Channels - 1 }))

        let rows =
            [
                for row in 0 .. first.Height - 1 do
                    if Seq.exists (isUsed row) (seq { 0 .. first.Width - 1 }) then
                        row
            ]

        let columns =
            [
                for column in 0 .. first.Width - 1 do
                    if Seq.exists (fun row -> isUsed row column) (seq { 0 .. first.Height - 1 }) then
                        column
            ]

        match rows, columns with
        | top :: _, left :: _ ->
            let height, width = List.last rows - top + 1, List.last columns - left + 1

            pictures
            |> List.map (fun picture ->
                { picture with
                    Height = height
                    Width = width
                    Values =
                        [|
                            for row in top .. top + height - 1 do
                                for column in left .. left + width - 1 do
                                    for channel in 0 .. picture.Channels - 1 ->
                                        picture.Values[(row * picture.Width + column) * picture.Channels
                                                       + channel]
                        |]
                })
        | _ -> pictures

    /// <summary>Height, width and channels of the images that a network takes, if its layers tell, as convolutions do.</summary>
    /// <param name="inputs">The number of features of an example.</param>
    /// <param name="network">The network.</param>
    let image (inputs: int) (network: Network) : Shape option = ImageAxes.image [ 1; inputs ] network

    /// The numbers of an image with its channels last.
    let private channelsLast (image: Shape) (values: float32[]) : float32[] =
        let channels = image[2]
        let places = image[0] * image[1]
        Array.init values.Length (fun at -> values[at % channels * places + at / channels])

    /// <summary>What each unit of the first layer looks for: the derivative of its sum with respect to the pixels. Of a convolution it is
    /// the unit's window, by the unit in the middle of its channel; of other layers the whole image.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="image">Height, width and channels of the images that the network takes, in its own order of these.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="T:Hybrid.HybridException">The network has no layers of neurons.</exception>
    let filters (engine: Engine) (image: Shape) (network: Network) : Picture list =
        let preprocessing, blocks = blocks network
        let size = Shape.size image
        let areLast = (ImageAxes.areLast [ 1; size ] network)[blocks.Head.Index]
        let layers = preprocessing @ [ blocks.Head.Neurons ]
        let shape = (Block.through layers (Tensor.input "x" [ 1; size ])).Shape.Tail

        middles areLast shape
        |> List.chunkBySize Batch
        |> List.collect (fun units ->
            let x =
                Tensor.single [ units.Length; size ] (Array.zeroCreate (units.Length * size))

            let outputs = Shape.size shape
            let chosen = Array.zeroCreate (units.Length * outputs)
            units |> List.iteri (fun i unit' -> chosen[i * outputs + unit'] <- 1.0f)

            let derivative =
                Derivative.reverse
                    (Block.through layers x)
                    (Tensor.single (units.Length :: shape) chosen)
                    [ x ]

            Eager.value engine derivative.Head
            |> Array.chunkBySize size
            |> Array.map (
                if ImageAxes.ofInput [ 1; size ] network = Some false then
                    channelsLast image
                else
                    id
            )
            |> List.ofArray)
        |> List.mapi (fun i values ->
            {
                Name = string (i + 1)
                Height = image[0]
                Width = image[1]
                Channels = image[2]
                Values = values
            })
        |> trimmed

    /// <summary>What the units of each layer return for an example, where that is an image: for each layer of neurons its name and a
    /// picture for each channel.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="network">The network.</param>
    /// <param name="example">The numbers of the example.</param>
    /// <exception cref="T:Hybrid.HybridException">No layer returns an image.</exception>
    let activations (engine: Engine) (network: Network) (example: float32[]) : (string * Picture list) list =
        let preprocessing, blocks = blocks network
        let areLast = ImageAxes.areLast [ 1; example.Length ] network
        let x = Tensor.single [ 1; example.Length ] example |> Block.through preprocessing

        let ofBlock (x: Tensor) (index, block: Block) =
            let areLast = areLast[block.Index]

            let activations, outputs =
                Block.ofEach block.Activations (Block.through [ block.Neurons ] x)

            let pictures =
                match outputs.Shape with
                | [ _; a; b; c ] ->
                    let height = if areLast then a else b
                    let width = if areLast then b else c
                    let channels = if areLast then c else a
                    let values = Eager.value engine outputs

                    [
                        for channel in 0 .. channels - 1 ->
                            {
                                Name = string (channel + 1)
                                Height = height
                                Width = width
                                Channels = 1
                                Values =
                                    Array.init (height * width) (fun place ->
                                        if areLast then
                                            values[place * channels + channel]
                                        else
                                            values[channel * height * width + place])
                            }
                    ]
                | _ -> []

            ($"{index + 1} {Block.kind block}", pictures),
            Block.through (List.skip activations.Length block.Activations) outputs

        match
            List.mapFold ofBlock x (List.indexed blocks)
            |> fst
            |> List.filter (fun (_, pictures) -> not pictures.IsEmpty)
        with
        | [] -> fail "No layer of the network returns images: it has no convolutions."
        | found -> found
