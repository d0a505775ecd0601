/// What a plan must guarantee over many runs, next to other plans, and with its own state.
module Hybrid.Properties.PlanProperties

open System.Collections.Generic
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing

let private poisoned = { Plan.defaults with Poison = true }

let private stateless = Dictionary<string, float32[]>()

/// The inputs of a graph, different at every run.
let private inputs (case: GraphCase) run =
    case.Leaves
    |> List.mapi (fun i leaf ->
        string i, leaf |> List.map (fun x -> x + float (run % 5) / 8.0) |> Array.ofList)

let private outputsOf (case: GraphCase) =
    let trace = Trace.ofCase (GraphCase.toRow case) (GraphCase.toCase case)

    trace.Output :: Derivative.gradient (Law.weighted trace.Output) trace.Varied

/// The plan's outputs after a run on given inputs, with complaints where they differ from eager evaluation.
let private runOnce
    (engine: Engine)
    (plan: Plan)
    (expected: float32[] list)
    (given: (string * float[]) list)
    =
    ReaderLaws.write plan given
    plan.Run()

    [
        for i, eager in List.indexed expected do
            if not (ReaderLaws.sameBits eager (plan.Output i)) then
                $"{engine.Name}, output {i}: plan %A{plan.Output i}, eager %A{eager}"
    ]

let private eager engine given outputs =
    Eager.evaluate engine (given |> List.map (fun (name, values) -> name, Array.map float32 values)) outputs

/// Read once: a complaint that would not come again must be shown too.
let private first (complaints: string seq) =
    complaints |> Seq.truncate 3 |> List.ofSeq |> withoutComplaints

let private products =
    gen {
        let! m = Gen.elements [ 1; 2; 7; 9; 31; 64 ]
        let! k = Gen.elements [ 1; 5; 64; 511; 513; 1030 ]
        let! n = Gen.elements [ 1; 3; 16; 17; 33; 100; 520 ]
        let! transposeA = Gen.elements [ false; true ]
        let! transposeB = Gen.elements [ false; true ]
        return m, k, n, transposeA, transposeB
    }
    |> Arb.fromGen

/// Factors that stay are packed once, for all plans that read them.
let private keepsFactors (engine: Engine) =
    property engine.Name 20 products (fun (m, k, n, transposeA, transposeB) ->
        let stored isTransposed (shape: Shape) =
            if isTransposed then List.rev shape else shape

        let input name isTransposed shape =
            let x = Tensor.input name (stored isTransposed shape)
            if isTransposed then Tensor.transpose x else x

        let numbers seed count =
            Random.normals seed count |> Array.map float32

        let b, bias = numbers 2UL (k * n), numbers 3UL n
        let state = Dictionary(dict [ "b", b; "bias", bias ])

        [ m; m + 1 ]
        |> List.collect (fun m ->
            let y =
                Tensor.matmul (input "a" transposeA [ m; k ]) (input "b" transposeB [ k; n ])
                + Tensor.input "bias" [ n ]
                |> Tensor.relu

            let a = numbers 1UL (m * k)

            let plan =
                Plan.compileWith
                    { poisoned with
                        FixedState = Some(FixedValues())
                    }
                    engine
                    state
                    [ y ]
                    []

            let expected = Eager.evaluate engine [ "a", a; "b", b; "bias", bias ] [ y ]

            [
                for _ in 1..2 do
                    yield! runOnce engine plan expected [ "a", Array.map float a ]
            ])
        |> withoutComplaints)

/// What may come between two layers with windows, on a tensor of four axes.
type private Between =
    | Relu
    | Halve
    /// A number for each position along an axis is added.
    | Bias of axis: int
    | Pad of axis: int * before: int * after: int
    /// Without the first position along an axis, if there is another one.
    | Rest of axis: int
    /// After the negative of itself, along an axis.
    | Concat of axis: int
    | Permute of int list

