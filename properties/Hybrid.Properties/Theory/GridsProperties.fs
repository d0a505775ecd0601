/// Towers and Kuhn's triangulation on functions of one, two and three variables whose properties are all known.
module Hybrid.Properties.GridsProperties

open System
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Measure
open Hybrid.Testing

/// The maximum number of cells per axis, by the number of axes.
let private most = [| 0; 12; 4; 2 |]

/// Functions of one to three variables, the number of cells for them, and a key for points to check.
let private fields =
    gen {
        let! axes = Gen.choose (1, 3)
        let! case = (FieldCase.arbitrary axes).Generator
        let! cells = Gen.choose (1, most[axes])
        let! key = keys
        return axes, case, cells, key
    }
    |> Gen.filter (fun (axes, case, n, _) -> (FieldCase.smoothness axes case).Modulus(1.0 / float n) > 1e-9)

let private shrink (axes, case, n, key) =
    Seq.append
        ((FieldCase.arbitrary axes).Shrinker case
         |> Seq.map (fun case -> axes, case, n, key))
        (seq { for fewer in 1 .. n - 1 -> axes, case, fewer, key })

let private arbitrary = Arb.fromGenShrink (fields, shrink)

/// Random points, and the corners and centres of cells.
let private points axes (n: int) key =
    let marks = [ for i in 0 .. 2 * n -> float (float32 (float i / float (2 * n))) ]

    Array.append
        (Random.uniforms (uint64 key) 0UL (60 * axes) |> Array.chunkBySize axes)
        (Cells.product (Array.replicate axes marks) |> Array.truncate 150)

let private isWithin axes case n key (approximation: Approximation) =
    let points = points axes n key
    let target = points |> Array.map (FieldCase.value case)
    let worst = furthest target (outputsAt approximation.Network points)

    worst <= approximation.Bound + slack (target |> Array.map abs |> Array.max)
    |> Prop.label
        $"{approximation.Method} over {axes} axes, {approximation.Neurons} neurons: off by {worst}, not by {approximation.Bound} at most"

let private diagonal axes n = sqrt (float axes) / float n

let private shapes = Gen.zip (Gen.choose (1, 3)) keys |> Arb.fromGen

[<Tests>]
let tests =
    testList
        "grids"
        [
            property
                "The distance of towers from their function never exceeds their bound"
                1000
                arbitrary
                (fun (axes, case, n, key) ->
                    let known = FieldCase.smoothness axes case
                    let epsilon = known.Modulus(diagonal axes n / 2.0 * 1.0001) * 1.0001
                    let box = Array.replicate axes domain

                    Grids.towers (FieldCase.value case) known box epsilon
                    |> isWithin axes case n key)

            property
                "The distance of Kuhn's triangulation from its function never exceeds its bound"
                1000
                arbitrary
                (fun (axes, case, n, key) ->
                    let known = FieldCase.smoothness axes case
                    let epsilon = known.Modulus(diagonal axes n) * 1.0001
                    let box = Array.replicate axes domain

                    Grids.kuhn (FieldCase.value case) known box epsilon |> isWithin axes case n key)

            property
                "Kuhn's hat functions sum to 1, and each is 1 at its vertex and 0 at the others"
                1000
                shapes
                (fun (axes, key) ->
                    let n = most[axes]
                    let box = Array.replicate axes domain
                    let points = Random.uniforms (uint64 key) 0UL (40 * axes) |> Array.chunkBySize axes
                    // one cell fewer would have a bound of √d / (n - 1)
                    let of' f =
                        (Grids.kuhn f (Smoothness.lipschitz 1.0) box (diagonal axes n * 1.00001)).Network

                    let ones = outputsAt (of' (fun _ -> 1.0)) points
                    let vertices = Cells.points n box
                    let chosen = vertices[key % vertices.Length]

                    let hat =
                        outputsAt
                            (of' (fun vertex -> if furthest vertex chosen < 1e-9 then 1.0 else 0.0))
                            (Array.append points vertices)

                    let least, largest = Array.min hat, Array.max hat
                    let atVertices = Array.skip points.Length hat

                    let expected =
                        vertices |> Array.map (fun vertex -> if vertex = chosen then 1.0 else 0.0)

                    (furthest ones (Array.replicate points.Length 1.0) <= 1e-12
                     && furthest atVertices expected <= 1e-12
                     && least >= -1e-12
                     && largest <= 1.0 + 1e-12)
                    |> Prop.label $"hats sum to {Array.min ones} … {Array.max ones}")

            property
                "On one axis, Kuhn's triangulation equals the interpolant of rectified units"
                1000
                (cases FunctionCase.arbitrary)
                (fun (case, n) ->
                    let f, known = FunctionCase.value case, FunctionCase.smoothness case
                    let known = Smoothness.modulus known.Modulus

                    let kuhn =
                        Grids.kuhn (Array.exactlyOne >> f) known [| domain |] (distance case n * 1.00001)

                    let relu = Approximation.relu f known domain (distance case n * 1.00001)
                    let xs = Array.init 101 (fun i -> float i / 100.0)
                    // the edges of one are float32 numbers, those of the other are not
                    let moved = 4.0 * known.Modulus(2.0 ** -24.0)
                    let off = furthest (outputs kuhn.Network xs) (outputs relu.Network xs)

                    off <= moved + slack (xs |> Array.map (f >> abs) |> Array.max)
                    |> Prop.label $"off by {off}")

            testCase
                "Halving the cell width divides the error of towers by two, of Kuhn's triangulation by four"
                (fun () ->
                    let f (x: float[]) = Math.Sin(3.0 * x[0] + 2.0 * x[1])
                    let box = [| domain; domain |]
                    let points = Random.uniforms 5UL 0UL 40000 |> Array.chunkBySize 2
                    let target = Array.map f points

                    let gain build =
                        let worst (n: int) =
                            furthest target (outputsAt (build n: Approximation).Network points)

                        worst 4 / worst 8

                    let length = sqrt 13.0

                    let towers n =
                        Grids.towers
                            f
                            (Smoothness.lipschitz length)
                            box
                            (length * diagonal 2 n / 2.0 * 1.0001)

                    let kuhn n =
                        Grids.kuhn
                            f
                            (Smoothness.curvature 13.0)
                            box
                            (13.0 * diagonal 2 n ** 2.0 / 8.0 * 1.0001)

                    Expect.isBetween (gain towers) 1.8 2.2 "towers"
                    Expect.isBetween (gain kuhn) 3.6 4.4 "Kuhn's triangulation")

            testCase "The towers of a line attain their bound in the corners" (fun () ->
                for axes in 1..3 do
                    let f (x: float[]) = Array.sum x
                    let length = sqrt (float axes)
                    let box = Array.replicate axes domain

                    let towers =
                        Grids.towers
                            f
                            (Smoothness.lipschitz length)
                            box
                            (length * diagonal axes 3 / 2.0 * 1.0001)

                    let corner =
                        outputsAt towers.Network [| Array.zeroCreate axes |] |> Array.exactlyOne

                    Expect.isBetween corner (0.999 * towers.Bound) towers.Bound $"a corner over {axes} axes")
        ]
