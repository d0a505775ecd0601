namespace Hybrid.Models

open Hybrid.Core

/// Whether what a network returns for an example depends on the other examples of the batch, as with a normalization by the
/// batch's own statistics, or a softmax over the examples.
module Independence =
    let private draws = 3

    /// Whether the first row of a function's result changes with the second row of its operand. Where the function's primitives tell,
    /// nothing is computed, which takes long for large images.
    let private mixes (f: Tensor -> Tensor) (row: Shape) : bool =
        let size = Shape.size row

        let at key = Random.normals key size

        let first second =
            let y = f (Tensor.constant (2 :: row) (Array.append (at 1UL) second))
            let values = Reference.value y
            Array.truncate (values.Length / 2) values

        let changes () =
            let before = first (at 2UL)

            [ 1..draws ]
            |> List.exists (fun draw ->
                Array.exists2 (fun (a: float) b -> not (a.Equals b)) before (first (at (uint64 (draw + 2)))))

        not (Halves.areApart (f (Tensor.input "x" (2 :: row)))) && changes ()

    /// <summary>Whether some example's result depends on other examples, for random ones.</summary>
    /// <param name="inputs">The number of features of an example.</param>
    /// <param name="network">Takes [examples; inputs].</param>
    let isLost (inputs: int) (network: Network) : bool =
        let forward (layer: Layer) =
            layer.Forward(List.map snd layer.Parameters)

        /// Layer by layer, as long as each has a row per example: of two as of three, whose number may be that of something else.
        let rec lost (row: Shape) (layers: Layer list) =
            match layers with
            | [] -> false
            | layer :: rest ->
                let shape examples =
                    (forward layer (Tensor.input "x" (examples :: row))).Shape

                match shape 2, shape 3 with
                | 2 :: next, 3 :: same when next = same -> mixes (forward layer) row || lost next rest
                | _ -> mixes (Network.forward { Layers = layers }) row

        lost [ inputs ] network.Layers
