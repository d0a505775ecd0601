namespace Hybrid.Verification

open System.Collections.Generic
open System.IO
open Hybrid.Core

/// What a proof proves.
[<RequireQualifiedAccess; NoComparison>]
type ProofVerdict =
    /// That the property holds.
    | Unsat
    /// That it is violated at these inputs.
    | Sat of inputs: float32[]
    /// Nothing, for this reason.
    | Refused of reason: string

/// What a proof proves, and how much was recomputed for it.
[<NoComparison>]
type ProofCheck =
    {
        Verdict: ProofVerdict
        /// What the network is computed in, according to the proof.
        Arithmetic: Arithmetic
        /// The number of boxes whose bounds were recomputed.
        Boxes: int64
        /// The number of them that are not divided.
        Leaves: int64
    }

/// <summary>Checks proofs of properties. What a proof says is not believed: it is recomputed by outward rounding.</summary>
/// <remarks>To be trusted are the reading of the network and of the property, this checker, and the runtime's arithmetic; the
/// verifier that found the proof is not. The checker is compiled before the verifier, and cannot call it.</remarks>
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ProofChecker =
    /// More parts that wait are taken for an endless proof.
    let private mostWaiting = 20_000

    /// The network whose scores a final softmax compares, where that is what the property is about.
    let private scores (arithmetic: Arithmetic) (property: Property) (network: Network) : Network =
        let compares =
            property.Regions
            |> List.forall (fun region -> region.Violations |> List.forall (List.forall Atom.comparesOutputs))

        if compares && arithmetic = Arithmetic.Real then
            Ending.scores property.Inputs network
        else
            network

    /// The network as the checker reads it.
    let internal program (arithmetic: Arithmetic) (property: Property) (network: Network) : Program =
        let program =
            scores arithmetic property network
            |> fun network -> ProgramReader.Network(arithmetic, property.Inputs, network)

        if program.Steps[program.Output].Size <> property.Outputs then
            raise (
                PropertyException(
                    0,
                    0,
                    $"the property is about {property.Outputs} outputs, and the network has {program.Steps[program.Output].Size}."
                )
            )

        program

    let internal header (program: Program) (property: Property) isViolated : ProofHeader =
        {
            Arithmetic = program.Arithmetic
            Network = Program.mark program
            Property = ProofHeader.markOf property
            IsViolated = isViolated
        }

    [<Sealed>]
    type private Count() =
        member val Boxes = 0L with get, set
        member val Leaves = 0L with get, set

    let private refuse reason = raise (ProofRefused reason)

    /// Checks the tree of a region.
    let private tree
        (stop: unit -> bool)
        (count: Count)
        (program: Program)
        (number: int)
        region
        (reader: ProofReader)
        =
        let checker = CellChecker(program, region)
        let waiting = Stack<Cell>()

        match checker.Root with
        | Ok root -> waiting.Push root
        | Error reason -> refuse $"region {number}: {reason}."

        while waiting.Count > 0 do
            if stop () then
                refuse "the check was stopped."

            if waiting.Count > mostWaiting then
                refuse $"more than {mostWaiting} parts wait to be proved."

            let cell = waiting.Pop()
            let node = reader.Node(region, checker.Boxes.Units)
            count.Boxes <- count.Boxes + 1L
            let place = $"region {number}, node {count.Boxes}, leaf {count.Leaves + 1L}"

            match checker.Enter(cell, node.Backward, node.Arguments) with
            | Ok() -> ()
            | Error reason -> refuse $"{place}: {reason}."

            for claim in node.Claims do
                match checker.Accept claim with
                | Ok _ -> ()
                | Error reason -> refuse $"{place}: {reason}."

            match checker.Divide node.Division with
            | Ok [] -> count.Leaves <- count.Leaves + 1L
            | Ok parts -> parts |> List.rev |> List.iter waiting.Push
            | Error reason -> refuse $"{place}: {reason}."

    let private verdict stop count (program: Program) (property: Property) isViolated (stream: Stream) =
        use reader = new ProofReader(stream, program.Arithmetic)

        let found =
            if isViolated then
                let inputs = reader.Witness property.Inputs
                let point = inputs |> Array.map float

                if
                    property.Regions
                    |> List.exists (fun region -> CellChecker(program, region).IsViolated point)
                then
                    ProofVerdict.Sat inputs
                else
                    refuse "at its inputs, the property is not violated."
            else
                property.Regions
                |> List.iteri (fun i region -> tree stop count program (i + 1) region reader)

                ProofVerdict.Unsat

        if not reader.IsAtEnd then
            refuse "it goes on after its end."

        found

    /// <summary>Checks a proof.</summary>
    /// <param name="stop">Whether to stop; called now and then. What is not checked is refused.</param>
    /// <param name="property">What is to be proved.</param>
    /// <param name="network">Takes [examples; features].</param>
    /// <param name="proof">The proof, as Verifier.prove writes it. It may be any file: memory is bounded.</param>
    /// <exception cref="T:Hybrid.PropertyException">The property's sizes are not the network's.</exception>
    /// <exception cref="T:Hybrid.HybridException">A primitive of the network has no rule.</exception>
    let check (stop: unit -> bool) (property: Property) (network: Network) (proof: Stream) : ProofCheck =
        let count = Count()
        let mutable arithmetic = Arithmetic.Float32

        let verdict =
            try
                let given = ProofHeader.read proof
                arithmetic <- given.Arithmetic
                let program = program given.Arithmetic property network

                if given.Property <> ProofHeader.markOf property then
                    refuse "it is about a different property."

                if given.Network <> Program.mark program then
                    refuse "it is about a different network."

                verdict stop count program property given.IsViolated proof
            with ProofRefused reason ->
                ProofVerdict.Refused reason

        {
            Verdict = verdict
            Arithmetic = arithmetic
            Boxes = count.Boxes
            Leaves = count.Leaves
        }
