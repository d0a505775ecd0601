namespace Hybrid.Certification

open System
open System.Collections.Concurrent
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Verification

/// What was found about a row of data with a class.
[<CompiledName("FSharpCertifiedRow")>]
[<NoComparison>]
type CertifiedRow =
    {
        /// The row, from 0.
        Row: int
        /// The index of its class.
        Class: int
        /// The index of the class that the model gives it.
        Predicted: int
        Verdict: RowVerdict
        /// By how much the score of its class exceeds every other one in the box, at least; -∞ if nothing is known.
        Bound: float
        /// A row in the box that is given another class.
        Attack: float32[] option
        /// By how much it may move, if that was asked for.
        Margin: Margin option
        /// Whether it was reached before a limit of time.
        Reached: bool
    }

/// <summary>Certifies rows of data: the model's answer for every row in a box around each, with its preprocessing.</summary>
module Certification =
    let private fail message = raise (HybridException message)

    /// The numbers of a row.
    let internal row (width: int) (features: float32[]) (index: int) : float32[] =
        Array.sub features (index * width) width

    let internal check (model: Model) (freedoms: Freedom[]) =
        if freedoms.Length <> model.Inputs then
            invalidArg (nameof freedoms) $"Expected {model.Inputs} freedoms, got {freedoms.Length}."

    /// The class that the model gives each row.
    let private predicted (engine: Engine) (model: Model) (features: float32[]) : int[] =
        let inference = Inference.create engine model.Network model.Inputs
        let outputs = inference.Run features

        outputs
        |> Array.chunkBySize inference.Outputs
        |> Array.map (fun row -> Metrics.predictedClass (ReadOnlySpan row))

    /// Verdicts of all items: first what their boxes show, then what remains is split.
    let private verdicts options (tool: Group -> ClassTool) (box: Item -> Box) tell (groups: Group[]) =
        let found = Array.create<Finding option> (Work.count groups) None

        groups
        |> Work.run options CaseBounds.Capacity tool (fun tool items ->
            items
            |> Array.map (fun item -> struct (item.Start, box item))
            |> Classes.shallow options tool
            |> Array.iter2 (fun (item: Item) finding -> found[item.Index] <- Some finding) items

            tell items.Length)

        let isUndecided (item: Item) =
            found[item.Index] |> Option.exists (fun x -> x.Verdict = RowVerdict.Undecided)

        groups
        |> Array.map (fun group ->
            { group with
                Items = Array.filter isUndecided group.Items
            })
        |> Array.filter (fun group -> group.Items.Length > 0)
        |> Work.run options 1 tool (fun tool items ->
            for item in items do
                match Classes.deep options tool (box item) with
                | Some finding -> found[item.Index] <- Some finding
                | None -> ())

        Work.byRow groups found |> Map.map (fun _ all -> Classes.together all)

    /// Margins of all items.
    let private measure options (tool: Group -> ClassTool) freedoms box first tell (groups: Group[]) =
        let found = Array.create<Margin option> (Work.count groups) None

        groups
        |> Work.run options CaseBounds.Capacity tool (fun tool items ->
            Margins.find options tool freedoms first (fun item factor -> box factor item) items
            |> Array.iter2 (fun (item: Item) margin -> found[item.Index] <- Some margin) items

            tell items.Length)

        Work.byRow groups found |> Map.map (fun _ all -> Margins.together all)

    /// <summary>Certifies rows of a table: that the class of each, if the model gives it that, is given to every row in the box
    /// around it.</summary>
    /// <param name="engine">Computes. It should have one thread, since rows are shared among threads.</param>
    /// <param name="options">What the proof is for, and how long.</param>
    /// <param name="freedoms">How far each column may move.</param>
    /// <param name="first">The multiple of the radii to begin with, if margins are asked for instead of verdicts.</param>
    /// <param name="model">It tells classes apart.</param>
    /// <param name="table">Rows with the model's columns and classes, and what ranges are valid.</param>
    /// <param name="rows">Which rows.</param>
    /// <returns>One for each of the rows, in their order.</returns>
    /// <exception cref="T:Hybrid.HybridException">The model predicts a quantity, or an operation of the network has no
    /// rule.</exception>
    let classes
        (engine: Engine)
        (options: CertifyOptions)
        (freedoms: Freedom[])
        (first: float option)
        (model: Model)
        (table: Table)
        (rows: int[])
        : CertifiedRow[] =
        check model freedoms

        if model.Schema.Classes.IsNone then
            fail "The model predicts a quantity, not a class."

        let answers = Answers.ofModel options.Arithmetic options.Stop model
        let labels = Target.numbers table.Target |> Array.map int
        let numbers = rows |> Array.map (row model.Inputs table.InMemory)
        let given = predicted engine model (Array.concat numbers)
        let isRight at = given[at] = labels[rows[at]]
        let valid = Freedom.valid table

        let domain factor =
            Domain.ofRow model.Schema.Columns (Freedom.scaled factor freedoms) valid

        let box factor (item: Item) =
            Box.create (domain factor item.Start) item.Fixed

        let groups =
            [| 0 .. rows.Length - 1 |]
            |> Seq.filter isRight
            |> Seq.map (fun at -> struct (at, given[at], numbers[at]))
            |> Work.groups answers (domain 1.0)

        // what has no rule is refused before any work
        groups |> Array.tryHead |> Option.iter _.Prepare()

        let ascents = ConcurrentBag<Climbs>()

        let tool group =
            ClassTool(engine, answers, group, ascents)

        let tell = Work.counter options (Work.count groups)

        let found =
            if first.IsNone then
                verdicts options tool (box 1.0) tell groups
            else
                Map.empty

        let margins =
            match first with
            | Some first -> measure options tool freedoms box first tell groups
            | None -> Map.empty

        rows
        |> Array.mapi (fun at index ->
            let finding = found |> Map.tryFind at

            {
                Row = index
                Class = labels[index]
                Predicted = given[at]
                Verdict =
                    if not (isRight at) then
                        RowVerdict.Wrong
                    else
                        finding |> Option.map _.Verdict |> Option.defaultValue RowVerdict.Undecided
                Bound = finding |> Option.map _.Bound |> Option.defaultValue -infinity
                Attack = finding |> Option.bind _.Attack
                Margin =
                    first
                    |> Option.map (fun _ ->
                        if isRight at then
                            margins |> Map.tryFind at |> Option.defaultValue Margins.none
                        else
                            Margins.wrong)
                Reached = not (isRight at) || finding.IsSome || margins.ContainsKey at
            })
