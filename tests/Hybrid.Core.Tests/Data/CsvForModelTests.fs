module Hybrid.Tests.CsvForModelTests

open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private training = "size,colour,kind\n1,red,cat\n2,blue,dog\n3,red,dog\n"

let private schema =
    withText training (Csv.read CsvOptions.defaults) |> Schema.ofTable

let private numbered =
    let options =
        { CsvOptions.defaults with
            Header = Some false
            Targets = [ "1" ]
        }

    withText "a,1,2\nb,3,4\n" (Csv.read options) |> Schema.ofTable

let private read options text =
    withText text (Csv.readFor schema options)

let private fails schema options (text: string) parts =
    withText text (fun path -> failsWith parts (fun () -> Csv.readFor schema options path))

[<Theory>]
[<InlineData("colour,note,size\nred,z,1\nblue,z,2\n")>]
[<InlineData("size,colour\n1,red\n2,blue\n")>]
[<InlineData("1,red\n2,blue\n")>]
[<InlineData("1,red,cat\n2,blue,mouse\n")>]
[<InlineData("size;colour;kind\n1,0;red;\n2,0;blue;\n")>]
let ``Columns are found by name, or by position without a header`` text =
    let batch = read ModelCsvOptions.predict text
    Assert.Equal<float32[]>([| 1f; 1f; 2f; 0f |], batch.Features)
    Assert.Equal(2, batch.Examples)
    Assert.Equal(None, batch.Target)

[<Fact>]
let ``An evaluation reads the target too`` () =
    let batch = read ModelCsvOptions.evaluate "kind,size,colour\ndog,NA,\ncat,1,blue\n"
    Assert.Equal(Some(Classes([| "cat"; "dog" |], [| 1; 0 |])), batch.Target)
    Assert.Equal<float32[]>([| nanf; nanf; 1f; 0f |], batch.Features)

[<Fact>]
let ``Data that does not fit the model is an error with its position`` () =
    let fails = fails schema ModelCsvOptions.evaluate
    fails "size,kind\n1,cat\n" [ "line 1: the model needs 1 column"; "colour"; "The file has size, kind" ]
    fails "big,hue,sort\nx,red,cat\n" [ "2 columns that the file does not have: size, colour" ]
    fails "1,red,cat,5\n" [ "4 columns found where the model expects 2, or 3 with the target" ]
    fails "size,colour,kind\n1,green,cat\n" [ "line 2, column 2: «green» is not a category"; "blue, red" ]
    fails "size,colour,kind\n1,red,cow\n" [ "line 2, column 3: «cow» is not a class of «kind»"; "cat, dog" ]
    fails "size,colour,kind\nbig,red,cat\n" [ "line 2, column 1: text «big» in the numeric column «size»" ]
    fails "size,colour,kind\n1,red,?\n" [ "every value of the target «kind» is missing" ]
    fails "size,colour\n1,red\n" [ "the target «kind» is not in the file" ]
    fails "size,colour,kind\n" [ "no data rows" ]

[<Fact>]
let ``A model without names finds its columns in the layout of its training data`` () =
    let read (text: string) =
        withText text (Csv.readFor numbered ModelCsvOptions.predict)

    Assert.Equal<float32[]>([| 1f; 2f |], (read "1,2\n").Features)
    Assert.Equal<float32[]>([| 1f; 2f |], (read "a,1,2\n").Features)
    Assert.Equal<float32[]>([| 1f; 2f |], (read "first,second\n1,2\n").Features)
    fails numbered ModelCsvOptions.predict "1,2,3,4\n" [ "4 columns found"; "expects 2, or 3" ]

[<Fact>]
let ``Rows without a target – evaluation – are left out and counted`` () =
    let batch = read ModelCsvOptions.evaluate "size,colour,kind\n1,red,?\n2,blue,dog\n"
    Assert.Equal<float32[]>([| 2f; 0f |], batch.Features)
    Assert.Contains(batch.Notes, fun note -> note.Says.Contains "1 row without a target")

[<Fact>]
let ``A table without names – first row of numbers – is read as in training`` () =
    let columns = "5.1,3.5,a\n4.9,3.0,a\n6.2,2.9,b\n5.9,3.1,b\n6.0,3.2,b\n"
    let table = withText columns (Csv.read CsvOptions.defaults)

    let again =
        withText columns (Csv.readFor (Schema.ofTable table) ModelCsvOptions.predict)

    Assert.Equal(5, table.Examples)
    Assert.Equal<float32[]>(table.Features, again.Features)

