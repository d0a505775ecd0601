module Hybrid.Tests.DiagramTests

open System.Xml.Linq
open Hybrid.Core
open Hybrid.Figures
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Hybrid.Tests.PictureRules
open Xunit

let private draw diagram = Diagram.draw diagram |> parse

let private neurons root =
    ofClass "neuron" root
    |> List.map (fun neuron ->
        neuron.Elements()
        |> Seq.head
        |> fun circle -> number "cx" circle, number "cy" circle)

/// The neurons that a weight comes from and leads to: those that its line, made longer, goes through the centres of.
let private ends root (weight: XElement) =
    let x1, y1, x2, y2 =
        number "x1" weight, number "y1" weight, number "x2" weight, number "y2" weight

    let onLine (x, y) =
        abs ((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) < 5.0

    let nearest (x, y) =
        neurons root
        |> List.filter onLine
        |> List.minBy (fun (x', y') -> (x - x') ** 2.0 + (y - y') ** 2.0)

    nearest (x1, y1), nearest (x2, y2)

[<Fact>]
let ``Edges connect neighbouring layers fully, and no others`` () =
    let root = draw (Diagram.ofSizes "network" [ 3; 6; 2 ])
    let neurons = neurons root
    Assert.Equal<int list>([ 3; 6; 2 ], neurons |> List.countBy fst |> List.map snd)
    let lefts = neurons |> List.map fst |> List.distinct
    let weights = ofClass "weight" root

    Assert.Equal<((float * float) * int) list>(
        [ (lefts[0], lefts[1]), 18; (lefts[1], lefts[2]), 12 ],
        weights
        |> List.map (ends root)
        |> List.countBy (fun (source, target) -> fst source, fst target)
    )

    Assert.Equal(30, (weights |> List.map (ends root) |> List.distinct).Length)
    arrowheads root
    Assert.Equal<string list>([ "3 inputs"; "6 hidden"; "2 outputs" ], texts "caption" root)
    Assert.Empty(ofClass "legend" root)

[<Fact>]
let ``A weight's colour shows its sign, and its width its size`` () =
    let root = draw (Diagram.ofWeights "" [ array2D [ [ 2.0; -1.0; 0.0; nan ] ] ])
    let weights = ofClass "weight" root

    Assert.Equal<string list>(
        [
            "weight positive series1"
            "weight negative series0"
            "weight zero muted"
            "weight not-finite ink"
        ],
        weights |> List.map (attribute "class")
    )

    Assert.Equal<float list>([ 3.5; 2.0; 0.5; 1.0 ], weights |> List.map (number "stroke-width"))
    Assert.Equal<string list>([ "positive weight"; "negative weight" ], texts "legend-label" root)

[<Fact>]
let ``A row of a matrix is a neuron`` () =
    // the second neuron's weight from the first input is the only negative one
    let root =
        draw (Diagram.ofWeights "" [ array2D [ [ 1.0; 1.0 ]; [ -1.0; 1.0 ]; [ 1.0; 1.0 ] ] ])

    let negative = ofClass "negative" root |> List.exactlyOne

    let heights column =
        neurons root |> List.filter (fst >> (=) column) |> List.map snd

    let source, target = ends root negative
    Assert.Equal(0, heights (fst source) |> List.findIndex ((=) (snd source)))
    Assert.Equal(1, heights (fst target) |> List.findIndex ((=) (snd target)))

[<Fact>]
let ``A network shows its layers of neurons with their weights and activations`` () =
    let network = dense "tanh" [ 2; 4; 3 ]
    let diagram = Diagram.ofNetwork "" 2 network
    Assert.Equal<string list>([ "2 inputs"; "4 tanh"; "3" ], texts "caption" (draw diagram))

    let weights =
        diagram.Layers
        |> List.map (fun layer -> layer.Weights.Value |> Seq.cast<float> |> Array.ofSeq)

    Assert.Equal<float[] list>([ parameter "0.weight" network; parameter "2.weight" network ], weights)

    let maxout = Maxout.network (Maxout.create Glorot 1UL 2 3 4)
    let root = draw (Diagram.ofNetwork "" 3 maxout)
    Assert.Equal(12, (ofClass "weight" root).Length)
    Assert.Empty(ofClass "positive" root)

[<Fact>]
let ``Large layers are shortened in the middle, and state their number of neurons`` () =
    let root = draw (Diagram.ofSizes "" [ 784; 24; 1 ])
    Assert.Equal<int list>([ 16; 24; 1 ], neurons root |> List.countBy fst |> List.map snd)
    Assert.Equal(16 * 24 + 24, (ofClass "weight" root).Length)
    Assert.Single(ofClass "ellipsis" root) |> ignore
    Assert.Equal<string list>([ "784 inputs"; "24 hidden"; "1 output" ], texts "caption" root)

[<Fact>]
let ``Neurons of a layer do not touch, and all are on the figure`` () =
    for sizes in [ [ 1 ]; [ 2; 30; 24; 25; 7 ] ] do
        let root = draw (Diagram.ofSizes "title" sizes)

        for _, column in neurons root |> List.groupBy fst do
            for (_, a), (_, b) in List.pairwise column do
                let radius =
                    ofClass "neuron" root
                    |> List.map (fun neuron -> neuron.Elements() |> Seq.head |> number "r")
                    |> List.min

                Assert.True(b - a > 2.0 * radius)

        let diagram = ofClass "diagram" root |> List.exactlyOne
        let top = (attribute "transform" diagram).Split([| ' '; ')' |])[1] |> float

        for x, y in neurons root do
            Assert.InRange(x, 20.0, number "width" root - 20.0)
            Assert.InRange(top + y, 20.0, number "height" root - 20.0)

[<Fact>]
let ``Weights that do not match their layers, and layers without neurons, are errors`` () =
    raises<FigureException, _> [ "diagram «d»"; "[1; 3]"; "Give [1; 2]" ] (fun () ->
        draw (Diagram.ofWeights "d" [ array2D [ [ 1.0 ]; [ 2.0 ] ]; array2D [ [ 1.0; 2.0; 3.0 ] ] ]))

    raises<FigureException, _> [ "no neurons" ] (fun () -> draw (Diagram.ofSizes "d" [ 3; 0 ]))
    raises<FigureException, _> [ "no layer sizes" ] (fun () -> Diagram.ofSizes "d" [])
    raises<FigureException, _> [ "no weights" ] (fun () -> Diagram.ofWeights "d" [])
