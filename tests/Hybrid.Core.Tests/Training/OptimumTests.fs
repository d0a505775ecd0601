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

/// Newton's method on the log-likelihood of P(passed) = σ(slope · hours + intercept).
let private newton () =
    let step (slope, intercept) _ =
        let gradient, hessian =
            List.zip hours passed
            |> List.map (fun (x, y) ->
                let p = 1.0 / (1.0 + exp -(slope * x + intercept))
                let weight = p * (1.0 - p)
                ((y - p) * x, y - p), (weight * x * x, weight * x, weight))
            |> List.unzip

        let a, b, d =
            List.sumBy (fun (a, _, _) -> a) hessian,
            List.sumBy (fun (_, b, _) -> b) hessian,
            List.sumBy (fun (_, _, d) -> d) hessian

        let moved = solve (a, b, b, d) (List.sumBy fst gradient, List.sumBy snd gradient)
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

    let slope, intercept = newton ()
    // the coefficients that textbooks print for these data
    closeTo 5e-5 [ 1.5046; -4.0777 ] [ slope; intercept ]
    closeTo 1e-3 [ slope; intercept ] [ weight[1] - weight[0]; bias[1] - bias[0] ]

[<Fact>]
let ``A single linear layer reaches the closed form of ridge regression`` () =
    let rows =
        [
            1.0, 2.0, 3.0
            2.0, -1.0, 0.5
            -1.0, 0.5, 1.0
            0.0, 1.5, 2.5
            3.0, 0.0, -1.0
            -2.0, -2.0, 0.0
        ]

    let lambda = 0.3
    let n = float rows.Length
    let mean of' = List.averageBy of' rows

    let x1, x2, y =
        mean (fun (a, _, _) -> a), mean (fun (_, b, _) -> b), mean (fun (_, _, c) -> c)
    // of (1/n) Σ (wx + b - y)² + ½λ‖w‖²: (2/n) XᵀX w + λw = (2/n) Xᵀy, with X and y around their means
    let product f = 2.0 / n * List.sumBy f rows

    let w1, w2 =
        solve
            (product (fun (a, _, _) -> (a - x1) ** 2.0) + lambda,
             product (fun (a, b, _) -> (a - x1) * (b - x2)),
             product (fun (a, b, _) -> (a - x1) * (b - x2)),
             product (fun (_, b, _) -> (b - x2) ** 2.0) + lambda)
            (product (fun (a, _, c) -> (a - x1) * (c - y)), product (fun (_, b, c) -> (b - x2) * (c - y)))

    let choices =
        { options (Regression 1) Loss.squared with
            Regularizer = { Regularizer.none with L2 = lambda }
            LearningRate = 0.1
            BatchSize = rows.Length
            Epochs = 500
        }

    let data =
        examples
            2
            [
                for a, b, _ in rows do
                    yield! [ float32 a; float32 b ]
            ]
            [ for _, _, c in rows -> float32 c ]

    let last = train choices (Linear.network (Linear.zeros 2 1)) data |> List.last
    closeTo 1e-5 [ w1; w2 ] (parameter "0.weight" last.Network)
    closeTo 1e-5 [ y - w1 * x1 - w2 * x2 ] (parameter "0.bias" last.Network)

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
                Bias = Initializer.zeros [ 3 ]
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

    match (Inference.evaluate engine choices.Task choices.Loss trained data).Quality with
    | Classified(accuracy, _) -> Assert.InRange(300.0 * accuracy, 146.99, 149.01)
    | Estimated _ -> Assert.Fail "Classes are classified, not estimated."
