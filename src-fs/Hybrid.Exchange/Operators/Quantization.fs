namespace Hybrid.Exchange

open Hybrid.Core

/// Integers that stand for numbers, x = (q - zero) · scale, and arithmetic with them.
module internal Quantization =
    /// A scale or zero of each place on an axis, by default 1, or one for all.
    let private onAxis (call: NodeCall) (x: Tensor) (value: Tensor) : Tensor =
        match value.Shape with
        | [ 1 ] -> Tensor.reshape [] value
        | [ extent ] when x.Shape.Length > 1 ->
            let axis = NodeCall.axisOf call x.Shape.Length 1
            Tensor.reshape (List.mapi (fun i _ -> if i = axis then extent else 1) x.Shape) value
        | _ -> value

    let private requireNoBlocks (call: NodeCall) =
        if NodeCall.integer call "block_size" 0 <> 0 then
            NodeCall.refuse call "scales of blocks are not supported."

    let private centred (x: Tensor) (zero: Tensor option) : Tensor =
        match zero with
        | Some zero -> x - zero
        | None -> x

    /// A zero that is not always 0.
    let private zeroOf (call: NodeCall) (index: int) : Tensor option =
        NodeCall.optional call index
        |> Option.filter (fun zero ->
            not (zero.IsKnown && Array.forall ((=) 0.0) (Reference.value zero.Tensor)))
        |> Option.map _.Tensor

    let private dequantize: OperatorRule =
        fun call ->
            let x, scale = NodeCall.tensor call 0, NodeCall.tensor call 1
            requireNoBlocks call
            let zero = zeroOf call 2 |> Option.map (onAxis call x)
            [ Operand.real (centred x zero * onAxis call x scale) ]

    /// The limits of ONNX's integer types of up to 16 bits.
    let private limits (call: NodeCall) : float * float =
        match NodeCall.integer call "output_dtype" 2 with
        | 2 -> 0.0, 255.0
        | 3 -> -128.0, 127.0
        | 4 -> 0.0, 65535.0
        | 5 -> -32768.0, 32767.0
        | other ->
            NodeCall.refuse call $"it quantizes to type {other}; integers of 8 and 16 bits are supported."

    let private within (least: float, most: float) (x: Tensor) : Tensor =
        Tensor.minimum (Tensor.maximum x (Tensor.scalar least)) (Tensor.scalar most)

    let private rounded limits (zero: Tensor option) (quotient: Tensor) : Operand =
        let nearest = Tensor.round quotient

        match zero with
        | Some zero -> nearest + zero
        | None -> nearest
        |> within limits
        |> Operand.ofKind Whole

    let private quantize: OperatorRule =
        fun call ->
            let x, scale = NodeCall.tensor call 0, NodeCall.tensor call 1
            requireNoBlocks call
            let zero = zeroOf call 2 |> Option.map (onAxis call x)
            [ rounded (limits call) zero (x / onAxis call x scale) ]

    /// Numbers as bytes, with a scale from the least to the greatest of all of them and 0.
    let private quantizeByRange: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0

            if List.contains 0 x.Shape then
                NodeCall.refuse call "its operand has no elements."

            let all = Tensor.reshape [ Shape.size x.Shape ] x
            let zero = Tensor.scalar 0.0
            let most = Tensor.maximum (Tensor.max 0 all) zero
            let least = Tensor.minimum -(Tensor.max 0 -all) zero
            let range = most - least
            // of zeros only, any scale gives zeros
            let scale = Tensor.select range (range / 255.0) (Tensor.scalar 1.0)
            let centre = within (0.0, 255.0) (Tensor.round (-least / scale))

            [
                rounded (0.0, 255.0) (Some centre) (x / scale)
                Operand.real (Tensor.select range scale zero)
                Operand.ofKind Whole centre
            ]

    /// A zero of each row of the first matrix, or one for all.
    let private ofRows (value: Tensor) : Tensor =
        match value.Shape with
        | [ 1 ] -> Tensor.reshape [] value
        | [ rows ] -> Tensor.reshape [ rows; 1 ] value
        | _ -> value

    let private product: OperatorRule =
        fun call ->
            let a, b = NodeCall.tensor call 0, NodeCall.tensor call 1

            [
                Products.product (centred a (zeroOf call 2 |> Option.map ofRows)) (centred b (zeroOf call 3))
                |> Operand.ofKind Whole
            ]

    /// The product of two quantized matrices, quantized.
    let private quantizedProduct: OperatorRule =
        fun call ->
            let operand = NodeCall.tensor call
            let a = (operand 0 - ofRows (operand 2)) * ofRows (operand 1)
            let b = (operand 3 - operand 5) * operand 4
            [ rounded (limits call) (Some(operand 7)) (Products.product a b / operand 6) ]

    let rules: (string * OperatorRule) list =
        [
            "DequantizeLinear", dequantize
            "QuantizeLinear", quantize
            "DynamicQuantizeLinear", quantizeByRange
            "MatMulInteger", product
            "QLinearMatMul", quantizedProduct
        ]
