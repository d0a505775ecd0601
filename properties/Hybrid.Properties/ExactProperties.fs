/// Bounds of primitives, and derivatives at 0, compared with exact values.
module Hybrid.Properties.ExactProperties

open Expecto
open Hybrid.Core
open Hybrid.Testing

/// The primitives of the table, each with the sizes of its operands where it has the fewest; except random numbers, which have no
/// bounds other than 0 and 1, and no exact value.
let private primitives: (string * (Primitive * int list)) list =
    [
        for row in Table.rows do
            let extents = List.replicate row.Extents 2

            let values =
                row.Operands extents
                |> List.map (fun operand -> List.replicate (Shape.size operand.Shape) 0.5)

            let trace = Trace.ofCase row { Extents = extents; Values = values }

            for x in Graph.order [ trace.Output ] do
                match x.Node with
                | Apply({ Kernel = Kernel.Uniform _ }, _)
                | Constant _
                | Input _ -> ()
                | Apply(primitive, operands) ->
                    let sizes = operands |> List.map (fun operand -> Shape.size operand.Shape)
                    primitive.Name, (primitive, sizes)
    ]
    |> List.sortBy (fun (name, (_, sizes)) -> name, List.sum sizes)
    |> List.distinctBy fst

/// The rules of a primitive are also used on operands that it was not made with: what they compute must not contain the first ones.
let private capturing: string list =
    [
        for row in Table.rows do
            for extents in [ List.replicate row.Extents 2; List.replicate row.Extents 3 ] do
                let values =
                    row.Operands extents
                    |> List.map (fun operand -> List.replicate (Shape.size operand.Shape) 0.5)

                let trace = Trace.ofCase row { Extents = extents; Values = values }

                for x in Graph.order [ trace.Output ] do
                    match x.Node with
                    | Constant _
                    | Input _ -> ()
                    | Apply(primitive, operands) ->
                        let others =
                            operands |> List.mapi (fun i operand -> Tensor.input $"other{i}" operand.Shape)

                        let y = Tensor.apply x.Shape others primitive
                        let tangents = others |> List.map (fun other -> Tensor.input "tangent" other.Shape)

                        let computed =
                            primitive.Jvp others y tangents
                            :: primitive.Vjp others y (Tensor.input "cotangent" x.Shape)

                        let isOwn (node: Tensor) =
                            match node.Node with
                            | Input name ->
                                not (name.StartsWith "other" || name = "tangent" || name = "cotangent")
                            | _ -> List.exists (fun operand -> obj.ReferenceEquals(operand, node)) operands

                        if Graph.order computed |> Array.exists isOwn then
                            primitive.Name
    ]
    |> List.distinct

let private ofFloat64: (string * (Rational -> Range) * (float -> float)) list =
    let positive x = Rational.abs x + Rational.one

    [
        "exp", ExactFunctions.exp, exp
        "log", positive >> ExactFunctions.log, (fun x -> log (abs x + 1.0))
        "sqrt", positive >> ExactFunctions.sqrt, (fun x -> sqrt (abs x + 1.0))
        "sin", ExactFunctions.sin, sin
        "cos", ExactFunctions.cos, cos
        "tanh", ExactFunctions.tanh, tanh
        "sigmoid", ExactFunctions.sigmoid, Special.sigmoid
        "softplus", ExactFunctions.softplus, Special.softplus
        "erf", ExactFunctions.erf, Special.erf
    ]

let private none (complaints: string list) =
    Expect.isEmpty complaints (String.concat "\n" complaints)

let private readings (convention: Convention) : string list =
    let inputs, graph = Conventions.inputs convention, Conventions.graph convention

    [
        yield!
            Reference.evaluate inputs [ graph ]
            |> List.exactlyOne
            |> Conventions.complaints 1e-12 convention

        for engine in Engines.all do
            let single =
                inputs |> List.map (fun (name, values) -> name, Array.map float32 values)

            yield!
                Eager.evaluate engine single [ graph ]
                |> List.exactlyOne
                |> Array.map float
                |> Conventions.complaints 1e-6 convention

            yield! ReaderLaws.planComplaints 2 { Plan.defaults with Poison = true } engine inputs [ graph ]
    ]

let private forward (convention: Convention) : string list =
    let x, power = Tensor.input "x" [ 1; 2 ], Tensor.input "n" []
    let y = Tensor.sumAll (convention.Function power x)

    [ [| 1.0; 0.0 |]; [| 0.0; 1.0 |] ]
    |> List.map (fun unit -> Derivative.forward y [ x, Tensor.constant [ 1; 2 ] unit ])
    |> Reference.evaluate (Conventions.inputs convention)
    |> Array.concat
    |> Conventions.complaints 1e-12 convention

[<Tests>]
let tests =
    testList
        "exact values"
        [
            testCase "The derivative rules of a primitive depend on the operands that they are given"
            <| fun () ->
                Expect.isEmpty capturing "primitives whose rules use the operands that they were made with"

            testList
                "bounds of primitives"
                [
                    for name, (primitive, sizes) in primitives ->
                        property name 100 (ExactCase.arbitrary sizes) (fun case ->
                            withoutComplaints (ExactLaws.boundsComplaints primitive case))
                ]

            testList
                "bounds of primitives, of small numbers and of both signs"
                [
                    for name, (primitive, sizes) in primitives ->
                        testCase name (fun () ->
                            ExactCase.directed sizes
                            |> List.collect (ExactLaws.boundsComplaints primitive)
                            |> none)
                ]

            testList
                "the exact functions agree with float64"
                [
                    for name, exact, f in ofFloat64 ->
                        testCase name (fun () ->
                            for x in [ -30.0; -5.5; -1.0; -0.1; 0.0; 1e-9; 0.3; 1.0; 2.5; 5.9; 7.0; 100.0 ] do
                                let range = exact (Rational.Of x)
                                let width = Rational.toFloat (range.High - range.Low)
                                let size = 1.0 + abs (f x)
                                Expect.isBetween width 0.0 (1e-16 * size) $"the width at {x}"

                                Expect.isBetween
                                    (Rational.toFloat range.Low - f x)
                                    (-1e-14 * size)
                                    (1e-14 * size)
                                    $"the difference at {x}")
                ]

            testList
                "derivatives at 0, in every reader and engine"
                [
                    for convention in Conventions.all ->
                        testCase convention.Name (fun () -> none (readings convention))
                ]

            testList
                "derivatives at 0, in forward mode"
                [
                    for convention in Conventions.all do
                        if convention.Order = 1 then
                            testCase convention.Name (fun () -> none (forward convention))
                ]
        ]
