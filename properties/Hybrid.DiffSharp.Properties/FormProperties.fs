/// Every primitive has a form in DiffSharp, and every form belongs to a primitive.
module Hybrid.DiffSharp.Properties.FormProperties

open Expecto
open Hybrid.Core
open Hybrid.DiffSharp
open Hybrid.Properties
open Hybrid.Testing

let private primitives (outputs: Tensor list) =
    Graph.order outputs
    |> Seq.choose (fun x ->
        match x.Node with
        | Apply(primitive, _) -> Some primitive.Name
        | Constant _
        | Input _ -> None)
    |> Set.ofSeq

/// The primitives of rows and their gradients.
let private used =
    Table.rows
    |> List.map (fun row ->
        let extents = List.replicate row.Extents 2

        let values =
            row.Operands extents
            |> List.map (fun operand -> List.replicate (Shape.size operand.Shape) 0.5)

        let trace = Trace.ofCase row { Extents = extents; Values = values }

        trace.Output :: Derivative.gradient (Law.curved trace.Output) trace.Varied
        |> primitives)
    |> Set.unionMany

let private names = Forms.all |> List.map _.Name

[<Tests>]
let tests =
    testList
        "forms"
        [
            testCase "Every primitive has one form, and every form belongs to a primitive" (fun () ->
                Expect.equal (List.sort names) (Set.toList used) "the forms")

            // repeated on purpose: what DiffSharp 1.0.7 lacks, or defines differently, must not grow unnoticed
            testCase "Only these primitives have no operation of their own in DiffSharp" (fun () ->
                let composed, flat =
                    Forms.all
                    |> List.choose (fun form ->
                        match form.Origin with
                        | Own -> None
                        | Composed reason -> Some(form.Name, true, reason)
                        | Flat reason -> Some(form.Name, false, reason))
                    |> List.partition (fun (_, isComposed, _) -> isComposed)

                let sorted forms =
                    forms |> List.map (fun (name, _, _) -> name) |> List.sort

                Expect.equal
                    (sorted composed)
                    [
                        "Erf"
                        "LogSumExp"
                        "Maximum"
                        "Minimum"
                        "Power"
                        "PowerOrZero"
                        "Select"
                        "Softmax"
                    ]
                    "composed forms"

                Expect.equal
                    (sorted flat)
                    [ "ArgMax"; "Equal"; "Greater"; "IsNaN"; "Round"; "Step"; "Uniform" ]
                    "flat forms"

                for _, _, reason in composed @ flat do
                    Expect.isNotEmpty reason "the reason")

            testCase "A primitive without a form is an error that names it" (fun () ->
                let odd =
                    Tensor.map
                        "Odd"
                        Unary.Negate
                        (~-)
                        id
                        Continuity.Smooth
                        RoundingRule.Unknown
                        (fun _ _ -> [])
                        (fun _ _ g -> g)
                        (fun _ _ t -> t)

                let x = Tensor.input "x" [ 3 ]

                Expect.throwsC
                    (fun () -> DiffSharpGradient.gradient (Tensor.sumAll (odd x)) [ x ] |> ignore)
                    (fun raised -> Expect.stringContains raised.Message "Odd" $"{raised}"))

            testCase "A DiffSharp operation without a node is an error that names it" (fun () ->
                let x = Number.ofNode (Tensor.input "x" [ 3 ])

                for operation, name in
                    [
                        (fun () -> x.floor ()), "FloorT"
                        (fun () -> x.randLike ()), "random"
                        (fun () -> x.clamp (low = 0.0)), "ClampT"
                    ] do
                    Expect.throwsC (fun () -> operation () |> ignore) (fun raised ->
                        Expect.isTrue (raised :? HybridException) $"{raised}"
                        Expect.stringContains raised.Message name "the operation"))
        ]
