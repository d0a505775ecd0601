/// The laws on functions that are not the core's: what a user's own tests look like.
module Hybrid.Properties.OwnFunctionProperties

open Hybrid.Core
open Hybrid.Testing
open Xunit

[<Fact>]
let ``swish keeps the laws`` () =
    Laws.holdActivation "swish" (fun x -> x * Tensor.sigmoid x)

[<Fact>]
let ``A loss of one's own keeps the laws`` () =
    Laws.holdLoss
        {
            Name = "log-cosh"
            PerExample = fun p t -> Tensor.mean 1 (Tensor.softplus (2.0 * (p - t)) - (p - t))
        }

[<Fact>]
let ``A layer of one's own keeps the laws`` () =
    Laws.holdLayer
        3
        (Layer.deterministic
            "scale"
            [ "factor", Tensor.constant [ 3 ] [| 1.0; 2.0; 3.0 |] ]
            (fun parameters x -> parameters.Head * x))

[<Property>]
let ``A property's parameters are chosen, and shrunk when it fails`` (extents: int list) =
    Shape.size (List.rev extents) = Shape.size extents

[<Fact>]
let ``A wrong derivative is refused, with a counterexample and its seed`` () =
    let wrong =
        Tensor.map
            "Cube"
            Unary.Exp
            (fun x -> x * x * x)
            (Interval.increasing (fun x -> x * x * x))
            (Tensor.onnx "Cube")
            (fun x _ g -> 2.0 * g * x * x)
            (fun x _ t -> 3.0 * t * x * x)

    let error = Assert.ThrowsAny<exn>(fun () -> Laws.holdActivation "cube" wrong)

    Assert.Contains("gradient of operand 0[0]", error.Message)
    Assert.Contains("Shrunk", error.Message)
    Assert.Contains("Extents = [1; 1]", error.Message)
    Assert.Contains("seed of", error.Message)
