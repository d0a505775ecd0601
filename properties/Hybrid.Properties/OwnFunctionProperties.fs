/// The laws on functions that are not the core's: an example of a user's own tests.
module Hybrid.Properties.OwnFunctionProperties

open Expecto
open Hybrid.Core
open Hybrid.Testing

[<Tests>]
let tests =
    testList
        "own functions"
        [
            testCase "swish satisfies the laws" (fun () ->
                Laws.holdActivation "swish" (fun x -> x * Tensor.sigmoid x))

            testCase "A custom loss satisfies the laws" (fun () ->
                Loss.ofNumbers "log-cosh" (fun p t ->
                    Tensor.mean 1 (Tensor.softplus (2.0 * (p - t)) - (p - t)))
                |> Laws.holdLoss)

            testCase "A custom layer satisfies the laws" (fun () ->
                Laws.holdLayer
                    3
                    (Layer.deterministic
                        "scale"
                        [ "factor", Tensor.constant [ 3 ] [| 1.0; 2.0; 3.0 |] ]
                        (fun parameters x -> parameters.Head * x)))

            testCase "A wrong derivative is refused, with a counterexample and its seed" (fun () ->
                let onnx = Tensor.onnx "Cube"
                let cube x = x * x * x
                let enclosure = Interval.increasing cube
                let vjp (x: Tensor) _ (g: Tensor) = 2.0 * g * x * x
                let jvp (x: Tensor) _ (t: Tensor) = 3.0 * t * x * x

                let wrong =
                    Tensor.map
                        "Cube"
                        Unary.Exp
                        cube
                        enclosure
                        Continuity.Smooth
                        RoundingRule.Unknown
                        onnx
                        vjp
                        jvp

                let message =
                    try
                        Laws.holdActivation "cube" wrong
                        ""
                    with error ->
                        error.Message

                for part in [ "gradient of operand 0[0]"; "Shrunk"; "Extents = [1; 1]"; "seed of" ] do
                    Expect.stringContains message part "the failure message")

            testProperty
                "The parameters of a property are generated, and shrunk when it fails"
                (fun (extents: int list) -> Shape.size (List.rev extents) = Shape.size extents)
        ]
