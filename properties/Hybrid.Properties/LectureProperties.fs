/// Laws of particular functions that the lecture states.
module Hybrid.Properties.LectureProperties

open Expecto
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing

let private gradientOf row case objective =
    let trace = Trace.ofCase row case

    Derivative.gradient (objective trace.Output) trace.Varied
    |> Trace.evaluate trace

let private close = Law.differ

// two layers, the first a sigmoid of positive inputs: the inputs of the output's weights are positive
let private zigzag =
    Row.Of(
        "neurons on positive inputs",
        3,
        (fun extents ->
            let inputs, units = extents[1], extents[2]

            [
                Operand.between 0.001 2.0 [ 1; inputs ]
                Operand.any [ units; inputs ]
                Operand.any [ units ]
            ]),
        fun operands ->
            Linear.forward
                {
                    Weight = operands[1]
                    Bias = Some(operands[2])
                }
                operands[0]
            |> Tensor.tanh
    )

let private dead =
    Row.Of(
        "dead units",
        3,
        (fun extents ->
            let examples, inputs, units = extents[0], extents[1], extents[2]

            [
                Operand.any [ examples; inputs ]
                Operand.any [ units; inputs ]
                // low enough that no unit with up to four inputs fires
                Operand.between -20.0 -17.0 [ units ]
            ]),
        fun operands ->
            Linear.forward
                {
                    Weight = operands[1]
                    Bias = Some(operands[2])
                }
                operands[0]
            |> Tensor.relu
    )

/// A shape, and one that it broadcasts to: extents that stretch are 1, or are left out in front.
type private Stretch = { Whole: int list; Kept: bool list }

let private stretches =
    let generator =
        Gen.choose (1, 4)
        |> Gen.bind (fun rank ->
            Gen.map2
                (fun whole kept -> { Whole = whole; Kept = kept })
                (Gen.listOfLength rank (Gen.choose (1, 4)))
                (Gen.listOfLength rank (Gen.elements [ true; false ])))

    let smaller stretch =
        seq {
            for i, extent in List.indexed stretch.Whole do
                if extent > 1 then
                    { stretch with
                        Whole = List.updateAt i (extent - 1) stretch.Whole
                    }
        }

    Arb.fromGenShrink (generator, smaller)

[<Tests>]
let tests =
    testList
        "lecture"
        [
            let row = Table.row "loss softmax of classes"

            property "The gradient of softmax cross-entropy is p - y" 100 (Cases.smooth row) (fun case ->
                let trace = Trace.ofCase row case
                let scores, target = trace.Leaves[0], trace.Leaves[1]

                let actual =
                    Derivative.gradient (Tensor.sumAll trace.Output) [ scores ]
                    |> Trace.evaluate trace
                    |> List.exactlyOne

                let expected =
                    Trace.evaluate trace [ Tensor.softmax 1 scores - target ] |> List.exactlyOne

                withoutComplaints (List.concat (Seq.map2 (close "gradient" 1e-14) actual expected)))

            property
                "On positive inputs, the gradients of a neuron's weights have one sign for each example"
                100
                (Cases.smooth zigzag)
                (fun case ->
                    let weight = (gradientOf zigzag case Law.weighted)[1]

                    weight
                    |> Array.chunkBySize case.Extents[1]
                    |> Array.forall (fun neuron -> neuron |> Array.forall (fun g -> sign g = sign neuron[0])))

            property "The gradient of a dead unit is exactly zero" 100 (Cases.any dead) (fun case ->
                gradientOf dead case Law.curved |> Seq.concat |> Seq.forall ((=) 0.0))

            property
                "Broadcast and sum are dual, whether axes of extent 1 are kept or left out"
                100
                stretches
                (fun { Whole = whole; Kept = kept } ->
                    let ones = List.map2 (fun extent kept -> if kept then extent else 1) whole kept
                    let short = ones |> List.skipWhile ((=) 1)

                    [
                        for small in [ ones; short ] do
                            let x, y = Law.directionOf 80 small, Law.directionOf 81 whole
                            let value x = Reference.value x |> Array.exactlyOne
                            let out = Tensor.sumAll (Tensor.broadcast whole x * y)
                            let back = Tensor.sumAll (x * Tensor.sumTo small y)
                            yield! close "⟨Bx, y⟩" 1e-12 (value out) (value back)
                    ]
                    |> withoutComplaints)
        ]
