namespace Hybrid.Verification

open System
open System.Collections.Generic
open System.Threading.Tasks
open Hybrid.Core

/// <summary>Branch and bound on a region: boxes are halved until every violation is refuted on each, or one is found.</summary>
[<Sealed>]
type internal Search
    (
        engine: Engine,
        padded: Padded,
        goals: Goals,
        attack: Attack option,
        arithmetic: Arithmetic,
        limits: Limits
    ) =
    /// Boxes that are split together: so many that they take well below a second, and the same for any number of threads.
    let together =
        let work =
            padded.Layers
            |> Array.sumBy (fun layer -> 2.0 * float layer.Rows * float (layer.Width * layer.Width))

        int (Math.Clamp(2e9 / (1.0 + work * float padded.Layers.Length), 1.0, 64.0))

    let worker () =
        Examiner(engine, padded, goals, arithmetic)

    let workers = Array.init (max 1 limits.Threads) (fun _ -> lazy (worker ()))
    let mutable boxes = 0L
    let mutable proved = 0.0

    let examineAll (leaves: Leaf[]) : Leaf option[] =
        boxes <- boxes + int64 leaves.Length
        let chunks = Array.chunkBySize Examiner.Capacity leaves
        let results = Array.create chunks.Length [||]
        let free = System.Collections.Concurrent.ConcurrentBag workers

        let work index =
            match free.TryTake() with
            | true, worker ->
                results[index] <- worker.Value.Examine chunks[index]
                free.Add worker
            | false, _ -> results[index] <- (worker ()).Examine chunks[index]

        if workers.Length = 1 || chunks.Length = 1 then
            for index in 0 .. chunks.Length - 1 do
                work index
        else
            Parallel.For(0, chunks.Length, ParallelOptions(MaxDegreeOfParallelism = workers.Length), work)
            |> ignore

        let remains = Array.concat results

        for index in 0 .. leaves.Length - 1 do
            if remains[index].IsNone then
                proved <- proved + leaves[index].Share

        remains

    /// The share of the region on which every violation is refuted, by halvings.
    member _.Proved = proved

    /// The number of boxes that were examined.
    member _.Boxes = boxes

    /// Whether a point violates the property for sure.
    member _.IsViolated(point: float32[]) : bool = workers[0].Value.IsViolated point

    /// <summary>Searches a box.</summary>
    /// <param name="lower">Least inputs; float32 numbers, if that is what the network is computed in.</param>
    /// <param name="upper">Greatest inputs.</param>
    /// <param name="inner">The float32 numbers of the box, in which violations are searched for.</param>
    member _.Run(lower: float[], upper: float[], inner: struct (float32 * float32)[]) : Outcome =
        let root =
            {
                Lower = lower
                Upper = upper
                Kept = null
                Open = Array.init goals.Violations.Length id
                Bound = -infinity
                Axis = -1
                Unit = -1
                Share = 1.0
            }

        let low = inner |> Array.map (fun (struct (low, _)) -> low)
        let high = inner |> Array.map (fun (struct (_, high)) -> high)

        let attacked seed (leaf: Leaf) steps =
            match attack with
            | Some attack when limits.Attack ->
                // within the leaf, but at float32 numbers of the box
                let within (values: float[]) =
                    Array.init low.Length (fun i -> Math.Clamp(float32 values[i], low[i], high[i]))

                attack.Search(
                    seed,
                    within leaf.Lower,
                    within leaf.Upper,
                    leaf.Open,
                    steps,
                    workers[0].Value.IsViolated
                )
            | _ -> None

        let queue = PriorityQueue<Leaf, struct (float * int64)>()
        let stack = Stack<Leaf>()
        let mutable count = 0L

        let keep (leaf: Leaf) (count: int64) =
            if queue.Count < limits.Waiting then
                queue.Enqueue(leaf, struct (leaf.Bound, count))
            else
                stack.Push leaf

        let mutable ending = None

        match examineAll [| root |] with
        | [| Some root |] ->
            match attacked 1UL root 40 with
            | Some point -> ending <- Some(Outcome.Violated point)
            | None -> keep root 0L
        | _ -> ending <- Some Outcome.Refuted

        let mutable round = 0UL

        while ending.IsNone do
            let batch = List<Leaf>()

            while batch.Count < together && (stack.Count > 0 || queue.Count > 0) do
                batch.Add(if stack.Count > 0 then stack.Pop() else queue.Dequeue())

            round <- round + 1UL

            if batch.Count = 0 then
                ending <- Some Outcome.Refuted
            elif boxes >= limits.Boxes || limits.Stop() then
                ending <- Some Outcome.Stopped
            else
                // the farthest from being refuted is the likeliest to be violated
                if round % 8UL = 0UL then
                    match attacked (round + 1UL) batch[0] (if padded.SplitsUnits then 60 else 10) with
                    | Some point -> ending <- Some(Outcome.Violated point)
                    | None -> ()

                if ending.IsNone then
                    let parts =
                        batch
                        |> Seq.map (fun leaf -> leaf, Branching.split arithmetic leaf)
                        |> Array.ofSeq

                    let whole = parts |> Array.filter (snd >> List.isEmpty) |> Array.map fst

                    if Array.forall workers[0].Value.IsRefuted whole then
                        proved <- proved + Array.sumBy _.Share whole

                        for remains in examineAll (parts |> Seq.collect snd |> Array.ofSeq) do
                            match remains with
                            | Some leaf ->
                                count <- count + 1L
                                keep leaf count
                            | None -> ()
                    else
                        ending <- Some Outcome.Undecided

        ending.Value
