namespace Hybrid.Core

/// An element-wise function, the same for all elements.
[<NoComparison; NoEquality>]
type internal Pointwise =
    {
        Function: Tensor -> Tensor
        /// The maximum absolute value of its slope.
        Slope: float
    }

/// How the outputs of several networks of one input become one.
[<RequireQualifiedAccess>]
type internal Junction =
    | Sum
    /// Along the last axis.
    | Concat

/// <summary>What a layer is. The layer also computes by it, so it cannot be claimed for a different function; only this library
/// makes the cases that proofs rely on.</summary>
[<NoComparison; NoEquality>]
type LayerForm =
    internal
    /// x Wᵀ + b of parameters W [outputs; inputs] and, if there is one, b [outputs].
    | Affine of (Tensor list -> Tensor -> Tensor)
    /// Neurons of integers, which are not trained: no parameters.
    | Quantized of QuantizedNeurons
    /// The maximum of several affine functions per unit, with parameters W and b: see Maxout.
    | Maxouts of pieces: int * (Tensor list -> Tensor -> Tensor)
    | OfEach of Pointwise
    /// Rows of the parameters, by their numbers in the input, and the rest of the input: no neurons.
    | Tables of (Tensor list -> Tensor -> Tensor)
    /// The identity, except in training.
    | OnlyInTraining of (Draw -> Tensor -> Tensor)
    /// Windows of images times W, [outputs; …], + b, [outputs], if there is one: the parameters take the place of the convolution's.
    | Convolves of Convolution * ChannelOrder
    /// (x - mean) / √(variance + ε) · scale + shift for each channel, the last axis: see Normalization.
    | Normalizes of epsilon: float
    /// The outputs of several sequences of layers of the same input, as one; a sequence without layers is the identity.
    | Joins of Junction * Layer list list
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
and [<ReferenceEquality; NoComparison>] Layer =
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
        | Quantized neurons -> fun _ x -> QuantizedNeurons.forward neurons x
        | Convolves(convolution, order) ->
            fun parameters ->
                ChannelOrder.around
                    order
                    (Convolution.forward (Convolution.withParameters parameters convolution))
        | OnlyInTraining _ -> fun _ x -> x
        | Normalizes epsilon -> Normalization.forward epsilon
        | Joins(junction, parts) ->
            fun parameters x ->
                Layer.Given(parts, parameters)
                |> List.map (List.fold (fun x (layer, own) -> layer.Forward own x) x)
                |> Layer.Join junction

    /// The output while the network is trained, with the random numbers that the layer then needs.
    member this.Training: Draw -> Tensor list -> Tensor -> Tensor =
        fun draw parameters x -> fst (this.Learn draw parameters x)

    /// The output in training, and the new values of the running statistics.
    member internal this.Learn: Draw -> Tensor list -> Tensor -> Tensor * Tensor list =
        match this.Form with
        | OnlyInTraining training -> fun draw _ x -> training draw x, []
        | Other(_, Some training) -> fun draw parameters x -> training draw parameters x, []
        | Normalizes epsilon -> fun _ -> Normalization.training epsilon
        | Joins(junction, parts) ->
            fun draw parameters x ->
                let learn draw (x, learned) (index, (layer: Layer, own)) =
                    let y, more = layer.Learn (Draw.split index draw) own x
                    y, learned @ more

                let outputs, learned =
                    Layer.Given(parts, parameters)
                    |> List.mapi (fun i part ->
                        List.fold (learn (Draw.split i draw)) (x, []) (List.indexed part))
                    |> List.unzip

                Layer.Join junction outputs, List.concat learned
        | _ -> fun _ parameters x -> this.Forward parameters x, []

    /// The names of the parameters that are running statistics: training replaces them, but by no gradient.
    member internal this.Running: string list =
        match this.Form with
        | Normalizes _ -> Normalization.running
        | Joins(_, parts) ->
            [
                for prefix, layer in List.concat (Layer.Prefixed parts) do
                    for name in layer.Running -> prefix + name
            ]
        | _ -> []

    /// Whether it behaves differently in training.
    member this.IsDifferentInTraining: bool =
        match this.Form with
        | OnlyInTraining _
        | Normalizes _
        | Other(_, Some _) -> true
        | Joins(_, parts) -> parts |> List.concat |> List.exists _.IsDifferentInTraining
        | _ -> false

    /// The layers of joined sequences with what their parameters' names begin with: the number of the sequence, unless only one has
    /// layers, and that of the layer.
    static member internal Prefixed(parts: Layer list list) : (string * Layer) list list =
        let isAlone = (List.filter (List.isEmpty >> not) parts).Length = 1

        parts
        |> List.mapi (fun i part ->
            part
            |> List.mapi (fun j layer -> (if isAlone then $"{j}." else $"{i}.{j}."), layer))

    /// The layers of joined sequences, each with its own of the parameters of all.
    static member private Given
        (parts: Layer list list, parameters: Tensor list)
        : (Layer * Tensor list) list list =
        let take rest (layer: Layer) =
            let own, rest = List.splitAt layer.Parameters.Length rest
            (layer, own), rest

        List.mapFold (List.mapFold take) parameters parts |> fst

    static member private Join (junction: Junction) (outputs: Tensor list) : Tensor =
        match junction with
        | Junction.Sum ->
            let shapes = outputs |> List.map _.Shape

            if shapes |> List.exists ((<>) shapes.Head) then
                raise (ShapeMismatchException("Residual", shapes, "What is added must have the same shape."))

            List.reduce Tensor.add outputs
        | Junction.Concat -> Tensor.concat -1 outputs

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

    /// Neurons of integers.
    let internal quantized (neurons: QuantizedNeurons) : Layer =
        let kind =
            match neurons.Weights with
            | IntegerWeights.Dense _ -> "linear-int8"
            | IntegerWeights.Windows _ -> "conv-int8"

        create kind [] (Quantized neurons)

    /// A convolution of images with their channels in an order; its parameters are "weight" and, if there are any, "bias".
    let internal convolutionIn (order: ChannelOrder) (convolution: Convolution) : Layer =
        create "conv" (Convolution.parameters convolution) (Convolves(convolution, order))

    /// The same of images with their channels last.
    let internal convolution: Convolution -> Layer = convolutionIn ChannelOrder.last

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

    /// Layers whose outputs for the same input are joined.
    let internal joined kind (junction: Junction) (parts: Layer list list) : Layer =
        let parameters =
            [
                for prefix, layer in List.concat (Layer.Prefixed parts) do
                    for name, value in layer.Parameters -> prefix + name, value
            ]

        create kind parameters (Joins(junction, parts))

    /// The joined sequences of a layer, with its parameters, each layer with what their names begin with.
    let internal prefixedParts (layer: Layer) : (Junction * (string * Layer) list list) option =
        match layer.Form with
        | Joins(junction, parts) ->
            let named = Map.ofList layer.Parameters

            let own (prefix, part: Layer) =
                let parameters =
                    part.Parameters |> List.map (fun (name, _) -> name, named[prefix + name])

                prefix, { part with Parameters = parameters }

            Some(junction, Layer.Prefixed parts |> List.map (List.map own))
        | _ -> None

    /// The joined sequences of a layer, with its parameters.
    let internal parts (layer: Layer) : (Junction * Layer list list) option =
        prefixedParts layer
        |> Option.map (fun (junction, parts) -> junction, List.map (List.map snd) parts)

    /// The layer with its parameters as fixed numbers, which are not trained: normalization is then by the running statistics.
    let rec internal freeze (layer: Layer) : Layer =
        let values = List.map snd layer.Parameters

        match layer.Form, parts layer with
        | _ when values.IsEmpty -> layer
        | _, Some(junction, parts) -> joined layer.Kind junction (List.map (List.map freeze) parts)
        | Normalizes _, _ ->
            { layer with
                Parameters = []
                Form = Other((fun _ -> layer.Forward values), None)
            }
        | _ ->
            { layer with
                Parameters = []
                Form =
                    Other(
                        (fun _ -> layer.Forward values),
                        if layer.IsDifferentInTraining then
                            Some(fun draw _ -> layer.Training draw values)
                        else
                            None
                    )
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
