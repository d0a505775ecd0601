namespace Hybrid.Core

open System

/// Initial weights: random numbers of mean 0 whose variance keeps signals from growing or fading through the layers.
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

    /// A layer without inputs, units or pieces would compute nothing.
    let internal requireSize (name: string) (size: int) : unit =
        if size < 1 then
            raise (ArgumentOutOfRangeException(name, size, "A size of a layer must be at least 1."))

    /// <summary>Normally distributed numbers for a weight, in single precision.</summary>
    /// <param name="initializer">The rule for the variance.</param>
    /// <param name="key">The same key gives the same numbers.</param>
    /// <param name="inputs">How many numbers each neuron adds up; at least 1.</param>
    /// <param name="outputs">How many neurons read each input.</param>
    /// <param name="shape">The weight's shape.</param>
    let weight (initializer: Initializer) (key: uint64) (inputs: int) (outputs: int) (shape: Shape) : Tensor =
        let deviation = Math.Sqrt(variance initializer inputs outputs)

        let weights = Array.zeroCreate (Shape.size shape)
        Random.eachNormal key weights.Length (fun i x -> weights[i] <- float32 (deviation * x))
        Tensor.single shape weights

    /// Zeros, the initial biases.
    let zeros (shape: Shape) : Tensor =
        Tensor.single shape (Array.zeroCreate (Shape.size shape))
