/// Laws of several targets, of which examples may lack some.
module Hybrid.Properties.TargetsProperties

open System
open Expecto
open FsCheck.FSharp
open Hybrid.Core

let private cases =
    gen {
        let! key = Gen.choose (0, 1_000_000)
        let! examples = Gen.choose (1, 6)
        let! targets = Gen.choose (1, 6)
        return uint64 key, examples, targets
    }
    |> Arb.fromGen

let private losses = [ Loss.squared; Loss.absolute; Loss.huber; Loss.sigmoid ]

/// Outputs, and targets of which every example has at least one.
let private drawn (key, examples, targets) : float[] * float[] =
    let outputs = Random.normals key (examples * targets)
    let values = Random.uniforms key 1UL (examples * targets)
    let isMissing = Random.uniforms key 2UL (examples * targets)

    outputs,
    values
    |> Array.mapi (fun i value ->
        if i % targets <> int key % targets && isMissing[i] < 0.4 then
            nan
        else
            value)

let private isNear (a: float) (b: float) = abs (a - b) <= 1e-12 * max 1.0 (abs a)

let private complaints (key, examples, targets) : string list =
    let outputs, values = drawn (key, examples, targets)
    let shape = [ examples; targets ]
    let at = Tensor.constant shape outputs

    let perExample (loss: Loss) (outputs: Tensor) values =
        Loss.perExample (Regression targets) (Loss.ofPresent loss) outputs (Tensor.constant shape values)

    [
        for loss in losses do
            let found = perExample loss at values |> Reference.value

            let one output target =
                Loss.perExample
                    (Regression 1)
                    loss
                    (Tensor.constant [ 1; 1 ] [| output |])
                    (Tensor.constant [ 1; 1 ] [| target |])
                |> Reference.value
                |> Array.head

            for example in 0 .. examples - 1 do
                let expected =
                    [
                        for i in example * targets .. (example + 1) * targets - 1 do
                            if not (Double.IsNaN values[i]) then
                                one outputs[i] values[i]
                    ]
                    |> List.average

                if not (isNear expected found[example]) then
                    $"{loss.Name}: {found[example]} is not the mean {expected} of the targets that are there"

            let gradient =
                Derivative.gradient (Tensor.sumAll (perExample loss at values)) [ at ]
                |> List.exactlyOne
                |> Reference.value

            if Array.exists2 (fun value slope -> Double.IsNaN value && slope <> 0.0) values gradient then
                $"{loss.Name}: a missing target has a gradient"

            let turned = Array.chunkBySize targets >> Array.collect Array.rev

            let again =
                perExample loss (Tensor.constant shape (turned outputs)) (turned values)
                |> Reference.value

            if not (Array.forall2 isNear found again) then
                $"{loss.Name}: the order of targets matters"
    ]

[<Tests>]
let tests =
    testList
        "targets"
        [
            property
                "The loss of an example is the mean over the targets that it has; the others have no gradient, and the order does not matter"
                100
                cases
                (complaints >> withoutComplaints)
        ]
