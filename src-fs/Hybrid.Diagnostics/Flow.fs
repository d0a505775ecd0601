namespace Hybrid.Diagnostics

open System
open Hybrid.Core

/// How gradients and updates reach the weights of one layer.
type LayerFlow =
    {
        /// From 1, as the lecture counts: the input is not a layer, and the last one is the output layer.
        Layer: int
        /// The root mean square over some batches of ‖∂L/∂W‖, the Euclidean length of the gradient of the batch's mean loss
        /// with respect to the layer's weights, biases and penalties left out.
        GradientNorm: float
        /// ‖ΔW‖ / ‖W‖, the Euclidean lengths of one step's change of the weights and of the weights; infinite for weights
        /// that are all 0 and move.
        UpdateRatio: float
    }

/// <summary>How gradients and updates reach each layer of a network.</summary>
/// <remarks>The weights are not updated while an optimizer sees one batch after the other, so that its memory of gradients
/// (momentum, Adam's averages) belongs to these weights; the ratio is that of the last batch's step.
/// The comparison of gradients between layers is that of Glorot and Bengio, "Understanding the difficulty of training deep
/// feedforward neural networks" (2010); the ratio of updates to weights is that of Stanford's CS231n notes, "Neural
/// networks part 3: learning and evaluation", which calls about 10⁻³ healthy.</remarks>
module Flow =
    /// Adam's mean of gradients spans about 10 steps, as does momentum: this many steps fill both.
    let private steps = 50

    let private squareOf (x: Tensor) = Tensor.sumAll (x * x)

    let private sum (terms: Tensor list) = List.fold (+) (Tensor.scalar 0.0) terms

    /// The mean loss of a batch as it is trained, and for each block the squares of three lengths: of the gradient, of the
    /// change and of the weights.
    let private graph options areWeighted (network: Network) width rows =
        let loss, updates = Step.graph options areWeighted network width rows
        let next = dict updates
        let _, blocks = Block.split network

        let weights =
            blocks
            |> List.map (fun block ->
                block.Neurons.Parameters
                |> List.filter (snd >> Regularizer.isWeight)
                |> List.map (fun (name, weight) -> Network.parameterName block.Index name, weight))

        let gradients =
            options.Gradients.Gradient loss (weights |> List.concat |> List.map snd)
            |> List.zip (weights |> List.concat |> List.map fst)
            |> dict

        let lengths (layer: (string * Tensor) list) =
            [
                layer |> List.map (fun (name, _) -> squareOf gradients[name])
                layer |> List.map (fun (name, weight) -> squareOf (next[name] - weight))
                layer |> List.map (snd >> squareOf)
            ]
            |> List.map sum

        List.collect lengths weights, updates

    /// <summary>Gradient norms and update ratios of a network whose training could continue.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="options">How it is trained: batches, loss, penalties, optimizer, and the learning rate that it starts
    /// from. The key chooses the examples.</param>
    /// <param name="network">Takes [examples; features].</param>
    /// <param name="examples">At least one. 50 batches of them are used.</param>
    /// <returns>First to last, the output layer included.</returns>
    /// <exception cref="T:Hybrid.HybridException">There are no examples.</exception>
    let ofNetwork
        (engine: Engine)
        (options: StepOptions)
        (network: Network)
        (examples: Examples)
        : LayerFlow list =
        if examples.Count = 0 then
            raise (HybridException "Gradients can only be measured on examples, and there are none.")

        let options =
            { options with
                Loss = Loss.forTargets examples.Targets options.Loss
            }

        let rows = min options.BatchSize examples.Count
        let traced = Network.withInputs network

        let lengths, updates =
            graph options examples.Weights.IsSome traced examples.Width rows

        let state = Inference.state engine network
        state[InputName.Step] <- Array.zeroCreate 2
        state[InputName.Rate] <- [| float32 options.LearningRate |]

        // the weights do not change: only what the optimizer remembers is updated
        let remembered = updates |> List.filter (fst >> state.ContainsKey >> not)

        for name, slot in remembered do
            state[name] <- Array.zeroCreate (Shape.size slot.Shape)

        let plan = Plan.compile engine state lengths remembered

        let order = Random.permutation (Random.split options.Key 3) 0UL examples.Count
        let batches = examples.Count / rows
        let layers = lengths.Length / 3
        let squares = Array.zeroCreate<float> layers

        for step in 0 .. steps - 1 do
            // few examples recur, as they would in the next epoch
            let start = step % batches * rows

            let part = order[start .. start + rows - 1] |> Array.map (fun i -> examples.Rows[i])

            Batch.fill engine options.Task options.ClassWeights plan examples (ReadOnlySpan part)
            |> ignore

            Draw.write (int64 step) state[InputName.Step]
            plan.Run()

            for layer in 0 .. layers - 1 do
                squares[layer] <- squares[layer] + float (plan.Output(3 * layer)[0])

        List.init layers (fun layer ->
            let length part =
                sqrt (float (plan.Output(3 * layer + part)[0]))

            {
                Layer = layer + 1
                GradientNorm = sqrt (squares[layer] / float steps)
                UpdateRatio = length 1 / length 2
            })
