/// Trainings whose end is known: the optimum of a convex loss, found by other means.
module Hybrid.Tests.OptimumTests

open System
open System.IO
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

/// The solution of two equations in two unknowns: (a b; c d) (x, y) = (e, f).
let private solve (a, b, c, d) (e, f) =
    let determinant = a * d - b * c
    (e * d - b * f) / determinant, (a * f - e * c) / determinant

// hours of study, and whether the exam was passed: not separable
let private hours =
    [
        0.5
        0.75
        1.0
        1.25
        1.5
        1.75
        1.75
        2.0
        2.25
        2.5
        2.75
        3.0
        3.25
        3.5
        4.0
        4.25
        4.5
        4.75
        5.0
        5.5
    ]

let private passed =
    [ 0; 0; 0; 0; 0; 0; 1; 0; 1; 0; 1; 0; 1; 0; 1; 1; 1; 1; 1; 1 ] |> List.map float

/// Newton's method on the log-likelihood of P(passed) = σ(slope · hours + intercept), less ½ penalty · slope².
let private newton penalty (passed: float list) =
    let step (slope, intercept) _ =
        let gradient, hessian =
            List.zip hours passed
            |> List.map (fun (x, y) ->
                let p = 1.0 / (1.0 + exp -(slope * x + intercept))
                let weight = p * (1.0 - p)
                ((y - p) * x, y - p), (weight * x * x, weight * x, weight))
            |> List.unzip

        let a, b, d =
            List.sumBy (fun (a, _, _) -> a) hessian + penalty,
            List.sumBy (fun (_, b, _) -> b) hessian,
            List.sumBy (fun (_, _, d) -> d) hessian

        let moved =
            solve (a, b, b, d) (List.sumBy fst gradient - penalty * slope, List.sumBy snd gradient)

        slope + fst moved, intercept + snd moved

    List.fold step (0.0, 0.0) [ 1..30 ]

[<Fact>]
let ``A single softmax layer reaches the optimum of logistic regression`` () =
    let choices =
        { options (Classification 2) Loss.softmax with
            Optimizer = Optimizer.momentum
            LearningRate = 0.3
            BatchSize = hours.Length
            Epochs = 1500
        }

    let data = examples 1 (List.map float32 hours) (List.map float32 passed)
    let last = train choices (Linear.network (Linear.zeros 1 2)) data |> List.last

    let weight, bias =
        parameter "0.weight" last.Network, parameter "0.bias" last.Network

    let slope, intercept = newton 0.0 passed
    // the coefficients that textbooks print for these data
    closeTo 5e-5 [ 1.5046; -4.0777 ] [ slope; intercept ]
    closeTo 1e-3 [ slope; intercept ] [ weight[1] - weight[0]; bias[1] - bias[0] ]

let private byLbfgs task loss l2 network data =
    let choices =
        { lbfgsOptions task loss with
            Regularizer = { Regularizer.none with L2 = l2 }
            Epochs = 200
        }

    Lbfgs.epochs engine (fun () -> false) choices network data None |> Seq.last

[<Theory>]
[<InlineData(0.0, false)>]
[<InlineData(0.02, false)>]
[<InlineData(0.02, true)>]
[<InlineData(1e-4, true)>]
let ``L-BFGS reaches the optimum of logistic regression, even of separable classes with a penalty``
    (l2: float, isSeparable: bool)
    =
    let classes =
        if isSeparable then
            hours |> List.map (fun x -> if x > 2.6 then 1.0 else 0.0)
        else
            passed

    // two rows of weights that share the slope are penalised by half of its square
    let slope, intercept = newton (l2 * float hours.Length / 2.0) classes
    let data = examples 1 (List.map float32 hours) (List.map float32 classes)

    let last =
        byLbfgs (Classification 2) Loss.softmax l2 (Linear.network (Linear.zeros 1 2)) data

    let weight, bias =
        parameter "0.weight" last.Network, parameter "0.bias" last.Network

    let relative (actual: float) expected = (actual - expected) / expected

    closeTo
        1e-4
        [ 0.0; 0.0 ]
        [
            relative (weight[1] - weight[0]) slope
            relative (bias[1] - bias[0]) intercept
        ]

