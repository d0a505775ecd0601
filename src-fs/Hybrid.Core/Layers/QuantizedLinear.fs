namespace Hybrid.Core

open System

/// The integers that numbers are rounded to, q = clamp(round(x / Step) + Zero), which stand for (q - Zero) · Step.
[<NoComparison>]
type internal QuantizedRange =
    {
        /// Above 0.
        Step: float32
        /// The integer that stands for 0.
        Zero: int
        /// From -128 to 127, or from 0 to 255.
        IsSigned: bool
    }

    /// The least and the greatest integer.
    member this.Limits: struct (int * int) =
        if this.IsSigned then
            struct (-128, 127)
        else
            struct (0, 255)

/// <summary>y = ((q - zero) · Q) · (step · steps) + b: fully connected neurons whose input q and weights Q are integers of 8 bits, held
/// as float32.</summary>
/// <remarks>Products and sums of integers are exact in float32 up to 2²⁴. Symmetric weights with a step for each neuron: Jacob et al.,
/// Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference (2018), and Krishnamoorthi,
/// Quantizing Deep Convolutional Networks for Efficient Inference (2018), section 3.1.</remarks>
[<NoComparison; ReferenceEquality>]
type internal QuantizedLinear =
    {
        Input: QuantizedRange
        /// [outputs; inputs], integers from -128 to 127, one neuron per row.
        Integers: Tensor
        /// What a weight of 1 stands for, for each neuron; above 0.
        Steps: float32[]
        /// [outputs], if the neurons have biases.
        Biases: Tensor option
    }

    member this.Outputs: int = this.Integers.Shape[0]
    member this.Inputs: int = this.Integers.Shape[1]

    /// What a product of two integers stands for, for each neuron.
    member this.Scales: float32[] = this.Steps |> Array.map ((*) this.Input.Step)

module internal QuantizedRange =
    /// <summary>The range in which numbers between two bounds are rounded: from 0 to 255 if none is negative, otherwise symmetric,
    /// so that 0 and the largest magnitude are integers.</summary>
    let covering (least: float32) (most: float32) : QuantizedRange =
        let isSigned = least < 0f
        let largest = max (abs least) (abs most)
        let step = largest / (if isSigned then 127f else 255f)

        {
            // where all numbers are 0, or next to it, any step represents them
            Step = if step >= float32 RoundingRule.Tiny then step else 1f
            Zero = 0
            IsSigned = isSigned
        }

    /// The integers less the zero: round(x / step), limited.
    let integers (range: QuantizedRange) (x: Tensor) : Tensor =
        let struct (least, most) = range.Limits
        let zero = float range.Zero
        let nearest = Tensor.round (x / Tensor.single [] [| range.Step |])
        let shifted = if range.Zero = 0 then nearest else nearest + zero

        let limited =
            Tensor.minimum (Tensor.maximum shifted (Tensor.scalar (float least))) (Tensor.scalar (float most))

        if range.Zero = 0 then limited else limited - zero

module internal QuantizedLinear =
    /// The largest integer that weights are rounded to.
    [<Literal>]
    let private Largest = 127f

    /// <summary>Neurons with integers for their weights: of each neuron the largest weight is 127 or -127.</summary>
    /// <param name="input">What the neurons' input is rounded to.</param>
    /// <param name="weight">[outputs; inputs], finite.</param>
    /// <param name="bias">[outputs], if any.</param>
    let ofWeights (input: QuantizedRange) (weight: Tensor) (bias: Tensor option) : QuantizedLinear =
        let inputs = weight.Shape[1]
        let values = Reference.value weight |> Array.map float32

        let steps =
            values
            |> Array.chunkBySize (max 1 inputs)
            |> Array.map (fun row ->
                let step = (row |> Array.fold (fun largest w -> max largest (abs w)) 0f) / Largest
                if step >= float32 RoundingRule.Tiny then step else 1f)

        let rounded =
            values
            |> Array.mapi (fun i w ->
                let q = MathF.Round(w / steps[i / inputs], MidpointRounding.ToEven)
                min Largest (max -Largest q))

        {
            Input = input
            Integers = Tensor.single weight.Shape rounded
            Steps = steps
            Biases = bias
        }

    /// <summary>The product of integers, times what it stands for, and the bias; x may have any axes before its features.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The number of features of the input differs from that of the weight.</exception>
    let forward (linear: QuantizedLinear) (x: Tensor) : Tensor =
        let rows =
            match x.Shape with
            | []
            | [ _ ]
            | [ _; _ ] -> x
            | shape ->
                let lead, features = List.splitAt (shape.Length - 1) shape
                Tensor.reshape (Shape.size lead :: features) x

        let sums =
            QuantizedRange.integers linear.Input rows *@ Tensor.transpose linear.Integers

        let scaled = sums * Tensor.single [ linear.Outputs ] linear.Scales

        let y =
            match linear.Biases with
            | Some bias -> scaled + bias
            | None -> scaled

        if x.Shape.Length > 2 then
            Tensor.reshape (List.truncate (x.Shape.Length - 1) x.Shape @ [ linear.Outputs ]) y
        else
            y

    /// <summary>QuantizeLinear and DequantizeLinear around a product, the weights as int8 with a step for each column: other runtimes
    /// compute this with integers.</summary>
    /// <param name="linear">The neurons.</param>
    /// <param name="input">The name of what they take.</param>
    /// <param name="output">The name of the result, with which the names of all else begin.</param>
    let onnx (linear: QuantizedLinear) (input: string) (output: string) : OnnxNode list =
        let part name = $"{output}/{name}"

        let constant name dimensions values =
            let tensor =
                {
                    OnnxTensor.Name = part name
                    Dimensions = dimensions
                    Values = values
                }

            OnnxNode.create "Constant" [] (part name) [ "value", OnnxAttribute.Tensor tensor ]

        let inputs, outputs = linear.Inputs, linear.Outputs
        let weight = Reference.value linear.Integers

        let columns =
            Array.init (inputs * outputs) (fun i -> sbyte weight[i % outputs * inputs + i / outputs])

        let zero =
            if linear.Input.IsSigned then
                SignedBytes [| sbyte linear.Input.Zero |]
            else
                Bytes [| byte linear.Input.Zero |]

        let product = if linear.Biases.IsSome then part "product" else output

        [
            constant "step" [] (Floats [| linear.Input.Step |])
            constant "zero" [] zero
            constant "weight" [ inputs; outputs ] (SignedBytes columns)
            constant "steps" [ outputs ] (Floats linear.Steps)
            constant "zeros" [ outputs ] (SignedBytes(Array.zeroCreate outputs))
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
                [ "axis", OnnxAttribute.Integer 1L ]
            OnnxNode.create "MatMul" [ part "dequantized"; part "weights" ] product []
            match linear.Biases with
            | Some bias ->
                constant "bias" [ outputs ] (Floats(Reference.value bias |> Array.map float32))
                OnnxNode.create "Add" [ product; part "bias" ] output []
            | None -> ()
        ]
