module Hybrid.Tests.PlainRowsTests

open System
open System.Globalization
open System.Text
open FsCheck.FSharp
open Hybrid.Data
open Hybrid.Testing
open Hybrid.Tests.DataTesting
open Xunit

/// What reading a table gives: all of it, or the message.
let private outcome (text: string) : string =
    withBytes "data.csv" (Encoding.Latin1.GetBytes text) (fun path ->
        try
            let table = Csv.read CsvOptions.defaults path

            let numbers =
                table.Features |> Array.map BitConverter.SingleToInt32Bits |> List.ofArray

            let rows = List.init table.Examples table.RowNumber
            $"%A{(table.Columns, table.Targets, numbers, table.Target, rows, table.Notes)}"
        with :? TableException as error ->
            error.Message.Replace(path, ""))

/// Fields as tables have them, and what needs a whole reader of CSV.
let private fields =
    [
        "0"
        "1"
        "2.5"
        "-3e2"
        "  4 "
        "\t5"
        ""
        "NA"
        "text"
        "6,5"
        "\"7\""
        "say \"so\""
        "K\u00F6ln"
        "8.692932128906250000e-01"
        "\r"
        "1e400"
        "2010-12-31"
    ]

let private tables =
    gen {
        let! separator = Gen.elements [ ","; ";"; "\t" ]
        let! lineEnd = Gen.elements [ "\n"; "\r\n" ]
        let! ending = Gen.elements [ ""; "\n"; "\r\n"; "\n\n"; "\r" ]
        // most rows are those of a table
        let! columns = Gen.choose (1, 4)
        let field = Gen.frequency [ 12, Gen.elements fields[..4]; 1, Gen.elements fields ]
        let width = Gen.frequency [ 30, Gen.constant columns; 1, Gen.choose (0, 5) ]
        let row = width |> Gen.bind (fun width -> Gen.listOfLength width field)
        let! rows = Gen.choose (1, 40)
        let! cells = Gen.listOfLength rows row
        return separator, cells |> List.map (String.concat separator), lineEnd, ending, columns
    }

[<Fact>]
let ``A table is read as the whole reader of CSV reads it`` () =
    Prop.forAll (Arb.fromGen tables) (fun (separator, rows, lineEnd, ending, columns) ->
        let names = [ for column in 1..columns -> $"name{column}" ]

        // a quote at the beginning leaves all of it to that reader
        let table (names: string list) =
            String.concat lineEnd (String.concat separator names :: rows) + ending

        let expected = outcome (table ($"\"{names.Head}\"" :: names.Tail))
        let actual = outcome (table names)
        (expected = actual) |> Prop.label $"expected {expected}, was {actual}")
    |> check

[<Fact>]
let ``A large table of numbers has the same bits as with a quote in it`` () =
    let random = Random 3

    let rows =
        [
            for _ in 1..2000 ->
                String.concat
                    ","
                    [
                        for column in 1..5 ->
                            (random.NextDouble() * Math.Pow(10.0, float (random.Next(-25, 25))))
                                .ToString((if column = 1 then "F3" else "R"), CultureInfo.InvariantCulture)
                    ]
        ]

    let table (name: string) =
        String.concat "\n" ($"{name},b,c,d,e" :: rows)

    Assert.Equal(outcome (table "\"a\""), outcome (table "a"))

[<Fact>]
let ``Of two wrong rows the first is named, whatever column it is in`` () =
    let rows =
        [
            for row in 1..3000 ->
                match row with
                | 1200 -> "1,\u0001,3"
                | 1201 -> "\u0001,2,3"
                | _ -> $"{row % 7},{row % 5},{row % 3}"
        ]

    withText (String.concat "\n" ("a,b,c" :: rows)) (fun path ->
        failsWith [ "line 1201"; "column 2"; "control" ] (fun () -> Csv.read CsvOptions.defaults path))

[<Theory>]
[<InlineData("8.692932128906250000e-01")>]
[<InlineData("0.1")>]
[<InlineData("-0.0")>]
[<InlineData("9007199254740993")>]
[<InlineData("123456789012345678901234567890")>]
[<InlineData("4.35e-23")>]
[<InlineData("1.5E+22")>]
[<InlineData("+.5")>]
[<InlineData("5.")>]
[<InlineData("0.00000000000000000000000000000000012345")>]
let ``A number is the nearest one in double precision`` (text: string) =
    let rows = [ for row in 1..20 -> $"{text},{float row + 0.25}" ]
    let expected = Double.Parse(text, CultureInfo.InvariantCulture)

    withText (String.concat "\n" ("a,y" :: "0.25,1.5" :: rows)) (fun path ->
        let table =
            Csv.read
                { CsvOptions.defaults with
                    Numeric = [ "a" ]
                }
                path

        let offset = Column.offset table.Columns[0]
        Assert.Equal(float32 (expected - offset), table.Features[1]))
