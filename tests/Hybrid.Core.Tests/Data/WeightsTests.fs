module Hybrid.Tests.WeightsTests

open Hybrid.Data
open Hybrid.Models
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.DataTesting
open Xunit

let private byWeight =
    { CsvOptions.defaults with
        Targets = [ "y" ]
        Weight = Some "w"
    }

let private weighted (text: string) : Table = withText text (Csv.read byWeight)

let private text = "x,w,y\n1,2,0.5\n2,0,1.5\n4,1,2.5\n7,0.5,3.25\n"

[<Fact>]
let ``A column of weights - is no feature, and rows of weight 0 are left out`` () =
    let table = weighted text
    Assert.Equal<string[]>([| "x" |], table.Columns |> Array.map _.Name)
    Assert.Equal<float32[]>([| 1f; 4f; 7f |], table.Features)
    Assert.Equal<float32[] option>(Some [| 2f; 1f; 0.5f |], table.Weights)
    Assert.Contains(table.Notes, (fun note -> note.Says = "1 row of weight 0 is left out"))

[<Theory>]
[<InlineData("1,-2,0.5", "line 2", "column 2", "the weight in the column «w» is negative: -2")>]
[<InlineData("1,,0.5", "line 2", "column 2", "the weight in the column «w» is missing")>]
[<InlineData("1,much,0.5",
             "line 2",
             "column 2",
             "the weight in the column «w» is «much», which is not a number")>]
let ``A weight that is none - is an error with line and column``
    (row: string, line: string, column: string, problem: string)
    =
    failsWith [ line; column; problem ] (fun () -> weighted $"x,w,y\n{row}\n2,1,1.5\n3,1,2.5\n")

[<Fact>]
let ``Weights that are all 0 - are an error`` () =
    failsWith [ "every weight is 0" ] (fun () -> weighted "x,w,y\n1,0,0.5\n2,0,1.5\n")

[<Fact>]
let ``A column of weights - that is not there, is the target or is ignored - is an error`` () =
    let read change =
        withText text (fun path -> failsWith [ "«w»" ] (fun () -> Csv.read (change byWeight) path))

    read (fun options -> { options with Targets = [ "w" ] })
    read (fun options -> { options with Ignore = [ "w" ] })

    withText text (fun path ->
        failsWith [ "no column «z» to weight by" ] (fun () ->
            Csv.read { byWeight with Weight = Some "z" } path))

[<Theory>]
[<InlineData(-1.0, "negative")>]
[<InlineData(System.Double.NaN, "missing")>]
let ``A weight in memory - that is negative or NaN - names its example`` (weight: float, problem: string) =
    failsWith [ "example 2"; problem ] (fun () -> Weights.give [| 1.0; 1.0; weight |] (weighted text))

[<Fact>]
let ``Weights in memory - of another number, or all 0 - are an error`` () =
    failsWith [ "3 examples and 2 weights" ] (fun () -> Weights.give [| 1.0; 1.0 |] (weighted text))
    failsWith [ "every weight is 0" ] (fun () -> Weights.give [| 0.0; 0.0; 0.0 |] (weighted text))

[<Fact>]
let ``Rows of a program - with a column of weights - have them`` () =
    let rows =
        [
            dict [ "x", box 1.0; "w", box 3; "y", box 0.5 ]
            dict [ "x", box 2.0; "w", box "1"; "y", box 1.5 ]
        ]

    Assert.Equal<float32[] option>(Some [| 3f; 1f |], (Records.ofRows byWeight rows).Weights)

[<Fact>]
let ``A table for a model - has the weights of its training's column, if that is there`` () =
    let schema = Schema.ofTable (weighted text)

    let read (text: string) =
        withText text (Csv.readFor schema ModelCsvOptions.evaluate)

    Assert.Equal<float32[] option>(Some [| 2f; 1f; 0.5f |], (read text).Weights)

    let without = read "x,y\n1,0.5\n2,1.5\n"
    Assert.Equal(None, without.Weights)
    Assert.Contains(without.Notes, (fun note -> note.Says.Contains "all rows count alike"))

    withText text (fun path ->
        failsWith [ "no column «z» to weight by" ] (fun () ->
            Csv.readFor
                schema
                { ModelCsvOptions.evaluate with
                    Weight = Some "z"
                }
                path))

/// A quantity of one column, most of whose examples are there more than once.
let private repeated, private counted =
    let line i = $"{i % 20},{(i * 7) % 13 + i % 20}.5"

    let rows = [ 0..29 ]

    withText
        ("x,y\n"
         + (rows
            |> List.collect (fun i -> List.replicate (1 + i % 3) (line i))
            |> String.concat "\n"))
        (Csv.read { byWeight with Weight = None }),
    withText
        ("x,y,w\n"
         + (rows |> List.map (fun i -> $"{line i},{1 + i % 3}") |> String.concat "\n"))
        (Csv.read byWeight)

[<Fact>]
let ``A training - by weights - has the optimum of the repeated rows`` () =
    let train (table: Table) =
        Recipe.train
            engine
            { Options.defaults with
                Hidden = Some []
                Optimizer = Method.Lbfgs
                Epochs = Some 50
                ValidationFraction = Some 0.0
                TestFraction = Some 0.0
            }
            { Train = table; Test = None }

    let a, b = train counted, train repeated
    Assert.Equal(b.Model.Training.Value.L2, a.Model.Training.Value.L2, 1e-12)
    closeTo 1e-4 (numbers b.Model.Network) (numbers a.Model.Network)
    Assert.Equal(b.Train.Loss, a.Train.Loss, 1e-4)
    Assert.Equal(60.0, a.Train.Weight)
    Assert.Equal(30, a.Train.Examples)
