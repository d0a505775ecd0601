namespace Hybrid.Tuning

open System
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open System.Text.Json
open System.Text.Json.Nodes
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// A journal that has been read.
type JournalContent =
    {
        /// The number of a search, 0 for that on all examples and from 1 on those of the folds, and a result of it.
        Results: (int * TrialResult) list
        /// The number of lines that are whole: one that a crash cut off at the end does not count.
        Lines: int
    }

/// <summary>A file of results, to go on after an interruption: JSON, a line each, appended as they come. The first line says what was
/// searched, with what data; results of other searches are refused.</summary>
module Journal =
    [<Literal>]
    let private Version = 1

    let private refuse problem =
        raise (OptionException(TuneOption.Journal, problem))

    // ---- what was searched

    let private hashOf (table: Table) : string =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256

        let text (text: string) =
            hash.AppendData(Encoding.UTF8.GetBytes text)

        let numbers (numbers: float32[]) =
            hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan<float32> numbers))

        for column in Array.append table.Columns table.Targets do
            text column.Name

            match column.Kind with
            | Category names -> names |> Array.iter text
            | Number _ -> ()

        numbers table.InMemory
        numbers (Target.numbers table.Target)
        table.Weights |> Option.iter numbers

        table.SplitBy
        |> Option.iter (fun split -> hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan<float> split.Values)))

        Convert.ToHexString(hash.GetHashAndReset()).Substring(0, 16).ToLowerInvariant()

    /// What decides results, with what is to be said of a difference.
    let private marks (task: TuneTask) : (string * string * string) list =
        let tables = task.Prepared.Table :: Option.toList task.Prepared.OwnValidation

        let texts =
            TrainingRecord.toTexts task.Prepared.Record
            |> List.map (fun (key, text) -> $"{key}={text}")

        [
            "version", string Version, "by another version of the program"
            "data", tables |> List.map hashOf |> String.concat " ", "of other data"
            "space", (SpaceText.print task.Space).Replace("\n", ""), "of another search space"
            "metric", (task.Metric |> Option.map _.Name |> Option.defaultValue "loss"), "of another metric"
            "folds", string task.Folds, "of another number of folds"
            "options", String.concat " " texts, "of other options, such as the seed"
        ]

    /// The first line of the journal of a search.
    let header (task: TuneTask) : string =
        let node = JsonObject()

        for key, text, _ in marks task do
            node[key] <- JsonValue.Create text

        node.ToJsonString()

    // ---- results

    /// <summary>The line of a result.</summary>
    /// <param name="search">0 for the search on all examples, else the number of the fold.</param>
    /// <param name="result">The result.</param>
    let line (search: int) (result: TrialResult) : string =
        let node = JsonObject()
        node["search"] <- JsonValue.Create search
        node["trial"] <- JsonValue.Create result.Trial
        node["epochs"] <- JsonValue.Create result.Reached

        match result.Outcome with
        | Ok score ->
            node["best"] <- JsonValue.Create score.Epoch
            node["value"] <- JsonValue.Create score.Value
            node["loss"] <- JsonValue.Create score.Loss
            let parts = JsonArray()
            score.Parts |> List.iter (fun part -> parts.Add(JsonValue.Create part))
            node["parts"] <- parts
        | Error reason -> node["failed"] <- JsonValue.Create reason

        node.ToJsonString()

    let private tryParse (text: string) : JsonNode option =
        try
            match JsonNode.Parse text with
            | :? JsonObject as node -> Some(node :> JsonNode)
            | _ -> None
        with :? JsonException ->
            None

    /// Whether a file with this first line is a journal, of any search.
    let isJournal (first: string) : bool =
        match tryParse first with
        | Some node -> not (isNull node["version"]) && not (isNull node["space"])
        | None -> false

    let private tryResult (text: string) : (int * TrialResult) option =
        try
            tryParse text
            |> Option.map (fun node ->
                let whole (key: string) = node[key].GetValue<int>()
                let number (key: string) = node[key].GetValue<float>()

                whole "search",
                {
                    Trial = whole "trial"
                    Reached = whole "epochs"
                    IsCut = false
                    Outcome =
                        match node["failed"] with
                        | null ->
                            Ok
                                {
                                    Epoch = whole "best"
                                    Value = number "value"
                                    Loss = number "loss"
                                    Parts = [ for part in node["parts"].AsArray() -> part.GetValue<float>() ]
                                }
                        | reason -> Error(reason.GetValue<string>())
                })
        with
        // a member that is missing or of another kind
        | :? NullReferenceException
        | :? InvalidOperationException
        | :? FormatException -> None

    let private checkHeader (task: TuneTask) (first: string) : unit =
        match tryParse first with
        | Some node when isJournal first ->
            for key, text, difference in marks task do
                let isSame =
                    match node[key] with
                    | :? JsonValue as value -> value.ToString() = text
                    | _ -> false

                if not isSame then
                    refuse $"is a file of trials {difference}. Choose a different name, or delete it"
        | _ -> refuse "is an existing file that is not one of trials. Choose a different name"

    /// <summary>Reads a journal. A last line that is not whole is left out.</summary>
    /// <param name="task">The search that is to go on.</param>
    /// <param name="lines">Of the file; none for an empty one.</param>
    /// <exception cref="T:Hybrid.OptionException">It is not a journal, it belongs to another search, or a line in its middle is
    /// damaged.</exception>
    let read (task: TuneTask) (lines: string list) : JournalContent =
        match lines with
        | [] -> { Results = []; Lines = 0 }
        | first :: rest ->
            checkHeader task first

            let results =
                rest
                |> List.indexed
                |> List.choose (fun (index, text) ->
                    match tryResult text with
                    | Some result -> Some result
                    | None when index = rest.Length - 1 -> None
                    | None -> refuse $"is damaged in line {index + 2}. Choose a different name, or delete it")

            {
                Results = results
                Lines = 1 + results.Length
            }
