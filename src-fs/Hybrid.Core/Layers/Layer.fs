namespace Hybrid.Core

/// An element-wise function, the same for all elements.
[<NoComparison; NoEquality>]
type internal Pointwise =
    {
        Function: Tensor -> Tensor
        /// The maximum absolute value of its slope.
        Slope: float
    }

/// <summary>What a layer is. The layer also computes by it, so it cannot be claimed for a different function; only this library
/// makes the cases that proofs rely on.</summary>
[<NoComparison; NoEquality>]
type LayerForm =
    internal
    /// x Wᵀ + b of parameters W [outputs; inputs] and, if there is one, b [outputs].
    | Affine of (Tensor list -> Tensor -> Tensor)
    /// The maximum of several affine functions per unit, with parameters W and b: see Maxout.
    | Maxouts of pieces: int * (Tensor list -> Tensor -> Tensor)
    | OfEach of Pointwise
    /// Rows of the parameters, by their numbers in the input, and the rest of the input: no neurons.
    | Tables of (Tensor list -> Tensor -> Tensor)
    /// The identity, except in training.
    | OnlyInTraining of (Draw -> Tensor -> Tensor)
    /// A function of images, and its ONNX form: from the shape of the images and the names of these, of the parameters and of
    /// the result to nodes.
    | OnImages of
        forward: (Tensor list -> Tensor -> Tensor) *
        onnx: (Shape -> string list -> string -> OnnxNode list)
    /// Anything else, and what it does in training if that differs.
    | Other of
        forward: (Tensor list -> Tensor -> Tensor) *
        training: (Draw -> Tensor list -> Tensor -> Tensor) option

/// <summary>A layer: parameter tensors and a pure function of them and of the input.</summary>
/// <remarks>Names, counting, an update step and saving follow from Parameters; a batch is [examples; features].</remarks>
[<ReferenceEquality; NoComparison>]
type Layer =
    {
        /// The name in descriptions and pictures: "linear", "relu", …. Nothing is decided by it.
        Kind: string
        Parameters: (string * Tensor) list
        /// What the layer is, and computes by.
        Form: LayerForm
    }

    /// The output for parameters, in the order above, and an input.
    member this.Forward: Tensor list -> Tensor -> Tensor =
        match this.Form with
        | Affine forward
        | Maxouts(_, forward)
        | OnImages(forward, _)
        | Tables forward
        | Other(forward, _) -> forward
        | OfEach f -> fun _ x -> f.Function x
        | OnlyInTraining _ -> fun _ x -> x

    /// The output while the network is trained, with the random numbers that the layer then needs.
    member this.Training: Draw -> Tensor list -> Tensor -> Tensor =
        match this.Form with
        | OnlyInTraining training -> fun draw _ x -> training draw x
        | Other(_, Some training) -> training
        | _ -> fun _ -> this.Forward

    /// Whether it behaves differently in training.
    member this.IsDifferentInTraining: bool =
        match this.Form with
        | OnlyInTraining _
        | Other(_, Some _) -> true
        | _ -> false

module Layer =
    let internal create kind parameters form : Layer =
        {
            Kind = kind
            Parameters = parameters
            Form = form
        }

    /// Whether a layer is x Wᵀ + b, with parameters W and, if there is a second one, b.
    let isAffine (layer: Layer) : bool =
        match layer.Form with
        | Affine _ -> true
        | _ -> false

    /// A layer that behaves the same in training.
    let deterministic kind parameters forward : Layer =
        create kind parameters (Other(forward, None))

    /// A layer that behaves differently in training.
    let inTraining kind parameters forward training : Layer =
        create kind parameters (Other(forward, Some training))

    /// <summary>A layer without parameters: an element-wise function, a reshaping, a scaling.</summary>
    let ofFunction kind (f: Tensor -> Tensor) : Layer = deterministic kind [] (fun _ x -> f x)

    /// A layer that returns its input, except in training.
    let onlyInTraining kind (f: Draw -> Tensor -> Tensor) : Layer = create kind [] (OnlyInTraining f)

    /// An element-wise function, with the maximum of its slope.
    let internal pointwise kind (slope: float) (f: Tensor -> Tensor) : Layer =
        create kind [] (OfEach { Function = f; Slope = slope })

    /// The layer with its parameters as fixed numbers, which are not trained.
    let internal freeze (layer: Layer) : Layer =
        let values = List.map snd layer.Parameters

        { layer with
            Parameters = []
            Form = Other((fun _ -> layer.Forward values), Some(fun draw _ -> layer.Training draw values))
        }

    /// The primitive that a layer without parameters consists of, if it is a single one applied to its input: the rules of the
    /// primitive then hold for the layer, whatever its name.
    let internal primitive (layer: Layer) : Primitive option =
        let x = Tensor.input "x" [ 2; 2 ]

        let traced =
            try
                Some(layer.Forward (List.map snd layer.Parameters) x)
            with :? HybridException ->
                None

        match traced with
        | Some { Node = Apply(primitive, [ operand ]) } when obj.ReferenceEquals(operand, x) -> Some primitive
        | _ -> None

    /// <summary>The parameters of a layer that has two of them.</summary>
    /// <exception cref="T:Hybrid.ParameterCountException">There are more or fewer.</exception>
    let two kind (parameters: Tensor list) : struct (Tensor * Tensor) =
        match parameters with
        | [ a; b ] -> struct (a, b)
        | _ -> raise (ParameterCountException(kind, 2, parameters.Length))