let private betweens =
    gen {
        let! axis = Gen.choose (0, 3)
        let! before = Gen.choose (0, 2)
        let! order = Gen.shuffle [ 0..3 ]

        return!
            Gen.elements
                [
                    Relu
                    Halve
                    Bias axis
                    Pad(axis, before, 1)
                    Rest axis
                    Concat axis
                    Permute(List.ofArray order)
                    Permute [ 0; 3; 1; 2 ]
                    Permute [ 0; 2; 3; 1 ]
                ]
    }
    |> Gen.listOf
    |> Gen.map (List.truncate 12)
    |> Arb.fromGen

let private between (x: Tensor) (step: Between) : Tensor =
    match step with
    | Relu -> Tensor.relu x
    | Halve -> 0.5 * x
    | Bias axis ->
        Tensor.constant [ x.Shape[axis] ] (Random.normals 1UL x.Shape[axis])
        |> Tensor.reshape (List.init 4 (fun i -> if i = axis then x.Shape[axis] else 1))
        |> (+) x
    | Pad(axis, before, after) ->
        Tensor.pad (List.init 4 (fun i -> if i = axis then struct (before, after) else struct (0, 0))) x
    | Rest axis when x.Shape[axis] > 1 -> Tensor.slice axis 1 (x.Shape[axis] - 1) x
    | Rest _ -> x
    | Concat axis -> Tensor.concat axis [ -x; x ]
    | Permute order -> Tensor.permute order x

/// However often the order of the axes changes, at most the result is copied into another order.
let private transposes (engine: Engine) =
    property engine.Name 60 betweens (fun steps ->
        let x = Tensor.input "x" [ 2; 3; 4; 2 ]
        let y = List.fold between x steps
        let given = [ "x", Random.normals 2UL (Shape.size x.Shape) ]

        let plan = Plan.compileWith poisoned engine stateless [ y ] []

        // an output is copied to its place, by a step of the same name
        let transposes =
            (Plan.compile engine stateless [ Tensor.sum 0 y ] []).Steps
            |> Seq.filter (fun step -> step.Name.Contains "Transpose")
            |> Seq.length

        [
            yield! runOnce engine plan (eager engine given [ y ]) given

            if transposes > 1 then
                $"{engine.Name}: %d{transposes} transposes"
        ]
        |> withoutComplaints)

/// One plan over many runs.
let private staysRight (engine: Engine) =
    property engine.Name 5 GraphCase.arbitrary (fun case ->
        let outputs = outputsOf case
        let plan = Plan.compileWith poisoned engine stateless outputs []
        let expected = Array.init 5 (fun run -> eager engine (inputs case run) outputs)

        seq {
            for run in 1..1000 do
                yield! runOnce engine plan expected[run % 5] (inputs case run)
        }
        |> first)

let private three =
    Arb.zip (GraphCase.arbitrary, Arb.zip (GraphCase.arbitrary, GraphCase.arbitrary))

/// Plans that run in turn, one of them for a graph that another plan also has.
let private inTurn (engine: Engine) =
    property engine.Name 30 three (fun (a, (b, c)) ->
        let plans =
            [
                for case in [ a; b; c; a ] ->
                    let outputs = outputsOf case
                    case, outputs, Plan.compileWith poisoned engine stateless outputs []
            ]

        seq {
            for run in 1..5 do
                for case, outputs, plan in plans do
                    let given = inputs case run
                    yield! runOnce engine plan (eager engine given outputs) given
        }
        |> first)

/// Updates that need each other's old values.
let private updates (engine: Engine) =
    let a, b = Tensor.input "a" [ 3 ], Tensor.input "b" [ 3 ]

    let state =
        Dictionary(dict [ "a", [| 1f; 2f; 3f |]; "b", [| 4f; 5f; 6f |]; "c", [| 0f; 0f; 0f |] ])

    // an exchange, a view of another one's old value, and a sum of both
    let updates =
        [ "a", b; "b", a; "c", Tensor.reshape [ 3 ] (Tensor.reshape [ 3; 1 ] (a + b)) ]

    let plan = Plan.compileWith poisoned engine state [ a - b ] updates
    plan.Run()
    Expect.equal (plan.Output 0) [| -3f; -3f; -3f |] "the output"
    Expect.equal state["a"] [| 4f; 5f; 6f |] "a"
    Expect.equal state["b"] [| 1f; 2f; 3f |] "b"
    Expect.equal state["c"] [| 5f; 7f; 9f |] "c"

