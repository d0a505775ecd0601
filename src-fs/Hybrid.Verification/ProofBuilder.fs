namespace Hybrid.Verification

open System
open System.Collections.Generic

/// <summary>Builds the tree of a proof for a region: claims that the checker accepts, and divisions until nothing is
/// left.</summary>
/// <param name="arithmetic">Of the network.</param>
/// <param name="program">The network, as the checker reads it.</param>
/// <param name="region">What is to be proved.</param>
/// <param name="style">How boxes are divided.</param>
/// <param name="write">Takes the nodes, in order.</param>
[<Sealed>]
type internal ProofBuilder
    (arithmetic: Arithmetic, program: Program, region: Region, style: ProofStyle, write: ProofNode -> unit) =
    let checker = CellChecker(program, region)
    let examiner = ProofExaminer(program, checker, style)
    let waiting = Stack<Pending>()
    let mutable nodes = 0L
    let mutable leaves = 0L
    let mutable proved = 0.0

    /// The input to halve, and where: the one with the greatest effect that can be.
    let halves (cell: Cell) (effects: float[]) : Division voption =
        Array.init effects.Length id
        |> Array.sortBy (fun axis -> struct (-effects[axis], cell.Least[axis] - cell.Greatest[axis]))
        |> Array.tryPick (fun axis ->
            match Branching.halves arithmetic cell.Least[axis] cell.Greatest[axis] with
            | ValueSome(struct (last, _)) -> Some(Division.Halves(axis, last))
            | ValueNone -> None)
        |> function
            | Some division -> ValueSome division
            | None -> ValueNone

    /// How what is left is divided, from what was found out about each open violation.
    let division (found: Examined list) : Division voption =
        match found with
        | [ one ] when style = ProofStyle.Signs && one.Unit >= 0 -> ValueSome(Division.Signs one.Unit)
        | _ :: _ :: _ when style = ProofStyle.Signs -> ValueSome Division.Cases
        | _ -> halves checker.Rest (found |> List.minBy _.Bound).Effects

    /// <summary>Builds the next node.</summary>
    /// <returns>Why that is impossible, if it is.</returns>
    let next () : string voption =
        let task = waiting.Pop()
        let backward = style = ProofStyle.Halves || task.IsRoot

        let arguments =
            if style = ProofStyle.Signs && task.IsRoot then
                examiner.Improve task.Cell
            else
                []

        checker.Enter(task.Cell, backward, arguments) |> ignore

        let found =
            task.Cell.Open |> List.map (fun violation -> examiner.Examine(task, violation))

        let node division =
            write
                {
                    Backward = backward
                    Arguments = arguments
                    Claims = found |> List.collect _.Claims
                    Division = division
                }

            nodes <- nodes + 1L

        if checker.Open.IsEmpty then
            node Division.Closed
            leaves <- leaves + 1L
            proved <- proved + task.Share
            ValueNone
        else
            let left =
                found |> List.filter (fun found -> List.contains found.Violation checker.Open)

            match division left with
            | ValueNone -> ValueSome "a box remains that cannot be divided"
            | ValueSome division ->
                match checker.Divide division with
                | Error reason -> ValueSome reason
                | Ok parts ->
                    node division

                    for part in List.rev parts do
                        waiting.Push
                            {
                                Cell = part
                                IsRoot = false
                                Signed =
                                    match division with
                                    | Division.Signs unit -> Set.add unit task.Signed
                                    | _ -> task.Signed
                                Duals =
                                    match style, part.Open with
                                    | ProofStyle.Signs, [ violation ] ->
                                        left
                                        |> List.find (fun found -> found.Violation = violation)
                                        |> _.Duals
                                    | _ -> ValueNone
                                Share = task.Share / float parts.Length
                            }

                    ValueNone

    /// The number of nodes.
    member _.Nodes = nodes

    /// The number of leaves.
    member _.Leaves = leaves

    /// The share that is proved, by divisions.
    member _.Proved = proved

    /// <summary>Builds the tree.</summary>
    /// <param name="most">The maximum number of nodes.</param>
    /// <param name="stop">Whether to stop.</param>
    /// <returns>Why it is not complete, if it is not.</returns>
    member _.Run(most: int64, stop: unit -> bool) : string voption =
        let mutable problem = ValueNone

        match checker.Root with
        | Error reason -> problem <- ValueSome reason
        | Ok root ->
            waiting.Push
                {
                    Cell = root
                    IsRoot = true
                    Signed = Set.empty
                    Duals = ValueNone
                    Share = 1.0
                }

        while problem.IsNone && waiting.Count > 0 do
            if nodes >= most || stop () then
                problem <- ValueSome "the limits were reached"
            else
                problem <- next ()

        problem
