namespace Hybrid.Exchange

open Hybrid.Core

/// Networks of graphs as networks with a row of numbers per example.
module internal ExampleRows =
    let private fail message = raise (HybridException message)

    let private product (extents: int list) =
        List.fold (fun product extent -> Checked.(*) product extent) 1 extents

    /// As many examples as there are numbers for: the axis of a single one may have been squeezed away.
    let private reshaped kind (form: int list) : Network =
        let numbers = max 1 (product form)

        Layer.ofFunction kind (fun x -> Tensor.reshape (Shape.size x.Shape / numbers :: form) x)
        |> Network.ofLayer

    /// A network that takes examples in the shape of an input, as one that takes rows.
    let ofRows (slot: Slot) (network: Network) : Network =
        match slot.Extents with
        | [ _ ] -> network
        | extents -> reshaped "reshape" extents >=> network

    /// The network with one row of numbers per example, and how many there are.
    let rows (inputs: int) (network: Network) : Network * int =
        let shape examples =
            (Network.forward network (Tensor.input "x" [ examples; inputs ])).Shape

        // two sizes, so that a network made for one number of examples shows
        match shape 2, shape 3 with
        | 2 :: row, 3 :: other when row = other ->
            match row with
            | [ outputs ] -> network, outputs
            | _ -> network >=> reshaped "flatten" [ product row ], product row
        | two, three ->
            let text (shape: Shape) =
                shape |> List.map string |> String.concat ", "

            fail
                $"for 2 examples it returns shape [{text two}] and for 3 [{text three}], not one row per example. Export the model for batches of every size"

    let attempt (f: unit -> 'result) : Result<'result, exn> =
        try
            Ok(f ())
        with :? HybridException as error ->
            Error(error :> exn)

    // ---- a number of columns that only the weights tell

    let private mostCandidates = 256

    /// The extents of the constants: one of them is the number of columns.
    let private candidates (graph: OnnxGraph) : int list =
        let lengths (node: OnnxNode) =
            node.Attributes
            |> List.collect (fun (_, value) ->
                match value with
                | OnnxAttribute.FloatList values -> [ values.Length ]
                | OnnxAttribute.Tensor tensor -> tensor.Dimensions
                | _ -> [])

        (graph.Initializers |> List.collect _.Dimensions)
        @ (graph.Nodes |> List.collect lengths)
        |> List.filter (fun extent -> extent > 0)
        |> List.distinct
        |> List.truncate mostCandidates

    /// The slot with the extent that the file does not state.
    let completed (read: Network) (graph: OnnxGraph) (slot: Slot) : Slot =
        let unknown = slot.Extents |> List.filter ((=) 0) |> List.length

        let withExtent extent =
            { slot with
                Extents = slot.Extents |> List.map (fun known -> if known = 0 then extent else known)
            }

        let fits extent =
            let slot = withExtent extent
            attempt (fun () -> rows (Slot.width slot) (ofRows slot read)) |> Result.isOk

        match unknown, lazy (candidates graph |> List.filter (fun extent -> extent > 1 && fits extent)) with
        | 0, _ -> slot
        | 1, Lazy [ extent ] -> withExtent extent
        // what takes one column, but not two
        | 1, Lazy [] when fits 1 && not (fits 2) -> withExtent 1
        | _ -> fail $"its input {Printable.quote slot.Port.Name} does not say how many numbers an example has"

    // ---- an axis of examples

    let private tested = 3

    /// Whether a network returns for rows what the graph returns for each of them alone.
    let private agrees (slot: Slot) (original: Network) (network: Network) : bool =
        let inputs = Slot.width slot
        let values = Random.normals 1UL (tested * inputs)

        let alone = if slot.IsBatched then 1 :: slot.Extents else slot.Extents

        let expected =
            Array.chunkBySize inputs values
            |> Array.collect (fun example ->
                Network.forward original (Tensor.constant alone example) |> Reference.value)

        let actual =
            Network.forward network (Tensor.constant [ tested; inputs ] values)
            |> Reference.value

        let near (a: float) (b: float) =
            a.Equals b || abs (a - b) <= 1e-9 * (1.0 + abs a)

        expected.Length = actual.Length && Array.forall2 near expected actual

    /// The network of a graph that is made for one example at a time.
    let batched (opset: int) (slot: Slot) (graph: OnnxGraph) (read: Network) (error: exn) =
        let rewritten =
            attempt (fun () ->
                Rewriting.batched slot.IsBatched graph
                |> Imported.network opset
                |> ofRows slot
                |> rows (Slot.width slot))

        let isRowWise () =
            slot.IsBatched && RowWise.holds opset (1 + slot.Extents.Length) graph

        match rewritten with
        | Ok(network, outputs) when isRowWise () || (attempt (fun () -> agrees slot read network)) = Ok true ->
            network, outputs
        | _ -> raise error
