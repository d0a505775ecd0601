module Hybrid.Tests.PlanTests

open System
open System.Collections.Generic
open Hybrid.Core
open Hybrid.Data
open Hybrid.Tests.CoreTesting
open Xunit

let private state (entries: (string * float32[]) list) : Dictionary<string, float32[]> =
    Dictionary(entries |> List.map KeyValuePair)

[<Fact>]
let ``Two updates that swap two states take both old values`` () =
    let state = state [ "a", [| 1f; 2f |]; "b", [| 3f; 4f |] ]
    let a, b = Tensor.input "a" [ 2 ], Tensor.input "b" [ 2 ]
    let plan = Plan.compile engine state [] [ "a", b; "b", a ]
    plan.Run()
    Assert.Equal<float32[]>([| 3f; 4f |], state["a"])
    Assert.Equal<float32[]>([| 1f; 2f |], state["b"])

[<Fact>]
let ``A swap through another shape takes both old values`` () =
    let state = state [ "a", [| 1f; 2f |]; "b", [| 3f; 4f |] ]
    let a, b = Tensor.input "a" [ 2 ], Tensor.input "b" [ 1; 2 ]

    let plan =
        Plan.compile engine state [] [ "a", Tensor.reshape [ 2 ] b; "b", Tensor.reshape [ 1; 2 ] a ]

    plan.Run()
    Assert.Equal<float32[]>([| 3f; 4f |], state["a"])
    Assert.Equal<float32[]>([| 1f; 2f |], state["b"])

[<Fact>]
let ``The outputs are computed from the state before the update`` () =
    let state = state [ "a", [| 1f |] ]
    let a = Tensor.input "a" [ 1 ]
    let plan = Plan.compile engine state [ a; 2.0 * a ] [ "a", a + 1.0 ]
    plan.Run()
    Assert.Equal<float32[]>([| 1f; 2f; 2f |], [| plan.Output(0)[0]; plan.Output(1)[0]; state["a"][0] |])

[<Fact>]
let ``Two plans share their state`` () =
    let state = state [ "count", [| 0f |] ]
    let count = Tensor.input "count" [ 1 ]
    let one = Plan.compile engine state [] [ "count", count + 1.0 ]
    let ten = Plan.compile engine state [] [ "count", count + 10.0 ]
    one.Run()
    ten.Run()
    one.Run()
    Assert.Equal<float32[]>([| 12f |], state["count"])

[<Fact>]
let ``State of the wrong size for its input is an error that names it`` () =
    raises<ShapeMismatchException, _> [ "input «a»: the shapes [2; 3] and [5]" ] (fun () ->
        Plan.compile engine (state [ "a", Array.zeroCreate 5 ]) [ Tensor.input "a" [ 2; 3 ] ] [])

[<Fact>]
let ``An update without a matching state is an error that names it`` () =
    let a = Tensor.input "a" [ 2 ]
    raises<HybridException, _> [ "«b»" ] (fun () -> Plan.compile engine (state []) [] [ "b", a ])

    raises<HybridException, _> [ "«a»" ] (fun () ->
        Plan.compile engine (state [ "a", [| 0f; 0f |] ]) [] [ "a", Tensor.slice 0 0 1 a ])

[<Fact>]
let ``A plan knows the inputs that its graph needs`` () =
    let plan = Plan.compile engine (state []) [ Tensor.exp (Tensor.input "x" [ 2 ]) ] []
    Assert.True(plan.Needs "x")
    Assert.False(plan.Needs "y")

/// Preprocessing, every sort of layer, and every option of a training step.
let private whole: StepOptions * Network =
    let rules =
        [| Standardise(1.0, 2.0); Standardise(3.0, 4.0); OneHot([| 0; 1; 2 |], true) |]

    let network =
        Network.ofLayer (Preprocessing.layer rules)
        >=> Linear.network (Linear.create He 1UL 6 8)
        >=> Activation.relu
        >=> Dropout.network 0.3
        >=> Maxout.network (Maxout.create He 2UL 2 8 6)
        >=> Noise.network 0.1
        >=> Activation.softmax
        >=> Linear.network (Linear.create Glorot 3UL 6 3)

    { options (LearningTask.Classification 3) Loss.softmax with
        Optimizer = Optimizer.adamw
        Regularizer =
            {
                L1 = 0.01
                L2 = 0.01
                MaxNorm = Some 2.0
            }
        ClipNorm = Some 1.0
        ClassWeights = Some [| 1f; 2f; 3f |]
    },
    network

let private compiled () =
    let options, network = whole
    let traced = Network.withInputs network
    let state = Inference.state engine network
    state["step"] <- [| 0f; 0f |]
    state["rate"] <- [| 0.01f |]

    for name, value in Network.parameters network do
        for slot in 1..2 do
            state[Step.slotName name slot] <- Array.zeroCreate (Shape.size value.Shape)

    let loss, updates = Step.graph options false traced 3 4
    let plan = Plan.compile engine state [ loss ] updates
    let columns = [| 1f; 2f; 0f; 3f; nanf; 1f; nanf; 0f; 2f; -1f; 5f; nanf |]
    columns.CopyTo(plan.Input "x", 0)
    [| 0f; 1f; 2f; 1f |].CopyTo(plan.Input "target", 0)
    [| 1f; 2f; 3f; 2f |].CopyTo(plan.Input "weight", 0)
    plan, state, loss :: List.map snd updates

