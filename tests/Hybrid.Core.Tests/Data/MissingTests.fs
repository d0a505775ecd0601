/// What stands for a missing value is decided by all cells of a column, and said.
module Hybrid.Tests.MissingTests

open System
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Hybrid.Tests.DecisionTesting
open Xunit

[<Theory>]
[<InlineData("NA")>]
[<InlineData("N/A")>]
[<InlineData("n/a")>]
[<InlineData("#N/A")>]
[<InlineData("NaN")>]
[<InlineData("nan")>]
[<InlineData("NAN")>]
[<InlineData("NULL")>]
[<InlineData("null")>]
[<InlineData("None")>]
[<InlineData("?")>]
[<InlineData("-")>]
[<InlineData(".")>]
[<InlineData(" ")>]
let ``Missing – in a usual spelling, in the first row too – is missing`` (token: string) =
    let data =
        read (
            table "a,b,y" 40 (fun i ->
                if i % 9 = 0 then
                    $"{token},k,{i}.5"
                else
                    $"{i},k{i % 2},{i}.5")
        )

    Assert.Equal(Number NumberFormat.plain, data.Columns[0].Kind)

    Assert.Equal(
        5,
        data.Features
        |> Seq.indexed
        |> Seq.filter (fun (i, x) -> i % 2 = 0 && Single.IsNaN x)
        |> Seq.length
    )

[<Fact>]
let ``Missing – as the caller says – is missing, and so for a model`` () =
    let text = table "a,y" 20 (fun i -> if i = 3 then "withheld,1" else $"{i},{i % 2}")

    let data =
        readWith
            { CsvOptions.defaults with
                Missing = [ "withheld" ]
            }
            text

    Assert.True(Single.IsNaN data.Features[3])

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.predict)

    Assert.Equal<float32[]>(data.Features, again.Features)

[<Fact>]
let ``Missing – in the target – leaves the row out and counts it`` () =
    let data =
        read (table "a,sex" 12 (fun i -> if i = 4 then "4," else $"{i},sex{i % 2}"))

    Assert.Equal(11, data.Examples)
    says "1 row without a target" data

[<Fact>]
let ``Missing – a minus in a target of plus and minus – is a class`` () =
    let text = table "a,y" 12 (fun i -> $"{i}.5," + (if i % 3 = 0 then "-" else "+"))
    let data = read text

    match data.Target with
    | Classes(names, codes) ->
        Assert.Equal<string[]>([| "+"; "-" |], names)
        Assert.Equal<int[]>([| 1; 0; 0; 1 |], Array.truncate 4 codes)
        Assert.Equal(12, codes.Length)
    | target -> Assert.Fail $"%A{target}"

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.evaluate)

    Assert.Equal(Some data.Target, again.Target)

[<Fact>]
let ``Missing – a minus in a target of plus and minus, as the caller says – is missing`` () =
    withText (table "a,y" 12 (fun i -> $"{i}.5," + (if i % 3 = 0 then "-" else "+"))) (fun path ->
        failsWith [ "the same class «+» in «y», or none, as 4 rows do" ] (fun () ->
            Csv.read
                { CsvOptions.defaults with
                    Missing = [ "-" ]
                }
                path))

[<Theory>]
[<InlineData("nil", 1, "1 row does")>]
[<InlineData("..", 5, "5 rows do")>]
[<InlineData("", 1, "1 row does")>]
let ``Missing – in a target of one class – is counted where that is refused``
    (text: string, count: int, says: string)
    =
    withText (table "a,y" 12 (fun i -> $"{i}.5," + (if i < count then text else "1"))) (fun path ->
        failsWith [ $"the same class «1» in «y», or none, as {says}" ] (fun () ->
            Csv.read
                { CsvOptions.defaults with
                    Task = Classification
                }
                path))

[<Theory>]
[<InlineData("unknown")>]
[<InlineData("*")>]
[<InlineData(":")>]
let ``Missing – a word among labels – is a class, and among quantities is missing`` (text: string) =
    let targets (number: int -> string) =
        read (table "a,y" 40 (fun i -> $"{i}.5," + (if i % 4 = 0 then text else number i)))

    match (targets (fun i -> $"{i % 4}")).Target with
    | Classes(names, codes) ->
        Assert.Equal<string[]>(Array.sort [| "1"; "2"; "3"; text |], Array.sort names)
        Assert.Equal(40, codes.Length)
    | target -> Assert.Fail $"%A{target}"

    let quantities = targets (fun i -> $"{i}.25")
    Assert.Equal(30, quantities.Examples)
    says "10 rows without a target" quantities

[<Fact>]
let ``Missing – rows of separators only – are blank`` () =
    Assert.Equal(2, (read "a,b,y\n1,2,3\n,,\n4,5,6\n,,\n").Examples)

// ---- spellings among numbers

[<Theory>]
[<InlineData("n.a.")>]
[<InlineData("NONE")>]
[<InlineData("<NA>")>]
[<InlineData("na")>]
[<InlineData("nil")>]
[<InlineData("--")>]
[<InlineData("Missing")>]
[<InlineData("Unknown")>]
[<InlineData("..")>]
[<InlineData("**")>]
[<InlineData(":")>]
[<InlineData("#DIV/0!")>]
[<InlineData("#NULL!")>]
let ``Numbers – with a spelling of missing among them – are numbers, and it is said`` (text: string) =
    let data =
        read (table "a,y" 40 (fun i -> (if i % 5 = 3 then text else $"{i}.5") + $",{i * i}.5"))

    Assert.True(data.Columns[0].Kind.IsNumber)
    Assert.True(Single.IsNaN data.Features[3])
    says $"«{text}» (8 times, first in line 5) counts as missing" data

[<Fact>]
let ``Categories – none among texts – is a category`` () =
    let data =
        read (table "a,y" 30 (fun i -> [| "none"; "low"; "high" |][i % 3] + $",{i}.5"))

    Assert.Equal(Category [| "high"; "low"; "none" |], data.Columns[0].Kind)

[<Fact>]
let ``Target – numbers with a spelling of missing – lacks it there`` () =
    let data =
        read (table "a,y" 40 (fun i -> $"{i}.25," + (if i % 8 = 0 then "n.a." else $"{i}.5")))

    Assert.Equal(35, (quantity data).Length)

[<Fact>]
let ``Target – numbers as classes with a spelling of missing – lacks it there`` () =
    let data =
        read (table "a,y" 40 (fun i -> $"{i}.25," + (if i % 8 = 0 then "none" else string (i % 2))))

    match data.Target with
    | Classes(names, codes) ->
        Assert.Equal<string[]>([| "0"; "1" |], names)
        Assert.Equal(35, codes.Length)
    | target -> Assert.Fail $"%A{target}"

[<Fact>]
let ``Numbers – with an unusual text among many – are left out with the remedy for it`` () =
    let data =
        read (table "a,b,y" 60 (fun i -> (if i % 4 = 3 then "no reply" else $"{i}.5") + $",{i % 7},{i}.5"))

    let note = data.Notes |> List.find (fun note -> note.Says.StartsWith "left out «a»")

    Assert.Contains("«no reply» (15 times, first in line 5)", note.Says)
    Assert.Contains(note.Remedies, fun remedy -> remedy.IsSet && $"%A{remedy}".Contains "no reply")
