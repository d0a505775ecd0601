module Hybrid.Tests.DataSourceTests

open System.IO
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private load = DataSource.load SourceOptions.defaults

[<Fact>]
let ``Built-in data and generators are found by name`` () =
    Assert.Equal<string list>(
        [ "digits"; "iris"; "spiral"; "circle"; "moons"; "xor"; "blobs" ],
        DataSource.names
    )

    Assert.All(DataSource.names, (fun name -> Assert.True((load name).Train.Examples > 0)))

    let options =
        { SourceOptions.defaults with
            Seed = 7UL
            Examples = Some 20
            Noise = Some 0.0
        }

    Assert.Equal(20, (DataSource.load options "xor").Train.Examples)

[<Fact>]
let ``A file or folder of a built-in name is reached by its path`` () =
    inFolder (fun folder ->
        let path = Path.Combine(folder, "iris")
        File.WriteAllText(path, "a,b\n1,x\n2,y\n")
        Assert.Equal(2, (load path).Train.Examples)
        Assert.Equal(150, (load "iris").Train.Examples))

[<Fact>]
let ``An unknown name is an error that lists the known ones`` () =
    failsWith
        [
            "irises: there is no such file"
            "digits, iris, spiral, circle, moons, xor, blobs"
        ]
        (fun () -> load "irises")

[<Fact>]
let ``A folder is read as images`` () =
    inFolder (fun folder -> failsWith [ folder; "laid out like MNIST" ] (fun () -> load folder))

let private isNotForTables (option: string) (action: unit -> 'result) =
    let error = Assert.Throws<Hybrid.OptionException>(fun () -> action () |> ignore)

    Assert.Equal(
        $"{option} applies only to tables in files, such as CSV, and «iris» is a built-in data set.",
        error.Message
    )

[<Fact>]
let ``Options of tables are refused for other data`` () =
    let options =
        { SourceOptions.defaults with
            Csv =
                { CsvOptions.defaults with
                    Targets = [ "x" ]
                    Ignore = [ "y" ]
                }
        }

    isNotForTables "Target" (fun () -> DataSource.load options "iris")

[<Fact>]
let ``Options of tables are for every file, however its columns are separated`` () =
    let options =
        { SourceOptions.defaults with
            Csv =
                { CsvOptions.defaults with
                    Targets = [ "b" ]
                    Header = Some true
                }
        }

    for text in
        [
            "b|a\nx|1\ny|2\n"
            "b a\nx 1\ny 2\n"
            "b\ta\nx\t1\ny\t2\n"
            "b;a\nx;1\ny;2\n"
        ] do
        Assert.Equal("b", (withText text (DataSource.load options)).Train.Targets[0].Name)

    for argument, kind in [ "spiral", "generated data"; "digits", "a built-in data set"; ".", "a folder" ] do
        let error =
            Assert.Throws<Hybrid.OptionException>(fun () -> DataSource.requireTable "Keep" argument)

        Assert.EndsWith($"«{argument}» is {kind}.", error.Message)

    DataSource.requireTable "Keep" "nothing.csv"

[<Fact>]
let ``A model reads the data it fits`` () =
    let schema = Schema.ofTable (BuiltIn.iris ())

    let loadFor =
        DataSource.loadFor schema SourceOptions.defaults ModelCsvOptions.predict

    Assert.Equal(150, (loadFor "iris").Examples)
    Assert.Equal(1, (withText "5,3,1,0\n" loadFor).Examples)
    failsWith [ "spiral" ] (fun () -> loadFor "spiral")
    failsWith [ "there is no such file" ] (fun () -> loadFor "nothing.csv")

[<Fact>]
let ``Data that is not a table is read at once, and has no other target`` () =
    let schema = Schema.ofTable (BuiltIn.iris ())
    let options = SourceOptions.defaults
    let batches = ResizeArray<TableRows>()

    DataSource.readBatches schema options ModelCsvOptions.predict 7 "iris" (fun batch ->
        batches.Add batch.Rows)

    Assert.Equal<int list>([ 150 ], batches |> Seq.map _.Examples |> List.ofSeq)

    let struct (rows, test) =
        DataSource.loadPartsFor schema options ModelCsvOptions.evaluate "iris"

    Assert.Equal(150, rows.Examples)
    Assert.True test.IsNone

    let elsewhere =
        { ModelCsvOptions.evaluate with
            Targets = [ "kind" ]
        }

    isNotForTables "Target" (fun () -> DataSource.loadPartsFor schema options elsewhere "iris")
