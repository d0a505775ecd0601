/// Rows of another length, many cells, and files of other kinds.
module Hybrid.Tests.CsvShapeTests

open System
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Hybrid.Tests.DecisionTesting
open Xunit

// ---- rows of another length

[<Fact>]
let ``Rows – lines of one field below the table – are left out and said`` () =
    let text =
        table "a,b,y" 12 (fun i -> $"{i},{i % 3}.5,{i % 2}")
        + "\nData source: the census of 2015\nAs of May\n"

    let data = read text
    Assert.Equal(12, data.Examples)
    Assert.Equal<string[]>([| "a"; "b" |], names data)
    says "the last 2 lines, from line 15 on" data

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.evaluate)

    Assert.Equal<float32[]>(data.Features, again.Features)

[<Theory>]
[<InlineData("Births to mothers under 20\nSource: \"the census, part 2\"\n\n", ',')>]
[<InlineData("// id, name, what it is\n// (c) 1992, all of us\n", '\t')>]
let ``Rows – lines of one field above the table – are left out and said`` (above: string, separator: char) =
    let own (text: string) = text.Replace(',', separator)
    let text = above + own (table "a,b,y" 12 (fun i -> $"{i},{i % 3}.5,{i % 2}"))
    let data = read text
    Assert.Equal(12, data.Examples)
    Assert.Equal<string[]>([| "a"; "b" |], names data)
    Assert.Equal(1, data.RowNumber 0)
    says "2 lines with one field above the table left out" data

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.evaluate)

    Assert.Equal<float32[]>(data.Features, again.Features)

[<Fact>]
let ``Rows – a line of one field above those of several lengths – is said to be in the way`` () =
    withText "Births\na,b,y\n1,2\n3,4,1\n" (fun path ->
        failsWith [ "line 2: line 1 has one field, but this one has 3"; "Remove the lines above" ] (fun () ->
            Csv.read CsvOptions.defaults path))

[<Theory>]
[<InlineData("1,92\n8,43\n1,93\n9,83\n")>]
[<InlineData("r1,0.5\nr2,1.5\nr3,0.25\n")>]
let ``Rows – the only name above rows of two fields – is no title, for a model neither`` (rows: string) =
    let schema = Schema.ofTable (read (table "price;y" 12 (fun i -> $"{i},25;{i}")))

    withText ("price\n" + rows) (fun path ->
        for read in
            [
                Csv.read CsvOptions.defaults >> ignore
                Csv.readFor schema ModelCsvOptions.predict >> ignore
            ] do
            failsWith [ "line 2: line 1 has one field, but this one has 2" ] (fun () -> read path))

[<Fact>]
let ``Rows – a title above names and a single row – is left out for a model`` () =
    let schema =
        Schema.ofTable (read (table "a,b,y" 12 (fun i -> $"{i},{i % 3}.5,{i % 2}")))

    let rows =
        withText "Births\na,b\n5,2.5\n" (Csv.readFor schema ModelCsvOptions.predict)

    Assert.Equal<float32[]>([| 5f; 2.5f |], rows.Features)

[<Theory>]
[<InlineData("\n")>]
[<InlineData("\r\n")>]
[<InlineData("\r")>]
let ``Rows – a title, whatever ends a line – is left out`` (ending: string) =
    let text = "Births\n" + table "a,b,y" 12 (fun i -> $"{i},{i % 3}.5,{i % 2}")
    let data = read (text.Replace("\n", ending))
    Assert.Equal(12, data.Examples)
    Assert.Equal<string[]>([| "a"; "b" |], data.Columns |> Array.map _.Name)

    withText ("o\ns\n,\n,\n,".Replace("\n", ending)) (fun path ->
        failsWith [ "the table has" ] (fun () -> Csv.read CsvOptions.defaults path))

[<Fact>]
let ``Rows – a line of one field between others – is an error there`` () =
    withText "a,b,y\n1,2,0\nthe second part\n3,4,1\n" (fun path ->
        failsWith [ "line 3: expected 3 fields, as in line 1, but found 1" ] (fun () ->
            Csv.read CsvOptions.defaults path))

[<Fact>]
let ``Rows – one in forty with too few fields – lacks the others`` () =
    let text =
        table "y,a,b" 40 (fun i -> if i = 7 then "1,7" else $"{i % 2},{i}.5,{i % 3}")

    let data =
        readWith
            { CsvOptions.defaults with
                Targets = [ "y" ]
            }
            text

    Assert.Equal(40, data.Examples)
    Assert.Equal(7f, data.Features[14])
    Assert.True(Single.IsNaN data.Features[15])
    says "line 9 has fewer fields" data

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.predict)

    Assert.Equal<float32[]>(data.Features, again.Features)

[<Fact>]
let ``Rows – many with too few fields – are refused`` () =
    withText (table "y,a,b" 40 (fun i -> if i % 9 = 7 then "1,7" else $"{i % 2},{i}.5,{i % 3}")) (fun path ->
        failsWith [ "line 9"; "4 of 41 rows have fewer fields" ] (fun () ->
            Csv.read CsvOptions.defaults path))

