/// Compiling takes work in proportion to the nodes, whatever form the graph has. What is allocated stands for it: a list that
/// is gone through or copied once a node shows there, on every machine alike.
module Hybrid.Tests.PlanDepthTests

open System
open System.Collections.Generic
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private few = 600
let private times = 4

[<NoComparison; ReferenceEquality>]
type private Form =
    {
        Outputs: Tensor list
        Updates: (string * Tensor) list
        State: Dictionary<string, float32[]>
    }

let private ofOutputs outputs =
    {
        Outputs = outputs
        Updates = []
        State = Dictionary()
    }

let private x = Tensor.input "x" [ 2; 3 ]

/// The output after some steps, each of the one before.
let private chain (step: Tensor -> int -> Tensor) nodes =
    ofOutputs [ List.fold step x [ 1..nodes ] ]

let private forms: (string * (int -> Form)) list =
    [
        "element-wise nodes, one after the other",
        chain (fun y i -> if i % 2 = 0 then Tensor.tanh y else Tensor.exp y)
        "products, one after the other", chain (fun y _ -> Tensor.tanh (y *@ Tensor.fill 0.5 [ 3; 3 ]))
        "views of views", chain (fun y i -> Tensor.reshape (if i % 2 = 0 then [ 2; 3 ] else [ 3; 2 ]) y)
        "transposes", chain (fun y _ -> Tensor.sin (Tensor.transpose y))
        "one node that all read", chain (fun y i -> Tensor.tanh y + float i * Tensor.tanh x)
        "sums of parts that differ in size",
        fun nodes ->
            ofOutputs
                [
                    for i in 1..nodes -> Tensor.sumAll (Tensor.sin (Tensor.input $"x{i}" [ 1 + i % 97; 2 ]))
                ]
        "constants of constants",
        fun nodes ->
            List.scan (fun y _ -> Tensor.sin y) (Tensor.constant [ 2; 3 ] (Array.create 6 0.5)) [ 1..nodes ]
            |> List.map (fun y -> x + y)
            |> ofOutputs
        "updates of many parameters",
        fun nodes ->
            let parameters = [ for i in 1..nodes -> Tensor.input $"w{i}" [ 2; 1 + i % 7 ] ]

            let loss =
                parameters
                |> List.fold (fun sum w -> sum + Tensor.sumAll (w * w)) (Tensor.scalar 0.0)

            let state = Dictionary<string, float32[]>()

            let updates =
                List.map2
                    (fun (w: Tensor) gradient ->
                        let name = fst (Graph.inputs [ w ]).Head
                        state[name] <- Array.zeroCreate (Shape.size w.Shape)
                        name, w - 0.1 * gradient)
                    parameters
                    (Derivative.gradient loss parameters)

            {
                Outputs = [ loss ]
                Updates = updates
                State = state
            }
    ]

let names: obj[] seq = forms |> Seq.map (fun (name, _) -> [| box name |])

[<Theory; MemberData(nameof names)>]
let ``Compiling four times as many nodes takes about four times the work`` (name: string) =
    let form = forms |> List.find (fst >> (=) name) |> snd

    let allocated nodes =
        let graph = form nodes
        let before = GC.GetAllocatedBytesForCurrentThread()
        Plan.compile engine graph.State graph.Outputs graph.Updates |> ignore
        GC.GetAllocatedBytesForCurrentThread() - before

    allocated 10 |> ignore
    let growth = float (allocated (times * few)) / float (allocated few)
    Assert.True(growth < 1.5 * float times, $"It takes {growth:F1} times as much.")

[<Fact>]
let ``Compilation checks for cancellation repeatedly, and ends on it`` () =
    let graph = chain (fun y _ -> Tensor.tanh y) 10_000
    let asked = ref 0

    let compile most =
        let cancelled () =
            asked.Value <- asked.Value + 1
            asked.Value > most

        asked.Value <- 0

        Plan.compileWith
            { Plan.defaults with
                Cancelled = cancelled
            }
            engine
            graph.State
            graph.Outputs
            graph.Updates
        |> ignore

    compile Int32.MaxValue
    Assert.InRange(asked.Value, 10, 10_000)
    let all = asked.Value

    for most in [ 0; all / 2; all - 1 ] do
        Assert.Throws<OperationCanceledException>(fun () -> compile most) |> ignore
        Assert.Equal(most + 1, asked.Value)
