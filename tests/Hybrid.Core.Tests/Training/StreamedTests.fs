module Hybrid.Tests.StreamedTests

open System
open System.Globalization
open System.IO
open Hybrid.Core
open Hybrid.Data
open Hybrid.Kernels
open Hybrid.Models
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.DataTesting
open Xunit

let private examples = 700

/// A table with numbers, missing ones, dates, categories and two classes or a quantity.
let private text (isQuantity: bool) (weighted: bool) : string =
    let random = Random 5

    let row i =
        let a, b = random.NextDouble() * 4.0 - 2.0, random.NextDouble()
        let city = [| "Ulm"; "Bonn"; "Köln" |][random.Next 3]
        let day = DateTime(2020, 1, 1).AddDays(float (random.Next 900))
        let sum = a + b + float city.Length

        String.concat
            ","
            [
                a.ToString("R", CultureInfo.InvariantCulture)
                if i % 11 = 3 then
                    ""
                else
                    b.ToString("R", CultureInfo.InvariantCulture)
                city
                day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                if weighted then
                    string (1 + i % 3)
                if isQuantity then
                    sum.ToString("R", CultureInfo.InvariantCulture)
                elif sum > 4.3 then
                    "yes"
                else
                    "no"
            ]

    String.concat
        "\n"
        ((if weighted then
              "a,b,city,day,weight,target"
          else
              "a,b,city,day,target")
         :: List.init examples row)

let private options: Options =
    { Options.defaults with
        Hidden = Some [ 6 ]
        BatchSize = Some 32
        Epochs = Some 3
    }

let private csv (weighted: bool) =
    { CsvOptions.defaults with
        Weight = if weighted then Some "weight" else None
    }

let private streamed buffer = Csv.stream { Buffer = buffer }

let private bits (network: Network) =
    numbers network |> Array.map BitConverter.DoubleToInt64Bits

let private report (options: Options) (table: Table) : Report =
    use engine = CpuEngine.Create(1, null)
    Recipe.train engine options { Train = table; Test = None }

let private same (expected: Report) (actual: Report) =
    Assert.Equal<int64[]>(bits expected.Model.Network, bits actual.Model.Network)
    Assert.Equal(expected.Train, actual.Train)
    Assert.Equal(expected.Validation, actual.Validation)
    Assert.Equal(expected.Test, actual.Test)

[<Theory>]
[<InlineData(false, false)>]
[<InlineData(true, false)>]
[<InlineData(true, true)>]
let ``A streamed table whose buffer holds it trains to the bits of one in memory``
    (isQuantity: bool)
    (weighted: bool)
    =
    withText (text isQuantity weighted) (fun path ->
        let options =
            { options with
                Interval = if weighted then None else Some 0.8
            }

        let memory = Csv.read (csv weighted) path
        let stream = streamed (Some 10_000) (csv weighted) path
        Assert.Empty stream.Features
        Assert.Equal(memory.Examples, stream.Examples)
        Assert.Equal<Column[]>(memory.Columns, stream.Columns)
        Assert.Equal(memory.Target, stream.Target)
        Assert.Equal<Note list>(memory.Notes, stream.Notes)
        same (report options memory) (report options stream))

/// More rows than are read at a time, with a group, a time and a number that is missing now and then.
let private grouped (time: int -> string) : string =
    let row i =
        let a = float (i * 7919 % 1000) / 500.0 - 1.0
        $"{a.ToString CultureInfo.InvariantCulture},{i * 31 % 700},{time i},{(if a > 0.1 * float (i % 3) then 'y' else 'n')}"

    String.concat "\n" ("a,id,time,target" :: List.init 20_000 row)

let private splitBy role =
    { CsvOptions.defaults with
        SplitBy = Some role
    }

[<Theory>]
[<InlineData("group:id")>]
[<InlineData("time:time")>]
let ``Groups and times of streamed rows choose the parts that they choose in memory`` (role: string) =
    let day i =
        DateTime(2020, 1, 1)
            .AddDays(float (i * 17 % 900))
            .ToString("dd.MM.yyyy", CultureInfo.InvariantCulture)

    withText (grouped day) (fun path ->
        let csv = splitBy (SplitRole.tryParse role).Value
        let memory = Csv.read csv path
        let stream = streamed None csv path
        Assert.Equal(memory.SplitBy, stream.SplitBy)
        Assert.Equal<Column[]>(memory.Columns, stream.Columns)
        let split = Split.calibrated 3UL 0.1 0.2 0.2
        Assert.Equal(split memory, split stream)

        let one = { options with Epochs = Some 1 }
        let expected = report one memory
        same expected (report one stream)

        // the parts are found again when the model is measured
        let part stream =
            let source =
                { SourceOptions.defaults with
                    Stream = stream
                }

            let data = ModelData.load source path (ModelFile.Own expected.Model)
            (ModelData.select (Some Part.Test) data).Rows

        Assert.Equal<int[]>(part None, part (Some { Buffer = None })))

[<Fact>]
let ``Streamed groups and times that are missing or no times are refused as in memory`` () =
    for role, time in
        [
            "group:time", (fun i -> if i = 18_000 then " " else "x")
            "time:time", (fun i -> if i = 18_000 then "" else string i)
            "time:time", (fun i -> if i = 18_000 then "1e999" else string i)
            "time:time", (fun i -> if i = 18_000 then "soon" else string i)
            "time:time", (fun i -> $"0{1 + i % 9}/0{1 + i % 7}/2020")
            "time:time", (fun i -> if i = 18_000 then "2020-01-01" else string i)
        ] do
        withText (grouped time) (fun path ->
            let csv = splitBy (SplitRole.tryParse role).Value

            let message (read: unit -> Table) =
                Assert.Throws<TableException>(fun () -> read () |> ignore).Message

            Assert.Equal(message (fun () -> Csv.read csv path), message (fun () -> streamed None csv path)))

