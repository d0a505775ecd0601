namespace Hybrid.Certification

open System
open System.Collections.Concurrent
open Hybrid.Core
open Hybrid.Verification

/// What is known about a row and its box.
[<CompiledName("FSharpRowVerdict")>]
[<RequireQualifiedAccess>]
type RowVerdict =
    /// The row itself is not given its class.
    | Wrong
    /// A row in the box is given another class: proved, in any order of summation.
    | Attacked
    /// Every row in the box is given the class of the row. This is proved.
    | Certified
    /// Neither could be proved.
    | Undecided

/// What was found about one item.
[<NoComparison; NoEquality>]
type internal Finding =
    {
        Verdict: RowVerdict
        /// By how much the score of the class exceeds every other one in the box, at least.
        Bound: float
        /// A row in the box that is given another class.
        Attack: float32[] option
    }

/// The tools for items of one case and one class.
[<Sealed>]
type internal ClassTool(engine: Engine, answers: Answers, group: Group, ascents: ConcurrentBag<Climbs>) =
    let case = group.Case.Value

    let region, goals = Conditions.create case (Conditions.others answers group.Label)

    let bounds = CaseBounds(engine, case.Padded, goals)

    let attack =
        lazy
            (Attack(
                engine,
                case.Network,
                {
                    Inputs = case.Padded.Form.Inputs
                    Outputs = answers.Outputs
                    Regions = [ region ]
                },
                region
            ))

    let factors =
        Array.init answers.Outputs (fun i -> if i = group.Label then -1f else 0f)

    let aside =
        Array.init answers.Outputs (fun i -> if i = group.Label then -1e30f else 0f)

    /// Whether a row is given another class, in any order of summation.
    let isOther (row: float32[]) =
        bounds.MoveTo(Case.point case row)

        Seq.exists
            (fun condition -> bounds.AtPoint(condition, -1.0) > 2.0 * answers.Margin)
            (seq { 0 .. bounds.Count - 1 })

    let ascent () =
        match ascents.TryTake() with
        | true, ascent -> ascent
        | false, _ -> Climbs(engine, answers.Network, case.Values.Length, answers.Outputs, true)

    /// The least bound of each box.
    member _.Least(boxes: Box[], effort: Effort) : float[] =
        bounds.Lower(boxes |> Array.map (fun box -> struct (box.Lower, box.Upper, null)), effort, 0.0)
        |> Array.map (
            Array.fold (fun least found -> if found.Bound >= least then least else found.Bound) infinity
        )

    /// Rows with another class in some boxes, as far as they are found.
    member _.Attack(items: struct (float32[] * Box)[], points: int, steps: int) : float32[] option[] =
        let best = Array.create items.Length (float32 answers.Margin)
        let found = Array.create<float32[]> items.Length null

        let climbs =
            items
            |> Array.map (fun (struct (start, box)) ->
                {
                    Start = start
                    Least = box.Least
                    Most = box.Most
                    Factors = factors
                    Aside = aside
                })

        let ascent = ascent ()

        ascent.Run(
            climbs,
            max 2 (points / items.Length),
            steps,
            1UL,
            fun index value row ->
                if value > best[index] then
                    best[index] <- value
                    found[index] <- row ()
        )

        ascents.Add ascent

        found
        |> Array.map (fun row -> if not (isNull row) && isOther row then Some row else None)

    /// Splits a box until it is decided, or the limits are reached.
    member _.Search(box: Box, limits: Limits) : Finding option =
        let inner =
            if case.Free.Length = 0 then
                [| struct (0f, 0f) |]
            else
                case.Free |> Array.map (fun j -> struct (box.Least[j], box.Most[j]))

        let search =
            Search(engine, case.Padded, goals, Some attack, answers.Arithmetic, limits)

        match search.Run(box.Lower, box.Upper, inner) with
        | Outcome.Refuted ->
            Some
                {
                    Verdict = RowVerdict.Certified
                    Bound = 0.0
                    Attack = None
                }
        | Outcome.Violated point ->
            let row = Case.row case point

            if isOther row then
                Some
                    {
                        Verdict = RowVerdict.Attacked
                        Bound = nan
                        Attack = Some row
                    }
            else
                None
        | _ -> None

module internal Classes =
    /// Points at once, and the steps of each.
    let private points, private steps = 64, 12

    let private undecided bound =
        {
            Verdict = RowVerdict.Undecided
            Bound = bound
            Attack = None
        }

    /// What the boxes of items show without being split; stops early if it has to.
    let shallow (options: CertifyOptions) (tool: ClassTool) (items: struct (float32[] * Box)[]) : Finding[] =
        let findings = Array.create items.Length (undecided -infinity)

        let still () =
            findings
            |> Array.indexed
            |> Array.filter (fun (_, x) -> x.Verdict = RowVerdict.Undecided)
            |> Array.map fst

        let prove effort =
            let left = still ()

            if left.Length > 0 then
                let boxes = left |> Array.map (fun i -> let struct (_, box) = items[i] in box)

                Array.iter2
                    (fun i bound ->
                        if bound > findings[i].Bound then
                            findings[i] <-
                                { findings[i] with
                                    Bound = bound
                                    Verdict =
                                        if bound > 0.0 then
                                            RowVerdict.Certified
                                        else
                                            RowVerdict.Undecided
                                })
                    left
                    (tool.Least(boxes, effort))

        let attack () =
            let left = still ()

            if left.Length > 0 then
                tool.Attack(left |> Array.map (fun i -> items[i]), points, steps)
                |> Array.iter2
                    (fun i row ->
                        if Option.isSome row then
                            findings[i] <-
                                { findings[i] with
                                    Verdict = RowVerdict.Attacked
                                    Attack = row
                                })
                    left

        // what was found in time counts
        try
            for part in
                [
                    (fun () -> prove Effort.Intervals)
                    (fun () -> prove Effort.Linear)
                    attack
                    (fun () -> prove Effort.Slopes)
                ] do
                if not (options.Stop()) then
                    part ()
        with :? OperationCanceledException ->
            ()

        findings

    /// The same where boxes of what is undecided are split.
    let deep (options: CertifyOptions) (tool: ClassTool) (box: Box) : Finding option =
        let boxes = CertifyOptions.boxes 1_000L box.Lower.Length options

        if boxes <= 1L then
            None
        else
            tool.Search(
                box,
                {
                    Boxes = boxes
                    Stop = options.Stop
                    Threads = 1
                    Waiting = 10_000
                    Attack = true
                }
            )

    /// What all items of a row together show.
    let together (findings: Finding seq) : Finding =
        let all = Array.ofSeq findings

        let has verdict =
            all |> Array.tryFind (fun x -> x.Verdict = verdict)

        let least =
            all
            |> Array.fold (fun least x -> if x.Bound >= least then least else x.Bound) infinity

        match has RowVerdict.Attacked, has RowVerdict.Undecided with
        | Some attacked, _ -> attacked
        | None, Some _ -> undecided least
        | None, None ->
            {
                Verdict = RowVerdict.Certified
                Bound = least
                Attack = None
            }
