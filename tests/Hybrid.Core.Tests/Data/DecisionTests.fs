/// What a table's columns hold is decided by all of their cells, and said.
module Hybrid.Tests.DecisionTests

open System
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private readWith options text = withText text (Csv.read options)
let private read = readWith CsvOptions.defaults

/// Rows after a header: those of a function of the row's number.
let private table (header: string) count (row: int -> string) =
    header + "\n" + String.Join('\n', Array.init count row) + "\n"

let private names (data: Table) = data.Columns |> Array.map _.Name

let private says (part: string) (data: Table) =
    Assert.Contains(data.Notes, fun note -> note.Says.Contains part)

let private quantity (data: Table) =
    match data.Target with
    | Quantity values
    | Labels values -> values
    | Classes(names, _) ->
        Assert.Fail $"Classes %A{names}."
        Array.empty

// ---- header

[<Fact>]
let ``Header – numbers and a class that fit the columns below – is data`` () =
    let data =
        read "5.1,3.3,Iris-virginica\n5.4,3.1,Iris-setosa\n5.8,3.7,Iris-virginica\n5.4,3.8,Iris-setosa\n"

    Assert.Equal(4, data.Examples)
    Assert.Equal<string[]>([| "x1"; "x2" |], names data)
    says "the first row holds data" data

[<Fact>]
let ``Header – classes only, of which the first recurs below – is data`` () =
    let data =
        read (table "red,yes" 8 (fun i -> if i % 2 = 0 then "red,yes" else "blue,no"))

    Assert.Equal(9, data.Examples)

[<Theory>]
[<InlineData("country,1990,1991,1992")>]
[<InlineData("0,1,2,3")>]
let ``Header – numbers that count – is names`` (header: string) =
    let data = read (table header 12 (fun i -> $"{i % 3 + 7},{i % 5},{i % 7},{i * i}"))
    Assert.Equal(12, data.Examples)

[<Fact>]
let ``Header – names that are numbers – is said`` () =
    read (table "0,1,2,3" 12 (fun i -> $"{i % 3 + 7},{i % 5},{i % 7},{i * i}"))
    |> says "the first row holds names, not data, although «0», «1», «2» and 1 more in it are numbers"

[<Fact>]
let ``Header – numbers only, as in the rows below – is data`` () =
    Assert.Equal(3, (read "1.5,2,30\n4,5.5,6\n7,8,9\n").Examples)

[<Fact>]
let ``Header – asked for – is taken as it is`` () =
    let data = read "1.5,2,30\n4,5.5,6\n7,8,9\n"
    Assert.Equal(3, data.Examples)

    let named =
        readWith
            { CsvOptions.defaults with
                Header = Some true
            }
            "1.5,2,30\n4,5.5,6\n7,8,9\n"

    Assert.Equal<string[]>([| "1.5"; "2" |], names named)

// ---- names

[<Fact>]
let ``Names – none and no value – vanish`` () =
    let data = read "Area,Rooms,Price,\n50,2,1000,\n60,3,1200,\n70,3,1300,\n"
    Assert.Equal<string[]>([| "Area"; "Rooms" |], names data)
    Assert.Equal("Price", data.TargetName)

[<Fact>]
let ``Names – none above a row number – leave it out`` () =
    let data = read (table ",a,y" 12 (fun i -> $"{i},{i * i % 7},{i % 2}"))
    Assert.Equal<string[]>([| "a" |], names data)
    says "a row number" data

[<Fact>]
let ``Names – twice – are told apart`` () =
    let data = read "a,a,y\n1,2,0\n3,4,1\n"
    Assert.Equal<string[]>([| "a"; "a (column 2)" |], names data)

// ---- missing values

