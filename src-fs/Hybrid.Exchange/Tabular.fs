namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// <summary>A graph that any program wrote, as a network that takes rows of a table.</summary>
[<NoComparison; ReferenceEquality>]
type internal Tabular =
    {
        /// From [examples; inputs] to [examples; outputs].
        Network: Network
        /// The number of columns of an example.
        Inputs: int
        /// The number of numbers that the graph's first output has for an example.
        Outputs: int
        /// The names of the columns, if the graph has an input for each.
        Columns: string[] option
        /// The texts that the graph distinguishes in a column, whose numbers are indices into them; None for a column of numbers.
        Categories: string[] option[]
        /// The names of the classes that the graph gives to its outputs.
        Classes: string[] option
    }

module internal Tabular =
    let private fail message = raise (HybridException message)

    let private product (extents: int list) =
        List.fold (fun product extent -> Checked.(*) product extent) 1 extents

    // ---- inputs

    /// An input, with the extents that it has for an example; 0 for one that is not stated.
    [<NoComparison; ReferenceEquality>]
    type private Slot =
        {
            Port: OnnxPort
            /// The texts of a column of texts.
            Categories: string[] option
            Extents: int list
            /// Whether it has an axis of examples.
            IsBatched: bool
        }

    /// The lists of texts, one per reader, that the readers of an input tell apart.
    let private textsOf (graph: OnnxGraph) (name: string) : string list list =
        graph.Nodes
        |> List.filter (fun node -> List.contains name node.Inputs)
        |> List.map (fun node ->
            match node.Operator, List.tryFind (fst >> (=) "cats_strings") node.Attributes with
            | "ai.onnx.ml.OneHotEncoder", Some(_, OnnxAttribute.TextList texts) -> texts
            | _ -> [])
        |> List.distinct

    let private slot (graph: OnnxGraph) (port: OnnxPort) : Slot =
        let name = Printable.quote port.Name

        let categories =
            match port.Type, port.Dimensions with
            | OnnxType.Text, ([ _ ] | [ _; Fixed 1 ]) ->
                match textsOf graph port.Name with
                | [ _ :: _ as texts ] when List.distinct texts = texts -> Some(Array.ofList texts)
                | _ -> fail $"its input {name} holds texts, and a network computes with numbers"
            | OnnxType.Text, _ -> fail $"its input {name} holds texts, and a network computes with numbers"
            | OnnxType.Other, _ -> fail $"its input {name} is not a tensor"
            | OnnxType.Real, _
            | OnnxType.Whole, _ -> None

        if List.contains (Fixed 0) port.Dimensions then
            fail $"its input {name} has an axis without elements"

        let extents =
            port.Dimensions
            |> List.map (fun dimension ->
                match dimension with
                | Fixed extent -> extent
                | Free _ -> 0)

        let isRow =
            match port.Dimensions with
            | [] -> fail $"its input {name} is a single number, not a row per example"
            | [ Fixed extent ] -> extent > 1
            | _ -> false

        {
            Port = port
            Categories = categories
            Extents = if isRow then extents else extents.Tail
            IsBatched = not isRow
        }

    let private width (slot: Slot) = product slot.Extents

    /// The encoders of texts as encoders of their indices.
    let private ofIndices (slots: Slot list) (graph: OnnxGraph) : OnnxGraph =
        let texts = slots |> List.filter _.Categories.IsSome |> List.map _.Port.Name

        let indexed (name, value) =
            match value with
            | OnnxAttribute.TextList texts when name = "cats_strings" ->
                "cats_int64s", OnnxAttribute.IntegerList(List.init texts.Length int64)
            | _ -> name, value

        { graph with
            Nodes =
                graph.Nodes
                |> List.map (fun node ->
                    if List.exists (fun text -> List.contains text node.Inputs) texts then
                        { node with
                            Attributes = List.map indexed node.Attributes
                        }
                    else
                        node)
        }

    /// The operators whose results differ for integers and for real numbers.
    let private integral = set [ "Div"; "Pow"; "ReduceMean"; "Mean"; "Mod" ]

    /// Refuses arithmetic of integers that depend on an input.
    let private requireReals (opset: int) (graph: OnnxGraph) : unit =
        let wholes = graph.Inputs |> Seq.filter _.Type.IsWhole |> Seq.map _.Name |> HashSet

        let isReal (node: OnnxNode) =
            match node.Operator with
            | "Cast" ->
                List.contains ("to", OnnxAttribute.Integer 1L) node.Attributes
                || List.contains ("to", OnnxAttribute.Integer 11L) node.Attributes
            | operator -> operator.StartsWith Classical.Domain

        for node in graph.Nodes do
            if List.exists wholes.Contains node.Inputs && not (isReal node) then
                if integral.Contains node.Operator then
                    let reason = "it computes with integers that depend on the input."
                    raise (NotImportableException(NodeCall.nameOf node, node.Operator, opset, reason))

                wholes.UnionWith node.Outputs

    /// One input that holds the numbers of several, one after the other.
    let private joined (slots: Slot list) (graph: OnnxGraph) : OnnxGraph =
        let taken =
            HashSet(graph.Nodes |> Seq.collect (fun node -> node.Inputs @ node.Outputs))

        let input =
            Seq.initInfinite (fun i -> if i = 0 then "columns" else $"columns{i}")
            |> Seq.find (taken.Contains >> not)

        let node operator inputs outputs attributes : OnnxNode =
            {
                Name = ""
                Operator = operator
                Inputs = inputs
                Outputs = outputs
                Attributes = attributes
            }

        let names = slots |> List.map _.Port.Name

        // the usual first node puts the columns together in their order
        let isTogether (other: OnnxNode) =
            other.Operator = "Concat"
            && other.Inputs = names
            && List.forall (fun slot -> slot.Extents.Length = 1) slots
            && other.Attributes
               |> List.exists (fun (name, value) ->
                   name = "axis"
                   && (value = OnnxAttribute.Integer 1L || value = OnnxAttribute.Integer -1L))

        let readers =
            graph.Nodes
            |> List.filter (fun other -> List.exists (fun name -> List.contains name names) other.Inputs)

        let before, rest =
            match readers with
            | [ together ] when isTogether together ->
                [ node "Identity" [ input ] together.Outputs [] ], List.except [ together ] graph.Nodes
            | _ ->
                let part (slot: Slot) =
                    if slot.Extents.Length = 1 then
                        slot.Port.Name
                    else
                        $"{input}/{slot.Port.Name}"

                [
                    node
                        "Split"
                        [ input ]
                        (List.map part slots)
                        [
                            "axis", OnnxAttribute.Integer 1L
                            "split", OnnxAttribute.IntegerList(slots |> List.map (width >> int64))
                        ]

                    for slot in slots do
                        if slot.Extents.Length <> 1 then
                            node
                                "Reshape"
                                [ part slot ]
                                [ slot.Port.Name ]
                                [ "shape", OnnxAttribute.IntegerList(-1L :: List.map int64 slot.Extents) ]
                ],
                graph.Nodes

        { graph with
            Inputs =
                [
                    {
                        Name = input
                        Type = OnnxType.Real
                        Dimensions = [ Free "batch"; Fixed(List.sumBy width slots) ]
                    }
                ]
            Nodes = before @ rest
        }

    // ---- rows

    /// As many examples as there are numbers for: the axis of a single one may have been squeezed away.
    let private reshaped kind (form: int list) : Network =
        let numbers = max 1 (product form)

        Layer.ofFunction kind (fun x -> Tensor.reshape (Shape.size x.Shape / numbers :: form) x)
        |> Network.ofLayer

    /// A network that takes examples in the shape of an input, as one that takes rows.
    let private ofRows (slot: Slot) (network: Network) : Network =
        match slot.Extents with
        | [ _ ] -> network
        | extents -> reshaped "reshape" extents >=> network

    /// The network with one row of numbers per example, and how many there are.
    let private rows (inputs: int) (network: Network) : Network * int =
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

    let private attempt (f: unit -> 'result) : Result<'result, exn> =
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
    let private completed (read: Network) (graph: OnnxGraph) (slot: Slot) : Slot =
        let unknown = slot.Extents |> List.filter ((=) 0) |> List.length

        let withExtent extent =
            { slot with
                Extents = slot.Extents |> List.map (fun known -> if known = 0 then extent else known)
            }

        let fits extent =
            let slot = withExtent extent
            attempt (fun () -> rows (width slot) (ofRows slot read)) |> Result.isOk

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
        let inputs = width slot
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
    let private batched (opset: int) (slot: Slot) (graph: OnnxGraph) (read: Network) (error: exn) =
        let rewritten =
            attempt (fun () ->
                Rewriting.batched slot.IsBatched graph
                |> Imported.network opset
                |> ofRows slot
                |> rows (width slot))

        match rewritten with
        | Ok(network, outputs) when (attempt (fun () -> agrees slot read network)) = Ok true ->
            network, outputs
        | _ -> raise error

    // ---- classes

    let private named (value: OnnxAttribute) : string list =
        match value with
        | OnnxAttribute.TextList names -> names
        | OnnxAttribute.IntegerList numbers -> List.map string numbers
        | _ -> []

    /// The names of classes, from the nodes that turn outputs into labels or maps.
    let private classes (graph: OnnxGraph) : string[] option =
        let attribute names (node: OnnxNode) =
            node.Attributes
            |> List.tryFind (fun (name, _) -> List.contains name names)
            |> Option.map (snd >> named)

        let constant name =
            graph.Initializers
            |> List.tryFind (fun tensor -> tensor.Name = name)
            |> Option.map (fun tensor ->
                match tensor.Values with
                | Texts names -> List.ofArray names
                | Integers numbers -> numbers |> Seq.map string |> List.ofSeq
                | Floats _ -> [])

        let ofNode (node: OnnxNode) =
            match node.Operator, node.Inputs with
            | "ai.onnx.ml.ZipMap", _
            | "ai.onnx.ml.LinearClassifier", _ ->
                attribute [ "classlabels_strings"; "classlabels_int64s"; "classlabels_ints" ] node
            | "ai.onnx.ml.ArrayFeatureExtractor", [ names; index ] when (constant index).IsNone ->
                constant names
            | "ai.onnx.ml.LabelEncoder", _ ->
                match attribute [ "keys_int64s" ] node, attribute [ "values_strings" ] node with
                | Some keys, Some names when keys = List.init names.Length string -> Some names
                | _ -> None
            | _ -> None

        graph.Nodes
        |> List.tryPick (ofNode >> Option.filter (fun names -> names.Length > 1))
        |> Option.filter (fun names -> List.distinct names = names)
        |> Option.map Array.ofList

    // ---- all of it

    /// <summary>The network of a graph's first output.</summary>
    /// <param name="opset">The version of the operator set that the file declares.</param>
    /// <param name="graph">Any number of inputs that hold numbers, each with a row per example, a number per example, or a single
    /// example.</param>
    /// <exception cref="T:Hybrid.HybridException">An operator or an input is not supported, or the graph does not return one row
    /// of numbers for each row.</exception>
    let ofGraph (opset: int) (graph: OnnxGraph) : Tabular =
        let pruned = Rewriting.pruned graph
        let slots = List.map (slot pruned) pruned.Inputs
        let pruned = ofIndices slots pruned
        requireReals opset pruned

        let stated, slot =
            match slots with
            | [] -> fail "its graph has no input"
            | [ slot ] ->
                let slot = completed (Imported.network opset pruned) pruned slot

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

                    let whole = joined slots pruned

                    whole,
                    {
                        Port = whole.Inputs.Head
                        Categories = None
                        Extents = [ List.sumBy width slots ]
                        IsBatched = true
                    }

        let read = Imported.network opset stated
        let inputs = width slot

        let network, outputs =
            match slot.IsBatched, attempt (fun () -> rows inputs (ofRows slot read)) with
            | true, Ok found -> found
            | true, Error error -> batched opset slot stated read error
            | false, _ ->
                HybridException
                    $"its input {Printable.quote slot.Port.Name} has no axis of examples. Export the model for batches"
                |> batched opset slot stated read

        {
            Network = network
            Inputs = inputs
            Outputs = outputs
            Columns =
                if slots.Length > 1 && slots |> List.forall (fun slot -> width slot = 1) then
                    Some(slots |> Seq.map _.Port.Name |> Array.ofSeq)
                else
                    None
            Categories =
                if slots.Length > 1 then
                    slots
                    |> Seq.collect (fun slot -> Seq.replicate (width slot) slot.Categories)
                    |> Array.ofSeq
                else
                    Array.create inputs slots.Head.Categories
            Classes = classes graph
        }
