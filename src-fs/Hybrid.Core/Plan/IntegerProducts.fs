namespace Hybrid.Core

open System

/// <summary>Products of integers in bytes, and convolutions, in place of those of float32 numbers that are integers.</summary>
/// <remarks>A factor that was divided by a scale, rounded and clamped, and constant weights that are integers too, are read from bytes,
/// which are a quarter of the memory, and multiplied by instructions for bytes. Where a sum may exceed the integers that float32 holds
/// exactly, the product is left as it is: so no result changes in a bit. Numbers that are rounded otherwise are rounded by a kernel,
/// which chains take part in.</remarks>
module internal IntegerProducts =
    /// An element-wise operation on a tensor and a known number.
    let private withNumber valuesOf operation (x: Tensor) : struct (Tensor * float32) voption =
        match (Calls.owner x).Node with
        | Apply({ Kernel = Kernel.Zip other }, [ operand; number ]) when
            other = operation && Shape.size number.Shape = 1
            ->
            valuesOf (Calls.owner number)
            |> ValueOption.map (fun (values: float32[]) -> struct (operand, values[0]))
        | _ -> ValueNone

    let private isBetween least most (x: float32) = x >= least && x <= most && x = floor x

    /// What a known number is taken from, and the number: itself, and 0, if there is none.
    let private withZero valuesOf operation (x: Tensor) : struct (Tensor * float32) =
        match withNumber valuesOf operation x with
        | ValueSome struct (x, zero) when isBetween -255f 255f zero -> struct (x, zero)
        | _ -> struct (x, 0f)

    let private limited valuesOf (x: Tensor) : struct (Tensor * float32 * float32) voption =
        match withNumber valuesOf Binary.Minimum x with
        | ValueSome struct (x, most) ->
            withNumber valuesOf Binary.Maximum x
            |> ValueOption.map (fun (struct (x, least)) -> struct (x, least, most))
        | ValueNone -> ValueNone

    /// What is divided, the divisor, and the least and the most integer: of min(max(round(x / divisor) + zero, least + zero), most +
    /// zero) - zero, where zero is often 0, and then is not there.
    let private quantized valuesOf (x: Tensor) : struct (Tensor * float32 * int * int) voption =
        let struct (x, zero) = withZero valuesOf Binary.Subtract x

        match limited valuesOf x with
        | ValueSome struct (x, least, most) ->
            let struct (x, added) = withZero valuesOf Binary.Add x
            let least, most = least - zero, most - zero

            match x with
            | Rounded x when
                added = zero
                && isBetween -255f 0f least
                && isBetween 0f 255f most
                && most - least <= 255f
                ->
                match withNumber valuesOf Binary.Divide x with
                | ValueSome struct (x, divisor) when Single.IsFinite divisor && divisor > 0f ->
                    ValueSome struct (x, divisor, int least, int most)
                | _ -> ValueSome struct (x, 1f, int least, int most)
            | _ -> ValueNone
        | ValueNone -> ValueNone

    /// The product that quantized numbers and weights have, if all its sums are exact, and these numbers.
    let private productOf
        (valuesOf: Tensor -> float32[] voption)
        (isTurned: bool)
        struct (rows, depth, outputs)
        (factor: Tensor)
        (weights: Tensor)
        : struct (IntegerProduct * Tensor) voption =
        match quantized valuesOf factor, valuesOf (Calls.owner weights) with
        | ValueSome struct (numbers, divisor, least, most), ValueSome values ->
            let product =
                {
                    Rows = rows
                    Depth = depth
                    Outputs = outputs
                    IsTurned = isTurned
                    Divisor = divisor
                    Least = least
                    Most = most
                }

            if IntegerProduct.isExact product values then
                ValueSome struct (product, numbers)
            else
                ValueNone
        | _ -> ValueNone

    let private replace (valuesOf: Tensor -> float32[] voption) (x: Tensor) : Tensor =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul(false, isTurned, m, k, n)
                } as primitive,
                [ factor; weights ]) when m > 0 && k > 0 && n > 0 ->
            match productOf valuesOf isTurned (m, k, n) factor weights with
            | ValueSome struct (product, numbers) ->
                Tensor.apply
                    x.Shape
                    [ numbers; weights ]
                    { primitive with
                        Name = "IntegerProduct"
                        Kernel = Kernel.IntegerProduct product
                    }
            | ValueNone -> x
        | Apply({
                    Kernel = Kernel.PatchProduct({ Form = PatchForm.Convolve } as convolution)
                } as primitive,
                [ images; weights ]) ->
            let extents =
                struct (convolution.Patches.Count, convolution.Patches.Size, convolution.Outputs)

            match productOf valuesOf (not convolution.Turned) extents images weights with
            | ValueSome struct (product, numbers) ->
                Tensor.apply
                    x.Shape
                    [ numbers; weights ]
                    { primitive with
                        Name = "IntegerConvolution"
                        Kernel =
                            Kernel.PatchProduct
                                { convolution with
                                    Integers = ValueSome product
                                }
                    }
            | ValueNone -> x
        | Apply(primitive, operands) ->
            match x with
            // elsewhere it is known by its definition only, which is slow
            | Rounded _ ->
                Tensor.apply
                    x.Shape
                    operands
                    { primitive with
                        Kernel = Kernel.Map Unary.Round
                    }
            | _ -> x
        | _ -> x

    /// <summary>The same outputs, with such products.</summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="valuesOf">The values of a tensor, if these never change.</param>
    /// <param name="outputs">The outputs.</param>
    let outputs
        (cancellation: Cancellation)
        (valuesOf: Tensor -> float32[] voption)
        (outputs: Tensor list)
        : Tensor list =
        Rewriting.outputs cancellation (fun _ -> replace valuesOf) outputs
