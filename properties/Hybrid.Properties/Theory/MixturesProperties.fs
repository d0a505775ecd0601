/// Averages of random units: Barron's rate, which does not depend on the dimension.
module Hybrid.Properties.MixturesProperties

open System
open Expecto
open Hybrid.Core
open Hybrid.Properties.Measure

/// f is the mean of this many ridge steps of height 1 or -1: V = 1.
let private units = 64

[<Literal>]
let private Draws = 200

let private steps d =
    Array.init units (fun unit -> Random.normals (uint64 (1000 * d + unit)) (d + 1))

/// A network of one hidden layer: the mean of these units.
let private mean (chosen: float[][]) : Network =
    let n, d = chosen.Length, chosen[0].Length - 1

    Linear.network
        {
            Weight = Tensor.constant [ n; d ] (chosen |> Array.collect (Array.take d))
            Bias = Some(Tensor.constant [ n ] (chosen |> Array.map Array.last))
        }
    >=> Activation.step
    >=> Linear.network
            {
                Weight = Tensor.constant [ 1; n ] (Array.create n (2.0 / float n))
                Bias = Some(Tensor.constant [ 1 ] [| -1.0 |])
            }

[<Tests>]
let tests =
    testList
        "mixtures"
        [
            testCase
                "The squared error of the mean of n random units falls as V² / n, in any dimension"
                (fun () ->
                    for d in 1..20 do
                        let steps = steps d
                        let points = Array.init 40 (fun i -> Random.normals (uint64 (7000 * d + i)) d)
                        // the value of every unit at every point
                        let table = steps |> Array.map (fun unit -> outputsAt (mean [| unit |]) points)
                        let f = outputsAt (mean steps) points
                        let square = f |> Array.averageBy (fun y -> y * y)

                        let draw n number =
                            Random.uniforms (uint64 number) (uint64 n) n
                            |> Array.map (fun u -> int (u * float units))

                        let error n =
                            Seq.init Draws (fun number ->
                                let chosen = draw n number

                                Array.init points.Length (fun i ->
                                    ((chosen |> Array.averageBy (fun unit -> table[unit][i])) - f[i])
                                    ** 2.0)
                                |> Array.average)
                            |> Seq.average

                        let sizes = [ 4; 16; 64; 256 ]
                        let found = sizes |> List.map error

                        for n, found in List.zip sizes found do
                            Expect.isBetween found 0.0 (1.2 / float n) $"{n} units over {d} axes"

                            Expect.isBetween
                                (found * float n / (1.0 - square))
                                0.8
                                1.2
                                $"{n} units over {d} axes, of the variance"

                        // the slope of the line through the logarithms
                        let xs, ys = sizes |> List.map (float >> log), found |> List.map log
                        let centre, level = List.average xs, List.average ys

                        let slope =
                            List.fold2 (fun sum x y -> sum + (x - centre) * (y - level)) 0.0 xs ys
                            / List.sumBy (fun x -> (x - centre) ** 2.0) xs

                        Expect.isBetween slope -1.1 -0.9 $"the rate over {d} axes"

                        // such a mean is a network
                        let chosen = draw 16 0

                        let averaged =
                            Array.init points.Length (fun i ->
                                chosen |> Array.averageBy (fun unit -> table[unit][i]))

                        Expect.isBetween
                            (furthest
                                averaged
                                (outputsAt (mean (chosen |> Array.map (fun i -> steps[i]))) points))
                            0.0
                            1e-12
                            "the mean as a network")
        ]
