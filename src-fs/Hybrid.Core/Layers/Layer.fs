namespace Hybrid.Core

/// <summary>A layer: parameter tensors and a pure function of them and of the input.</summary>
/// <remarks>Names, counting, an update step and saving follow from Parameters; a batch is [examples; features].</remarks>
[<ReferenceEquality; NoComparison>]
type Layer =
    {
        /// "linear", "relu", …: what descriptions, warnings and pictures say.
        Kind: string
        Parameters: (string * Tensor) list
        /// The output for parameters, in the order above, and an input.
        Forward: Tensor list -> Tensor -> Tensor
        /// The same while the network is trained, with the randomness that the layer needs then.
        Training: Draw -> Tensor list -> Tensor -> Tensor
    }

module Layer =
    /// A layer that does the same in training as in use.
    let deterministic kind parameters forward : Layer =
        {
            Kind = kind
            Parameters = parameters
            Forward = forward
            Training = fun _ -> forward
        }

    /// <summary>A layer without parameters: an element-wise function, a reshaping, a scaling.</summary>
    let ofFunction kind (f: Tensor -> Tensor) : Layer = deterministic kind [] (fun _ x -> f x)

    /// A layer that lets its input through, except in training.
    let onlyInTraining kind (f: Draw -> Tensor -> Tensor) : Layer =
        {
            Kind = kind
            Parameters = []
            Forward = fun _ x -> x
            Training = fun draw _ x -> f draw x
        }

    /// <summary>The parameters of a layer that has two.</summary>
    /// <exception cref="T:Hybrid.ParameterCount">There are more or fewer.</exception>
    let two kind (parameters: Tensor list) : struct (Tensor * Tensor) =
        match parameters with
        | [ a; b ] -> struct (a, b)
        | _ -> raise (ParameterCount(kind, 2, parameters.Length))
