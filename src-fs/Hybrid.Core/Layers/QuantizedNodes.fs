namespace Hybrid.Core

/// <summary>Neurons of integers in ONNX's QDQ form: QuantizeLinear and DequantizeLinear before a product, whose weights are int8
/// with a step for each neuron.</summary>
module internal QuantizedNodes =
    /// Integers, [outputs; …], as they are in the file: those of dense neurons turned, those of windows with channels first.
    let private stored (neurons: QuantizedNeurons) : Tensor =
        match neurons.Weights with
        | IntegerWeights.Dense integers -> Tensor.transpose integers
        | IntegerWeights.Windows({ Weight = integers }, _) ->
            let last = integers.Shape.Length - 1
            Tensor.permute (0 :: last :: [ 1 .. last - 1 ]) integers

    /// The product of two names, and the axis of the neurons in its second factor.
    let private product
        (neurons: QuantizedNeurons)
        (shape: Shape)
        : (string list -> string -> OnnxNode) * int64 =
        match neurons.Weights with
        | IntegerWeights.Dense _ -> (fun factors result -> OnnxNode.create "MatMul" factors result []), 1L
        | IntegerWeights.Windows(convolution, order) ->
            Convolution.node convolution (ChannelOrder.shapeLast order shape), 0L

    /// <summary>The nodes.</summary>
    /// <param name="neurons">The neurons.</param>
    /// <param name="shape">The shape of what they take.</param>
    /// <param name="input">Its name.</param>
    /// <param name="output">The name of the result, with which the names of all else begin.</param>
    let ofNeurons
        (neurons: QuantizedNeurons)
        (shape: Shape)
        (input: string)
        (output: string)
        : OnnxNode list =
        let part name = $"{output}/{name}"

        let constant name dimensions values =
            let tensor =
                {
                    OnnxTensor.Name = part name
                    Dimensions = dimensions
                    Values = values
                }

            OnnxNode.create "Constant" [] (part name) [ "value", OnnxAttribute.Tensor tensor ]

        let outputs = neurons.Outputs
        let weight = stored neurons
        let product, axis = product neurons shape

        // a number for each channel, the axis before those of the windows
        let ones = List.replicate (weight.Shape.Length - 2) 1

        let zero =
            if neurons.Input.IsSigned then
                SignedBytes [| sbyte neurons.Input.Zero |]
            else
                Bytes [| byte neurons.Input.Zero |]

        /// From the name of what is rounded to that of the result.
        let nodes input output =
            let sums = if neurons.Biases.IsSome then part "product" else output

            [
                OnnxNode.create "QuantizeLinear" [ input; part "step"; part "zero" ] (part "quantized") []
                OnnxNode.create
                    "DequantizeLinear"
                    [ part "quantized"; part "step"; part "zero" ]
                    (part "dequantized")
                    []
                OnnxNode.create
                    "DequantizeLinear"
                    [ part "weight"; part "steps"; part "zeros" ]
                    (part "weights")
                    [ "axis", OnnxAttribute.Integer axis ]
                product [ part "dequantized"; part "weights" ] sums
                if neurons.Biases.IsSome then
                    OnnxNode.create "Add" [ sums; part "bias" ] output []
            ]

        [
            constant "step" [] (Floats [| neurons.Input.Step |])
            constant "zero" [] zero
            constant "weight" weight.Shape (SignedBytes(Reference.value weight |> Array.map sbyte))
            constant "steps" [ outputs ] (Floats neurons.Steps)
            constant "zeros" [ outputs ] (SignedBytes(Array.zeroCreate outputs))
            match neurons.Biases with
            | Some bias ->
                constant "bias" (outputs :: ones) (Floats(Reference.value bias |> Array.map float32))
            | None -> ()
            match neurons.Weights with
            | IntegerWeights.Dense _ -> yield! nodes input output
            | IntegerWeights.Windows(_, order) -> yield! Spatial.inOrder order shape input output nodes
        ]
