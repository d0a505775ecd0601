(**
# 3. Networks and their sizes

Neurons are connected without cycles, or the forward pass would never end, and they are arranged in layers, because a layer is one
matrix product. In this notebook we build the lecture's two networks, measure their size as the lecture does, and take their
forward pass apart until only three products are left.
*)
#load "load.fsx"

open Hybrid.Core
open Hybrid.Figures
open Load
(**
## Two pictures

The input is not counted as a layer, and the last layer has no activation: its outputs are scores or quantities, which may
be any number. So the first network below has two layers, and the second three.
*)
show (
    Figure.row
        [
            Diagram.ofSizes "2 layers: 3-4-2" [ 3; 4; 2 ] |> Diagram.draw
            Diagram.ofSizes "3 layers: 3-4-4-1" [ 3; 4; 4; 1 ] |> Diagram.draw
        ]
)
(**
## How large is a network?

There are three measures: neurons, parameters and layers. A network knows its parameters, so all three follow from it.
The slides say 6 neurons and 20 + 6 = 26 parameters for the first, 9 neurons and 32 + 9 = 41 for the second.
*)
let size name inputs network =
    let summary = Summary.ofNetwork inputs network
    printfn "%-12s %d layers, %d neurons, %d parameters" name summary.Depth summary.Neurons summary.Parameters

let first = Dense.network "relu" 1UL [ 3; 4; 2 ]
let second = Dense.network "sigmoid" 2UL [ 3; 4; 4; 1 ]

size "3-4-2" 3 first
size "3-4-4-1" 3 second
(**
Where are the 41? Every neuron has its weights in a row of its layer's matrix, and its own bias.
*)
for name, value in Network.parameters second do
    printfn "%s %A" name value.Shape
(**
Sizes grow with the product of neighbouring layers. Doubling the width of a network multiplies its parameters by nearly four.
*)
for width in [ 64; 128; 256 ] do
    size $"{width} wide" 10 (Dense.network "relu" 3UL [ 10; width; width; width; 10 ])
(**
## The forward pass is three matrix products

That is the slide's code, in plain arrays: `h1 = f(W1 x + b1)`, `h2 = f(W2 h1 + b2)`, `out = W3 h2 + b3`, with f the sigmoid.
*)
let parameters =
    Network.parameters second
    |> List.map (fun (name, value) -> name, Reference.value value)
    |> dict

let sigmoid z = 1.0 / (1.0 + exp -z)

/// W x + b, with W row-major.
let affine (w: float[]) (b: float[]) (x: float[]) =
    w
    |> Array.chunkBySize x.Length
    |> Array.mapi (fun row weights -> Array.sum (Array.map2 (*) weights x) + b[row])

let x = [| 0.5; -1.0; 2.0 |]
let h1 = affine parameters["0.weight"] parameters["0.bias"] x |> Array.map sigmoid
let h2 = affine parameters["2.weight"] parameters["2.bias"] h1 |> Array.map sigmoid
let out = affine parameters["4.weight"] parameters["4.bias"] h2

printfn "by hand     %.12f" out[0]
(**
And by the network. Both are in double precision, so they should agree to the last digits.
*)
let output = Network.forward second (Tensor.constant [ 1; 3 ] x)
printfn "the network %.12f" (Array.head (Reference.value output))
(**
The output is not a number yet: a tensor is a node in a graph, and a reader turns it into numbers. One of the readers writes the
graph down, so we can count: three products, three additions, two activations.
*)
printfn "%s" (Text.ofTensors [ Network.forward second (Tensor.input "x" [ 1; 3 ]) ])
(**
## Many examples at once

The lecture remarks that x may hold a whole batch. Nothing in the network changes; the shape of the result follows from that of
the input. (The slides put an example in a column, Hybrid in a row, which is the same product transposed.)
*)
let batch =
    Tensor.constant [ 3; 3 ] [| 0.5; -1.0; 2.0; 0.0; 0.0; 0.0; 1.0; 1.0; 1.0 |]

let outputs = Network.forward second batch
printfn "%s" (Preview.ofTensor outputs)
(**
Why it pays: one product of large matrices keeps the processor busy, many small ones do not. The numbers stay the same.
Here is the maximum difference between 100 outputs in one batch and in 100 batches of one, in float32 on the engine.
*)
let features = Random.normals 5UL 300 |> Array.map float32
let run = Inference.create engine second 3
let together = run.Run features
let apart = features |> Array.chunkBySize 3 |> Array.collect run.Run

printfn
    "%d outputs, maximum difference %g"
    together.Length
    (Array.map2 (fun a b -> abs (a - b)) together apart |> Array.max)
(**
## Shapes that do not match

A shape is known when a tensor is made, so a mistake is found where it is made and not after an hour of training. The message
names the layer that does not accept its input.
*)
try
    Network.forward second (Tensor.input "x" [ 1; 4 ]) |> ignore
with :? ShapeMismatchException as error ->
    printfn "%s" error.Message
(**
Networks are values, so they compose like values: a body that ends in four features and a head that reads them become one
network with `>=>` between them.
*)
let body = Dense.network "relu" 7UL [ 3; 8; 4 ] >=> Activation.relu
let head = Linear.network (Linear.create Glorot 9UL 4 2)

size "body" 3 body
size "whole" 3 (body >=> head)
show (Diagram.ofNetwork "body >=> head" 3 (body >=> head) |> Diagram.draw)
