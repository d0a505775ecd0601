namespace Hybrid.Theory

open System
open Hybrid.Core

/// How far a network that is saved and computed in float32 is from the same network in exact arithmetic.
module RoundingError =
    /// The network with its parameters rounded as in a float32 file.
    let rounded (network: Network) : Network =
        Network.map
            (fun _ value ->
                Reference.value value
                |> Array.map (fun x -> float (float32 x))
                |> Tensor.constant value.Shape)
            network

    /// The network's output for one example, for reading over many boxes.
    let private reader (network: Network) (axes: int) : RoundingReader =
        RoundingReader [ Network.forward network (Tensor.input "x" [ 1; axes ]) ]

    let private onEach (reader: RoundingReader) (boxes: Interval[][]) : float =
        // infinity is the worst possible value
        let mutable worst = 0.0
        let mutable next = 0

        while next < boxes.Length && worst < infinity do
            worst <- reader.Worst [ "x", boxes[next] ] worst
            next <- next + 1

        worst

    /// <summary>The maximum distance of a network's float32 outputs from the exact ones on any of several boxes, at float32
    /// inputs, as Rounding bounds it from its graph.</summary>
    /// <returns>Infinite if a number may overflow.</returns>
    /// <exception cref="T:Hybrid.HybridException">The rounding of a primitive in the network is not known.</exception>
    let onBoxes (network: Network) (boxes: Interval[][]) : float =
        onEach (reader network boxes[0].Length) boxes

    /// Approximately this many equal parts of a box.
    let private parts (count: int) (box: Interval[]) : Interval[][] =
        let each = max 1 (int (float count ** (1.0 / float box.Length)))

        box
        |> Array.map (fun x ->
            Cells.points each [| x |]
            |> Array.map Array.exactlyOne
            |> Array.pairwise
            |> Array.map (fun (lower, upper) -> { Lower = lower; Upper = upper })
            |> List.ofArray)
        |> Cells.product

    /// Where threshold units of a single coordinate jump, by axis; none if the network begins with a different layer.
    let private jumps (network: Network) axes : float[][] =
        let isStep layer =
            match Layer.primitive layer with
            | Some { Continuity = Continuity.Steps _ } -> true
            | _ -> false

        match network.Layers with
        | first :: second :: _ when isStep second ->
            match Linear.ofLayer first with
            | Some { Weight = weight; Bias = Some bias } when weight.Shape = [ bias.Shape[0]; axes ] ->
                let weights, biases = Reference.value weight, Reference.value bias
                let unitsOf unit = Array.sub weights (unit * axes) axes

                let placesOf axis =
                    seq {
                        for unit in 0 .. biases.Length - 1 do
                            let own = unitsOf unit

                            if own[axis] = 1.0 && Array.sumBy abs own = 1.0 then
                                -biases[unit]
                    }

                Array.init axes (fun axis -> placesOf axis |> Seq.distinct |> Seq.sort |> Array.ofSeq)
            | _ -> Array.create axes [||]
        | _ -> Array.create axes [||]

    /// The box, divided into parts on which no such unit jumps: the upper side of a jump begins with the next float32 number.
    let internal cutAtJumps (network: Network) (box: Interval[]) : Interval[][] =
        let cut (x: Interval) (jumps: float[]) =
            let inside = jumps |> Array.filter (fun jump -> jump >= x.Lower && jump < x.Upper)

            let next (jump: float) =
                float (MathF.BitIncrement(float32 jump))

            let lower = Array.append [| x.Lower |] (inside |> Array.map next)
            let upper = Array.append inside [| x.Upper |]

            // between the last jump and an end that is not a float32 number there may be no input at all
            Array.map2 (fun lower upper -> { Lower = lower; Upper = upper }) lower upper
            |> Array.filter (fun part -> part.Lower <= part.Upper)
            |> List.ofArray

        Array.map2 cut box (jumps network box.Length) |> Cells.product

    /// The maximum distance of the float32 output from the exact one at any float32 input in a box.
    let onBox (network: Network) (box: Interval[]) : float =
        let cells = cutAtJumps network box

        let work =
            Network.parameters network
            |> List.sumBy (fun (_, value) -> Shape.size value.Shape)

        // parts in which sigmoids are steep only near their steps; cells if units jump
        let boxes =
            if cells.Length > 1 then
                cells
            else
                parts (Math.Clamp(20_000_000 / (work + 1), 1, 4096)) box

        onEach (reader network box.Length) boxes
