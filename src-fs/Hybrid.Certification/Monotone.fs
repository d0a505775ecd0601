namespace Hybrid.Certification

open System
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models
open Hybrid.Verification

/// Whether the answer is claimed to rise or to fall with a column.
[<RequireQualifiedAccess>]
type Direction =
    | Up
    | Down

/// What is known about the claim for a column.
[<RequireQualifiedAccess>]
type MonotoneVerdict =
    /// It holds in real arithmetic; float32 may round neighbouring answers against it.
    | Holds
    /// At these two rows of raw columns, which differ only in the column, it is violated: by what float32 computes, in any order
    /// of summation, or in real arithmetic if that was asked for.
    | Violated of lower: float32[] * upper: float32[]
    /// Neither could be proved.
    | Undecided

/// What was found about a column.
[<NoComparison>]
type MonotoneResult =
    {
        /// The column's index.
        Column: int
        Direction: Direction
        Verdict: MonotoneVerdict
        /// The number of boxes on which derivatives were bounded.
        Boxes: int64
        /// The share of the box for which the claim is proved, by halvings.
        Proved: float
    }

/// <summary>Whether an answer rises, or falls, with a column wherever the others are in a box.</summary>
/// <remarks>Where every derivative has a sign, including the one-sided ones at kinks, the mean value theorem gives that of
/// differences.</remarks>
module Monotone =
    let private refuse problem = Names.refuse "Monotone" problem

    /// <summary>A claim about a column, such as area=up or age=down.</summary>
    /// <exception cref="T:Hybrid.OptionException">It cannot be read, or the model has no such column of numbers.</exception>
    let parse (columns: Column[]) (text: string) : int * Direction =
        match text.LastIndexOf '=' with
        | at when at > 0 ->
            let index = Names.column "Monotone" columns (Names.unquoted text[.. at - 1])

            match columns[index].Kind, text[at + 1 ..].Trim() with
            | Category _, _ ->
                refuse
                    $"names {Printable.quote columns[index].Name}, a column of categories, which have no order"
            | Number _, "up" -> index, Direction.Up
            | Number _, "down" -> index, Direction.Down
            | _, other -> refuse $"must say up or down, not {Printable.quote other}"
        | _ -> refuse $"must be a column with up or down, such as area=up, not {Printable.quote text}"

    /// <summary>The output that a claim is about: that of a class, or a quantity.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The class; none for the last of two, or for a quantity.</param>
    /// <exception cref="T:Hybrid.OptionException">There is no such class, or it has to be named.</exception>
    let output (model: Model) (name: string option) : int =
        let refuse problem = Names.refuse "Class" problem
        let outputs = Model.outputs model.Inputs model.Network

        match model.Schema.Classes, name with
        | Some classes, Some name ->
            match Array.tryFindIndex ((=) name) classes with
            | Some index -> index
            | None ->
                let known = classes |> Array.truncate 20 |> String.concat ", "
                refuse $"must be a class of the model, not {Printable.quote name}. Its classes are {known}"
        | Some classes, None when classes.Length = 2 -> 1
        | Some classes, None ->
            let known = classes |> Array.truncate 20 |> String.concat ", "
            refuse $"must say which probability is meant: that of {known}"
        | None, Some name when outputs > 1 && outputs = model.Schema.Targets.Length ->
            match model.Schema.Targets |> Array.tryFindIndex (fun target -> target.Name = name) with
            | Some index -> index
            | None ->
                refuse
                    $"must be a target of the model, not {Printable.quote name}. Its targets are {model.Schema.TargetName}"
        | None, Some _ -> refuse "is for classes, and the model predicts a quantity"
        | None, None when outputs = 1 -> 0
        | None, None when outputs = model.Schema.Targets.Length ->
            refuse $"must say which target is meant: one of {model.Schema.TargetName}"
        | None, None -> raise (HybridException $"The model returns {outputs} numbers, not one quantity.")

    let private sign direction =
        match direction with
        | Direction.Up -> 1.0
        | Direction.Down -> -1.0

    /// Boxes for one column and one combination of categories, if the options do not say it.
    let private usual = 100_000L

    /// <summary>Proves that an answer rises or falls with columns over a box, or finds two rows that violate it.</summary>
    /// <param name="engine">Computes. It should have one thread.</param>
    /// <param name="options">What counts as a violation, and how long to search.</param>
    /// <param name="claims">Columns with directions.</param>
    /// <param name="output">The index of the class whose probability, or score, it is about; 0 for a quantity.</param>
    /// <param name="box">Where.</param>
    /// <exception cref="T:Hybrid.HybridException">An operation of the network has no rule, or there are too many combinations of
    /// categories.</exception>
    let verify
        (engine: Engine)
        (options: CertifyOptions)
        (claims: (int * Direction) list)
        (output: int)
        (box: InputBox)
        : MonotoneResult list =
        let model = box.Model
        let answers = Answers.ofModel options.Arithmetic options.Stop model
        // derivatives are those of the exact function
        let exact = Answers.ofModel Arithmetic.Real options.Stop model

        let objective, derivative =
            MonotoneProof.claim answers output, MonotoneProof.claim exact output

        let cases = Domain.cases box.Domain
        let boxes = if options.Boxes > 0L then options.Boxes else usual

        [
            for column, direction in claims do
                let sign = sign direction

                let results =
                    [|
                        for fixed' in cases do
                            let inner = Box.create box.Domain fixed'

                            let find () =
                                let case = Case.create answers model.Inputs fixed' inner

                                match Array.IndexOf(case.Free, column) with
                                // a column that is missing, or has one value, cannot change
                                | -1 -> None, true, 1.0, 0L
                                | input ->
                                    match
                                        MonotoneSearch.find
                                            engine
                                            model
                                            answers
                                            case
                                            objective
                                            output
                                            column
                                            sign
                                            inner
                                    with
                                    | Some rows -> Some rows, false, 0.0, 0L
                                    | None ->
                                        let case =
                                            if answers.Arithmetic = Arithmetic.Real then
                                                case
                                            else
                                                Case.create exact model.Inputs fixed' inner

                                        let struct (holds, proved, count) =
                                            MonotoneProof.signs
                                                engine
                                                options
                                                boxes
                                                case
                                                derivative
                                                input
                                                sign
                                                inner

                                        None, holds, proved, count

                            try
                                find ()
                            with :? OperationCanceledException ->
                                None, false, 0.0, 0L
                    |]

                let violation = results |> Array.tryPick (fun (rows, _, _, _) -> rows)
                let proved = results |> Array.averageBy (fun (_, _, proved, _) -> proved)

                {
                    Column = column
                    Direction = direction
                    Verdict =
                        match violation with
                        | Some(lower, upper) -> MonotoneVerdict.Violated(lower, upper)
                        | None when results |> Array.forall (fun (_, holds, _, _) -> holds) ->
                            MonotoneVerdict.Holds
                        | None -> MonotoneVerdict.Undecided
                    Boxes = results |> Array.sumBy (fun (_, _, _, count) -> count)
                    Proved = proved
                }
        ]