[<Theory>]
[<InlineData("NA")>]
[<InlineData("N/A")>]
[<InlineData("n/a")>]
[<InlineData("#N/A")>]
[<InlineData("NaN")>]
[<InlineData("nan")>]
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
    let text = table "a,y" 20 (fun i -> if i = 3 then "unknown,1" else $"{i},{i % 2}")

    let data =
        readWith
            { CsvOptions.defaults with
                Missing = [ "unknown" ]
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
let ``Missing – rows of separators only – are blank`` () =
    Assert.Equal(2, (read "a,b,y\n1,2,3\n,,\n4,5,6\n,,\n").Examples)

// ---- numbers

[<Theory>]
[<InlineData("\"1,000.5\"", "\"12,000\"")>]
[<InlineData("$1000.50", "$12000")>]
[<InlineData("1000.5 kg", "12000 kg")>]
[<InlineData("\"€1,000.5\"", "\"€12,000\"")>]
[<InlineData("1000.5%", "12000 %")>]
[<InlineData("1'000.5", "12'000")>]
[<InlineData("1 000.5", "12 000")>]
[<InlineData("\"1.000,5\"", "\"12.000\"")>]
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
let ``Header – of several lines – is refused as that`` () =
    withText
        ("network,1,1,2\nnode,1,2,1\nhemi,lh,rh,lh\n"
         + String.Join('\n', Array.init 30 (fun i -> $"{i},{i * 7 % 11}.25,{i * 5 % 13}.5,{i * 3 % 17}.75")))
        (fun path ->
            failsWith [ "the first 3 lines hold names"; "Join" ] (fun () ->
                Csv.read CsvOptions.defaults path))

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

// ---- what cannot be learned from

[<Fact>]
let ``Left out – names, identifiers, free text and one value – with a reason and how to keep them`` () =
    let data =
        read (
            table "PassengerId,Name,Ticket,Note,Same,Age,Survived" 80 (fun i ->
                $"{i * 17 % 83},N{i},T{i % 43},this is remark number {i % 45},5,{20 + i % 9},{i % 2}")
        )

    Assert.Equal<string[]>([| "Age" |], names data)
    says "«PassengerId»: an identifier" data
    says "«Name»: every row has its own text" data
    says "«Ticket»: 43 different values" data
    says "«Note»: free text" data
    says "«Same»: every value is «5»" data
    let note = data.Notes |> List.find (fun note -> note.Says.Contains "«Name»")
    Assert.Equal("Use Categorical = Name (to keep it).", Hybrid.Remedy.Sentence note.Remedies)

[<Fact>]
let ``Left out – a row number – unless the caller wants it`` () =
    let text = table "id,a,y" 30 (fun i -> $"{i + 1},{i % 4},{i % 2}")
    Assert.Equal<string[]>([| "a" |], names (read text))

    let wanted =
        readWith
            { CsvOptions.defaults with
                Numeric = [ "id" ]
            }
            text

    Assert.Equal<string[]>([| "id"; "a" |], names wanted)

[<Fact>]
let ``Left out – every column – is one message with all reasons`` () =
    withText (table "id,message,label" 80 (fun i -> $"{i},text number {i},{i % 2}")) (fun path ->
        failsWith
            [
                "no column is left to learn from"
                "«id» (a row number)"
                "«message» (every row has its own text"
            ]
            (fun () -> Csv.read CsvOptions.defaults path))

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

// ---- spellings of missing numbers

[<Theory>]
[<InlineData("n.a.")>]
[<InlineData("NONE")>]
[<InlineData("<NA>")>]
[<InlineData("na")>]
[<InlineData("nil")>]
[<InlineData("--")>]
[<InlineData("Missing")>]
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

// ---- identifiers

[<Theory>]
[<InlineData("phone_number")>]
[<InlineData("Kundennummer")>]
[<InlineData("customer")>]
[<InlineData("accountNo")>]
let ``Identifier – a number of many digits for each row – is left out by its name`` (name: string) =
    let data =
        read (
            table $"{name},b,y" 40 (fun i ->
                $"{4000000000L + int64 (i * 7919 % 40) * 12345677L},{i % 7},{i}.5")
        )

    Assert.Equal<string[]>([| "b" |], names data)
    says "an identifier: every row has its own number of 10 digits" data

[<Fact>]
let ``Identifier – as many digits in a column that may hold a quantity – is learned from, and that is said``
    ()
    =
    let data =
        read (
            table "revenue,b,y" 40 (fun i ->
                $"{4200000000L + int64 (i * 7919 % 40) * 12345677L},{i % 7},{i}.5")
        )

    Assert.Equal<string[]>([| "revenue"; "b" |], names data)
    says "«revenue»: every row has its own number of 10 digits" data

[<Theory>]
[<InlineData("time")>]
[<InlineData("order")>]
let ``Identifier – numbers of five digits, or times – is none`` (name: string) =
    let number i =
        if name = "time" then
            1700000000L + int64 i * 86413L
        else
            10000L + int64 (i * 7919 % 40) * 997L

    let data = read (table $"{name},b,y" 40 (fun i -> $"{number i},{i % 7},{i}.5"))
    Assert.Equal<string[]>([| name; "b" |], names data)
    Assert.DoesNotContain(data.Notes, fun note -> note.Says.Contains "its own number")
