namespace Hybrid.Testing

open FsCheck
open FsCheck.FSharp
open Hybrid.Core

/// <summary>A random network with its loss, as plain data: everything needed to print a failure and run it again.</summary>
type NetworkCase =
    {
        /// The seed of weights, inputs and targets.
        Key: int
        Examples: int
        Inputs: int
        /// The units and the activation of each layer; "maxout" has two pieces per unit, "conv" is a channel per unit: the mean of
        /// the maxima of neighbours in a convolution of the inputs, as an image of one axis; "transposed" is a channel per unit of a
        /// transposed convolution of the padded inputs: the maximum of its means; "norm" is batch normalization before tanh.
        Hidden: (int * string) list
        Outputs: int
        Loss: string
        L1: float
        L2: float
        /// The rate of dropout after each hidden layer.
        Dropout: float
        /// The standard deviation of the noise that is added to the input.
        Noise: float
    }

module NetworkCase =
    let private draw =
        {
            Key = 3UL
            Step = Tensor.constant [ 2 ] [| 0.0; 17.0 |]
        }

    let private key (case: NetworkCase) part = Random.split (uint64 case.Key) part

    /// Weights in double precision, of a size that neither saturates units nor lets signals fade.
    let private weights case part inputs shape =
        let scale = 1.5 / sqrt (float inputs)

        Random.uniforms (key case part) 0UL (Shape.size shape)
        |> Array.map (fun u -> scale * (2.0 * u - 1.0))
        |> Tensor.constant shape

    let private bias case part outputs = weights case (part + 100) 4 [ outputs ]

    let private linear case part inputs outputs : Linear =
        {
            Weight = weights case part inputs [ outputs; inputs ]
            Bias = Some(bias case part outputs)
        }

    /// Neurons along one axis, with as many windows as elements for a stride of 1.
    let private neurons case part weight units stride : Convolution =
        {
            Weight = weight
            Bias = Some(bias case part units)
            Strides = [ stride ]
            Dilations = [ 1 ]
            Groups = 1
            Border = Border.Same
        }

    let private hidden case part inputs (units, kind) : Network =
        match kind with
        | "maxout" ->
            let pieces = linear case part inputs (2 * units)

            Maxout.network
                {
                    Pieces = 2
                    Weight = pieces.Weight
                    Bias = bias case part (2 * units)
                }
        | "conv" ->
            let size = min 3 inputs

            let convolution =
                neurons case part (weights case part size [ units; size; 1 ]) units 1

            {
                Layers =
                    [
                        Images.ofFeatures [ inputs; 1 ]
                        Layer.convolution convolution
                        Images.maxPool
                            {
                                Size = [ min 2 inputs ]
                                Stride = [ 1 ]
                                Border = Border.Valid
                                Ceiling = false
                                CountsBorder = false
                            }
                        Images.globalAveragePool
                    ]
            }
        | "transposed" ->
            let convolution = neurons case part (weights case part 2 [ 1; 3; units ]) units 2

            {
                Layers =
                    [
                        Images.ofFeatures [ inputs; 1 ]
                        Images.pad PaddingMode.Edge [ struct (1, 0) ]
                        TransposedConvolution.layer convolution
                        Images.averagePool
                            {
                                Size = [ 3 ]
                                Stride = [ 2 ]
                                Border = Border.Edges [ (1, 0) ]
                                Ceiling = true
                                CountsBorder = true
                            }
                        Layer.ofFunction "tanh" Tensor.tanh
                        Images.globalMaxPool
                    ]
            }
        | "norm" ->
            let vector place = weights case (part + place) 1 [ units ]
            let variance = 1.0 + 0.5 * vector 230

            // few examples may be almost alike
            let normalization =
                BatchNormalization.ofParameters 0.2 (vector 200) (vector 210) (vector 220) variance

            Linear.network (linear case part inputs units)
            >=> Network.ofLayer normalization
            >=> Activation.tanh
        | name ->
            Linear.network (linear case part inputs units)
            >=> Network.ofLayer (Activation.layer name)

    /// The network, with double-precision constants as parameters.
    let network (case: NetworkCase) : Network =
        let noise =
            if case.Noise > 0.0 then
                Network.ofLayer (Noise.layer case.Noise)
            else
                Network.empty

        let dropout =
            if case.Dropout > 0.0 then
                Network.ofLayer (Dropout.layer case.Dropout)
            else
                Network.empty

        let addLayer (network, inputs, part) (units, kind) =
            network >=> hidden case part inputs (units, kind) >=> dropout, units, part + 1

        let body, width, part = List.fold addLayer (noise, case.Inputs, 0) case.Hidden
        body >=> Linear.network (linear case part width case.Outputs)

    let private targets (case: NetworkCase) =
        let count = case.Examples * case.Outputs
        let uniforms = Random.uniforms (key case 999) 0UL count

        if LossKind.isOfClasses (Loss.named case.Loss).Kind then
            let classes =
                Array.init case.Examples (fun i -> int (uniforms[i] * float case.Outputs))

            Array.init count (fun i ->
                if i % case.Outputs = classes[i / case.Outputs] then
                    1.0
                else
                    0.0)
        else
            uniforms |> Array.map (fun u -> 4.0 * u - 2.0)

    /// The names and values of what the loss is differentiated with respect to: the parameters, and the input "x".
    let values (case: NetworkCase) : (string * Tensor) list =
        ("x", weights case 500 1 [ case.Examples; case.Inputs ])
        :: Network.parameters (network case)

    /// The mean loss with penalties in training, a scalar, with parameters in the order of values.
    let loss (case: NetworkCase) (leaves: Tensor list) : Tensor =
        let names = values case |> List.map fst

        let parameter name =
            List.item (List.findIndex ((=) name) names) leaves

        let network = network case |> Network.map (fun name _ -> parameter name)
        let outputs = Network.training draw network leaves.Head

        let target = Tensor.constant [ case.Examples; case.Outputs ] (targets case)

        let penalty =
            Regularizer.penalty
                {
                    L1 = case.L1
                    L2 = case.L2
                    MaxNorm = None
                }
                leaves.Tail

        Tensor.meanAll ((Loss.named case.Loss).PerExample outputs target) + penalty

    /// The loss of a network as a row, with the values of its leaves as a case.
    let toRow (case: NetworkCase) : Row =
        {
            Name = "a random network"
            Extents = 0
            Operands = fun _ -> values case |> List.map (fun (_, value) -> Operand.any value.Shape)
            Build = loss case
            Linear = false
            Covers = Set.empty
        }

    /// The values of a network's leaves.
    let toCase (case: NetworkCase) : Case =
        {
            Extents = []
            Values = values case |> List.map (snd >> Reference.value >> List.ofArray)
        }

    let private isClear case =
        let struct (nearest, largest) =
            Trace.margin (Trace.ofCase (toRow case) (toCase case))

        nearest >= 1e-3 && largest < 1e4

    /// The possible kinds of a hidden layer.
    let kinds = "maxout" :: List.map fst Activation.functions

    let private generator kind loss (l1, l2) : Gen<NetworkCase> =
        gen {
            let! key = Gen.choose (0, 1 <<< 20)
            let width = Gen.choose (1, 8)
            let! examples = Gen.choose (1, 4)
            let! inputs = width
            let! outputs = width
            let! first = width
            let! depth = Gen.choose (0, 3)
            let! rest = Gen.zip width (Gen.elements kinds) |> Gen.listOfLength depth
            let! dropout = Gen.elements [ 0.0; 0.0; 0.3 ]
            let! noise = Gen.elements [ 0.0; 0.0; 0.1 ]

            return
                {
                    Key = key
                    Examples = examples
                    Inputs = inputs
                    Hidden = (first, kind) :: rest
                    Outputs = outputs
                    Loss = loss
                    L1 = l1
                    L2 = l2
                    Dropout = dropout
                    Noise = noise
                }
        }

    let private smaller (case: NetworkCase) : NetworkCase seq =
        let fewer n =
            [ 1; n / 2; n - 1 ] |> List.filter (fun m -> m >= 1 && m < n) |> List.distinct

        seq {
            for i in 0 .. case.Hidden.Length - 1 do
                yield
                    { case with
                        Hidden = List.removeAt i case.Hidden
                    }

            if case.Dropout > 0.0 then
                yield { case with Dropout = 0.0 }

            if case.Noise > 0.0 then
                yield { case with Noise = 0.0 }

            if case.L1 > 0.0 then
                yield { case with L1 = 0.0 }

            if case.L2 > 0.0 then
                yield { case with L2 = 0.0 }

            for n in fewer case.Examples do
                yield { case with Examples = n }

            for n in fewer case.Inputs do
                yield { case with Inputs = n }

            for n in fewer case.Outputs do
                yield { case with Outputs = n }

            for i, (units, kind) in List.indexed case.Hidden do
                for n in fewer units do
                    yield
                        { case with
                            Hidden = List.updateAt i (n, kind) case.Hidden
                        }

                if kind <> "identity" then
                    yield
                        { case with
                            Hidden = List.updateAt i (units, "identity") case.Hidden
                        }

            if case.Key > 3 then
                for key in 0..3 do
                    yield { case with Key = key }
        }

    /// Random networks of up to five layers, away from all kinks, with the given first activation, loss and penalties.
    let arbitrary (kind: string) (loss: string) (penalties: float * float) : Arbitrary<NetworkCase> =
        Arb.fromGenShrink (generator kind loss penalties |> Gen.where isClear, smaller >> Seq.filter isClear)
