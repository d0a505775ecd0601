(**
# 2. Activations: from a neuron's sum to its output

Without activations, any number of layers is one linear function. The activation is what makes depth
worthwhile, and it decides how well gradients find their way back. In this notebook we look at the lecture's
activations, at the way in which each of them fails, and at how to see it happen.
*)
#load "load.fsx"

open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Data
open Hybrid.Figures
open Load
(**
## Four functions and their slopes

Training sees only the slope of an activation: backpropagation multiplies by it at every unit it passes. So we draw the
slopes next to the functions. We do not write them down but compute them: `Gradient.grad` differentiates any function of
tensors whose result is one number, and the sum over independent elements gives every element its own slope.
*)
let xs = [| -600 .. 600 |] |> Array.map (fun i -> float i / 100.0)
let x = Tensor.constant [ xs.Length ] xs

let named name =
    Activation.functions |> List.find (fst >> (=) name) |> snd

let slope f = Gradient.grad (f >> Tensor.sumAll)

let chosen =
    [
        "sigmoid", named "sigmoid"
        "tanh", named "tanh"
        "relu", named "relu"
        "leaky-relu", Activation.leakyRelu 0.1
    ]

let panel title f =
    chosen
    |> List.mapi (fun i (name, activation) ->
        Lines.line (Series i) name xs (Reference.value (f activation x)))
    |> Chart.create title (Axis.linear "sum") (Axis.linear title |> Axis.within -1.2 2.0)
    |> Chart.sized 330.0 260.0
    |> Chart.draw

show (Figure.row [ panel "activation" id; panel "slope" slope ])
(**
## Saturation kills gradients

The sigmoid's slope is at most ¼, and in its tails it vanishes. A unit that has reached them learns no more, whatever the
loss says: the gradient that arrives is multiplied by these numbers.
*)
for z in [ 0.0; 2.0; 5.0; 10.0 ] do
    let at f =
        (slope f (Tensor.constant [ 1 ] [| z |]) |> Reference.value)[0]

    printfn
        "sum %4.0f: slope of sigmoid %.6f, of tanh %.9f, of relu %.0f"
        z
        (at Tensor.sigmoid)
        (at Tensor.tanh)
        (at Tensor.relu)
(**
In a deep network the factors multiply. Here are six hidden layers, untrained, and the norm of the gradient that reaches the
weights of each. With sigmoids the first layer gets almost nothing; rectifiers, started with He's variance, pass it on.
*)
let moons = Table.examples (Generators.byDefault Generators.moons 1UL)

let deep activation =
    Dense.network activation 5UL [ 2; 20; 20; 20; 20; 20; 20; 2 ]

let gradients activation =
    Flow.ofNetwork engine (optionsFor 2 moons) (deep activation) moons
    |> List.map _.GradientNorm
    |> Array.ofList

for activation in [ "sigmoid"; "tanh"; "relu" ] do
    let lengths = gradients activation
    printfn "%-8s first layer %.2g, last layer %.2g" activation lengths[0] (Array.last lengths)
(**
On a logarithmic axis the sigmoid's loss is a straight line: a constant factor per layer.
*)
[ "sigmoid"; "tanh"; "relu" ]
|> List.mapi (fun i name -> Lines.line (Series i) name [| 1.0 .. 7.0 |] (gradients name))
|> Chart.create
    "Gradients on their way back"
    (Axis.linear "layer")
    (Axis.logarithmic "length of the gradient")
|> Chart.draw
|> show
(**
## Outputs that are never negative

The second drawback: a sigmoid's output is always positive. The gradient of a neuron's weight is the neuron's error times the
input that the weight carries, so for one example all weights of a neuron that reads sigmoids want to move in the same
direction. If the best direction is up for one weight and down for another, the path must zig-zag. With tanh the signs are free.
*)
let signs activation =
    let network = Dense.network activation 7UL [ 2; 6; 1 ]
    let point = Tensor.constant [ 1; 2 ] [| 0.8; -0.5 |]
    let last = Network.parameters network |> List.map snd |> List.item 2

    let loss =
        Tensor.sumAll (
            Loss.squared.PerExample
                (Network.forward network point)
                (Tensor.scalar 3.0 |> Tensor.broadcast [ 1; 1 ])
        )

    Derivative.gradient loss [ last ]
    |> List.head
    |> Reference.value
    |> Array.map (fun g -> if g > 0.0 then "+" else "-")
    |> String.concat " "

