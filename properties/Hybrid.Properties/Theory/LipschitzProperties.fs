/// Lipschitz constants of random networks, compared with slopes between points.
module Hybrid.Properties.LipschitzProperties

open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Boxes
open Hybrid.Properties.Measure
open Hybrid.Testing

let private apart (a: float[]) (b: float[]) =
    Array.map2 (fun a b -> (a - b) * (a - b)) a b |> Array.sum |> sqrt

/// The maximum slope of a function over many points.
let private steepest (f: float[] -> float[]) =
    let xs = Array.init 40001 (fun i -> float i / 2000.0 - 10.0)
    let ys = f xs
    Seq.max (seq { for i in 1 .. xs.Length - 1 -> abs (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1]) })

[<Tests>]
let tests =
    testList
        "Lipschitz constants"
        [
            property "A network stretches no distance by more than its constant" 1000 networks (fun case ->
                let network = withLast case
                let constant = Lipschitz.ofNetwork network
                let points = inside (boxOf case) 60 (uint64 case.Key)
                // far apart, and next to each other
                let near = points |> Array.map (Array.map (fun x -> x + 1e-4 * sin (1000.0 * x)))

                let ys, nears = all network points, all network near

                let isWithin (x, y) (u, v) =
                    apart y v <= constant * apart x u * (1.0 + 1e-9) + 1e-11

                let pairs = Array.zip points ys

                let all =
                    Array.append (Array.pairwise pairs) (Array.zip pairs (Array.zip near nears))

                let jumps = network.Layers |> List.exists (fun layer -> layer.Kind = "step")

                (Array.forall (fun (a, b) -> isWithin a b) all && (constant = infinity) = jumps)
                |> Prop.label $"steeper than {constant}")

            testCase "The constants of activations are their maximum slopes" (fun () ->
                for name, _ in Activation.functions do
                    let network = Network.ofLayer (Activation.layer name)
                    let constant = Lipschitz.ofNetwork network

                    Expect.isBetween
                        (steepest (outputs network))
                        (0.999 * constant)
                        (constant * (1.0 + 1e-9))
                        name

                // for two scores, softmax is a sigmoid of their difference: steepest where they move apart
                let along x = [| x / sqrt 2.0; -x / sqrt 2.0 |]
                let probabilities = all Activation.softmax [| along -1e-5; along 1e-5 |]

                Expect.isBetween
                    (apart probabilities[0] probabilities[1] / 2e-5)
                    (0.999 * 0.5)
                    (Lipschitz.ofNetwork Activation.softmax * (1.0 + 1e-9))
                    "softmax")

            let shape = Gen.zip3 (Gen.choose (1, 6)) (Gen.choose (1, 6)) keys |> Arb.fromGen

            property
                "The constant of one linear layer is at least its largest singular value, and exact for a diagonal"
                1000
                shape
                (fun (rows, columns, key) ->
                    let values = Random.normals (uint64 key) (rows * columns)

                    let ofWeight values =
                        Lipschitz.ofNetwork (
                            Linear.network
                                {
                                    Weight = Tensor.constant [ rows; columns ] values
                                    Bias = Some(Tensor.constant [ rows ] (Array.zeroCreate rows))
                                }
                        )

                    let apply (x: float[]) =
                        Array.init rows (fun i ->
                            Seq.sum (seq { for j in 0 .. columns - 1 -> values[i * columns + j] * x[j] }))

                    let back (y: float[]) =
                        Array.init columns (fun j ->
                            Seq.sum (seq { for i in 0 .. rows - 1 -> values[i * columns + j] * y[i] }))

                    let length (x: float[]) =
                        x |> Array.sumBy (fun x -> x * x) |> sqrt

                    // the power method
                    let direction =
                        (Random.normals (uint64 key + 1UL) columns, [ 1..200 ])
                        ||> List.fold (fun x _ ->
                            let next = back (apply x)
                            let size = length next
                            next |> Array.map (fun v -> v / size))

                    let singular = length (apply direction)

                    let diagonal =
                        Array.init (rows * columns) (fun i -> if i / columns = i % columns then 2.0 else 0.0)

                    (ofWeight values >= singular && abs (ofWeight diagonal - 2.0) <= 1e-12)
                    |> Prop.label $"{ofWeight values}, but the largest singular value is {singular}")
        ]