[<Fact>]
let ``With a small buffer training is the same each time, and another one than with all rows`` () =
    withText (text true false) (fun path ->
        let train buffer =
            report options (streamed buffer (csv false) path)

        let small, whole = train (Some 100), train None
        same small (train (Some 100))
        Assert.NotEqual<int64[]>(bits small.Model.Network, bits whole.Model.Network)
        // the order matters little: it has learned as much
        Assert.InRange(small.Test.Value.Loss / whole.Test.Value.Loss, 0.8, 1.25))

[<Fact>]
let ``A streamed training goes on from any step with the same bits`` () =
    withText (text true false) (fun path ->
        use engine = CpuEngine.Create(1, null)

        let prepared =
            Recipe.prepare
                options
                {
                    Train = streamed (Some 100) (csv false) path
                    Test = None
                }

        let states = ResizeArray<TrainingState>()

        let ending (epochs: TrainedEpoch seq) =
            bits (Seq.last epochs).Progress.Best.Network

        let expected =
            Recipe.resumable
                engine
                Communicator.alone
                (fun () -> false)
                (fun state -> states.Add(state ()))
                None
                prepared
            |> ending

        for i in 1..5 .. states.Count - 1 do
            let actual =
                Recipe.resumable engine Communicator.alone (fun () -> false) ignore (Some states[i]) prepared
                |> ending

            Assert.Equal<int64[]>(expected, actual))

[<Fact>]
let ``L-BFGS, folds of a model and cross-validation take streamed rows too`` () =
    withText (text true false) (fun path ->
        let options =
            { options with
                Optimizer = Method.named "lbfgs"
                BatchSize = None
            }

        let memory = report options (Csv.read (csv false) path)
        same memory (report options (streamed (Some 10_000) (csv false) path)))

[<Theory>]
[<InlineData(false, false)>]
[<InlineData(true, false)>]
[<InlineData(true, true)>]
let ``A model is measured on streamed rows as on those in memory`` (isQuantity: bool) (weighted: bool) =
    withText (text isQuantity weighted) (fun path ->
        use engine = CpuEngine.Create(1, null)

        let options =
            { options with
                Interval = if weighted then None else Some 0.8
            }

        let model = (report options (Csv.read (csv weighted) path)).Model

        let evaluate =
            { ModelCsvOptions.evaluate with
                Weight = (csv weighted).Weight
                Header = None
            }

        let measures (rows: TableRows) =
            let table = Table.ofRows model.Schema rows
            let examples = Model.examples model table

            let values =
                Evaluation.measure engine [] examples model
                @ Evaluation.measure engine Metric.all examples model
                |> List.map (fun (metric, value) -> metric.Name, value)

            Assert.NotEmpty values

            Evaluation.evaluate engine table model,
            values,
            options.Interval
            |> Option.map (fun _ -> Calibration.coverage engine examples model)

        Assert.Equal(
            measures (Csv.readFor model.Schema evaluate path),
            measures (Csv.streamFor { Buffer = None } model.Schema evaluate path)
        ))

[<Fact>]
let ``What needs rows in memory refuses streamed ones`` () =
    withText (text false false) (fun path ->
        let table = streamed None (csv false) path
        failsWith [ "streamed"; "in memory" ] (fun () -> table.InMemory)

        let error =
            Assert.Throws<OptionException>(fun () -> streamed (Some 0) (csv false) path |> ignore)

        Assert.Contains("at least 1", error.Message))

[<Fact>]
let ``No file is left behind`` () =
    withText (text false false) (fun path ->
        let table = streamed None (csv false) path

        // an open file has a name on Windows only, until it is closed
        if not (OperatingSystem.IsWindows()) then
            for folder in [ Path.GetTempPath(); "/var/tmp" ] |> List.filter Directory.Exists do
                Assert.Empty(Directory.GetFiles(folder, "hybrid-*.rows"))

        Assert.Equal(examples, table.Examples))

// ---- the order

let private order key epoch window count =
    let places = Array.zeroCreate count
    Shuffle.write key epoch window [| 0 .. count - 1 |] places
    places

[<Theory>]
[<InlineData(1000, 64)>]
[<InlineData(1000, 999)>]
[<InlineData(1000, 1000)>]
[<InlineData(5000, 300)>]
[<InlineData(1, 1)>]
let ``Every example has its place in an epoch, which depends on key and epoch alone``
    (count: int)
    (window: int)
    =
    let order epoch = order 9UL epoch window count
    Assert.Equal<int[]>([| 0 .. count - 1 |], Array.sort (order 1UL))
    Assert.Equal<int[]>(order 1UL, order 1UL)

    if count > 1 then
        Assert.NotEqual<int[]>(order 1UL, order 2UL)

[<Fact>]
let ``A buffer of all examples gives the order of those in memory`` () =
    Assert.Equal<int[]>(Random.permutation 3UL 4UL 500, order 3UL 4UL 500 500)

[<Fact>]
let ``A buffer consists of whole batches, or of all examples`` () =
    Assert.Equal(96, Shuffle.window 100 32 1000)
    Assert.Equal(32, Shuffle.window 5 32 1000)
    Assert.Equal(100, Shuffle.window 100 32 100)
