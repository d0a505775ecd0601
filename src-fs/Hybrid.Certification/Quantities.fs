namespace Hybrid.Certification

open System
open System.Collections.Concurrent
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Verification

/// How far the answer for a row can move within its box, in the target's unit.
[<NoComparison>]
type MovedRow =
    {
        /// The row, from 0.
        Row: int
        /// The model's answer for the row itself.
        Answer: float
        /// Every answer for a row in the box lies in it: proved. Infinite if nothing is known.
        Proved: Interval
        /// The least and the greatest answer that was computed for rows in the box.
        Attacked: Interval
        /// Whether it was reached before a limit of time.
        Reached: bool
    }

/// Values of one output on the boxes of a case: bounds that are proved, and values that are computed.
[<Sealed>]
type internal OutputTool(engine: Engine, answers: Answers, case: Case, ascents: ConcurrentBag<Climbs>) =
    let points, steps = 64, 16

    let root =
        lazy
            (let _, goals = Conditions.create case [ [ 0, 1.0 ], 0.0; [ 0, -1.0 ], 0.0 ]

             CaseBounds(engine, case.Padded, goals))

    let ascent () =
        match ascents.TryTake() with
        | true, ascent -> ascent
        | false, _ -> Climbs(engine, answers.Network, case.Values.Length, answers.Outputs, false)

    /// Bounds of the only output on some boxes without splitting them.
    member _.Proved(boxes: Box[]) : Interval[] =
        root.Value.Lower(
            boxes |> Array.map (fun box -> struct (box.Lower, box.Upper, null)),
            Effort.Slopes,
            infinity
        )
        |> Array.map (fun found ->
            {
                Lower = found[0].Bound
                Upper = -found[1].Bound
            })

    /// The least and the greatest value of an output that are found in some boxes.
    member _.Attacked(output: int, items: struct (float32[] * Box)[]) : Interval[] =
        let least, greatest =
            Array.create items.Length infinity, Array.create items.Length -infinity

        let factors sign =
            Array.init answers.Outputs (fun i -> if i = output then sign else 0f)

        let climbs =
            items
            |> Array.collect (fun (struct (start, box)) ->
                [| 1f; -1f |]
                |> Array.map (fun sign ->
                    {
                        Start = start
                        Least = box.Least
                        Most = box.Most
                        Factors = factors sign
                        Aside = [||]
                    }))

        let ascent = ascent ()

        ascent.Run(
            climbs,
            max 2 (points / climbs.Length),
            steps,
            1UL,
            fun index value _ ->
                let value = float value
                let item = index / 2

                if index % 2 = 0 then
                    greatest[item] <- max greatest[item] value
                else
                    least[item] <- min least[item] -value
        )

        ascents.Add ascent
        Array.map2 (fun low high -> { Lower = low; Upper = high }) least greatest

    /// The bounds of all arguments in a box, for the objectives on it; null where there is no time for them.
    member _.Kept(box: Box) : float32[] =
        try
            let _, goals = Conditions.create case [ [ 0, 1.0 ], 0.0 ]
            let bounds = CaseBounds(engine, case.Padded, goals)

            bounds.Lower([| struct (box.Lower, box.Upper, null) |], Effort.Linear, 0.0)
            |> ignore

            bounds.Keep 0
        with :? OperationCanceledException ->
            null

    /// Bounds of an objective and of its negative where the box is split, until they are near what is attained. Kept are the bounds of all
    /// arguments in the box, or null.
    member _.Refined
        (
            up: Objective,
            down: Objective,
            box: Box,
            known: Interval,
            attacked: Interval,
            kept: float32[],
            boxes: int64,
            stop
        ) : Interval =
        let tolerance =
            0.01 * (attacked.Upper - attacked.Lower) + 1e-6 * (1.0 + abs attacked.Upper)

        let lower (objective: Objective) attained =
            Minimum(engine, case, answers.Arithmetic, objective)
                .Find(box.Lower, box.Upper, attained, tolerance, kept, boxes, stop)

        let above known bound = if bound > known then bound else known

        {
            Lower =
                if known.Lower >= attacked.Lower - tolerance then
                    known.Lower
                else
                    above known.Lower (lower up attacked.Lower)
            Upper =
                if known.Upper <= attacked.Upper + tolerance then
                    known.Upper
                else
                    -(above -known.Upper (lower down -attacked.Upper))
        }

