/// Nothing escapes the table: the functions that the core and the theory offer are compared with those that the rows' source
/// calls.
module Hybrid.Properties.CompletenessProperties

open System
open System.Reflection
open Expecto
open Hybrid.Core
open Hybrid.Testing

/// Functions that do not make tensors out of others, and so have no derivative to check, each with the reason.
let private exempt =
    Map
        [
            "TensorModule.constant", "a leaf"
            "TensorModule.single", "a leaf"
            "TensorModule.scalar", "a leaf"
            "TensorModule.input", "a leaf"
            "LiteralModule.tensor", "a leaf"
            "TensorModule.fill", "a broadcast leaf, in the rows of broadcast"
            "TensorModule.zerosLike", "a broadcast leaf, in the rows of broadcast"
            "Derivative.reverse", "the subject of the laws"
            "Derivative.forward", "the subject of the laws"
            "Derivative.gradient", "the subject of the laws"
            "Gradient.gradAll", "Derivative.gradient of a function"
            "Gradient.jacobian", "rows of Derivative.reverse or forward"
            "Gradient.hessian", "the Jacobian of a gradient"
            "Gradient.hvp", "Derivative.forward of a gradient"
            "Gradient.hvpAll", "Derivative.forward of a gradient"
            "Gradient.custom", "makes primitives"
            "Gradient.customAll", "makes primitives"
            "InitializerModule.weight", "a leaf"
            "InitializerModule.zeros", "a leaf"
            "LayerModule.deterministic", "makes layers"
            "LayerModule.inTraining", "makes layers"
            "LayerModule.ofFunction", "makes layers"
            "LayerModule.onlyInTraining", "makes layers"
            "LossModule.mean", "Tensor.meanAll of Loss.perExample"
            "ExpressionModule.graph", "any function: see ExpressionProperties"
            "Constants.derivative", "Derivative.gradient of a function"
        ]

let private results = [ typeof<Tensor>; typeof<Tensor list>; typeof<Layer> ]

/// The public functions of the modules of the core and the theory, extension members included, that return tensors or a
/// layer from tensors.
let private offered =
    [ typeof<Tensor>; typeof<Hybrid.Theory.Expression> ]
    |> Seq.collect _.Assembly.GetExportedTypes()
    |> Seq.filter Reflection.FSharpType.IsModule
    |> Seq.collect _.GetMethods(BindingFlags.Public ||| BindingFlags.Static ||| BindingFlags.DeclaredOnly)
    |> Seq.filter (fun method -> List.contains method.ReturnType results)
    |> Seq.map Quoted.methodName
    |> Set.ofSeq

let private covered = Table.rows |> List.map _.Covers |> Set.unionMany

/// The names of the primitives in graphs.
let private primitives (outputs: Tensor list) =
    Graph.order outputs
    |> Seq.choose (fun x ->
        match x.Node with
        | Apply(primitive, _) -> Some primitive.Name
        | _ -> None)
    |> Set.ofSeq

let private traces =
    [
        for row in Table.rows do
            let extents = List.replicate row.Extents 2

            let values =
                row.Operands extents
                |> List.map (fun operand -> List.replicate (Shape.size operand.Shape) 0.5)

            row, Trace.ofCase row { Extents = extents; Values = values }
    ]

let private inRows =
    traces
    |> List.map (fun (_, trace) -> primitives [ trace.Output ])
    |> Set.unionMany

let private valuesOf<'value> (moduleType: Type) =
    moduleType.GetProperties(BindingFlags.Public ||| BindingFlags.Static)
    |> Seq.filter (fun property -> property.PropertyType = typeof<'value>)
    |> Seq.map (fun property -> property.GetValue(null: obj) :?> 'value)
    |> List.ofSeq

let private moduleNamed name =
    typeof<Tensor>.Assembly.GetExportedTypes()
    |> Array.find (fun offered -> offered.Name = name)

let private isFlat (row: Row) =
    List.contains
        row.Name
        [
            "sign"
            "round"
            "step"
            "isNaN"
            "greater"
            "equal"
            "argMax"
            "softplus far out"
        ]

[<Tests>]
let tests =
    testList
        "completeness"
        [
            testCase
                "Every function that returns tensors is called by a row, or exempt for a stated reason"
                (fun () ->
                    let missing = offered - covered - Set.ofSeq (Map.keys exempt)
                    Expect.equal missing Set.empty "functions that no row calls")

            testCase "Every exempt function exists, and no row calls it" (fun () ->
                let exempt = Set.ofSeq (Map.keys exempt)
                Expect.equal (exempt - offered) Set.empty "exempt functions that do not exist")

            testCase "Derivatives consist of primitives that have rows" (fun () ->
                for row, trace in traces do
                    let gradients = Derivative.gradient (Law.curved trace.Output) trace.Varied
                    let missing = primitives gradients - inRows
                    Expect.equal missing Set.empty row.Name)

            testCase "Every primitive occurs in random graphs" (fun () ->
                let case =
                    {
                        Size = 2
                        Leaves = [ [ 1.0; 2.0; 3.0; 4.0 ]; [ 1.0; 2.0; 3.0; 4.0 ] ]
                        Steps = GraphCase.operations |> List.map (fun (name, _) -> name, 0, 1)
                    }

                let found =
                    primitives [ (Trace.ofCase (GraphCase.toRow case) (GraphCase.toCase case)).Output ]

                Expect.equal (inRows - found) Set.empty "primitives in no random graph")

            testCase "Every loss and every optimizer of the core is in its list" (fun () ->
                let losses = valuesOf<Loss>(moduleNamed "LossModule")
                let optimizers = valuesOf<Optimizer>(moduleNamed "OptimizerModule")

                let withNumbers =
                    (moduleNamed "LossModule").GetMethods(BindingFlags.Public ||| BindingFlags.Static)
                    |> Array.filter (fun method ->
                        method.ReturnType = typeof<Loss>
                        && not method.IsSpecialName
                        && not (
                            List.contains method.Name [ "named"; "ofNumbers"; "ofClasses"; "ofPresent" ]
                        ))

                Expect.equal (losses.Length + withNumbers.Length) Loss.all.Length "the losses of the module"
                Expect.hasLength optimizers Optimizer.all.Length "the optimizers of the module"
                Expect.all losses (fun loss -> List.contains loss Loss.all) "Loss.all"

                Expect.all
                    optimizers
                    (fun optimizer -> List.contains optimizer Optimizer.all)
                    "Optimizer.all")

            testList
                "The Taylor law measures curvature in many cases of a row"
                [
                    for row in Table.rows ->
                        testCase row.Name (fun () ->
                            let seen =
                                sample 200 (Cases.smooth row).Generator
                                |> Array.filter (CurvatureLaws.taylorRatio row >> ValueOption.isSome)

                            Expect.isTrue
                                (isFlat row || seen.Length >= 15)
                                $"only {seen.Length} of 200 cases are curved")
                ]
        ]
