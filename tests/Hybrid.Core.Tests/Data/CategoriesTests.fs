/// Which columns hold dates and categories is decided by all of their cells, and said.
module Hybrid.Tests.CategoriesTests

open Hybrid.Data
open Hybrid.Tests.DataTesting
open Hybrid.Tests.DecisionTesting
open Xunit

// ---- dates

[<Theory>]
[<InlineData("2010-12-31", 14974.0)>]
[<InlineData("2010-12", 14944.0)>]
[<InlineData("31.12.2010", 14974.0)>]
[<InlineData("12/31/2010", 14974.0)>]
[<InlineData("2010-12-31 12:00:00", 14974.5)>]
[<InlineData("2010-12-31T18:00Z", 14974.75)>]
let ``Dates – in one order – are days since 1970`` (date: string, days: float) =
    let data =
        read (
            table "day,y" 12 (fun i ->
                $"{date},{i}.5"
                |> fun row -> if i = 0 then row else row.Replace("2010", $"{2010 - i}"))
        )

    match data.Columns[0].Kind with
    | Number format -> Assert.Equal(days, float data.Features[0] + format.Offset, 3)
    | kind -> Assert.Fail $"%A{kind}"

[<Theory>]
[<InlineData("12/31/10", "1/2/04")>]
[<InlineData("31/12/10", "2/1/04")>]
[<InlineData("31.12.10", "02.01.04")>]
[<InlineData("31-Dec-2010", "2-Jan-2004")>]
[<InlineData("31-OCT-2010", "02-January-04")>]
[<InlineData("12/31/10 0:00", "1/2/04 0:00")>]
[<InlineData("31 December 2010", "2 January 2004")>]
[<InlineData("31 Dec 2010", "2 Jan 2004")>]
[<InlineData("\"December 31, 2010\"", "\"January 2, 2004\"")>]
[<InlineData("Dec 31 2010", "Jan 2 2004")>]
let ``Dates – with two digits of the year or the name of the month – are days since 1970``
    (late: string, early: string)
    =
    let text =
        table "day,y" 12 (fun i ->
            let day = if i % 2 = 0 then early else late
            $"{day},{i}.5")

    let data = read text
    Assert.True(data.Columns[0].Kind.IsNumber)
    says "dates" data
    let october = if late.Contains "OCT" then 61f else 0f
    Assert.Equal(14974f - 12419f - october, data.Features[1] - data.Features[0])

    let again =
        withText text (Csv.readFor (Schema.ofTable data) ModelCsvOptions.predict)

    Assert.Equal<float32[]>(data.Features, again.Features)

[<Theory>]
[<InlineData("Dec 2010", 14944.0)>]
[<InlineData("December-2010", 14944.0)>]
let ``Dates – the name of a month and the year – are its first day`` (date: string, days: float) =
    let data =
        read (table "month,y" 12 (fun i -> date.Replace("2010", $"{2010 - i}") + $",{i}.5"))

    match data.Columns[0].Kind with
    | Number format -> Assert.Equal(days, float data.Features[0] + format.Offset, 3)
    | kind -> Assert.Fail $"%A{kind}"

[<Theory>]
[<InlineData("12/31/50", -6941.0)>]
[<InlineData("12/31/49", 29219.0)>]
let ``Dates – with two digits of the year – are of 1950 to 2049`` (date: string, days: float) =
    let data =
        read (
            table "day,y" 12 (fun i ->
                let day = if i = 0 then date else $"12/31/{60 + i}"
                $"{day},{i}.5")
        )

    match data.Columns[0].Kind with
    | Number format -> Assert.Equal(days, float data.Features[0] + format.Offset, 3)
    | kind -> Assert.Fail $"%A{kind}"

[<Fact>]
let ``Dates – of two digits each, of which the first may be the year – are texts`` () =
    let data =
        read (table "a,day,y" 12 (fun i -> $"{i % 5},18-0{i % 9 + 1}-2{i % 8},{i % 2}"))

    says "every row has its own text" data

[<Fact>]
let ``Dates – of which the order cannot be told – are left out`` () =
    let data =
        read (table "a,day,y" 12 (fun i -> $"{i % 5},0{i % 9 + 1}/0{i % 8 + 1}/2010,{i % 2}"))

    says "whether the day or the month is first" data
    Assert.Equal<string[]>([| "a" |], names data)

// ---- categories

[<Fact>]
let ``Categories – yes and no in any case – are two`` () =
    let data =
        read (table "a,y" 12 (fun i -> [| "True,0"; "FALSE,1"; "true,1"; "false,0" |][i % 4]))

    Assert.Equal(Category [| "FALSE"; "True" |], data.Columns[0].Kind)
    Assert.Equal<float32[]>([| 1f; 0f; 1f; 0f |], Array.truncate 4 data.Features)

[<Fact>]
let ``Categories – several words for yes and no – are two`` () =
    let data =
        read (table "a,y" 12 (fun i -> [| "yes,0"; "N,1"; "TRUE,1"; "no,0"; "1,1"; "oui,0" |][i % 6]))

    Assert.Equal(Category [| "TRUE"; "no" |], data.Columns[0].Kind)
    Assert.Equal<float32[]>([| 0f; 1f; 0f; 1f; 0f; 0f |], Array.truncate 6 data.Features)

[<Fact>]
let ``Categories – single letters of different pairs – stay apart`` () =
    let data =
        read (table "a,y" 12 (fun i -> $"""{[| "y"; "t"; "n" |][i % 3]},{i % 2}"""))

    Assert.Equal(Category [| "n"; "t"; "y" |], data.Columns[0].Kind)

[<Fact>]
let ``Categories – a model's words for yes and no – are known by all such words`` () =
    let data = read (table "a,y" 12 (fun i -> [| "T,0"; "F,1" |][i % 2]))
    let encoder = Encoder(Schema.ofTable data)

    let codes =
        [ "true"; "YES"; "1"; "nein"; "f" ]
        |> List.map (fun text -> encoder.Cell(UnknownCategory.Error, 0, Cell.Text text))

    Assert.Equal(Category [| "F"; "T" |], data.Columns[0].Kind)
    Assert.Equal<float list>([ 1.0; 1.0; 1.0; 0.0; 0.0 ], codes)

[<Fact>]
let ``Categories – codes with leading zeros – keep them`` () =
    let data = read (table "zip,y" 40 (fun i -> $"0{i % 4}123,{i % 2}"))
    Assert.Equal(Category [| "00123"; "01123"; "02123"; "03123" |], data.Columns[0].Kind)

[<Fact>]
let ``Categories – as the caller says – are so even if they are numbers`` () =
    let text = table "kind,y" 20 (fun i -> $"{i % 3},{i}.5")
    Assert.Equal(ColumnKind.Numeric, (read text).Columns[0].Kind)

    let asked =
        readWith
            { CsvOptions.defaults with
                Categorical = [ "kind" ]
            }
            text

    Assert.Equal(Category [| "0"; "1"; "2" |], asked.Columns[0].Kind)