[<Fact>]
let ``Rows – too few fields between blanks – are an error`` () =
    withText (table "y a b" 60 (fun i -> if i = 50 then "1 7" else $"{i % 2} {i}.5 {i % 3}")) (fun path ->
        failsWith [ "line 52: expected 3 fields" ] (fun () -> Csv.read CsvOptions.defaults path))

[<Theory>]
[<InlineData(',')>]
[<InlineData(';')>]
[<InlineData(' ')>]
let ``Rows – one more field than names, as R writes row names – have a first column without a name``
    (separator: char)
    =
    let text =
        table "a,b,y" 40 (fun i -> $"\"{i + 1}\",{i * 7 % 40}.5,{i % 7},{i * 3 % 11}.25")

    let text = text.Replace(',', separator)
    let data = read text
    Assert.Equal<string[]>([| "a"; "b" |], names data)
    Assert.Equal("y", data.TargetName)
    Assert.Equal(40, data.Examples)
    says "left out «column 1»: a row number" data

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.evaluate)

    Assert.Equal<float32[]>(data.Features, again.Features)
    // commas within numbers are an error as ever, and a separator at the end of each line begins no field
    failsWith [ "expected 2 fields, as in line 1, but found 3" ] (fun () ->
        read "a,y\n7,5,2.5\n3,5,4.5\n4,5,1.5\n")

    Assert.Equal<string[]>([| "a" |], names (read "a,y\n1,2.5,\n3,4.5,\n7,1.5,\n"))

// ---- many cells

[<Fact>]
let ``Cells – written in two encodings – are one category`` () =
    let row (bytes: byte list) i =
        Array.concat [ Array.ofList bytes; Text.Encoding.UTF8.GetBytes $",{i % 2}\n" ]

    let bytes =
        Array.concat
            [
                Text.Encoding.UTF8.GetBytes "town,y\n"
                for i in 0..11 do
                    // Köln as UTF-8, and as Latin-1
                    row (if i < 6 then [ 75uy; 0xC3uy; 0xB6uy ] else [ 75uy; 0xF6uy ]) i
                    row [ 66uy ] i
            ]

    let data = withBytes "data.csv" bytes (Csv.read CsvOptions.defaults)
    Assert.Equal(Category [| "B"; "Kö" |], data.Columns[0].Kind)

[<Fact>]
let ``Cells – that recur – are counted as often as they occur`` () =
    // 1,234 occurs most often, and only 1,234,567 says that its comma separates thousands
    let data =
        read (table "a;y" 60 (fun i -> if i = 50 then "1,234,567;1" else $"1,23{i % 4};{i % 2}"))

    Assert.Equal(1234567f, data.Features[50])
    Assert.Equal(1230f, data.Features[0])
    says "commas between thousands" data

[<Fact>]
let ``Problems – of many columns – are the first few and their number`` () =
    let many (value: string) = String.Join(',', Array.create 30 value)

    let text =
        table (String.Join(',', Array.init 30 (fun i -> $"c{i}")) + ",y") 60 (fun i ->
            if i = 7 then many "x" + ",1" else many $"{i}" + $",{i % 2}")

    withText text (fun path ->
        let error =
            Assert.Throws<TableException>(fun () -> Csv.read CsvOptions.defaults path |> ignore)

        Assert.Contains("there are 30 problems", error.Message)
        Assert.Contains("and 25 more", error.Message)
        Assert.DoesNotContain("c5»", error.Message))

// ---- files

[<Theory>]
[<InlineData("a|b|y\n1|2|3\n4|5|6\n7|8|10\n")>]
[<InlineData("a b y\n1 2 3\n4 5 6\n7 8 10\n")>]
[<InlineData("  a   b  y\n  1    2  3  \n 4  5 \t6\n7 8 10\n")>]
[<InlineData("# made by hand, in a hurry\n#\na,b,y\n1,2,3\n4,5,6\n7,8,10\n")>]
let ``Files – with bars, blanks or comments – are read`` text =
    let data = read text
    Assert.Equal<float32[]>([| 1f; 2f; 4f; 5f; 7f; 8f |], data.Features)

[<Fact>]
let ``Files – a quote inside a field – keep it`` () =
    let data =
        read (
            "kind\ttext\n" + String.replicate 6 "spam\tsee \"it\" 0\nham\tsee \"it\" 1\n"
            |> fun text -> text.Replace("kind\ttext", "text\tkind")
        )

    Assert.Equal(2, (classNames data).Length)

[<Theory>]
[<InlineData("\n\n<!DOCTYPE html>\n<html><body>a,b</body></html>\n", "an HTML page")>]
[<InlineData("PK\u0003\u0004abc", "a ZIP archive")>]
[<InlineData("{\"a\": 1}\n", "JSON")>]
[<InlineData("[{\"a\": 1}]\n", "JSON")>]
[<InlineData("<?xml version=\"1.0\"?>\n<a/>\n", "an XML document")>]
let ``Files – that are no table – are called by their name`` (text, name: string) =
    withText text (fun path -> failsWith [ "data.csv"; name ] (fun () -> Csv.read CsvOptions.defaults path))
