namespace Hybrid.Core

open System

/// <summary>Images changed at random in training, [examples; height; width; channels], each example by draws of its own: the same for
/// the same key, step and place in the batch. In use nothing is changed, but a crop takes the middle.</summary>
/// <remarks>Numbers move or become 0: no product rounds, since each is by 0 or 1.</remarks>
module internal Augmentation =
    let private requireImage operation (x: Tensor) : unit =
        if x.Shape.Length <> 4 then
            let rule = "An image of [examples; height; width; channels] is needed."
            raise (ShapeMismatchException(operation, [ x.Shape ], rule))

    /// For each of a number of equally likely outcomes, 1 for the examples that have it and 0 for the others.
    let private outcomes (count: int) (draw: Draw) (x: Tensor) : Tensor list =
        let u = Draw.uniform [ x.Shape.Head; 1; 1; 1 ] draw

        // uniform numbers have 24 bits: from such a limit on, they are the same ones in float32 and in double precision
        let isBelow i =
            Tensor.greater (Tensor.scalar (ceil (float i * 16777216.0 / float count) / 16777216.0)) u

        let below = [ for i in 1 .. count - 1 -> isBelow i ] @ [ Tensor.fill 1.0 u.Shape ]

        below.Head
        :: (List.pairwise below |> List.map (fun (before, next) -> next - before))

    let private mix (weights: Tensor list) (values: Tensor list) : Tensor =
        List.map2 (*) weights values |> List.reduce (+)

    /// A part of an axis from a random place on.
    let private window (axis: int) (size: int) (draw: Draw) (x: Tensor) : Tensor =
        match x.Shape[axis] - size with
        | 0 -> x
        | places ->
            mix (outcomes (places + 1) draw x) [ for start in 0..places -> Tensor.slice axis start size x ]

    let private windows (height: int) (width: int) (draw: Draw) (x: Tensor) : Tensor =
        x |> window 1 height (Draw.split 0 draw) |> window 2 width (Draw.split 1 draw)

    /// <summary>Images moved by up to some pixels up or down and left or right, with zeros where they were: after
    /// standardisation, the mean.</summary>
    /// <param name="pixels">The maximum for each direction, at least 1; every distance is equally likely.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">It is below 1.</exception>
    let shift (pixels: int) : Layer =
        Initializer.requireSize (nameof pixels) pixels
        let around = struct (pixels, pixels)

        Layer.onlyInTraining "shift" (fun draw x ->
            requireImage "Shift" x

            Tensor.pad [ struct (0, 0); around; around; struct (0, 0) ] x
            |> windows x.Shape[1] x.Shape[2] draw)

    /// Images of which half are mirrored, left and right exchanged.
    let flip: Layer =
        Layer.onlyInTraining "flip" (fun draw x ->
            requireImage "Flip" x

            let mirrored =
                [ for column in x.Shape[2] - 1 .. -1 .. 0 -> Tensor.slice 2 column 1 x ]
                |> Tensor.concat 2

            mix (outcomes 2 draw x) [ x; mirrored ])

    /// <summary>Parts of images: from a random place in training, the middle in use.</summary>
    /// <param name="height">Of the part.</param>
    /// <param name="width">Of the part.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">A size is below 1.</exception>
    let crop (height: int) (width: int) : Layer =
        Initializer.requireSize (nameof height) height
        Initializer.requireSize (nameof width) width

        let require (x: Tensor) =
            requireImage "Crop" x

            if x.Shape[1] < height || x.Shape[2] < width then
                let rule = $"An image of at least {height} × {width} pixels is needed."
                raise (ShapeMismatchException("Crop", [ x.Shape ], rule))

        let middle axis size (x: Tensor) =
            Tensor.slice axis ((x.Shape[axis] - size) / 2) size x

        Layer.inTraining
            "crop"
            []
            (fun _ x ->
                require x
                x |> middle 1 height |> middle 2 width)
            (fun draw _ x ->
                require x
                windows height width draw x)
