/// What depth is good for, in numbers that are known exactly.
module Hybrid.Properties.DeepProperties

open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Measure
open Hybrid.Testing

/// A number between -1 and 1.
let private share = Gen.choose (-64, 64) |> Gen.map (fun i -> float i / 64.0)

[<Tests>]
let tests =
    testList
        "deep"
        [
            testCase
                "The deep square exceeds x² by 2^(-2m-2) in the middle of every linear piece, and nowhere by more"
                (fun () ->
                    for m in 1..12 do
                        let square = Deep.square m
                        let lines = 1 <<< m
                        let middles = Array.init lines (fun i -> (float i + 0.5) / float lines)

                        for y, x in Array.zip (outputs square.Network middles) middles do
                            Expect.isBetween
                                (y - x * x)
                                (square.Bound - 5e-16)
                                (square.Bound + 5e-16)
                                $"the middle of a line, m = {m}"

                        Expect.equal square.Bound (2.0 ** float (-2 * m - 2)) $"the bound, m = {m}"
                        let xs = Random.uniforms (uint64 m) 0UL 1000

                        for y, x in Array.zip (outputs square.Network xs) xs do
                            Expect.isBetween (y - x * x) -1e-15 (square.Bound + 1e-15) $"x = {x}, m = {m}")

            let shape =
                Gen.zip3 (Gen.choose (1, 10)) (Gen.choose (1, 64)) (Gen.zip share share)
                |> Arb.fromGen

            property
                "The deep product is below x y by at most its bound, and 0 where a factor is 0"
                1000
                shape
                (fun (m, size, (x, y)) ->
                    let bound = float size / 8.0
                    let x, y = bound * x, bound * y
                    let product = Deep.product m bound

                    let found = outputsAt product.Network [| [| x; y |]; [| x; 0.0 |]; [| 0.0; y |] |]

                    let slack = 1e-13 * bound * bound
                    let error = found[0] - x * y

                    (product.Bound = 4.0 * bound * bound * 2.0 ** float (-2 * m - 2)
                     && error <= slack
                     && error >= -product.Bound - slack
                     && abs found[1] <= slack
                     && abs found[2] <= slack)
                    |> Prop.label
                        $"off by {error}, bound {product.Bound}; by a factor 0: {found[1]}, {found[2]}")

            testCase "The error of the deep product comes close to its bound" (fun () ->
                for m in 1..4 do
                    let product = Deep.product m 1.0
                    // x + y, x and y each in the middle of a linear piece of the square, or as close as possible together
                    let grid = 1 <<< (m + 2)

                    let points =
                        Cells.product (Array.replicate 2 [ for i in -grid .. grid -> float i / float grid ])

                    let target = points |> Array.map (fun x -> x[0] * x[1])

                    Expect.isBetween
                        (furthest target (outputsAt product.Network points))
                        (0.7 * product.Bound)
                        product.Bound
                        $"m = {m}")

            testCase "A sawtooth of k folds has 2ᵏ linear pieces, from 0 to 1 and back" (fun () ->
                for k in 1..10 do
                    let lines = 1 <<< k
                    let sawtooth = Deep.sawtooth k
                    Expect.equal (Regions.pieces sawtooth domain) lines $"the lines of {k} folds"
                    let peaks = Array.init (lines + 1) (fun i -> float i / float lines)

                    Expect.equal
                        (outputs sawtooth peaks)
                        (Array.init (lines + 1) (fun i -> float (i % 2)))
                        $"the peaks of {k} folds"

                    Expect.equal
                        ((Summary.ofNetwork 1 sawtooth).Neurons - 1)
                        (2 * k)
                        $"the hidden units of {k} folds")

            let shape = Gen.zip (Gen.choose (2, 6)) keys

            property
                "Too few units in one hidden layer miss a sawtooth by a half somewhere"
                1000
                (Arb.fromGen shape)
                (fun (k, key) ->
                    let shallow = random Activation.relu key 1 (Deep.shallowUnits k - 1)
                    let peaks = Array.init ((1 <<< k) + 1) (fun i -> float i / float (1 <<< k))

                    furthest (outputs (Deep.sawtooth k) peaks) (outputs shallow peaks) >= 0.5)

            testCase "The required number of units suffices for a sawtooth" (fun () ->
                for k in 1..8 do
                    // one kink per linear piece; the first piece's is its start
                    let sawtooth x = (outputs (Deep.sawtooth k) [| x |])[0]

                    let lines = 1 <<< k

                    let interpolant =
                        Approximation.relu
                            sawtooth
                            (Smoothness.lipschitz (float lines))
                            domain
                            (0.5 * 1.0001)

                    Expect.equal interpolant.Neurons lines $"the units for {k} folds"
                    let xs = Random.uniforms (uint64 k) 0UL 1000

                    Expect.isBetween
                        (furthest (Array.map sawtooth xs) (outputs interpolant.Network xs))
                        0.0
                        1e-12
                        $"the distance for {k} folds")

            let shape = Gen.zip (Gen.choose (1, 30)) keys

            property
                "Too few units in one hidden layer miss x² by what the lower bound implies"
                300
                (Arb.fromGen shape)
                (fun (units, key) ->
                    let shallow = random Activation.relu key 1 units
                    let xs = Array.init 4001 (fun i -> float i / 4000.0)
                    let worst = furthest (xs |> Array.map (fun x -> x * x)) (outputs shallow xs)

                    // n units are needed for that error at least
                    float units >= Deep.shallowSquareUnits (worst * (1.0 + 1e-9)) - 1e-9
                    |> Prop.label $"{units} units are off by only {worst}")

            let shape = Gen.zip3 (Gen.choose (1, 200)) (Gen.choose (1, 5)) keys

            property "Any distinct points can be memorised" 1000 (Arb.fromGen shape) (fun (n, d, key) ->
                // of 200 random 24-bit numbers, two may be equal
                let points =
                    Random.uniforms (uint64 key) 0UL (n * d)
                    |> Array.chunkBySize d
                    |> Array.distinct

                let n = points.Length
                let values = Random.normals (uint64 key + 1UL) n
                let network = Deep.memorise 3UL points values
                let worst = furthest values (outputsAt network points)
                let units = (Summary.ofNetwork d network).Neurons - 1

                (units = n && worst <= 1e-6 * (values |> Array.map abs |> Array.max))
                |> Prop.label $"{units} units for {n} points, off by {worst}")
        ]
