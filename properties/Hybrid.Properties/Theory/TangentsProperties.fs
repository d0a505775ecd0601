/// Networks of maxout units, on functions whose curvature is known.
module Hybrid.Properties.TangentsProperties

open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Measure
open Hybrid.Testing

[<Tests>]
let tests =
    testList
        "tangents"
        [
            let curved =
                cases FunctionCase.smooth
                |> Arb.filter (fun (case, _) -> (FunctionCase.smoothness case).Curvature >= 1e-6)

            property "A difference of two maxout units is within its bound" 1000 curved (fun (case, n) ->
                let f, curvature = FunctionCase.value case, (FunctionCase.smoothness case).Curvature

                Tangents.maxout
                    f
                    (FunctionCase.derivative case).Value
                    curvature
                    domain
                    (curvature / (4.0 * float (n * n)))
                |> isWithin f n)

            property
                "Tangents of a convex function are below it, by at most the bound"
                1000
                (cases FunctionCase.smooth)
                (fun (case, n) ->
                    // f + M x² / 2 is convex, with a curvature of at most 2 M
                    let m = 1.0 + (FunctionCase.smoothness case).Curvature

                    let f x =
                        FunctionCase.value case x + m * x * x / 2.0

                    let derivative x =
                        (FunctionCase.derivative case).Value x + m * x

                    let approximation =
                        Tangents.convex f derivative (2.0 * m) domain (m / float (n * n))

                    let errors, scale = errors f approximation n
                    let slack = slack (m + scale)

                    (Array.max errors <= slack && -Array.min errors <= approximation.Bound + slack)
                    |> Prop.label
                        $"errors from {Array.min errors} to {Array.max errors}, bound {approximation.Bound}")

            testCase "The tangents of x² are below it by h² / 4 at every edge" (fun () ->
                for n in [ 1; 2; 4; 8; 32 ] do
                    let h = 1.0 / float n

                    let tangents =
                        Tangents.convex
                            (fun x -> x * x)
                            (fun x -> 2.0 * x)
                            2.0
                            domain
                            (h * h / 4.0 * 1.00001)

                    let edges = Array.init (n + 1) (fun i -> float i * h)

                    for error in Array.map2 (fun y x -> x * x - y) (outputs tangents.Network edges) edges do
                        Expect.isBetween
                            error
                            (h * h / 4.0 - 5e-15)
                            (h * h / 4.0 + 5e-15)
                            "the distance at an edge")
        ]
