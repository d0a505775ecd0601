namespace Hybrid.Verification

open System
open System.Collections.Generic
open System.IO
open Hybrid.Core

/// <summary>A proof of a verdict, which ProofChecker checks without the verifier. It is built when it is written.</summary>
[<Sealed>]
type Proof internal (arithmetic: Arithmetic, property: Property, network: Network, witness: float32[] option)
    =
    /// Nodes that are built to compare the ways to divide.
    static let trial = 200L

    /// With more inputs, boxes are not halved; with no more than the fewest, only that is done.
    static let mostHalved, fewest = 50, 12

    let tree
        (stop: unit -> bool)
        (program: Program)
        (region: Region)
        (write: ProofNode -> unit)
        : struct (int64 * int64) =
        let builder style write =
            ProofBuilder(arithmetic, program, region, style, write)

        let whole style =
            let builder = builder style write

            match builder.Run(Int64.MaxValue, stop) with
            | ValueSome reason -> raise (HybridException $"The proof could not be completed: {reason}.")
            | ValueNone -> struct (builder.Nodes, builder.Leaves)

        /// The builder that tried, whether it finished, and its nodes.
        let tried style =
            let nodes = List<ProofNode>()
            let builder = builder style nodes.Add
            let isDone = ValueOption.isNone (builder.Run(trial, stop))
            struct (builder, isDone, nodes)

        let written (struct (builder: ProofBuilder, _, nodes)) =
            Seq.iter write nodes
            struct (builder.Nodes, builder.Leaves)

        if property.Inputs <= fewest then
            whole ProofStyle.Halves
        elif property.Inputs > mostHalved then
            whole ProofStyle.Signs
        else
            match tried ProofStyle.Halves with
            | struct (_, true, _) as halves -> written halves
            | struct (halves, _, _) ->
                match tried ProofStyle.Signs with
                | struct (_, true, _) as signs -> written signs
                | struct (signs, _, _) when signs.Proved > halves.Proved -> whole ProofStyle.Signs
                | _ -> whole ProofStyle.Halves

    let build (stop: unit -> bool) (program: Program) (writer: ProofWriter) : ProofCheck =
        let sizes =
            property.Regions
            |> List.map (fun region -> tree stop program region writer.Node)

        {
            Verdict = ProofVerdict.Unsat
            Arithmetic = arithmetic
            Boxes = sizes |> List.sumBy (fun (struct (boxes, _)) -> boxes)
            Leaves = sizes |> List.sumBy (fun (struct (_, leaves)) -> leaves)
        }

    /// <summary>Builds the proof and writes it, node by node: memory is bounded by the depth of its tree.</summary>
    /// <param name="stop">Whether to stop; called now and then.</param>
    /// <param name="stream">To be given to ProofChecker.check.</param>
    /// <returns>What the checker will find.</returns>
    /// <exception cref="T:Hybrid.HybridException">It was stopped, or the checker, whose bounds differ from the verifier's by
    /// rounding, does not accept the verdict.</exception>
    member _.Write(stop: unit -> bool, stream: Stream) : ProofCheck =
        let program = ProofChecker.program arithmetic property network
        let header = ProofChecker.header program property witness.IsSome
        use writer = new ProofWriter(stream, header)

        match witness with
        | None -> build stop program writer
        | Some inputs ->
            let point = Array.map float inputs

            if
                property.Regions
                |> List.forall (fun region -> not (CellChecker(program, region).IsViolated point))
            then
                raise (HybridException "The violation could not be proved again.")

            writer.Witness inputs

            {
                Verdict = ProofVerdict.Sat inputs
                Arithmetic = arithmetic
                Boxes = 0L
                Leaves = 0L
            }
