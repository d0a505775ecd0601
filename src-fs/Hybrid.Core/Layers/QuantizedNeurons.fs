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

/// Weights that are integers from -128 to 127, and what they are multiplied with.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type internal IntegerWeights =
    /// The features of an example: [outputs; inputs], one neuron per row.
    | Dense of Tensor
    /// Windows of images: a convolution without biases.
    | Windows of Convolution * ChannelOrder

/// <summary>y = ((q - zero) · Q) · (step · steps) + b: neurons whose input q and weights Q are integers of 8 bits, held as
/// float32.</summary>
/// <remarks>Products and sums of integers are exact in float32 up to 2²⁴. Symmetric weights with a step for each neuron: Jacob et al.,
/// Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference (2018), and Krishnamoorthi,
/// Quantizing Deep Convolutional Networks for Efficient Inference (2018), section 3.1.</remarks>
[<NoComparison; ReferenceEquality>]
type internal QuantizedNeurons =
    {
        Input: QuantizedRange
        Weights: IntegerWeights
        /// What a weight of 1 stands for, for each neuron; above 0.
        Steps: float32[]
        /// [outputs], if the neurons have biases.
        Biases: Tensor option
    }

    /// The integers, neuron by neuron: [outputs; …].
    member this.Integers: Tensor =
        match this.Weights with
        | IntegerWeights.Dense integers -> integers
        | IntegerWeights.Windows(convolution, _) -> convolution.Weight

    member this.Outputs: int = this.Integers.Shape.Head

    /// The number of weights of a neuron.
    member this.Inputs: int = Shape.size this.Integers.Shape.Tail

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

module internal QuantizedNeurons =
    /// The largest integer that weights are rounded to.
    [<Literal>]
    let private Largest = 127f

    /// The integers of weights, [outputs; …], and the step of each neuron, whose largest weight becomes 127 or -127.
    let private rounded (weight: Tensor) : Tensor * float32[] =
        let inputs = Shape.size weight.Shape.Tail
        let values = Reference.value weight |> Array.map float32

        let steps =
            values
            |> Array.chunkBySize (max 1 inputs)
            |> Array.map (fun neuron ->
                let step =
                    (neuron |> Array.fold (fun largest w -> max largest (abs w)) 0f) / Largest

                if step >= float32 RoundingRule.Tiny then step else 1f)

        let integers =
            values
            |> Array.mapi (fun i w ->
                let q = MathF.Round(w / steps[i / inputs], MidpointRounding.ToEven)
                min Largest (max -Largest q))

        Tensor.single weight.Shape integers, steps

    let private create input (weight: Tensor) bias (weights: Tensor -> IntegerWeights) : QuantizedNeurons =
        let integers, steps = rounded weight

        {
            Input = input
            Weights = weights integers
            Steps = steps
            Biases = bias
        }

    /// <summary>Dense neurons with integers for their weights.</summary>
    /// <param name="input">What the neurons' input is rounded to.</param>
    /// <param name="weight">[outputs; inputs], finite.</param>
    /// <param name="bias">[outputs], if any.</param>
    let ofWeights (input: QuantizedRange) (weight: Tensor) (bias: Tensor option) : QuantizedNeurons =
        create input weight bias IntegerWeights.Dense

    /// <summary>A convolution with integers for its weights.</summary>
    /// <param name="input">What the images are rounded to.</param>
    /// <param name="order">Where these have their channels.</param>
    /// <param name="convolution">Its numbers are finite.</param>
    let ofConvolution
        (input: QuantizedRange)
        (order: ChannelOrder)
        (convolution: Convolution)
        : QuantizedNeurons =
        create input convolution.Weight convolution.Bias (fun integers ->
            IntegerWeights.Windows(
                { convolution with
                    Weight = integers
                    Bias = None
                },
                order
            ))

    /// What sums of products stand for, outputs last, and the bias.
    let private scaled (neurons: QuantizedNeurons) (sums: Tensor) : Tensor =
        let scaled = sums * Tensor.single [ neurons.Outputs ] neurons.Scales

        match neurons.Biases with
        | Some bias -> scaled + bias
        | None -> scaled

    /// The product of integers, times what it stands for, and the bias; x may have any axes before its features.
    let private ofFeatures (neurons: QuantizedNeurons) (integers: Tensor) (x: Tensor) : Tensor =
        let rows =
            match x.Shape with
            | []
            | [ _ ]
            | [ _; _ ] -> x
            | shape ->
                let lead, features = List.splitAt (shape.Length - 1) shape
                Tensor.reshape (Shape.size lead :: features) x

        let y =
            QuantizedRange.integers neurons.Input rows *@ Tensor.transpose integers
            |> scaled neurons

        if x.Shape.Length > 2 then
            Tensor.reshape (List.truncate (x.Shape.Length - 1) x.Shape @ [ neurons.Outputs ]) y
        else
            y

    /// <summary>What the neurons return: for features, after any axes, or for images.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The input does not fit the weights.</exception>
    let forward (neurons: QuantizedNeurons) (x: Tensor) : Tensor =
        match neurons.Weights with
        | IntegerWeights.Dense integers -> ofFeatures neurons integers x
        | IntegerWeights.Windows(convolution, order) ->
            x
            |> ChannelOrder.around order (fun x ->
                QuantizedRange.integers neurons.Input x
                |> Convolution.forward convolution
                |> scaled neurons)
