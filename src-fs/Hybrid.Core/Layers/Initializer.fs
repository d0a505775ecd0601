namespace Hybrid.Core

open System

/// Where a weight starts: numbers of mean 0 whose variance keeps signals neither growing nor fading through the layers.
type Initializer =
    /// Variance 2 / inputs, for rectifiers: He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015), eq. 10.
    | He
    /// Variance 2 / (inputs + outputs), for tanh and sigmoid: Glorot and Bengio, "Understanding the difficulty of
    /// training deep feedforward neural networks" (2010), eq. 12.
    | Glorot
    /// Variance 1 / inputs, for SELU: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), eq. 16.
    | LeCun

module Initializer =
    let private variance initializer (inputs: int) (outputs: int) =
        match initializer with
        | He -> 2.0 / float inputs
        | Glorot -> 2.0 / float (inputs + outputs)
        | LeCun -> 1.0 / float inputs

    /// <summary>Normal numbers for a weight, in single precision.</summary>
    /// <param name="initializer">The rule for the variance.</param>
    /// <param name="key">The same key gives the same numbers.</param>
    /// <param name="inputs">How many numbers each neuron adds up.</param>
    /// <param name="outputs">How many neurons read each input.</param>
    /// <param name="shape">The weight's shape.</param>
    let weight (initializer: Initializer) (key: uint64) (inputs: int) (outputs: int) (shape: Shape) : Tensor =
        let deviation = Math.Sqrt(variance initializer inputs outputs)

        Random.normals key (Shape.size shape)
        |> Array.map (fun x -> float32 (deviation * x))
        |> Tensor.single shape

    /// Zeros, where biases start.
    let zeros (shape: Shape) : Tensor =
        Tensor.single shape (Array.zeroCreate (Shape.size shape))
