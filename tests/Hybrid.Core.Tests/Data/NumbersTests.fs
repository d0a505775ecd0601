/// How the numbers of a column are written is decided by all of its cells, and said.
module Hybrid.Tests.NumbersTests

open System
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Hybrid.Tests.DecisionTesting
open Xunit

[<Theory>]
[<InlineData("\"1,000.5\"", "\"12,000\"")>]
[<InlineData("$1000.50", "$12000")>]
[<InlineData("1000.5 kg", "12000 kg")>]
[<InlineData("\"€1,000.5\"", "\"€12,000\"")>]
[<InlineData("1000.5%", "12000 %")>]
[<InlineData("1'000.5", "12'000")>]
[<InlineData("1 000.5", "12 000")>]
[<InlineData("\"1.000,5\"", "\"12.000\"")>]
[<InlineData("$1.0005K", "$0.012M")>]
[<InlineData("€1000.50", "€12 thousand")>]
[<InlineData("£0.0000010005bn", "£0.012 mn")>]
let ``Numbers – in one notation – are read, and so for a model`` (first: string, second: string) =
    let text =
        table "size,y" 20 (fun i -> if i % 2 = 0 then $"{first},{i}.5" else $"{second},{i}.5")

    let data = read text
    Assert.Equal<float32[]>([| 1000.5f; 12000f |], Array.truncate 2 data.Features)
    says "numbers" data

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.evaluate)

    Assert.Equal<float32[]>(data.Features, again.Features)
    Assert.Equal(Some data.Target, again.Target)

[<Fact>]
let ``Numbers – a target with commas between thousands – is a quantity`` () =
    let data = read (table "Area,Price" 19 (fun i -> $"{i},\"{200 + i},{100 + i}\""))
    Assert.Equal(200100f, (quantity data)[0])

[<Fact>]
let ``Numbers – ambiguous ones – follow the rest of the table`` () =
    let first sample =
        (read (table "a;b;y" 12 (fun i -> $"{i},234;{i}{sample};{i}"))).Features[2]

    // beside decimal commas it is one and a bit, beside decimal points a thousand
    Assert.Equal(1.234f, first ",5")
    Assert.Equal(1234f, first ".5")

[<Fact>]
let ``Numbers – with decimal commas and no thousands – are said to have decimal commas`` () =
    read (table "a;b;y" 12 (fun i -> $"{i},5;{i}{i},25;{i}"))
    |> says "with a decimal comma, like «0,5»"

[<Fact>]
let ``Numbers – in different units – are left out with the true reason`` () =
    let data =
        read (
            table "a,w,y" 30 (fun i -> String.concat "" [ $"{i},{i} "; [| "kg"; "lb" |][i % 2]; $",{i}.5" ])
        )

    says "different units, such as kg and lb" data

[<Fact>]
let ``Numbers – of a target, in different units – are refused with the true reason`` () =
    withText
        (table "a,w" 200 (fun i -> String.concat "" [ $"{i % 9},{i}.5"; [| "k"; "M" |][i % 2] ]))
        (fun path ->
            failsWith [ "target «w»"; "different units, such as k and M" ] (fun () ->
                Csv.read CsvOptions.defaults path))

[<Fact>]
let ``Texts – of which a few begin with a number – are not called numbers of different units`` () =
    let data =
        read (
            table "sweet,w,y" 30 (fun i ->
                let sweet =
                    match i with
                    | 3 -> "100 Grand"
                    | 4 -> "3 Musketeers"
                    | _ -> $"Sweet {char (65 + i)}"

                $"{sweet},{i % 7},{i}.5")
        )

    says "every row has its own text, like «Sweet A»" data

[<Fact>]
let ``Texts – that begin with numbers and end in many words – are not called numbers of different units`` () =
    read (table "street,w,y" 30 (fun i -> $"{i} {char (65 + i)}lm Street,{i % 7},{i}.5"))
    |> says "every row has its own text, like «0 Alm Street»"

[<Fact>]
let ``Numbers – some with a decimal comma and some with a point – are refused`` () =
    withText (table "a;y" 20 (fun i -> if i % 2 = 0 then $"{i}.5;1" else $"{i},25;0")) (fun path ->
        failsWith [ "decimal comma"; "decimal point" ] (fun () -> Csv.read CsvOptions.defaults path))

