module Hybrid.Tests.Lecture.PlaneFitTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Xunit

let private parameters network =
    Network.parameters network |> List.map (snd >> Reference.value) |> Array.concat

[<Fact>]
let ``Training with ConvNetJS's decay, λ / 10, ends where the gradient with that penalty is zero`` () =
    let points = PlanePoints.regularisation 2UL
    // strong enough for the batches' noise to be small beside it
    let network = PlaneFit.convNet engine 3.0 1UL 4 points
    let x = Tensor.constant [ points.Count; 2 ] (Array.map float points.Features)
    let target = Tensor.constant [ points.Count; 1 ] (Array.map float points.Targets)
    let named = Network.parameters network |> List.map snd

    let size lambda =
        let losses =
            Loss.perExample (Classification 2) Loss.softmax (Network.forward network x) target

        let loss =
            Tensor.meanAll losses
            + Regularizer.penalty { Regularizer.none with L2 = lambda } named

        GradientSource.graph.Gradient loss named
        |> List.sumBy (fun gradient -> Reference.value gradient |> Array.sumBy (fun g -> g * g))
        |> sqrt

    Assert.True(size 0.3 < 0.3 * size 3.0 && size 0.3 < 0.3 * size 0.0, $"{size 0.0} {size 0.3} {size 3.0}")

[<Fact>]
let ``The same key gives the same network, and a different key a different one`` () =
    let fit key =
        PlaneFit.convNet engine 0.001 key 3 (PlanePoints.regularisation 2UL)
        |> parameters

    Assert.Equal<float[]>(fit 1UL, fit 1UL)
    Assert.NotEqual<float[]>(fit 1UL, fit 2UL)

[<Fact>]
let ``The length of the weights excludes the biases`` () =
    let network =
        Linear.network
            {
                Weight = matrix [ [ 3.0; 0.0 ]; [ 0.0; 4.0 ] ]
                Bias = Some(Tensor.constant [ 2 ] [| 100.0; 7.0 |])
            }

    Assert.Equal(5.0, PlaneFit.weightNorm network, 12)

[<Fact>]
let ``A network is measured by its loss and its accuracy`` () =
    // scores 0 and x: right where the class is the sign of x
    let network =
        Linear.network
            {
                Weight = matrix [ [ 0.0; 0.0 ]; [ 1.0; 0.0 ] ]
                Bias = Some(Tensor.constant [ 2 ] [| 0.0; 0.0 |])
            }

    let points = PlanePoints.create [ -1.0, 0.0; 1.0, 0.0; 1.0, 5.0 ] [ 0; 1; 0 ]
    let struct (loss, accuracy) = PlaneFit.measure engine network points
    Assert.Equal(2.0 / 3.0, accuracy, 12)
    let right, wrong = log (1.0 + exp -1.0), log (1.0 + exp 1.0)
    Assert.Equal((2.0 * right + wrong) / 3.0, loss, 6)
