namespace Hybrid.Exchange

open System
open Hybrid.Core

/// Operators that are used as activations.
module internal Activations =
    let private rule (f: NodeCall -> Tensor -> Tensor) : OperatorRule =
        fun call -> [ Operand.real (f call (NodeCall.tensor call 0)) ]

    let private negativePart (x: Tensor) = Tensor.minimum x (Tensor.scalar 0.0)

    let private leakyRelu call x =
        match NodeCall.number call "alpha" (float 0.01f) with
        | a when a > 0.0 && a <= 1.0 -> Activation.leakyRelu a x
        | a -> Tensor.relu x + a * negativePart x

    /// Before version 7, slopes belonged to the channels, axis 1.
    let private prelu: OperatorRule =
        fun call ->
            let x, slope = NodeCall.tensor call 0, NodeCall.tensor call 1

            let slope =
                if call.Opset < 7 && slope.Shape.Length = 1 && x.Shape.Length > 2 then
                    Tensor.reshape (slope.Shape @ List.replicate (x.Shape.Length - 2) 1) slope
                else
                    slope

            if Shape.broadcast "PRelu" x.Shape slope.Shape <> x.Shape then
                NodeCall.refuse call "its slopes do not broadcast to its input."

            [ Operand.real (Tensor.relu x + slope * negativePart x) ]

    let private selu call (x: Tensor) =
        let alpha, gamma =
            NodeCall.number call "alpha" (float 1.67326319217681884765625f),
            NodeCall.number call "gamma" (float 1.05070102214813232421875f)

        gamma * Activation.elu alpha x

    let private celu call (x: Tensor) =
        let alpha = NodeCall.number call "alpha" 1.0

        if not (alpha > 0.0) then
            NodeCall.refuse call $"its alpha is {alpha}, and only positive ones are supported."

        Tensor.relu x + alpha * (Tensor.exp (negativePart (x / alpha)) - 1.0)

    let private gelu call (x: Tensor) =
        match NodeCall.text call "approximate" "none" with
        | "none" -> Activation.gelu x
        | "tanh" ->
            0.5
            * x
            * (1.0 + Tensor.tanh (Math.Sqrt(2.0 / Math.PI) * (x + 0.044715 * (x * x * x))))
        | other -> NodeCall.refuse call $"there is no approximation {Printable.quote other}."

    let private hardSigmoid call (x: Tensor) =
        let line =
            NodeCall.number call "alpha" (float 0.2f) * x + NodeCall.number call "beta" 0.5

        Tensor.maximum (Tensor.minimum line (Tensor.scalar 1.0)) (Tensor.scalar 0.0)

    let private hardSwish _ (x: Tensor) =
        x
        * Tensor.maximum (Tensor.minimum (x / 6.0 + 0.5) (Tensor.scalar 1.0)) (Tensor.scalar 0.0)

    let private thresholdedRelu call (x: Tensor) =
        let alpha = Tensor.scalar (NodeCall.number call "alpha" 1.0)
        Tensor.select (Tensor.greater x alpha) x (Tensor.scalar 0.0)

    /// x moved towards 0 by a bias, and 0 near it.
    let private shrink call (x: Tensor) =
        let bias = NodeCall.number call "bias" 0.0
        let limit = Tensor.scalar (NodeCall.number call "lambd" 0.5)
        let moved isBeyond shifted = Tensor.select isBeyond shifted

        Tensor.scalar 0.0
        |> moved (Tensor.greater x limit) (x - bias)
        |> moved (Tensor.greater -limit x) (x + bias)

    let rules: (string * OperatorRule) list =
        [
            "Relu", rule (fun _ -> Tensor.relu)
            "LeakyRelu", rule leakyRelu
            "PRelu", prelu
            "Elu", rule (fun call -> Activation.elu (NodeCall.number call "alpha" 1.0))
            "Selu", rule selu
            "Celu", rule celu
            "Gelu", rule gelu
            "Sigmoid", rule (fun _ -> Tensor.sigmoid)
            "HardSigmoid", rule hardSigmoid
            "Tanh", rule (fun _ -> Tensor.tanh)
            "Softplus", rule (fun _ -> Tensor.softplus)
            "Softsign", rule (fun _ x -> x / (1.0 + Tensor.abs x))
            "HardSwish", rule hardSwish
            "Mish", rule (fun _ x -> x * Tensor.tanh (Tensor.softplus x))
            "Swish", rule (fun call x -> x * Tensor.sigmoid (NodeCall.number call "alpha" 1.0 * x))
            "ThresholdedRelu", rule thresholdedRelu
            "Shrink", rule shrink
        ]
