namespace Hybrid.Models

open System
open System.Text.Json.Nodes
open Hybrid.Core
open Hybrid.Data
open Hybrid.Exchange

/// A file with a network: one of this library's models, or one written by a different program.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type ModelFile =
    | Own of Model
    | Foreign of ForeignFile

/// <summary>Models as ONNX files (IR 8, opset 17): the graph with its preprocessing, the weights, and the names of columns and
/// classes as metadata. They open in every ONNX runtime and viewer; there is no other format.</summary>
module ModelFile =
    [<Literal>]
    let private Version = "1"

    [<Literal>]
    let private Prefix = "hybrid."

    [<Literal>]
    let private OptionPrefix = "hybrid.option."

    let private fail message = raise (HybridException message)

    // ---- names as JSON

    let private array (nodes: JsonNode seq) : JsonNode = JsonArray(Array.ofSeq nodes)

    let private names (texts: string[]) : JsonNode =
        texts |> Seq.map (fun text -> JsonValue.Create text :> JsonNode) |> array

    /// How numbers are written, where that is not plain.
    let private writeFormat (node: JsonObject) (format: NumberFormat) : unit =
        if format.Notation <> Notation.plain then
            node["notation"] <- JsonValue.Create(Notation.name format.Notation)

            match format.Notation with
            | Notation.Decimal(_, unit) when unit <> "" -> node["unit"] <- JsonValue.Create unit
            | _ -> ()

    /// How a single quantity is written stands there too.
    let private reading (schema: Schema) : JsonNode =
        let node, reading = JsonObject(), schema.Reading

        match schema.Targets with
        | [| { Kind = Number format } |] -> writeFormat node format
        | _ -> ()

        if not reading.Missing.IsEmpty then
            node["missing"] <- names (Array.ofList reading.Missing)

        reading.Unnamed
        |> Option.iter (fun width -> node["unnamed"] <- JsonValue.Create width)

        node :> JsonNode

    let private columns (columns: Column[]) : JsonNode =
        columns
        |> Seq.map (fun column ->
            let node = JsonObject()
            node["name"] <- JsonValue.Create column.Name

            match column.Kind with
            | Category categories -> node["categories"] <- names categories
            | Number format ->
                node["categories"] <- null
                writeFormat node format

            node :> JsonNode)
        |> array

    let private name (node: JsonNode) : string =
        match node with
        | null -> fail "a name in its metadata is missing"
        | node -> node.GetValue<string>()

    let private namesOf (texts: JsonArray) : string[] =
        let names = texts |> Seq.map name |> Array.ofSeq

        if (Array.distinct names).Length < names.Length then
            fail "two names in its metadata are the same"

        names

    let private formatOf (part: string -> JsonNode) : NumberFormat =
        let text key otherwise =
            match part key with
            | null -> otherwise
            | node -> node.GetValue<string>()

        let notation = text "notation" (Notation.name Notation.plain)

        {
            Notation =
                Notation.tryNamed notation (text "unit" "")
                |> Option.defaultWith (fun () ->
                    fail
                        $"its metadata say that numbers are written like {Printable.quote notation}, which is unknown")
            // where there is one, it is in the graph
            Offset = 0.0
        }

    let private readingOf (node: JsonNode) : Reading =
        {
            Missing =
                match node["missing"] with
                | :? JsonArray as texts -> List.ofArray (namesOf texts)
                | _ -> []
            Unnamed =
                match node["unnamed"] with
                | null -> None
                | width -> Some(width.GetValue<int>())
        }

    let private columnsOf (node: JsonNode) : Column[] =
        match node with
        | :? JsonArray as columns when columns.Count > 0 ->
            columns
            |> Seq.map (fun column ->
                let part (key: string) =
                    if isNull column then null else column[key]

                {
                    Name = name (part "name")
                    Kind =
                        match part "categories" with
                        | :? JsonArray as categories -> Category(namesOf categories)
                        | _ -> Number(formatOf part)
                })
            |> Array.ofSeq
        | _ -> fail "its metadata lists no columns"

    let private classesOf (node: JsonNode) : string[] option =
        match node with
        | :? JsonArray as names -> Some(namesOf names)
        | _ -> None

    /// The content of a JSON text. Any exception of its parser, or of reading its nodes, means that the file is damaged.
    let private parsed (key: string) (read: JsonNode -> 'result) (text: string) : 'result =
        try
            read (JsonNode.Parse text)
        with error when not (error :? HybridException) ->
            raise (HybridException($"{key} in its metadata is damaged", error))

    // ---- models as files

    /// <summary>A model as the records of a file.</summary>
    /// <exception cref="T:Hybrid.HybridException">The graph changes with the batch size.</exception>
    let toOnnx (model: Model) : OnnxModel =
        let classes =
            match model.Schema.Classes with
            | Some classes -> (names classes).ToJsonString()
            | None -> "null"

        {
            Graph =
                Exported.graph Model.Producer model.Inputs (Model.outputName model) model.Network
                |> Offsets.add
                    {
                        Inputs = model.Schema.Columns |> Array.map Column.offset
                        Outputs = Model.offsets model
                    }
            Opset = Model.Opset
            Producer = Model.Producer
            Metadata =
                [
                    "hybrid.version", Version
                    "hybrid.task", Model.taskName model
                    "hybrid.columns", (columns model.Schema.Columns).ToJsonString()
                    "hybrid.target", model.Schema.TargetName
                    "hybrid.classes", classes
                    if model.Schema.Targets.Length > 1 then
                        "hybrid.targets", (columns model.Schema.Targets).ToJsonString()
                    match (reading model.Schema).ToJsonString() with
                    | "{}" -> ()
                    | text -> "hybrid.reading", text
                    "hybrid.loss", model.Loss.Name
                    for key, text in Model.texts model do
                        OptionPrefix + key, text
                ]
        }

    /// The schema with what the graph subtracts from the columns and adds to its outputs.
    let private withOffsets (offsets: Offsets) (schema: Schema) : Schema =
        let at (column: Column) (offset: float) =
            match column.Kind with
            | Number format ->
                { column with
                    Kind = Number { format with Offset = offset }
                }
            | Category _ when offset = 0.0 -> column
            | Category _ ->
                fail
                    $"its graph has the offset {offset} for the column {Printable.quote column.Name}, which holds categories"

        let all (columns: Column[]) (offsets: float[]) =
            if offsets.Length = columns.Length then
                Array.map2 at columns offsets
            else
                columns

        { schema with
            Columns = all schema.Columns offsets.Inputs
            Targets = all schema.Targets offsets.Outputs
        }

    /// A single target: its name, and its classes or how its numbers are written.
    let private targetOf (name: string) (classes: string[] option) (node: JsonNode) : Column =
        {
            Name = name
            Kind =
                match classes with
                | Some names -> Category names
                | None -> Number(formatOf (fun key -> if isNull node then null else node[key]))
        }

    let private own (file: OnnxModel) : Model =
        let metadata = dict file.Metadata

        let entry key =
            match metadata.TryGetValue key with
            | true, text -> text
            | false, _ -> fail $"its metadata has no {key}"

        let version = entry "hybrid.version"

        if version <> Version then
            fail $"its format is version {version}, but this program reads version {Version}"

        let read key parse = parsed key parse (entry key)

        let readOr otherwise key parse =
            if metadata.ContainsKey key then
                read key parse
            else
                otherwise ()

        let single () =
            let target = targetOf (entry "hybrid.target") (read "hybrid.classes" classesOf)
            [| readOr (fun () -> target null) "hybrid.reading" target |]

        let schema =
            {
                Columns = read "hybrid.columns" columnsOf
                Targets = readOr single "hybrid.targets" columnsOf
                Reading = readOr (fun () -> Reading.plain) "hybrid.reading" readingOf
            }

        let offsets, graph = Offsets.split file.Graph
        let network = Imported.network file.Opset graph

        let model =
            Model.create network (withOffsets offsets schema) (Loss.named (entry "hybrid.loss"))
            |> Model.withTexts
                [
                    for key, text in file.Metadata do
                        if key.StartsWith(OptionPrefix, StringComparison.Ordinal) then
                            key.Substring OptionPrefix.Length, text
                ]

        let outputs = Model.outputs model.Inputs network

        // there may be none, not even one of examples
        match graph.Inputs |> List.map (fun port -> List.tryLast port.Dimensions) with
        | [ Some(Fixed inputs) ] when inputs = model.Inputs -> ()
        | _ -> fail $"its graph does not take the {model.Inputs} columns that its metadata names"

        if outputs <> LearningTask.outputs (Model.task model) then
            fail $"its graph returns {outputs} numbers, not one per class or target"

        model

    /// <summary>What a file holds.</summary>
    /// <exception cref="T:Hybrid.HybridException">It is damaged, or has an operator that is unsupported.</exception>
    let ofOnnx (file: OnnxModel) : ModelFile =
        if
            file.Metadata
            |> List.exists (fun (key, _) -> key.StartsWith(Prefix, StringComparison.Ordinal))
        then
            ModelFile.Own(own file)
        else
            ModelFile.Foreign(ForeignFile.ofOnnx file)

    /// What a file holds as a model: one from elsewhere with numbers for names.
    let model (file: ModelFile) : Model =
        match file with
        | ModelFile.Own model -> model
        | ModelFile.Foreign file -> ForeignFile.unnamed file

    /// The same for a table that may not name its columns as the file does: one from elsewhere then takes them by position.
    let modelFor (table: string) (file: ModelFile) : Model =
        match file with
        | ModelFile.Foreign({ Columns = Some names } as foreign) ->
            let first = System.IO.File.ReadLines table |> Seq.tryHead |> Option.defaultValue ""

            let isNamed =
                first.Split(',', ';', '\t', '|')
                |> Array.exists (fun field -> Array.contains (field.Trim(' ', '"', '\uFEFF')) names)

            ForeignFile.unnamed (if isNamed then foreign else { foreign with Columns = None })
        | file -> model file

    /// <summary>The network of a file, unchanged, and how many numbers it takes.</summary>
    /// <exception cref="T:Hybrid.PrecisionException">The file subtracts an offset from a column, or adds one to its
    /// output.</exception>
    let network (file: ModelFile) : Network * int =
        (model file).Schema
        |> Schema.requireSingle
            "the whole model, which subtracts that from float64: its network alone, which proofs are about, takes float32"

        match file with
        | ModelFile.Own model -> model.Network, model.Inputs
        | ModelFile.Foreign file -> file.Network, file.Inputs
