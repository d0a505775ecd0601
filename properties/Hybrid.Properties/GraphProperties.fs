/// Every law on random graphs.
module Hybrid.Properties.GraphProperties

open Expecto
open Hybrid.Core
open Hybrid.Testing

let private keeps name cases laws =
    property name cases GraphCase.arbitrary (GraphCase.complaints laws >> withoutComplaints)

[<Tests>]
let tests =
    testList
        "random graphs"
        [
            keeps "Random graphs satisfy the laws of first derivatives" 500 GradientLaws.all

            property
                "Forward and reverse mode are also dual with respect to tensors inside a graph"
                300
                GraphCase.arbitrary
                (fun case ->
                    let trace = Trace.ofCase (GraphCase.toRow case) (GraphCase.toCase case)
                    // every node is a source: what reaches the output by way of another source counts as well
                    let sources = Graph.order [ trace.Output ] |> List.ofArray
                    let u = Law.directionOf 90 trace.Output.Shape
                    let v = sources |> List.mapi (fun i source -> Law.directionOf (91 + i) source.Shape)
                    let forward = Derivative.forward trace.Output (List.zip sources v)
                    let back = Derivative.reverse trace.Output u sources

                    let values =
                        Tensor.sumAll (u * forward)
                        :: List.map2 (fun (g: Tensor) v -> Tensor.sumAll (g * v)) back v
                        |> Trace.evaluate trace
                        |> List.map Array.exactlyOne

                    let size = values |> List.sumBy abs

                    Law.differ "uᵀ(Jv)" (1e-12 * (1.0 + size)) values.Head (List.sum values.Tail)
                    |> withoutComplaints)

            keeps "Random graphs satisfy the laws of second derivatives" 200 CurvatureLaws.all
            keeps "Random graphs are within their bounds" 300 Laws.everywhere

            testCase "A graph whose draw may leave a domain need not have bounds"
            <| fun () ->
                // a factor of -1.4 … 0, so that the bounds of a² extend below -0.5
                let case =
                    {
                        Size = 1
                        Leaves = [ [ -1.4 ] ]
                        Steps = [ "uniform", 0, 0; "exp", 0, 0; "add", 1, 0; "log", 0, 0 ]
                    }

                Expect.isEmpty (GraphCase.complaints Laws.everywhere case) "complaints"
        ]
