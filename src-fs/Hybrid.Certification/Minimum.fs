namespace Hybrid.Certification

open System
open System.Collections.Generic
open Hybrid.Core
open Hybrid.Verification

/// What is to be bounded from below: a function of conditions that falls with none of them.
[<NoComparison; NoEquality>]
type internal Objective =
    {
        Conditions: ((int * float) list * float) list
        /// A lower bound from lower bounds of the conditions, which may be -∞.
        Combine: float[] -> float
    }

module internal Objective =
    /// sign times an output.
    let output (index: int) (sign: float) : Objective =
        {
            Conditions = [ [ index, sign ], 0.0 ]
            Combine = Array.head
        }

    /// <summary>sign times a probability 1 / (1 + Σ exp(sⱼ - s)) of scores s.</summary>
    /// <remarks>In float32 the largest exponential is 1, each is off by at most 8 units in the last place of 1, and their sum by as
    /// many more as there are.</remarks>
    let probability (answers: Answers) (index: int) (sign: float) : Objective =
        let slack =
            match answers.Arithmetic with
            | Arithmetic.Float32 -> 16.0 * RoundingRule.Unit * float (answers.Outputs + 2)
            | Arithmetic.Real -> 1e-12

        {
            Conditions =
                [
                    for other in 0 .. answers.Outputs - 1 do
                        if other <> index then
                            [ index, sign; other, -sign ], 0.0
                ]
            Combine =
                fun bounds ->
                    // of s - sⱼ, or of sⱼ - s
                    let sum = bounds |> Array.sumBy (fun bound -> exp (-sign * bound))
                    sign / (1.0 + sum) - slack |> max (if sign > 0.0 then 0.0 else -1.0)
        }

/// <summary>The minimum of an objective on a box: a lower bound that is proved, by bounds on parts of the box, the worst
/// first.</summary>
[<Sealed>]
type internal Minimum(engine: Engine, case: Case, arithmetic: Arithmetic, objective: Objective) =
    let _, goals = Conditions.create case objective.Conditions
    let bounds = CaseBounds(engine, case.Padded, goals)

    let examine (leaves: Leaf[]) (effort: Effort) : Leaf[] =
        let found =
            bounds.Lower(
                leaves |> Array.map (fun leaf -> struct (leaf.Lower, leaf.Upper, leaf.Kept)),
                effort,
                infinity
            )

        Array.map2
            (fun (leaf: Leaf) (found: Found[]) ->
                let bound = found |> Array.map _.Bound |> objective.Combine

                { leaf with
                    // NaN is no bound
                    Bound = (if bound > leaf.Bound then bound else leaf.Bound)
                    Axis = Branching.axisOf leaf (found |> Array.map _.Effects)
                })
            leaves
            found
        |> Array.mapi (fun box leaf -> { leaf with Kept = bounds.Keep box })

    /// <summary>A lower bound.</summary>
    /// <param name="lower">The least numbers of the columns that vary.</param>
    /// <param name="upper">The greatest ones.</param>
    /// <param name="attained">A value that the objective has.</param>
    /// <param name="tolerance">How far below that the bound may be.</param>
    /// <param name="kept">The bounds of all arguments on the box, or null.</param>
    /// <param name="boxes">The maximum number of boxes.</param>
    /// <param name="stop">Whether to stop.</param>
    member _.Find
        (
            lower: float[],
            upper: float[],
            attained: float,
            tolerance: float,
            kept: float32[],
            boxes: int64,
            stop: unit -> bool
        ) : float =
        let root =
            {
                Lower = lower
                Upper = upper
                Kept = kept
                Open = [||]
                Bound = -infinity
                Axis = -1
                Share = 1.0
            }

        let queue = PriorityQueue<Leaf, struct (float * int64)>()
        let mutable count = 1L

        let keep (number: int64) (leaf: Leaf) =
            queue.Enqueue(leaf, struct (leaf.Bound, number))

        // parts that are not bounded in time have the bound of what they are parts of
        let bounded (parts: Leaf[]) effort =
            try
                examine parts effort
            with :? OperationCanceledException ->
                parts

        bounded [| root |] (if isNull kept then Effort.Slopes else Effort.Kept)
        |> Array.iter (keep count)

        // what cannot be split any more
        let mutable least = infinity
        let mutable isDone = false

        while not isDone do
            if queue.Count = 0 then
                isDone <- true
            elif
                queue.Peek().Bound >= attained - tolerance
                || least <= queue.Peek().Bound
                || count >= boxes
                || stop ()
            then
                least <- min least (queue.Peek().Bound)
                isDone <- true
            else
                let parts = List<Leaf>()

                while queue.Count > 0 && parts.Count + 2 <= CaseBounds.Capacity do
                    let leaf = queue.Dequeue()

                    match Branching.split arithmetic leaf with
                    | [] -> least <- min least leaf.Bound
                    | halves -> parts.AddRange halves

                if parts.Count > 0 then
                    count <- count + int64 parts.Count
                    bounded (parts.ToArray()) Effort.Linear |> Array.iter (keep count)

        least