for activation in [ "sigmoid"; "tanh" ] do
    printfn "%-8s %s" activation (signs activation)
(**
## Rectifiers can die

The rectifier does not saturate where it fires, and it costs one comparison. But where it does not fire, its slope is exactly 0. One
large step can push a unit so far that it no longer fires on any example; then no gradient reaches it, and it stays that way. The
lecture warns of large learning rates. We train the same network at several, and count units that are silent on all examples.
*)
let dead activation rate =
    let options =
        { optionsFor 2 moons with
            Optimizer = Optimizer.sgd
            LearningRate = rate
            BatchSize = 10
            Epochs = 60
        }

    let trained =
        (train options (Dense.network activation 11UL [ 2; 40; 40; 2 ]) moons).Network

    let units = Units.ofNetwork engine trained moons
    let stuck = units.Layers |> List.filter _.IsHidden |> List.sumBy _.NoGradient
    float stuck / 80.0, accuracy trained moons

for rate in [ 0.1; 0.5; 1.0; 1.5 ] do
    let relu, right = dead "relu" rate
    let leaky, leakyRight = dead "leaky-relu" rate

    printfn
        "rate %4.2f: relu %4.1f %% without gradient, %5.1f %% right; leaky relu %3.1f %%, %5.1f %% right"
        rate
        (100.0 * relu)
        (100.0 * right)
        (100.0 * leaky)
        (100.0 * leakyRight)
(**
At the highest rate half of the units are lost. The accuracy does not show it: this network has units to spare, and gets all points
right. That is why the lecture recommends monitoring the share of dead units itself (`hybrid train --monitor` does). The leaky
rectifier has a slope on both sides, so none of its units is ever without a gradient.

## Maxout, for twice the parameters

Maxout takes the maximum of several linear pieces, with no fixed function at all. Two pieces are enough for a rectifier, its
leaky form, or |x|, depending on the weights.
*)
let maxout a b =
    Maxout.network
        {
            Pieces = 2
            Weight = Tensor.constant [ 2; 1 ] [| a; b |]
            Bias = Tensor.constant [ 2 ] [| 0.0; 0.0 |]
        }

let probe = Tensor.constant [ 5; 1 ] [| -2.0; -1.0; 0.0; 1.0; 2.0 |]

for name, a, b in [ "relu", 1.0, 0.0; "leaky relu", 1.0, 0.1; "absolute value", 1.0, -1.0 ] do
    printfn "%-15s %s" name (Preview.ofTensor (Network.forward (maxout a b) probe))
(**
The price shows before any training: a layer of 40 maxout units has twice the parameters of 40 rectifiers.
*)
printfn
    "40 rectifiers on 20 inputs: %s"
    (Preview.ofNetwork (Linear.network (Linear.create He 1UL 20 40) >=> Activation.relu))

printfn "40 maxout units:            %s" (Preview.ofNetwork (Maxout.network (Maxout.create He 1UL 2 20 40)))
(**
## Are the slopes right?

All of this rests on derivatives being right. So compare them with something that knows no rules: the change of the loss when a
weight is moved a little. If that movement crosses the kink of a rectifier, the difference is
meaningless, and the check lists such weights separately.
*)
for activation in [ "sigmoid"; "tanh"; "relu"; "leaky-relu"; "gelu" ] do
    let report =
        GradientCheck.ofNetwork
            GradientSource.graph
            1UL
            20
            0
            (LearningTask.Classification 2)
            Loss.softmax
            (Dense.network activation 13UL [ 2; 8; 8; 2 ])
            moons

    printfn
        "%-10s maximum relative error %.2g of %d weights, %d at kinks"
        activation
        report.MaxRelativeError
        report.Checked
        report.Kinks.Length
(**
The lecture's advice follows from what we saw: use rectifiers, be careful with the learning rate, watch for dead units,
try leaky rectifiers or maxout if there are many, and do not use the sigmoid in hidden layers.
*)
