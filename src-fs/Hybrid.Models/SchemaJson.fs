namespace Hybrid.Models

open System
open System.Text.Json.Nodes
open Hybrid.Core
open Hybrid.Data

/// The names of columns, classes and targets as JSON, in the metadata of files.
module internal SchemaJson =
    let private fail message = raise (HybridException message)

    let private array (nodes: JsonNode seq) : JsonNode = JsonArray(Array.ofSeq nodes)

    let names (texts: string[]) : JsonNode =
        texts |> Seq.map (fun text -> JsonValue.Create text :> JsonNode) |> array

    let numbers (values: float list) : JsonNode =
        values |> Seq.map (fun value -> JsonValue.Create value :> JsonNode) |> array

    let numbersOf (node: JsonNode) : float list =
        [ for value in node.AsArray() -> value.GetValue<float>() ]

    /// How numbers are written, where that is not plain.
    let private writeFormat (node: JsonObject) (format: NumberFormat) : unit =
        if format.Notation <> Notation.plain then
            node["notation"] <- JsonValue.Create(Notation.name format.Notation)

            match format.Notation with
            | Notation.Decimal(_, unit) when unit <> "" -> node["unit"] <- JsonValue.Create unit
            | _ -> ()

    let columns (columns: Column[]) : JsonNode =
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

    /// How a single quantity is written stands there too.
    let reading (schema: Schema) : JsonNode =
        let node, reading = JsonObject(), schema.Reading

        match schema.Targets with
        | [| { Kind = Number format } |] -> writeFormat node format
        | _ -> ()

        if not reading.Missing.IsEmpty then
            node["missing"] <- names (Array.ofList reading.Missing)

        reading.Unnamed
        |> Option.iter (fun width -> node["unnamed"] <- JsonValue.Create width)

        reading.Weight
        |> Option.iter (fun column -> node["weight"] <- columns [| column |])

        reading.Image
        |> Option.iter (fun image -> node["image"] <- numbers (List.map float image.Extents))

        node :> JsonNode

    let private name (node: JsonNode) : string =
        match node with
        | null -> fail "a name in its metadata is missing"
        | node -> node.GetValue<string>()

    let private namesOf (texts: JsonArray) : string[] =
        let names = texts |> Seq.map name |> Array.ofSeq

        if (Array.distinct names).Length < names.Length then
            fail "two names in its metadata are the same"

        names

    let formatOf (part: string -> JsonNode) : NumberFormat =
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

    let columnsOf (node: JsonNode) : Column[] =
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

    /// Height, width and channels; the number of columns is checked where they are known.
    let private imageOf (extents: float list) : ImageShape option =
        match extents |> List.map int with
        | [ height; width; channels ] when
            List.forall (fun extent -> extent >= 1.0) extents
            && List.fold (*) 1.0 extents < float Int32.MaxValue
            ->
            Some
                {
                    Height = height
                    Width = width
                    Channels = channels
                }
        | _ -> fail "the extents of its images in its metadata are damaged"

    let readingOf (node: JsonNode) : Reading =
        {
            Missing =
                match node["missing"] with
                | :? JsonArray as texts -> List.ofArray (namesOf texts)
                | _ -> []
            Unnamed =
                match node["unnamed"] with
                | null -> None
                | width -> Some(width.GetValue<int>())
            Weight =
                match node["weight"] with
                | null -> None
                | column -> Some(Array.exactlyOne (columnsOf column))
            Image =
                match node["image"] with
                | null -> None
                | extents -> imageOf (numbersOf extents)
        }

    let classesOf (node: JsonNode) : string[] option =
        match node with
        | :? JsonArray as names -> Some(namesOf names)
        | _ -> None

    /// A single target: its name, and its classes or how its numbers are written.
    let targetOf (name: string) (classes: string[] option) (node: JsonNode) : Column =
        {
            Name = name
            Kind =
                match classes with
                | Some names -> Category names
                | None -> Number(formatOf (fun key -> if isNull node then null else node[key]))
        }

    /// The content of a JSON text. Any exception of its parser, or of reading its nodes, means that the file is damaged.
    let parsed (key: string) (read: JsonNode -> 'result) (text: string) : 'result =
        try
            read (JsonNode.Parse text)
        with error when not (error :? HybridException) ->
            raise (HybridException($"{key} in its metadata is damaged", error))