[<Fact>]
let ``Running a plan twice on the same state gives the same outputs`` () =
    let plan, state, _ = compiled ()

    let before =
        state |> Seq.map (fun entry -> entry.Key, Array.copy entry.Value) |> List.ofSeq

    plan.Run()
    let first = plan.Output(0)[0], Array.copy state["1.weight"]
    before |> List.iter (fun (name, values) -> values.CopyTo(state[name], 0))
    plan.Run()
    Assert.Equal(first, (plan.Output(0)[0], state["1.weight"]))

/// A hundred steps, after which there is nothing to collect.
let private allocatesNothing (plan: Plan) (state: Dictionary<string, float32[]>) =
    let run () =
        for step in 1L .. 100L do
            Draw.write step state["step"]
            plan.Run()

    let allocated () =
        let before = GC.GetAllocatedBytesForCurrentThread()
        run ()
        GC.GetAllocatedBytesForCurrentThread() - before

    run ()
    // a collection that another test causes ends this thread's allocation buffer, and its rest counts as allocated
    Assert.Equal(0L, Seq.min (Seq.init 5 (fun _ -> allocated ())))

[<Fact>]
let ``A run of a whole training step allocates nothing, whatever its kernels`` () =
    let plan, state, results = compiled ()

    let kernels =
        Graph.order results
        |> Seq.choose (fun x ->
            match x.Node with
            | Apply({ Kernel = kernel }, _) ->
                match kernel with
                | Kernel.Map _ -> Some "map"
                | Kernel.Zip _ -> Some "zip"
                | Kernel.Select -> Some "select"
                | Kernel.Reduce _ -> Some "reduce"
                | Kernel.Softmax _ -> Some "softmax"
                | Kernel.MatMul _ -> Some "matmul"
                | Kernel.IntegerProduct _ -> Some "integerProduct"
                | Kernel.PatchProduct _ -> Some "patches"
                | Kernel.MaxPool _ -> Some "maxPool"
                | Kernel.MaxPoolGradient _ -> Some "maxPoolGradient"
                | Kernel.Read _ -> Some "read"
                | Kernel.Write _ -> Some "write"
                | Kernel.Accumulate _ -> Some "accumulate"
                | Kernel.View -> Some "view"
                | Kernel.Uniform _ -> Some "uniform"
                | Kernel.Gather _ -> Some "gather"
                | Kernel.ScatterAdd _ -> Some "scatterAdd"
                | Kernel.Definition -> Some "definition"
            | _ -> None)
        |> Set

    Assert.Equal<Set<string>>(
        set
            [
                "map"
                "zip"
                "select"
                "reduce"
                "softmax"
                "matmul"
                "read"
                "write"
                "view"
                "uniform"
            ],
        kernels
    )

    allocatesNothing plan state
    Assert.True(Single.IsFinite(plan.Output(0)[0]))

[<Fact>]
let ``A run of a training step of a convolutional network allocates nothing`` () =
    let convolution key channels outputs =
        { Convolution.create He key [ 3; 3 ] channels outputs with
            Border = Border.Same
        }
        |> Layer.convolution
        |> Network.ofLayer

    let network =
        Network.ofLayer (Images.ofFeatures [ 12; 12; 2 ])
        >=> convolution 1UL 2 6
        >=> Activation.relu
        >=> Network.ofLayer (Images.maxPool (PoolingWindows.square 2 2 0))
        >=> convolution 2UL 6 16
        >=> Activation.relu
        >=> Network.ofLayer (Images.maxPool (PoolingWindows.square 3 2 1))
        >=> Network.ofLayer Images.flatten
        >=> Linear.network (Linear.create Glorot 3UL 144 3)

    let options = options (LearningTask.Classification 3) Loss.softmax
    let traced = Network.withInputs network
    let state = Inference.state engine network
    state["step"] <- [| 0f; 0f |]
    state["rate"] <- [| 0.01f |]
    let loss, updates = Step.graph options false traced 288 8

    for name, update in updates do
        state.TryAdd(name, Array.zeroCreate (Shape.size update.Shape)) |> ignore

    let plan = Plan.compile engine state [ loss ] updates
    (Random.normals 4UL (8 * 288) |> Array.map float32).CopyTo(plan.Input "x", 0)
    Array.init 8 (fun i -> float32 (i % 3)) |> _.CopyTo(plan.Input "target", 0)

    let named (name: string) =
        plan.Steps |> Seq.exists (fun step -> step.Name.StartsWith name)

    Assert.True(named "Convolution" && named "WeightGradient" && named "ImageGradient")
    allocatesNothing plan state
    Assert.True(Single.IsFinite(plan.Output(0)[0]))
