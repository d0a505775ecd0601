(**
# 4. Approximation: what one hidden layer can be

The universal approximation theorem says that for any continuous function and any ε there is a network with one hidden layer that
is within ε everywhere. It says nothing about the size of that network, and a proof that only says "there is one" cannot be
run. In this notebook we build such networks, with a proof for each, and see why the lecture calls the theorem cute but useless
in practice, and what depth adds.
*)
#load "load.fsx"

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Figures
open Load
(**
## A bump

The lecture's remark about a sum of indicator bumps is a proof in one picture. A unit that fires from 0.3 on, less a unit that
fires from 0.6 on, is a bump between the two. Enough narrow bumps, each as high as the function there, form a staircase that
follows it.
*)
let bump =
    Linear.network
        {
            Weight = Tensor.constant [ 2; 1 ] [| 1.0; 1.0 |]
            Bias = Some(Tensor.constant [ 2 ] [| -0.3; -0.6 |])
        }
    >=> Activation.step
    >=> Linear.network
            {
                Weight = Tensor.constant [ 1; 2 ] [| 0.8; -0.8 |]
                Bias = Some(Tensor.constant [ 1 ] [| 0.0 |])
            }

let xs = [| 0..1000 |] |> Array.map (fun i -> float i / 1000.0)

let at (network: Network) =
    Network.forward network (Tensor.constant [ xs.Length; 1 ] xs) |> Reference.value

let wave x = sin (2.0 * System.Math.PI * x)
let unit' = { Lower = 0.0; Upper = 1.0 }
let known = Smoothness.lipschitz (2.0 * System.Math.PI)
let staircase = Approximation.bumps wave known unit' 0.2

printfn "%d threshold units, sup |f - g| <= %s" staircase.Neurons (SignificantDigits.up 3 staircase.Bound)

Chart.create
    "One bump, and a staircase of many"
    (Axis.linear "x")
    (Axis.linear "value")
    [
        Lines.line (Series 2) "a bump" xs (at bump)
        Lines.line (Series 1) "bumps within 0.2" xs (at staircase.Network)
        Lines.dashed Ink "sin 2πx" xs (Array.map wave xs)
    ]
|> Chart.draw
|> show
(**
The number of bumps depends on the slope of the function: in a cell of width h it moves by at most L h / 2 from its
middle. Halving ε doubles the network. Rectifiers do better, because they draw lines instead of steps, and the error of a line falls
with the square of the cell's width, if the function's curvature is bounded.
*)
let smooth = Smoothness.smooth (2.0 * System.Math.PI) (4.0 * System.Math.PI ** 2.0)

for epsilon in [ 0.1; 0.01; 0.001 ] do
    let steps = Approximation.bumps wave known unit' epsilon
    let lines = Approximation.relu wave smooth unit' epsilon
    printfn "within %5.3f: %4d threshold units, or %3d rectifiers" epsilon steps.Neurons lines.Neurons
(**
## A proof that does not trust the construction

These bounds are theorems about numbers on paper. The saved network has float32 weights and adds in some order. So
`Construction.build` takes the formula's own graph, bounds its difference from the saved network box by box, and only then says
that it holds.
*)
let formula = Expression.parse [ "x" ] "sin(2*pi*x)"
let built = Construction.build "relu" formula [| unit' |] 0.05 None None
let certificate = built.Certificate

printfn
    "%d neurons, slope at most %s, curvature at most %s"
    built.Approximation.Neurons
    (SignificantDigits.up 3 built.Lipschitz)
    (SignificantDigits.up 3 built.Curvature)

printfn
    "proved %s, of it %s for rounding; found %s"
    (SignificantDigits.up 4 certificate.Bound)
    (SignificantDigits.up 1 certificate.Rounding)
    (SignificantDigits.down 4 certificate.Measured)

printfn "holds: %b, after %d boxes" certificate.Holds certificate.Boxes
show (Approximations.draw "sin 2πx within 0.05" formula [| unit' |] built.Approximation.Network certificate)
(**
A proof is worth something only if it fails where it should. We change one weight a little, and check again.
*)
let spoilt =
    built.Approximation.Network
    |> Network.map (fun name value ->
        let numbers = Reference.value value

        if name = "2.weight" then
            Tensor.constant value.Shape (Array.updateAt 3 (numbers[3] + 0.2) numbers)
        else
            value)

let refuted =
    Certificate.prove (Expression.graph formula) spoilt [| unit' |] 0.05 100_000

printfn "holds: %b; at x = %.3f it is off by %.3f" refuted.Holds refuted.Point[0] refuted.Measured
(**
## Why the theorem is useless in practice

The constructions see the function at every point and spend a unit wherever it bends. Training finds a far smaller network for a
smooth function. Both are proved, in the same way and for the same ε.
*)
for name in [ "bumps"; "sigmoid"; "relu"; "trained" ] do
    let result = Construction.build name formula [| unit' |] 0.05 None None
    let bound = SignificantDigits.up 3 result.Certificate.Bound
    printfn "%-8s %3d neurons, proved bound %s" name result.Approximation.Neurons bound
(**
The trained network needs a handful of units where the steps need a hundred. That networks are universal does not explain why they work;
that small ones express the functions that we meet, and can be found by gradients, comes closer.

## What depth adds

If one hidden layer is enough, why more? Because of the size. A triangle is two rectified units. Chain k of them, and
each folds the output of the one before, so the number of lines doubles with every layer. One hidden layer of n units has at
most n + 1 lines.
*)
for k in [ 1; 4; 8; 12 ] do
    let sawtooth = Deep.sawtooth k

    printfn
        "%-2d layers, %2d units: %4d lines; one hidden layer needs %4d units"
        k
        (2 * k)
        (Regions.pieces sawtooth unit')
        (Deep.shallowUnits k)

Chart.create
    "Teeth of 1, 2 and 4 layers"
    (Axis.linear "x")
    (Axis.linear "value")
    [
        for i, k in [ 0, 1; 1, 2; 2, 4 ] do
            Lines.line (Series i) $"{k} layers" xs (at (Deep.sawtooth k))
    ]
|> Chart.draw
|> show
(**
Teeth are made for the purpose, but the same folding gives a function as plain as x². Each layer of four units divides the
error by four; a network with one hidden layer must double its units for that, every time.
*)
for m in [ 2; 4; 6; 8 ] do
    let square = Deep.square m

    printfn
        "%d layers, %2d units: x² within %s; one hidden layer needs more than %.0f units"
        m
        square.Neurons
        (SignificantDigits.up 2 square.Bound)
        (Deep.shallowSquareUnits square.Bound)
