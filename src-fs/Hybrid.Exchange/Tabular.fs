namespace Hybrid.Exchange

open Hybrid.Core

/// <summary>A graph that any program wrote, as a network that takes rows of a table.</summary>
[<NoComparison; ReferenceEquality>]
type internal Tabular =
    {
        /// From [examples; inputs] to [examples; outputs].
        Network: Network
        /// The number of columns of an example.
        Inputs: int
        /// The extents that an example has in the graph; those of an image, if there are three.
        Extents: int list
        /// The number of numbers that the graph's first output has for an example.
        Outputs: int
        /// The names of the columns, if the graph has an input for each.
        Columns: string[] option
        /// The texts that the graph distinguishes in a column, whose numbers are indices into them; None for a column of numbers.
        Categories: string[] option[]
        /// The names of the classes that the graph gives to its outputs.
        Classes: string[] option
        /// What the graph subtracts from each column, and adds to each of its outputs, in double precision.
        Offsets: Offsets
        /// The graph's inputs that its first output does not depend on.
        Unused: string list
        /// Whether it takes float64 and does not subtract anything from it first: float32 is computed with all the same.
        IsRounded: bool
    }

module internal Tabular =
    let private fail message = raise (HybridException message)

    /// <summary>The network of a graph's first output.</summary>
    /// <param name="opset">The version of the operator set that the file declares.</param>
    /// <param name="graph">Any number of inputs that hold numbers, each with a row per example, a number per example, or a single
    /// example.</param>
    /// <exception cref="T:Hybrid.HybridException">An operator or an input is not supported, or the graph does not return one row
    /// of numbers for each row.</exception>
    let ofGraph (opset: int) (graph: OnnxGraph) : Tabular =
        let needed = Rewriting.pruned graph
        let used = needed.Inputs |> List.map _.Name |> set
        let offsets, pruned = Offsets.split needed
        let slots = List.map (Slot.ofPort pruned) pruned.Inputs
        let pruned = Slot.ofIndices slots pruned
        Slot.requireReals opset pruned

        let stated, slot =
            match slots with
            | [] -> fail "its graph has no input"
            | [ slot ] ->
                let slot = ExampleRows.completed (Imported.network opset pruned) pruned slot

                let axis =
                    if slot.IsBatched then
                        [ pruned.Inputs.Head.Dimensions.Head ]
                    else
                        []

                let port =
                    { slot.Port with
                        Dimensions = axis @ List.map Fixed slot.Extents
                    }

                { pruned with Inputs = [ port ] }, slot
            | _ ->
                match slots |> List.tryFind (fun slot -> List.contains 0 slot.Extents) with
                | Some unknown ->
                    fail
                        $"its input {Printable.quote unknown.Port.Name} does not say how many numbers an example has"
                | None ->
                    // with several inputs, one of a single axis is a column
                    let slots =
                        slots
                        |> List.map (fun slot ->
                            if slot.IsBatched then
                                slot
                            else
                                fail
                                    $"its input {Printable.quote slot.Port.Name} has no axis of examples, and there are others")

                    let whole = Slot.joined slots pruned

                    whole,
                    {
                        Port = whole.Inputs.Head
                        Categories = None
                        Extents = [ List.sumBy Slot.width slots ]
                        IsBatched = true
                    }

        let read = Imported.network opset stated
        let inputs = Slot.width slot

        let network, outputs =
            match
                slot.IsBatched,
                ExampleRows.attempt (fun () -> ExampleRows.rows inputs (ExampleRows.ofRows slot read))
            with
            | true, Ok found -> found
            | true, Error error -> ExampleRows.batched opset slot stated read error
            | false, _ ->
                HybridException
                    $"its input {Printable.quote slot.Port.Name} has no axis of examples. Export the model for batches"
                |> ExampleRows.batched opset slot stated read

        {
            Network = network
            Inputs = inputs
            Extents = slot.Extents
            Outputs = outputs
            Columns =
                if slots.Length > 1 && slots |> List.forall (fun slot -> Slot.width slot = 1) then
                    Some(slots |> Seq.map _.Port.Name |> Array.ofSeq)
                else
                    None
            Categories =
                if slots.Length > 1 then
                    slots
                    |> Seq.collect (fun slot -> Seq.replicate (Slot.width slot) slot.Categories)
                    |> Array.ofSeq
                else
                    Array.create inputs slots.Head.Categories
            Classes = ClassNames.ofGraph graph
            Unused =
                [
                    for port in graph.Inputs do
                        if not (Set.contains port.Name used) then
                            port.Name
                ]
            IsRounded =
                offsets.Inputs.Length = 0
                && graph.Inputs |> List.exists (fun port -> port.Type = OnnxType.Double)
            Offsets =
                {
                    Inputs =
                        if offsets.Inputs.Length = 0 then
                            Array.zeroCreate inputs
                        else
                            offsets.Inputs
                    Outputs =
                        if offsets.Outputs.Length = 0 then
                            Array.zeroCreate outputs
                        else
                            offsets.Outputs
                }
        }