/// (x₁, x₂, y)
let private points =
    [
        1.0, 2.0, 3.0
        2.0, -1.0, 0.5
        -1.0, 0.5, 1.0
        0.0, 1.5, 2.5
        3.0, 0.0, -1.0
        -2.0, -2.0, 0.0
    ]

/// Weights and bias of (1/n) Σ (wx + b - y)² + ½λ‖w‖².
let private ridge lambda =
    let rows = points
    let n = float rows.Length
    let mean of' = List.averageBy of' rows

    let x1, x2, y =
        mean (fun (a, _, _) -> a), mean (fun (_, b, _) -> b), mean (fun (_, _, c) -> c)
    // (2/n) XᵀX w + λw = (2/n) Xᵀy, with X and y around their means
    let product f = 2.0 / n * List.sumBy f rows

    let w1, w2 =
        solve
            (product (fun (a, _, _) -> (a - x1) ** 2.0) + lambda,
             product (fun (a, b, _) -> (a - x1) * (b - x2)),
             product (fun (a, b, _) -> (a - x1) * (b - x2)),
             product (fun (_, b, _) -> (b - x2) ** 2.0) + lambda)
            (product (fun (a, _, c) -> (a - x1) * (c - y)), product (fun (_, b, c) -> (b - x2) * (c - y)))

    [ w1; w2; y - w1 * x1 - w2 * x2 ]

let private pointData =
    examples
        2
        [
            for a, b, _ in points do
                yield! [ float32 a; float32 b ]
        ]
        [ for _, _, c in points -> float32 c ]

[<Fact>]
let ``A single linear layer reaches the closed form of ridge regression`` () =
    let choices =
        { options (Regression 1) Loss.squared with
            Regularizer = { Regularizer.none with L2 = 0.3 }
            LearningRate = 0.1
            BatchSize = points.Length
            Epochs = 500
        }

    let last = train choices (Linear.network (Linear.zeros 2 1)) pointData |> List.last
    closeTo 1e-5 (ridge 0.3) (numbers last.Network)

    let quick =
        byLbfgs (Regression 1) Loss.squared 0.3 (Linear.network (Linear.zeros 2 1)) pointData

    closeTo 1e-5 (ridge 0.3) (numbers quick.Network)
    Assert.InRange(quick.Number, 2, 20)

/// The spiral of the CS231n case study, as numpy draws it from seed 0.
let private spiral =
    lazy
        (use stream =
            System.Reflection.Assembly.GetExecutingAssembly().GetManifestResourceStream "spiral"

         use reader = new StreamReader(stream)

         let rows =
             reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
             |> Array.skip 1
             |> Array.map (fun line -> line.Split ',' |> Array.map Double.Parse)

         Examples.all
             2
             (rows |> Array.collect (fun row -> [| float32 row[0]; float32 row[1] |]))
             (rows |> Array.map (fun row -> float32 row[2])))

[<Fact>]
let ``A softmax layer on the CS231n spiral has the loss and accuracy that the course prints`` () =
    let data = spiral.Value
    let normals = Random.normals 0UL 6

    let start =
        Linear.network
            {
                Weight = Tensor.single [ 3; 2 ] (Array.map (fun x -> float32 (0.01 * x)) normals)
                Bias = Some(Initializer.zeros [ 3 ])
            }

    let choices =
        { options (Classification 3) Loss.softmax with
            Regularizer = { Regularizer.none with L2 = 1e-3 }
            LearningRate = 1.0
            BatchSize = 300
            Epochs = 200
        }

    let epochs = train choices start data
    let x = Tensor.single [ 300; 2 ] data.Features
    let target = Tensor.single [ 300; 1 ] data.Targets

    // iteration 190 prints the loss after 190 updates
    let network = epochs[189].Network

    let losses =
        Loss.perExample (Classification 3) Loss.softmax (Network.forward network x) target

    let penalty =
        Regularizer.penalty choices.Regularizer (Network.parameters network |> List.map snd)

    values 2e-6 [ 0.786302 ] (Tensor.meanAll losses + penalty)
    let trained = Inference.create engine (List.last epochs).Network 2

    match (Inference.evaluate choices.Task choices.Loss trained data).Quality with
    | Classified(accuracy, _) -> Assert.InRange(300.0 * accuracy, 146.99, 149.01)
    | Estimated _ -> Assert.Fail "Classes are classified, not estimated."
