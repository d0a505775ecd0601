/// Nothing escapes the table: what the core offers is compared with what the rows' own text calls.
module Hybrid.Properties.CompletenessProperties

open System
open System.Reflection
open Hybrid.Core
open Hybrid.Testing
open Xunit

/// What makes no tensor out of others, and so has no derivative to check; each with the reason.
let private exempt =
    Map
        [
            "TensorModule.constant", "a leaf"
            "TensorModule.single", "a leaf"
            "TensorModule.scalar", "a leaf"
            "TensorModule.input", "a leaf"
            "TensorModule.fill", "a broadcast leaf, in the rows of broadcast"
            "TensorModule.zerosLike", "a broadcast leaf, in the rows of broadcast"
            "TensorModule.apply", "what primitives are made by"
            "TensorModule.map", "what primitives are made by"
            "TensorModule.zip", "what primitives are made by"
            "Derivative.reverse", "what the laws are about"
            "Derivative.forward", "what the laws are about"
            "Derivative.gradient", "what the laws are about"
            "Gradient.gradAll", "Derivative.gradient of a function"
            "Gradient.jacobian", "rows of Derivative.reverse or forward"
            "Gradient.hessian", "the Jacobian of a gradient"
            "Gradient.hvp", "Derivative.forward of a gradient"
            "Gradient.hvpAll", "Derivative.forward of a gradient"
            "Gradient.custom", "what primitives are made by"
            "Gradient.customAll", "what primitives are made by"
            "InitializerModule.weight", "a leaf"
            "InitializerModule.zeros", "a leaf"
            "LayerModule.deterministic", "what layers are made by"
            "LayerModule.ofFunction", "what layers are made by"
            "LayerModule.onlyInTraining", "what layers are made by"
            "LossModule.mean", "Tensor.meanAll of Loss.perExample"
            "ExpressionModule.graph", "whatever its text says: ExpressionProperties"
            "Constants.derivative", "Derivative.gradient of a function"
            "Graph.operands", "looks at a graph"
            "Execution.operands", "looks at a graph"
            "Execution.unrepeated", "looks at a graph"
        ]

let private results = [ typeof<Tensor>; typeof<Tensor list>; typeof<Layer> ]

/// The public functions of the core's modules, extension members included, that answer tensors or a layer from tensors.
let private offered =
    typeof<Tensor>.Assembly.GetExportedTypes()
    |> Seq.filter Reflection.FSharpType.IsModule
    |> Seq.collect _.GetMethods(BindingFlags.Public ||| BindingFlags.Static ||| BindingFlags.DeclaredOnly)
    |> Seq.filter (fun method -> List.contains method.ReturnType results)
    |> Seq.map Quoted.methodName
    |> Set.ofSeq

let private covered = Table.rows |> List.map _.Covers |> Set.unionMany

[<Fact>]
let ``Every function that makes tensors is called by a row, or exempt for a reason`` () =
    let missing = offered - covered - Set.ofSeq (Map.keys exempt)
    Assert.True(missing.IsEmpty, $"no row calls %A{missing}")

[<Fact>]
let ``Nothing is exempt that a row calls or that is not there`` () =
    let exempt = Set.ofSeq (Map.keys exempt)
    Assert.Equal<Set<string>>(Set.empty, exempt - offered)

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

[<Fact>]
let ``Derivatives are made of primitives that have rows`` () =
    for row, trace in traces do
        let gradients = Derivative.gradient (Law.curved trace.Output) trace.Varied
        let missing = primitives gradients - inRows
        Assert.True(missing.IsEmpty, $"{row.Name}: %A{missing}")

[<Fact>]
let ``Every primitive occurs in random graphs`` () =
    let case =
        {
            Size = 2
            Leaves = [ [ 1.0; 2.0; 3.0; 4.0 ]; [ 1.0; 2.0; 3.0; 4.0 ] ]
            Steps = GraphCase.operations |> List.map (fun (name, _) -> name, 0, 1)
        }

    let found =
        primitives [ (Trace.ofCase (GraphCase.toRow case) (GraphCase.toCase case)).Output ]

    Assert.Equal<Set<string>>(Set.empty, inRows - found)

let private valuesOf<'value> (moduleType: Type) =
    moduleType.GetProperties(BindingFlags.Public ||| BindingFlags.Static)
    |> Seq.filter (fun property -> property.PropertyType = typeof<'value>)
    |> Seq.map (fun property -> property.GetValue(null: obj) :?> 'value)
    |> List.ofSeq

let private moduleNamed name =
    typeof<Tensor>.Assembly.GetExportedTypes()
    |> Array.find (fun offered -> offered.Name = name)

[<Fact>]
let ``Every loss and every optimizer of the core is in its list of all`` () =
    let losses = valuesOf<Loss>(moduleNamed "LossModule")
    let optimizers = valuesOf<Optimizer>(moduleNamed "OptimizerModule")
    Assert.Equal(Loss.all.Length, losses.Length)
    Assert.Equal(Optimizer.all.Length, optimizers.Length)
    Assert.True(losses |> List.forall (fun loss -> List.contains loss Loss.all))

    Assert.True(
        optimizers
        |> List.forall (fun optimizer -> List.contains optimizer Optimizer.all)
    )

let rowNames = Table.rows |> List.map (fun row -> [| row.Name :> obj |])

[<Theory; MemberData(nameof rowNames)>]
let ``The Taylor law sees curvature in many cases of a row`` (name: string) =
    let row = Table.row name

    let seen =
        sample 200 (Cases.smooth row).Generator
        |> Array.filter (CurvatureLaws.taylorRatio row >> ValueOption.isSome)

    let flat =
        List.contains name [ "sign"; "step"; "isNaN"; "greater"; "equal"; "argMax"; "softplus far out" ]

    Assert.True(flat || seen.Length >= 15, $"only {seen.Length} of 200 cases are curved")
