(**
# 1. One neuron, and what it can decide

A neural network is made of one small part, so it pays to know that part well. A neuron weighs its inputs, adds
them to a bias, and passes the sum through an activation function. In this notebook we build one, turn it into two
classical classifiers just by choosing a loss, watch it forget, and find the first thing that it cannot do.
*)
#load "load.fsx"

open Hybrid.Core
open Hybrid.Data
open Hybrid.Figures
open Load
(**
## The neuron of the slide

The lecture's code is four lines: a dot product, a bias, a sigmoid. In plain numbers it is just this.
*)
let inputs = [| 1.0; 2.0; 3.0 |]
let weights = [| 0.5; -0.25; 0.1 |]
let bias = 0.2

let cellBodySum = Array.sum (Array.map2 (*) inputs weights) + bias
printfn "sum %.4f, firing rate %.6f" cellBodySum (1.0 / (1.0 + exp -cellBodySum))
(**
Now the same neuron as a network: a value composed of a linear layer and an activation with `>=>`. A layer takes many
examples at once, one per row, so a single example is a matrix of one row. The number must be the same.
*)
let neuron =
    Linear.network
        {
            Weight = Tensor.constant [ 1; 3 ] weights
            Bias = Some(Tensor.constant [ 1 ] [| bias |])
        }
    >=> Activation.sigmoid

let firing =
    Network.forward neuron (Tensor.constant [ 1; 3 ] inputs) |> Reference.value

printfn "%s" (Preview.ofNetwork neuron)
printfn "firing rate %.6f" firing[0]
(**
## A neuron is a linear classifier

The sum is positive on one side of a line and negative on the other: a neuron likes half of its input space. If its output
σ(z) is read as the probability of one class, cross-entropy is the loss to minimise, and the neuron is logistic regression. We
take two clouds of points. `Activation.twoClasses` writes the one score z as the scores 0 and z, whose softmax is 1 − σ(z)
and σ(z).
*)
let clouds =
    let all = Table.examples (Generators.generate Generators.blobs 1UL 300 0.9)

    { all with
        Rows = all.Rows |> Array.filter (fun row -> all.Targets[row] < 2f)
    }

let start = Linear.network (Linear.zeros 2 1) >=> Activation.twoClasses

let options =
    { optionsFor 2 clouds with
        Epochs = 2000
    }

let logistic = train options start clouds
printfn "cross-entropy %.4f, %.1f %% right" logistic.TrainingLoss (100.0 * accuracy logistic.Network clouds)
(**
Is it really the optimum? The gradient of logistic regression is known by hand: the mean of (σ(z) − y) x. We compute it with
plain arrays at the trained weights. If training is done, every component is nearly 0.
*)
let values network =
    Network.parameters network |> List.map (snd >> Reference.value)

let gradientByHand (network: Network) =
    match values network with
    | [ w; b ] ->
        let terms =
            clouds.Rows
            |> Array.map (fun row ->
                let x, y = float clouds.Features[2 * row], float clouds.Features[2 * row + 1]

                let error =
                    1.0 / (1.0 + exp -(w[0] * x + w[1] * y + b[0])) - float clouds.Targets[row]

                [| error * x; error * y; error |])

        Array.init 3 (fun i -> terms |> Array.averageBy (Array.item i))
    | _ -> [||]

printfn "at the start   %A" (gradientByHand start |> Array.map (fun g -> System.Math.Round(g, 4)))
printfn "after training %A" (gradientByHand logistic.Network |> Array.map (fun g -> System.Math.Round(g, 4)))
(**
## A different loss, a different classifier

Nothing in the neuron says that its score is a probability. The hinge loss asks for something else: that every point be on
its own side with a margin of 1; it does not care how much farther out a point is. The same neuron becomes a support vector
machine. A little L2 is part of its definition: among all lines it prefers the one with the widest margin.
*)
let svm =
    train
        { options with
            Loss = Loss.hinge
            Regularizer = { Regularizer.none with L2 = 0.01 }
        }
        start
        clouds

for name, epoch in [ "softmax", logistic; "hinge", svm ] do
    let w = (values epoch.Network)[0]
    printfn "%-8s weights (%.2f, %.2f), %.1f %% right" name w[0] w[1] (100.0 * accuracy epoch.Network clouds)
(**
The two lines are nearly the same, though the weights have different norms.
*)
show (
    Figure.row
        [
            regions "softmax: logistic regression" logistic.Network clouds
            regions "hinge: support vector machine" svm.Network clouds
        ]
)
(**
## Regularisation is gradual forgetting

The lecture reads the penalty ½λ‖w‖² as forgetting: at every update each weight loses the share ηλ of itself. That is exact
wherever the data say nothing. So let the data say nothing: if all inputs are 0, the loss has no gradient in the weights, and
after k steps they must be (1 − ηλ)ᵏ times their start.
*)
let silence =
    Examples.all 2 (Array.zeroCreate 20) (Array.init 10 (fun i -> float32 (i % 2)))

let remembered =
    Linear.network
        {
            Weight = Tensor.constant [ 1; 2 ] [| 1.0; -2.0 |]
            Bias = Some(Tensor.constant [ 1 ] [| 0.0 |])
        }
    >=> Activation.twoClasses

for steps in [ 1; 10; 100 ] do
    let forgetting =
        { optionsFor 2 silence with
            Optimizer = Optimizer.sgd
            LearningRate = 0.1
            Regularizer = { Regularizer.none with L2 = 0.2 }
            Epochs = steps
        }

    let w = (values (train forgetting remembered silence).Network)[0]

    printfn
        "after %3d steps %.6f of the weight is left, (1 - 0.02)^%d = %.6f"
        steps
        w[0]
        steps
        (0.98 ** float steps)
(**
## What one neuron cannot do

One line cuts the plane in two. Of the 16 ways to colour four points in general position, Cover counted in 1965 how many a
line can make; the two missing ones are XOR and its opposite.
*)
printfn "%O of %d colourings" (Hybrid.Theory.Regions.dichotomies 2 4) (pown 2 4)
(**
Training cannot add what a neuron lacks. On noisy XOR a neuron stays near chance, and a few neurons in front of it change
everything. That is where networks begin: see the third notebook.
*)
let xor = Table.examples (Generators.byDefault Generators.xor 1UL)
let alone = train { optionsFor 2 xor with Epochs = 1000 } start xor

let together =
    train { optionsFor 2 xor with Epochs = 1000 } (Dense.network "tanh" 3UL [ 2; 4; 2 ]) xor

printfn "one neuron   %.1f %% right" (100.0 * accuracy alone.Network xor)
printfn "a hidden layer of four %.1f %% right" (100.0 * accuracy together.Network xor)

show (
    Figure.row
        [
            regions "one neuron" alone.Network xor
            regions "four before the output" together.Network xor
        ]
)
