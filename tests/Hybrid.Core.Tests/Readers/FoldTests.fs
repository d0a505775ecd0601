module Hybrid.Tests.FoldTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private y = Tensor.exp (Tensor.input "pixels" [ 2; 3 ])

[<Fact>]
let ``A missing input is an error that names it and its shape, in every reader`` () =
    let parts = [ "«pixels»"; "[2; 3]" ]
    raises<HybridException, _> parts (fun () -> Reference.evaluate [] [ y ])
    raises<HybridException, _> parts (fun () -> Eager.evaluate engine [] [ y ])
    raises<HybridException, _> parts (fun () -> Enclosure.evaluate [] [ y ])

[<Fact>]
let ``An input of the wrong size is an error that names it and both sizes`` () =
    raises<ShapeMismatchException, _> [ "input «pixels»: the shapes [2; 3] and [4]" ] (fun () ->
        Eager.evaluate engine [ "pixels", Array.zeroCreate 4 ] [ y ])

[<Fact>]
let ``A node that two outputs need is computed once`` () =
    let computed = ref 0

    let counted (x: Tensor) =
        Tensor.map
            "Counted"
            Unary.Exp
            (fun x ->
                computed.Value <- computed.Value + 1
                x)
            id
            Continuity.Smooth
            RoundingRule.Moves
            (Tensor.onnx "Exp")
            (fun _ _ g -> g)
            (fun _ _ t -> t)
            x

    let shared = counted (Tensor.scalar 2.0)
    Assert.Equal<float[] list>([ [| 4.0 |]; [| 2.0 |] ], Reference.evaluate [] [ shared * shared; shared ])
    Assert.Equal(1, computed.Value)