[<Fact>]
let ``Numbers – large beside their differences – keep them`` () =
    let text = table "unixtime,y" 30 (fun i -> $"{1700001000 + i * i},{i % 7}.5")
    let shifted = table "seconds,y" 30 (fun i -> $"{1000 + i * i},{i % 7}.5")
    let data, other = read text, read shifted
    let difference = data.Features[0] - other.Features[0]
    Assert.Equal<float32[]>(other.Features |> Array.map (fun x -> x + difference), data.Features)
    says "is subtracted first" data

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.predict)

    Assert.Equal<float32[]>(data.Features, again.Features)

[<Fact>]
let ``Numbers – a target that is large beside its differences – keeps them`` () =
    let data = read (table "a,y" 30 (fun i -> $"{i % 9},{1000000000000L + int64 i}"))
    let values = quantity data
    Assert.Equal(30, values |> Array.distinct |> Array.length)
    Assert.Equal(1000000000000.0 + 3.0, float values[3] + Column.offset data.Targets[0])

[<Fact>]
let ``Numbers – a target for a model that does not tell them apart – are refused`` () =
    let text = table "a,y" 30 (fun i -> $"{i % 9},{1000000000000L + int64 i}")
    let small = read (table "a,y" 30 (fun i -> $"{i % 9},{i}"))
    let schema = Schema.ofTable small

    withText text (fun path ->
        failsWith [ "«y»"; "about 7 digits"; "from 1000000000000 to 1000000000029" ] (fun () ->
            Csv.readFor schema ModelCsvOptions.evaluate path))

    failsWith [ "«y»"; "about 7 digits" ] (fun () -> Table.forSchema schema (read text))

[<Fact>]
let ``Numbers – in a column that a model takes as float32 – are said to be told apart or not`` () =
    let large =
        read (table "time,y" 30 (fun i -> $"{1700000000L + int64 (i * 30)},{i % 7}.5"))

    let schema =
        { Schema.ofTable large with
            Columns = [| Column.numeric "time" |]
        }

    let note = List.last (Table.forSchema schema large).Notes
    Assert.Contains("8 of 30 values are told apart", note.Says)

[<Fact>]
let ``Numbers – among them a few texts, many values – are refused with all texts`` () =
    withText
        (table "a,y" 60 (fun i ->
            if i = 7 then "3+,1"
            elif i = 9 then "many,0"
            else $"{i},{i % 2}"))
        (fun path ->
            failsWith [ "line 9, column 1"; "«3+»"; "«many»"; "Missing = «3+»" ] (fun () ->
                Csv.read CsvOptions.defaults path))

[<Fact>]
let ``Numbers – among them a few texts, few values – are categories`` () =
    let data =
        read (table "children,y" 60 (fun i -> if i % 20 = 7 then "3+,1" else $"{i % 3},{i % 2}"))

    Assert.Equal(Category [| "0"; "1"; "2"; "3+" |], data.Columns[0].Kind)
    says "because of «3+» (3 times, first in line 9)" data

[<Fact>]
let ``Numbers – several columns with faults – are one message`` () =
    withText (table "a,b,y" 60 (fun i -> if i = 7 then "x,z,1" else $"{i},{i},{i % 2}")) (fun path ->
        failsWith [ "2 problems"; "«x»"; "«z»" ] (fun () -> Csv.read CsvOptions.defaults path))

[<Fact>]
let ``A text among more different numbers than are counted is refused in words`` () =
    let rows last =
        table "weight,other,y" 6000 (fun row ->
            let weight = if row = 5900 then last else $"{row}.25 kg"
            $"{weight},{row % 7},{row % 11}")

    failsWith [ "1 of 6000 values are not numbers in the numeric column «weight»" ] (fun () ->
        read (rows "oops"))

    failsWith [ "1 of 6000 values are not numbers in the numeric target «weight»" ] (fun () ->
        readWith
            { CsvOptions.defaults with
                Targets = [ "weight" ]
            }
            (rows "oops"))
