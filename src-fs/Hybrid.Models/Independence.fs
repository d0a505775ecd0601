namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Exchange

/// Whether what a network returns for an example depends on the other examples of the batch, as with a normalization by the
/// batch's own statistics, or a softmax over the examples.
module Independence =
    let private draws = 3

    /// Whether a layer is known to treat every example alone, which need not be tried then: that takes long for large images.
    let private isApart (row: Shape) (layer: Layer) : bool =
        match layer.Form with
        | Affine _
        | Maxouts _
        | OfEach _
        | OnlyInTraining _
        | Normalizes _ -> true
        | Convolves _
        | OnImages _ ->
            let nodes = ImageAxes.nodes (1 :: row) layer

            not nodes.IsEmpty
            && RowWise.holds
                17
                (1 + row.Length)
                {
                    Name = layer.Kind
                    Inputs =
                        [
                            {
                                Name = "x"
                                Type = OnnxType.Real
                                Dimensions = []
                            }
                        ]
                    Outputs = []
                    Initializers = []
                    Nodes = nodes
                }
        | Joins _
        | Tables _
        | Other _ -> false

    /// Whether the first row of a function's result changes with the second row of its operand.
    let private mixes (f: Tensor -> Tensor) (row: Shape) : bool =
        let size = Shape.size row

        let at key = Random.normals key size

        let first second =
            let y = f (Tensor.constant (2 :: row) (Array.append (at 1UL) second))
            let values = Reference.value y
            Array.truncate (values.Length / 2) values

        let before = first (at 2UL)

        [ 1..draws ]
        |> List.exists (fun draw ->
            Array.exists2 (fun (a: float) b -> not (a.Equals b)) before (first (at (uint64 (draw + 2)))))

    /// <summary>Whether some example's result depends on other examples, for random ones.</summary>
    /// <param name="inputs">The number of features of an example.</param>
    /// <param name="network">Takes [examples; inputs].</param>
    let isLost (inputs: int) (network: Network) : bool =
        let forward (layer: Layer) =
            layer.Forward(List.map snd layer.Parameters)

        /// Layer by layer, as long as each has a row per example.
        let rec lost (row: Shape) (layers: Layer list) =
            match layers with
            | [] -> false
            | layer :: rest ->
                match (forward layer (Tensor.input "x" (2 :: row))).Shape with
                | 2 :: next when isApart row layer || not (mixes (forward layer) row) -> lost next rest
                | 2 :: _ -> true
                | _ -> mixes (Network.forward { Layers = layers }) row

        lost [ inputs ] network.Layers