/// The steps of two batch sizes in turn on one state and in the same buffers.
let private trains (engine: Engine) (sizes: int list) (batches: int list) (optimizer: Optimizer) =
    let width = List.head sizes

    let network =
        Dense.chain
            (fun index inputs outputs -> Linear.network (Linear.create He (uint64 index) inputs outputs))
            (fun index ->
                Network.ofLayer (BatchNormalization.layer sizes[index + 1])
                >=> Activation.relu
                >=> Dropout.network 0.3)
            sizes

    let options =
        {
            Task = Classification 2
            Loss = Loss.softmax
            Regularizer =
                {
                    L1 = 0.001
                    L2 = 0.01
                    MaxNorm = Some 1.5
                }
            Optimizer = optimizer
            Schedule = Schedule.constant
            LearningRate = 0.1
            ClipNorm = Some 1.0
            BatchSize = 4
            Grains = 1
            Epochs = 1
            Patience = None
            ClassWeights = None
            Gradients = GradientSource.graph
            Certify = None
            Key = 5UL
        }

    let traced = Network.withInputs network

    let steps =
        [ for rows in batches -> rows, Step.graph options false traced width rows ]

    let state = Inference.state engine network

    for name, value in Network.parameters network do
        for slot in 1 .. optimizer.Slots do
            state[Step.slotName name slot] <- Array.zeroCreate (Shape.size value.Shape)

    state["rate"] <- [| 0.05f |]
    state["step"] <- [| 0f; 0f |]

    let mirror =
        Dictionary(state |> Seq.map (fun entry -> KeyValuePair(entry.Key, Array.copy entry.Value)))

    let options = { poisoned with Buffers = Some(Pool()) }

    let plans =
        dict
            [
                for rows, (loss, updates) in steps ->
                    rows, Plan.compileWith options engine state [ loss ] updates
            ]

    for step in 0 .. 80 / width + 13 do
        let rows, (loss, updates) = steps[step % 2]
        let x = Random.normals (uint64 step) (width * rows) |> Array.map float32
        let target = Array.init rows (fun i -> float32 ((i + step) % 2))
        let plan = plans[rows]
        Draw.write (int64 step) state["step"]
        Draw.write (int64 step) mirror["step"]
        Array.blit x 0 (plan.Input "x") 0 x.Length
        Array.blit target 0 (plan.Input "target") 0 rows
        plan.Run()

        let given =
            ("x", x)
            :: ("target", target)
            :: [ for entry in mirror -> entry.Key, entry.Value ]

        let expected = Eager.evaluate engine given (loss :: List.map snd updates)
        Expect.equal (plan.Output 0) expected.Head $"the loss of step {step}"

        for (name, _), value in List.zip updates expected.Tail do
            mirror[name] <- value
            Expect.equal state[name] value $"{name} after step {step}"

/// Small ones, whose chains are one block; and ones whose chains are several, follow the parts of a product, or are
/// cut for threads, with rows that fill no register.
let private sizes =
    [ "small", [ 3; 5; 2 ], [ 4; 3 ]; "large", [ 33; 129; 70; 2 ], [ 70; 41 ] ]

let private onEngines name test =
    testList name [ for engine in Engines.all -> test engine ]

[<Tests>]
let tests =
    testList
        "plans"
        [
            onEngines "A plan stays correct over 1,000 runs" staysRight
            onEngines "Products with factors that stay equal others, to the bit" keepsFactors
            onEngines
                "Transposes cancel behind what comes between them, and results keep their bits"
                transposes
            onEngines "Plans that run in turn do not disturb each other" inTurn

            onEngines "All updates happen at once, from the state before the run" (fun engine ->
                testCase engine.Name (fun () -> updates engine))

            onEngines
                "Training steps of two batch sizes in turn equal eager evaluation, to the bit"
                (fun engine ->
                    testList
                        engine.Name
                        [
                            for name, sizes, batches in sizes ->
                                testList
                                    name
                                    [
                                        for optimizer in Optimizer.all ->
                                            testCase optimizer.Name (fun () ->
                                                trains engine sizes batches optimizer)
                                    ]
                        ])
        ]