/// How far answers can move.
module Quantities =
    /// Items at once, each with two directions.
    let private size = 8

    [<NoComparison; NoEquality>]
    type private Moved =
        { Proved: Interval; Attacked: Interval }

    /// <summary>How far the answers for rows of a table can move in the boxes around them.</summary>
    /// <param name="engine">Computes. It should have one thread, since rows are shared among threads.</param>
    /// <param name="options">What the proof is for, and how long.</param>
    /// <param name="freedoms">How far each column may move.</param>
    /// <param name="model">It predicts a quantity.</param>
    /// <param name="table">Rows with the model's columns, and what ranges are valid.</param>
    /// <param name="rows">Which rows.</param>
    /// <returns>One for each of the rows, in their order.</returns>
    /// <exception cref="T:Hybrid.HybridException">The model does not predict one quantity, or an operation of the network has no
    /// rule.</exception>
    let move
        (engine: Engine)
        (options: CertifyOptions)
        (freedoms: Freedom[])
        (model: Model)
        (table: Table)
        (rows: int[])
        : MovedRow[] =
        Certification.check model freedoms
        let answers = Answers.ofModel options.Arithmetic options.Stop model

        if model.Schema.Classes.IsSome || answers.Outputs <> 1 then
            raise (
                HybridException
                    $"The model does not predict one quantity or one class, but {Printable.quote model.Schema.TargetName}. Train a model of one target to certify it."
            )

        let numbers = rows |> Array.map (Certification.row model.Inputs table.InMemory)
        let inference = Inference.create engine model.Network model.Inputs
        let given = inference.Run(Array.concat numbers)
        let domain = Domain.ofRow model.Schema.Columns freedoms (Freedom.valid table)

        let box (item: Item) =
            Box.create (domain item.Start) item.Fixed

        let groups =
            numbers
            |> Seq.mapi (fun at row -> struct (at, 0, row))
            |> Work.groups answers domain

        groups |> Array.tryHead |> Option.iter _.Prepare()

        let ascents = ConcurrentBag<Climbs>()
        let found = Array.create<Moved option> (Work.count groups) None

        let tool group =
            OutputTool(engine, answers, group.Case.Value, ascents)

        let tell = Work.counter options found.Length

        groups
        |> Work.run options size tool (fun tool items ->
            let proved = tool.Proved(items |> Array.map box)

            let attacked =
                tool.Attacked(0, items |> Array.map (fun item -> struct (item.Start, box item)))

            items
            |> Array.iteri (fun i item ->
                found[item.Index] <-
                    Some
                        {
                            Proved = proved[i]
                            Attacked = attacked[i]
                        })

            tell items.Length)

        let up, down = Objective.output 0 1.0, Objective.output 0 -1.0

        groups
        |> Work.run options 1 tool (fun tool items ->
            for item in items do
                let boxes = CertifyOptions.boxes 1_000L (box item).Lower.Length options

                match found[item.Index] with
                | Some known when boxes > 1L ->
                    found[item.Index] <-
                        Some
                            { known with
                                Proved =
                                    tool.Refined(
                                        up,
                                        down,
                                        box item,
                                        known.Proved,
                                        known.Attacked,
                                        null,
                                        boxes,
                                        options.Stop
                                    )
                            }
                | _ -> ())

        let found = Work.byRow groups found
        let offset = Array.exactlyOne (Model.offsets model)

        let moved (x: Interval) =
            {
                Lower = x.Lower + offset
                Upper = x.Upper + offset
            }

        rows
        |> Array.mapi (fun at index ->
            let answer = float given[at]

            let proved, attacked =
                match Map.tryFind at found with
                | Some all ->
                    all |> Array.map _.Proved |> Array.reduce Interval.hull,
                    all |> Array.map _.Attacked |> Array.reduce Interval.hull
                | None -> Interval.everything, Interval.exactly answer

            {
                Row = index
                Answer = answer + offset
                Proved = moved proved
                Attacked = moved attacked
                Reached = Map.containsKey at found
            })
