namespace Hybrid.Models

open System
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

    [<Literal>]
    let private IntervalKey = "hybrid.interval"

    [<Literal>]
    let private ThresholdsKey = "hybrid.thresholds"

    let private fail message = raise (HybridException message)

    // ---- models as files

    /// <summary>A model as the records of a file.</summary>
    /// <exception cref="T:Hybrid.HybridException">The graph changes with the batch size.</exception>
    let toOnnx (model: Model) : OnnxModel =
        let classes =
            match model.Schema.Classes with
            | Some classes -> (SchemaJson.names classes).ToJsonString()
            | None -> "null"

        {
            Graph =
                Exported.graph Model.Producer model.Inputs (Model.outputName model) model.Network
                |> Offsets.add
                    {
                        Inputs = model.Schema.Columns |> Array.map Column.offset
                        Outputs = Model.offsets model
                    }
                |> match model.Conformal, model.Loss.Kind with
                   | [ conformal ], _ when model.Schema.Classes.IsSome ->
                       FurtherOutputs.set conformal.Threshold
                   | [], LossKind.Quantiles _ when model.Schema.Classes.IsNone ->
                       FurtherOutputs.columns (List.ofArray (Model.outputNames model))
                   | [], _ -> id
                   | each, _ -> FurtherOutputs.intervals (each |> List.map _.Threshold)
            Opset = Model.Opset
            Producer = Model.Producer
            Metadata =
                [
                    "hybrid.version", Version
                    "hybrid.task", Model.taskName model
                    "hybrid.columns", (SchemaJson.columns model.Schema.Columns).ToJsonString()
                    "hybrid.target", model.Schema.TargetName
                    "hybrid.classes", classes
                    if model.Schema.Targets.Length > 1 then
                        "hybrid.targets", (SchemaJson.columns model.Schema.Targets).ToJsonString()
                    match (SchemaJson.reading model.Schema).ToJsonString() with
                    | "{}" -> ()
                    | text -> "hybrid.reading", text
                    "hybrid.loss", defaultArg model.UnknownLoss model.Loss.Name
                    match model.Conformal with
                    | [] -> ()
                    | known -> IntervalKey, Conformal.toText known
                    match model.Thresholds with
                    | Some known -> ThresholdsKey, (SchemaJson.numbers known).ToJsonString()
                    | None -> ()
                    for key, text in Model.texts model do
                        OptionPrefix + key, text
                ]
        }

    /// The schema with what the graph subtracts from the columns and adds to its outputs.
    let private withOffsets (offsets: Offsets) (loss: Loss) (schema: Schema) : Schema =
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
            if offsets.Length >= columns.Length then
                Array.map2 at columns (Array.truncate columns.Length offsets)
            else
                columns

        { schema with
            Columns = all schema.Columns offsets.Inputs
            // several quantiles of a target have its offset
            Targets =
                offsets.Outputs
                |> Array.chunkBySize (LossKind.outputs loss.Kind)
                |> Array.map Array.head
                |> all schema.Targets
        }

    /// The loss of a name; for one of a program's own the usual one, and the name.
    let private lossOf (schema: Schema) (name: string) : struct (Loss * string option) =
        try
            struct (Loss.named name, None)
        with :? HybridException ->
            let usual =
                if schema.Classes.IsSome then Loss.softmax
                elif schema.HasLabels then Loss.sigmoid
                else Loss.squared

            struct (usual, Some name)

    let private own (file: OnnxModel) : Model =
        let metadata = dict file.Metadata

        let entry key =
            match metadata.TryGetValue key with
            | true, text -> text
            | false, _ -> fail $"its metadata has no {key}"

        let version = entry "hybrid.version"

        if version <> Version then
            fail $"its format is version {version}, but this program reads version {Version}"

        let read key parse = SchemaJson.parsed key parse (entry key)

        let readOr otherwise key parse =
            if metadata.ContainsKey key then
                read key parse
            else
                otherwise ()

        let single () =
            let target =
                SchemaJson.targetOf (entry "hybrid.target") (read "hybrid.classes" SchemaJson.classesOf)

            [| readOr (fun () -> target null) "hybrid.reading" target |]

        let schema =
            {
                Columns = read "hybrid.columns" SchemaJson.columnsOf
                Targets = readOr single "hybrid.targets" SchemaJson.columnsOf
                Reading = readOr (fun () -> Reading.plain) "hybrid.reading" SchemaJson.readingOf
            }

        match schema.Reading.Image with
        | Some image when Shape.size image.Extents <> schema.Columns.Length ->
            fail
                $"its metadata says that its images are {ImageShape.text image}, but lists {schema.Columns.Length} columns"
        | _ -> ()

        let offsets, graph = Offsets.split file.Graph
        let network = Imported.network file.Opset graph

        let struct (loss, unknownLoss) = lossOf schema (entry "hybrid.loss")

        let model =
            { Model.create network (withOffsets offsets loss schema) loss with
                UnknownLoss = unknownLoss
                Conformal =
                    if metadata.ContainsKey IntervalKey then
                        read IntervalKey Conformal.ofJson
                    else
                        []
                Thresholds =
                    if metadata.ContainsKey ThresholdsKey then
                        Some(read ThresholdsKey SchemaJson.numbersOf)
                    else
                        None
            }
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
            fail
                $"""its graph returns {Printable.count outputs "number"}, not {LearningTask.outputs (Model.task model)}"""

        if
            not model.Conformal.IsEmpty
            && (schema.HasLabels || model.Conformal.Length <> schema.Targets.Length)
        then
            fail $"its {IntervalKey} is not for each target"

        match model.Thresholds with
        | Some thresholds when
            not schema.HasLabels
            || thresholds.Length <> schema.Targets.Length
            || thresholds
               |> List.exists (fun threshold -> not (threshold >= 0.0 && threshold <= 1.0))
            ->
            fail $"its {ThresholdsKey} are not a number from 0 to 1 for each label"
        | _ -> ()

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

    /// <summary>What a file holds as a model for data without targets. One from elsewhere takes a table's columns by position unless it
    /// names them as the table does, and images in the order of their numbers.</summary>
    /// <param name="images">What reads image files; none where there is no decoder.</param>
    /// <param name="data">A table, or images without classes: a file, or a folder of them.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="T:Hybrid.TableException">The first of the images is damaged.</exception>
    /// <exception cref="T:Hybrid.HybridException">The images do not fit the file.</exception>
    let modelFor (images: ImageDecoder option) (data: string) (file: ModelFile) : Model =
        match file with
        | ModelFile.Own model -> model
        | ModelFile.Foreign file -> ForeignData.model images data file

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
