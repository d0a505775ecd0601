/// The table of rows in the lecture's README.
module Hybrid.Tests.Lecture.LectureTableTests

open System
open System.IO
open System.Text.Json.Nodes
open Hybrid.Lecture
open Xunit

let private page =
    // from tests/Hybrid.Core.Tests/bin/CONFIGURATION/FRAMEWORK: the compiler does not tell where the sources are
    Path.Combine(AppContext.BaseDirectory, "../../../../../src-fs/Hybrid.Lecture/README.md")

/// What the code says of a row: its name, the titles of its experiments and their names.
let private known (row: string, experiments: Experiment list) : string list =
    [
        row
        experiments |> List.map _.Title |> String.concat "; "
        experiments |> List.map (fun one -> $"`{one.Name}`") |> String.concat ", "
    ]

let private line (cells: string list) : string = "| " + String.concat " | " cells + " |"

let private isRow (text: string) : bool =
    text.StartsWith("| R", StringComparison.Ordinal)

/// The cells of each line of the table.
let private rows (lines: string[]) : string list list =
    [
        for text in lines do
            if isRow text then
                text.Trim('|').Split('|') |> Array.map _.Trim() |> List.ofArray
    ]

/// The conditions of a row that fail, as a verdict states them.
let private failures (row: JsonNode) : string =
    [
        for condition in row["conditions"].AsArray() do
            if not (condition["holds"].GetValue<bool>()) then
                let number = condition["measured"].GetValue<float>()
                $"""{condition["says"]} ({number:G3}, not {condition["limit"]})"""
    ]
    |> String.concat "; "

/// The pictures and the verdict of a row, from what the command printed as JSON.
let private result (row: JsonNode) : string list =
    let pictures =
        row["figures"].AsArray()
        |> Seq.map (fun path -> Path.GetFileNameWithoutExtension(string path))
        |> String.concat ", "

    let verdict =
        match string row["verdict"] with
        | "holds in part" as name -> $"{name}; fails: {failures row}"
        | "does not hold here" as name -> $"{name}: {failures row}"
        | name -> name

    [ pictures; verdict ]

/// If HYBRID_ACCEPT_LECTURE names a file with what <c>hybrid lecture --all --json --out DIR</c> printed, writes the table from
/// it.
let private accept () =
    match Environment.GetEnvironmentVariable "HYBRID_ACCEPT_LECTURE" with
    | null
    | "" -> ()
    | path ->
        let json = JsonNode.Parse(File.ReadLines path |> Seq.last)
        let lines = File.ReadAllLines page
        let before = lines |> Array.takeWhile (isRow >> not)
        let after = lines |> Array.skip before.Length |> Array.skipWhile isRow

        let table =
            [|
                for row in Lecture.rows do
                    line (known row @ result json[fst row])
            |]

        File.WriteAllLines(page, Array.concat [ before; table; after ])

[<Fact>]
let ``The lecture's table has the rows, titles and names of the experiments`` () =
    accept ()
    let written = rows (File.ReadAllLines page)
    Assert.Equal<string list list>(Lecture.rows |> List.map known, written |> List.map (List.take 3))

[<Fact>]
let ``Every row of the lecture's table has a verdict`` () =
    let verdicts = [ "holds"; "holds in part"; "does not hold here"; "text only" ]

    for cells in rows (File.ReadAllLines page) do
        Assert.Equal(5, cells.Length)
        Assert.Contains(cells[4].Split(';', ':')[0], verdicts)
