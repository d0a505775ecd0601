namespace Hybrid.Lecture

open Hybrid.Core

/// Random networks of fully connected layers.
module internal AnyNetwork =
    /// Weights and biases in double precision: uniform numbers of a size that neither saturates nor fades.
    let private random (key: uint64) (inputs: int) (outputs: int) : Linear =
        let numbers = Random.uniforms key 0UL ((inputs + 1) * outputs)
        let scale = 1.5 / sqrt (float inputs)
        let weights, biases = Array.splitAt (inputs * outputs) numbers

        {
            Weight =
                Tensor.constant [ outputs; inputs ] (weights |> Array.map (fun u -> scale * (2.0 * u - 1.0)))
            Bias = Some(Tensor.constant [ outputs ] (biases |> Array.map (fun u -> u - 0.5)))
        }

    /// <summary>A network with random weights and biases of one to five layers, up to eight wide; also its inputs and
    /// outputs.</summary>
    /// <param name="activation">Between the layers.</param>
    /// <param name="key">The same key gives the same network.</param>
    let create (activation: string) (key: uint64) : Network * int * int =
        let numbers = Random.uniforms (Random.split key -1) 0UL 7
        let sizes = numbers[1..] |> Array.map (fun u -> 1 + int (8.0 * u)) |> List.ofArray
        let depth = 1 + int (5.0 * numbers[0])
        let sizes = List.truncate (depth + 1) sizes

        let neurons index inputs outputs =
            Linear.network (random (Random.split key index) inputs outputs)

        Dense.chain neurons (fun _ -> Network.ofLayer (Activation.layer activation)) sizes,
        sizes.Head,
        List.last sizes