[<Fact>]
let ``A table without names – a column was left out – is read in the layout of training with or without the target``
    ()
    =
    let rows =
        Seq.init 12 (fun i -> $"{i % 5},same,{i % 7},{i % 2}\n") |> String.concat ""

    let table = withText rows (Csv.read CsvOptions.defaults)
    Assert.Equal<string[]>([| "x1"; "x3" |], table.Columns |> Array.map _.Name)

    for text in [ "2,same,3,1\n"; "2,same,3\n"; "2,3\n" ] do
        let batch =
            withText text (Csv.readFor (Schema.ofTable table) ModelCsvOptions.predict)

        Assert.Equal<float32[]>([| 2f; 3f |], batch.Features)

[<Fact>]
let ``Numbers match classes by value`` () =
    let schema =
        { schema with
            Targets =
                [|
                    {
                        Name = "kind"
                        Kind = Category [| "0"; "1" |]
                    }
                |]
        }

    let text = "size,colour,kind\n1,red,1.0\n2,red,0\n"
    let batch = withText text (Csv.readFor schema ModelCsvOptions.evaluate)
    Assert.Equal(Some(Classes([| "0"; "1" |], [| 1; 0 |])), batch.Target)

[<Fact>]
let ``Batches follow one another to the end`` () =
    withText training (fun path ->
        let batches = ResizeArray<TableRows>()

        Csv.readBatches schema ModelCsvOptions.evaluate 2 path (fun batch -> batches.Add batch.Rows)
        Assert.Equal<int list>([ 2; 1 ], batches |> Seq.map _.Examples |> List.ofSeq)
        let whole = Csv.readFor schema ModelCsvOptions.evaluate path
        Assert.Equal<float32[]>(whole.Features, batches |> Seq.map _.Features |> Array.concat))

[<Fact>]
let ``The target may have a different name than in training`` () =
    let named name =
        { ModelCsvOptions.evaluate with
            Targets = [ name ]
        }

    let text = "species,size,colour\ndog,1,red\n"
    Assert.Equal(Some(Classes([| "cat"; "dog" |], [| 1 |])), (read (named "species") text).Target)
    fails schema (named "kind") text [ "«kind» is not in the file"; "species, size, colour"; "with Target" ]

    let batch =
        withText
            "1,2,b\n"
            (Csv.readFor
                (withText "1,2,a\n3,4,b\n" (fun path ->
                    Csv.read
                        { CsvOptions.defaults with
                            Header = Some false
                        }
                        path
                    |> Schema.ofTable))
                (named "3"))

    Assert.Equal(Some(Classes([| "a"; "b" |], [| 1 |])), batch.Target)

let private mixed =
    "kind,size,colour,id\ndog,1,red,a\ncat,wide,blue,b\ncat,2,mauve,c\ncat,2\ncat,3,blue,d\n"

let private batchOf onError =
    withText mixed (fun path ->
        let batches = ResizeArray<RowBatch>()

        let options =
            { ModelCsvOptions.predict with
                OnError = onError
                Keep = [ "id" ]
            }

        Csv.readBatches schema options 100 path batches.Add
        Assert.Single batches)

[<Fact>]
let ``A row that does not fit is left out and counted if it is to be skipped`` () =
    let batch = batchOf RowErrors.Skip
    Assert.Equal((2, 3, 0), (batch.Rows.Examples, batch.Skipped, batch.Mended))
    Assert.Equal<string[][]>([| [| "a" |]; [| "d" |] |], batch.Kept)

[<Fact>]
let ``A value that does not fit counts as missing if it is asked for`` () =
    let batch = batchOf RowErrors.Missing
    Assert.Equal((5, 0, 3), (batch.Rows.Examples, batch.Skipped, batch.Mended))
    Assert.Equal<string[][]>([| [| "a" |]; [| "b" |]; [| "c" |]; [| "" |]; [| "d" |] |], batch.Kept)
    Assert.Equal(3, batch.Rows.Features |> Array.filter System.Single.IsNaN |> Array.length)

[<Fact>]
let ``A column to keep must be there`` () =
    fails
        schema
        { ModelCsvOptions.predict with
            Keep = [ "name" ]
        }
        mixed
        [ "«name» to keep"; "kind, size, colour, id" ]
