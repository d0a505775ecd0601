namespace Hybrid.Models

open System
open Hybrid.Core

/// <summary>Models whose dense layers have weights in bfloat16, half of the memory: rounded to 8 bits of precision, and multiplied and
/// added up in float32.</summary>
module BFloat16 =
    let private fail message = raise (HybridException message)

    /// Whether a layer has weights in bfloat16.
    let internal isHalved (layer: Layer) : bool =
        layer.Parameters |> List.tryHead |> Option.exists (snd >> Tensor.isHalved)

    let private rounded (weight: Tensor) : Tensor =
        let round (w: float) =
            let bits = BFloat16.ofSingle (float32 w)

            if Single.IsFinite(float32 w) && not (Single.IsFinite(BFloat16.toSingle bits)) then
                fail
                    $"The model has a weight of {float32 w}, beyond the largest number of bfloat16. Train it with an L2 penalty."

            bits

        Reference.value weight |> Array.map round |> Tensor.halved weight.Shape

    /// <summary>The model with the weights of its dense layers in bfloat16: each the nearest number, of two the one whose last bit is 0.
    /// Biases, preprocessing, and layers of other kinds stay as they are. The layers that are trained further have weights in float32 again.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="T:Hybrid.HybridException">It has no dense layers, or has integers or weights in bfloat16 already; or a weight is
    /// beyond the largest number of bfloat16, 3.39 · 10³⁸.</exception>
    let convert (model: Model) : Model =
        let network = BatchNormalization.folded model.Network

        if Int8.isOf network then
            fail "The model has integers of 8 bits, which are smaller. Convert the model that it was made of."

        match network.Layers |> List.filter Layer.isAffine with
        | [] ->
            fail
                "The model has no dense layer, the only kind whose weights can be in bfloat16: its file would not become smaller."
        | dense when List.forall isHalved dense -> fail "The model has weights in bfloat16 already."
        | _ -> ()

        let round (layer: Layer) =
            match Linear.ofLayer layer with
            | Some linear ->
                { layer with
                    Parameters = ("weight", rounded linear.Weight) :: layer.Parameters.Tail
                }
            | None -> layer

        { model with
            Network =
                {
                    Layers = network.Layers |> List.map round
                }
            // calibrated on what the model returned
            Conformal = []
        }
