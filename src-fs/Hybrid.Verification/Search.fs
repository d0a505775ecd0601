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
    /// Boxes whose bounds are computed together.
    static let chunk = 16

    /// The steps of the slopes of bounds that are not above 0 yet.
    static let steps = 4

    /// Boxes that are split together: so many that they take well below a second, and the same for any number of threads.
    let together =
        let work =
            padded.Layers
            |> Array.sumBy (fun layer -> 2.0 * float layer.Rows * float (layer.Width * layer.Width))

        int (Math.Clamp(2e9 / (1.0 + work * float padded.Layers.Length), 1.0, 64.0))

    let worker () =
        let bounds = Bounds(padded, engine, chunk)
        bounds, ConditionBounds(padded, engine, goals, bounds)

    let workers = Array.init (max 1 limits.Threads) (fun _ -> lazy (worker ()))
    let mutable boxes = 0L
    let mutable proved = 0.0

    /// Float64 for a bound where the difference that it makes may decide.
    let decide (bounds: Bounds) (struct (box, condition)) (found: Found) : Found =
        if not (found.Bound > 0.0) && found.Bound + found.Off > 0.0 then
            let struct (bound, _) =
                Backward.lower padded bounds.Boxes box goals.Conditions condition 1.0

            // a bound that does not decide stays with its own slopes
            if bound > 0.0 then { found with Bound = bound } else found
        else
            found

    /// The bounds of the conditions of all open violations of some boxes: by box and violation.
    let conditionsOf (bounds: Bounds, conditions: ConditionBounds) (leaves: Leaf[]) : Found[][][] =
        let asked =
            [|
                for box in 0 .. leaves.Length - 1 do
                    for violation in leaves[box].Open do
                        for condition in goals.Violations[violation] do
                            struct (box, condition)
            |]

        let found = Array.map2 (decide bounds) asked (conditions.Find asked)

        // where each box's open violations begin in these
        let mutable row = 0

        let starts =
            leaves
            |> Array.map (fun leaf ->
                leaf.Open |> Array.map (fun violation -> goals.Violations[violation].Length))

        for counts in starts do
            for i in 0 .. counts.Length - 1 do
                let count = counts[i]
                counts[i] <- row
                row <- row + count

        /// What the action makes of each open violation's rows.
        let each (action: int -> int -> 'result) : 'result[][] =
            Array.map2
                (fun (leaf: Leaf) starts ->
                    Array.map2
                        (fun start violation -> action start goals.Violations[violation].Length)
                        starts
                        leaf.Open)
                leaves
                starts

        let isOpen (start: int) count =
            Array.forall (fun (x: Found) -> not (x.Bound > 0.0)) found[start .. start + count - 1]

        let again =
            each (fun start count ->
                if isOpen start count then
                    [| start .. start + count - 1 |]
                else
                    [||])
            |> Array.concat
            |> Array.concat

        if again.Length > 0 then
            let better = again |> Array.map (fun row -> found[row])
            conditions.Improve(again |> Array.map (fun row -> asked[row]), better, steps)
            again |> Array.iteri (fun i row -> found[row] <- better[i])

        each (fun start count -> found[start .. start + count - 1])

    /// What remains of some boxes; nothing where every violation is refuted.
    let examine (worker: Bounds * ConditionBounds) (leaves: Leaf[]) : Leaf option[] =
        let bounds = fst worker

        leaves
        |> Array.iteri (fun box leaf ->
            bounds.Boxes.SetInput(box, leaf.Lower, leaf.Upper)
            bounds.Boxes.Inherit(box, leaf.Kept))

        bounds.Compute leaves.Length
        let found = conditionsOf worker leaves

        leaves
        |> Array.mapi (fun box leaf ->
            // a violation is also refuted where its conditions cannot hold together
            let stillOpen =
                Array.zip leaf.Open found[box]
                |> Array.filter (snd >> Array.forall (fun x -> not (x.Bound > 0.0)))
                |> Array.map (fun (violation, conditions) ->
                    struct (violation, conditions, Branching.clip arithmetic leaf conditions))
                |> Array.filter (fun (struct (_, _, struct (lower, upper))) ->
                    Array.forall2 (fun low high -> low <= high) lower upper)

            if stillOpen.Length = 0 then
                None
            else
                let closest (conditions: Found[]) =
                    conditions
                    |> Array.fold (fun best x -> if x.Bound > best then x.Bound else best) -infinity

                let struct (_, farthest, _) =
                    stillOpen |> Array.minBy (fun (struct (_, conditions, _)) -> closest conditions)

                let parts = stillOpen |> Array.map (fun (struct (_, _, part)) -> part)

                let hull (choose: float -> float -> float) (ends: float[][]) =
                    Array.reduce (Array.map2 choose) ends

                Some
                    { leaf with
                        Lower = parts |> Array.map (fun (struct (lower, _)) -> lower) |> hull min
                        Upper = parts |> Array.map (fun (struct (_, upper)) -> upper) |> hull max
                        Kept = bounds.Boxes.Keep box
                        Open = stillOpen |> Array.map (fun (struct (violation, _, _)) -> violation)
                        Bound = closest farthest
                        Axis = Branching.axisOf leaf (farthest |> Array.map _.Effects)
                    })

    let examineAll (leaves: Leaf[]) : Leaf option[] =
        boxes <- boxes + int64 leaves.Length
        let chunks = Array.chunkBySize chunk leaves
        let results = Array.create chunks.Length [||]
        let free = System.Collections.Concurrent.ConcurrentBag workers

        let work index =
            match free.TryTake() with
            | true, worker ->
                results[index] <- examine worker.Value chunks[index]
                free.Add worker
            | false, _ -> results[index] <- examine (worker ()) chunks[index]

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

    /// Sets the first box of a worker, and computes its bounds in float64.
    let exactly (lower: float[]) (upper: float[]) (kept: float32[]) : Bounds =
        let bounds = fst workers[0].Value
        bounds.Boxes.SetInput(0, lower, upper)
        bounds.Boxes.Inherit(0, kept)
        bounds.ComputeExactly()
        bounds

    let isAbove (bounds: Bounds) (sign: float) (condition: int) : bool =
        let struct (bound, _) =
            Backward.lower padded bounds.Boxes 0 goals.Conditions condition sign

        bound > 0.0

    /// Whether a box that cannot be split is refuted in float64.
    let isRefuted (leaf: Leaf) : bool =
        let bounds = exactly leaf.Lower leaf.Upper leaf.Kept

        leaf.Open
        |> Array.forall (fun violation -> goals.Violations[violation] |> Array.exists (isAbove bounds 1.0))

    /// Whether all conditions of some violation are proved to be negative at a point.
    let isViolated (point: float32[]) : bool =
        let values = point |> Array.map float
        let bounds = exactly values values null
        goals.Violations |> Array.exists (Array.forall (isAbove bounds -1.0))

    /// The share of the region on which every violation is refuted, by halvings.
    member _.Proved = proved

    /// The number of boxes that were examined.
    member _.Boxes = boxes

    /// Whether a point violates the property for sure.
    member _.IsViolated(point: float32[]) : bool = isViolated point

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

                attack.Search(seed, within leaf.Lower, within leaf.Upper, leaf.Open, steps, isViolated)
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
                    match attacked (round + 1UL) batch[0] 10 with
                    | Some point -> ending <- Some(Outcome.Violated point)
                    | None -> ()

                if ending.IsNone then
                    let parts =
                        batch
                        |> Seq.map (fun leaf -> leaf, Branching.split arithmetic leaf)
                        |> Array.ofSeq

                    let whole = parts |> Array.filter (snd >> List.isEmpty) |> Array.map fst

                    if Array.forall isRefuted whole then
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
