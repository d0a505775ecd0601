/// Conditions of R1 to R27 on numbers on both sides of each limit.
module Hybrid.Tests.Lecture.JudgeTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

/// Ten seeds, all with the same number.
let private at level = List.replicate 10 level

let private epochs relu sigmoid tanh name =
    Map.find name (Map [ "relu", relu; "sigmoid", sigmoid; "tanh", tanh ])

let private accuracies relu maxout tanh sigmoid name =
    at (Map.find name (Map [ "relu", relu; "maxout", maxout; "tanh", tanh; "sigmoid", sigmoid ]))

let private judges: (string * (Condition list * (string list * Condition list) list)) list =
    [
        "R1",
        (Backpropagation.conditions 1e-8 1e-5 [ 0.25; 0.24 ] 1e-15,
         [
             [ "smooth" ], Backpropagation.conditions 1e-6 1e-5 [ 0.25 ] 1e-15
             [ "kinks" ], Backpropagation.conditions 1e-8 1e-3 [ 0.25 ] 1e-15
             [ "every remainder" ], Backpropagation.conditions 1e-8 1e-5 [ 0.25; 0.5 ] 1e-15
             [ "falls faster" ], Backpropagation.conditions 1e-8 1e-5 [ 0.25; 0.1 ] 1e-15
             [ "falls faster"; "every remainder" ], Backpropagation.conditions 1e-8 1e-5 [] 1e-15
             [ "dual" ], Backpropagation.conditions 1e-8 1e-5 [ 0.25 ] 1e-9
         ])
        "R4",
        (Neuron.conditions 1e-16 0 0 0 0,
         [
             [ "in code" ], Neuron.conditions 1e-14 0 0 0 0
             [ "direction of its weight's sign" ], Neuron.conditions 0.0 1 0 0 0
             [ "above the threshold" ], Neuron.conditions 0.0 0 1 0 0
             [ "at the threshold" ], Neuron.conditions 0.0 0 0 1 0
             [ "one half" ], Neuron.conditions 0.0 0 0 0 1
         ])
        "R7",
        (HingeNeuron.conditions 0.0 1.0 1e-4,
         [
             [ "hinge loss of 0" ], HingeNeuron.conditions 1e-9 1.0 1e-4
             [ "margin of 1" ], HingeNeuron.conditions 0.0 0.9 1e-4
             [ "widest margin" ], HingeNeuron.conditions 0.0 1.0 0.01
         ])
        "R9 saturation",
        (let shares, errors =
            [ 0.0; 0.0; 0.1; 0.5; 0.8; 0.9; 0.9 ], [ 0.2; 0.1; 0.1; 0.1; 0.2; 0.3; 0.6 ]

         let moved = [ 2.0; 2.0; 2.0; 2.0; 1.0; 0.5; 0.1 ]
         let last value values = List.updateAt 6 value values

         Saturation.conditions shares errors moved,
         [
             [ "the larger" ], Saturation.conditions (last 0.8 shares) errors moved
             [ "the larger"; "most neurons" ], Saturation.conditions (last 0.5 shares) errors moved
             [ "barely move" ], Saturation.conditions shares errors (last 0.3 moved)
             [ "barely learns" ], Saturation.conditions shares (last 0.2 errors) moved
         ])
        "R9 vanishing",
        (Vanishing.conditions 1e-4 1.0 1.0,
         [
             [ "sigmoid" ], Vanishing.conditions 0.02 1.0 1.0
             [ "tanh"; "ReLU" ], Vanishing.conditions 1e-4 0.05 0.05
         ])
        "R10",
        (ZigZag.conditions 0 10 2.0 1.0 1.1,
         [
             [ "all positive" ], ZigZag.conditions 1 10 2.0 1.0 1.1
             [ "both signs" ], ZigZag.conditions 0 0 2.0 1.0 1.1
             [ "zig-zag" ], ZigZag.conditions 0 10 1.4 1.0 1.1
             [ "mitigates" ], ZigZag.conditions 0 10 2.0 1.0 2.0
         ])
        "R11",
        (Tanh.conditions 1e-16 0.0 8e-9 (at 5.0),
         [
             [ "2σ(2x)" ], Tanh.conditions 1e-12 0.0 8e-9 (at 5.0)
             [ "zero-centred" ], Tanh.conditions 1e-16 0.1 8e-9 (at 5.0)
             [ "saturates" ], Tanh.conditions 1e-16 0.0 1e-3 (at 5.0)
             [ "fewer epochs" ], Tanh.conditions 1e-16 0.0 8e-9 (at 0.0)
             [ "fewer epochs" ], Tanh.conditions 1e-16 0.0 8e-9 (at -1.0)
         ])
        "R12",
        (Race.conditions (epochs 10.0 15.0 16.0),
         [
             [ "with sigmoid" ], Race.conditions (epochs 10.0 14.9 infinity)
             [ "with tanh" ], Race.conditions (epochs 10.0 infinity 9.9)
             [ "with sigmoid"; "with tanh" ], Race.conditions (epochs infinity infinity infinity)
         ])
        "R13",
        (ReluCost.conditions 0 2.0,
         [
             [ "thresholding" ], ReluCost.conditions 1 2.0
             [ "expensive" ], ReluCost.conditions 0 1.9
         ])
        "R14",
        (Dead.conditions 0.7 0.4 0.2 0.01 0.0 0.1,
         [
             [ "rate 0.1" ], Dead.conditions 0.39 0.4 0.2 0.01 0.0 0.1
             [ "also dead at rate 0.03" ], Dead.conditions 0.7 0.28 0.2 0.01 0.0 0.1
             [ "also dead at rate 0.03" ], Dead.conditions 0.7 nan 0.2 0.01 0.0 0.1
             [ "still learns" ], Dead.conditions 0.7 0.4 0.9 0.01 0.0 0.1
             [ "not an issue" ], Dead.conditions 0.7 0.4 0.2 0.2 0.0 0.1
             [ "stays dead" ], Dead.conditions 0.7 0.4 0.2 0.01 1e-9 0.1
             [ "same weights" ], Dead.conditions 0.7 0.4 0.2 0.01 0.0 0.0
         ])
        "R15",
        (let gains good = [ 0.001, at good; 0.01, at 0.02 ]

         LeakyRelu.conditions 0 0.3 0.0 (gains 0.02),
         [
             [ "formula" ], LeakyRelu.conditions 1 0.3 0.0 (gains 0.02)
             [ "something to fix" ], LeakyRelu.conditions 0 0.05 0.0 (gains 0.02)
             [ "do not die" ], LeakyRelu.conditions 0 0.3 0.01 (gains 0.02)
             [ "slope of 0.001" ], LeakyRelu.conditions 0 0.3 0.0 (gains -0.02)
             [ "slope of 0.01" ], LeakyRelu.conditions 0 0.3 0.0 [ 0.001, at 0.02; 0.01, at 0.0 ]
         ])
        "R16",
        (MaxoutUnits.conditions 2.0 0 [ "ReLU", 0 ] 0.0 0.3,
         [
             [ "special case" ], MaxoutUnits.conditions 2.0 0 [ "ReLU", 1 ] 0.0 0.3
             [ "doubles" ], MaxoutUnits.conditions 1.0 0 [ "ReLU", 0 ] 0.0 0.3
             [ "saturate" ], MaxoutUnits.conditions 2.0 1 [ "ReLU", 0 ] 0.0 0.3
             [ "units do not" ], MaxoutUnits.conditions 2.0 0 [ "ReLU", 0 ] 0.01 0.3
             [ "units die" ], MaxoutUnits.conditions 2.0 0 [ "ReLU", 0 ] 0.0 0.05
         ])
        "R17",
        (Advice.conditions (accuracies 0.97 0.97 0.96 0.95),
         [
             [ "never use" ], Advice.conditions (accuracies 0.97 0.97 0.96 0.97)
             [ "worse than ReLU" ], Advice.conditions (accuracies 0.96 0.97 0.96 0.95)
             [ "worse than maxout" ], Advice.conditions (accuracies 0.97 0.95 0.96 0.95)
         ])
        "R20",
        (OutputLayer.conditions 1e-5 [ 1.0, 1.0 ] 0.0,
         [
             [ "any real value" ], OutputLayer.conditions 1e-2 [ 90.0, 1.0 ] 0.0
             [ "confined" ], OutputLayer.conditions 1e-5 [ 0.9, 1.0 ] 0.0
             [ "missed" ], OutputLayer.conditions 1e-4 [ 1e-3, 0.0 ] 0.0
             [ "softmax" ], OutputLayer.conditions 1e-5 [ 1.0, 1.0 ] 1e-9
         ])
        "R23",
        (BatchSpeed.conditions 0 3.0,
         [
             [ "threads" ], BatchSpeed.conditions 1 3.0
             [ "efficiently" ], BatchSpeed.conditions 0 2.9
         ])
        "R24",
        (Universal.conditions 1.0 0.9 [ 1.0; 1.2 ],
         [
             [ "bounded slopes" ], Universal.conditions 1.01 0.9 [ 1.0 ]
             [ "√x" ], Universal.conditions 0.9 nan [ 1.0 ]
             [ "polynomial" ], Universal.conditions 0.9 0.9 [ 1.0; 0.8 ]
         ])
        "R25",
        (Bumps.conditions 1.0 0.999 [ "f", 10.0 ],
         [
             [ "within any" ], Bumps.conditions 1.1 0.999 [ "f", 10.0 ]
             [ "no closer" ], Bumps.conditions 1.0 0.9 [ "f", 10.0 ]
             [ "compact" ], Bumps.conditions 1.0 0.999 [ "f", 2.88 ]
         ])
        "R26",
        (let sine, nielsen = [ 100, 10; 10_000, 20 ], [ 100, 10; 200, 15 ]

         Useless.conditions sine nielsen,
         [
             [ "more numbers" ], Useless.conditions [ 100, 100; 10_000, 200 ] nielsen
             [ "sin 2πx" ], Useless.conditions [ 100, 10; 10_000, 200 ] nielsen
             [ "Nielsen's" ], Useless.conditions sine [ 100, 10; 200, 20 ]
         ])
        "R27",
        (DepthSeparation.conditions 0 [ 1, (0.0625, 0.0625) ] 0.5,
         [
             [ "k-fold" ], DepthSeparation.conditions 1 [ 1, (0.0625, 0.0625) ] 0.5
             [ "x²" ], DepthSeparation.conditions 0 [ 1, (0.0625, 0.07) ] 0.5
             [ "unit too few" ], DepthSeparation.conditions 0 [ 1, (0.0625, 0.0625) ] 0.4
         ])
    ]

let names = judges |> List.map (fun (name, _) -> [| box name |])

[<Theory; MemberData(nameof names)>]
let ``Each condition holds on only one side of its limit`` (name: string) =
    let _, (good, broken) = judges |> List.find (fst >> (=) name)
    decides good broken
