module Hybrid.Tests.CsvProperties

open System
open System.Globalization
open FsCheck
open FsCheck.FSharp
open Hybrid.Data
open Hybrid.Testing
open Hybrid.Tests.DataTesting
open Xunit

/// A random table: numbers, categories of awkward texts, classes, and how it is written.
type private Table =
    {
        Numbers: float32 option list
        Categories: string option list
        Classes: string list
        Separator: char
        DecimalComma: bool
        QuoteAll: bool
        LineEnd: string
    }

let private awkward =
    [
        "a,b"
        "say \"so\""
        "two\nlines"
        "semi;colon"
        "tab\there"
        "Köln"
        "1x"
        "--"
    ]

let private tables =
    let generator =
        gen {
            let! rows = Gen.choose (2, 30)
            let! fewer = Gen.listOfLength (rows - 2) (Gen.elements awkward)
            let! separator = Gen.elements [ ','; ';'; '\t' ]
            let! comma = Gen.elements [ true; false ]
            let! quoteAll = Gen.elements [ true; false ]
            let! lineEnd = Gen.elements [ "\n"; "\r\n" ]

            let number =
                ArbMap.defaults
                |> ArbMap.generate<int>
                |> Gen.map2 (fun bits exponent -> float32 bits * float32 (Math.Pow(10.0, float exponent)))
                <| Gen.choose (-30, 20)

            let optional value =
                Gen.frequency [ 1, Gen.constant None; 4, Gen.map Some value ]

            let! numbers = Gen.listOfLength (rows - 2) (optional number)
            let! categories = Gen.listOfLength (rows - 2) (optional (Gen.elements awkward))

            return
                {
                    // a column of one value is left out
                    Numbers = Some 0.5f :: Some 1.5f :: numbers
                    Categories = Some "first" :: Some "second" :: categories
                    Classes = "no" :: "yes" :: fewer
                    Separator = separator
                    DecimalComma = comma && separator <> ','
                    QuoteAll = quoteAll
                    LineEnd = lineEnd
                }
        }

    let shrink table =
        seq {
            if table.Classes.Length > 2 then
                let less list =
                    List.truncate (List.length list - 1) list

                { table with
                    Numbers = less table.Numbers
                    Categories = less table.Categories
                    Classes = less table.Classes
                }

            if table.QuoteAll then
                { table with QuoteAll = false }
        }

    Arb.fromGenShrink (generator, shrink)

let private write table =
    let quote (text: string) =
        if table.QuoteAll || text.IndexOfAny([| table.Separator; '"'; '\n' |]) >= 0 then
            "\"" + text.Replace("\"", "\"\"") + "\""
        else
            text

    let number (value: float32) =
        let text = value.ToString("R", CultureInfo.InvariantCulture)
        if table.DecimalComma then text.Replace('.', ',') else text

    let line (fields: string list) =
        String.Join(table.Separator, List.map quote fields) + table.LineEnd

    let rows =
        List.map3
            (fun value category kind ->
                line
                    [
                        value |> Option.map number |> Option.defaultValue ""
                        category |> Option.defaultValue "NA"
                        kind
                    ])
            table.Numbers
            table.Categories
            table.Classes

    line [ "value"; "cate,gory;"; "class" ] + String.Concat rows

let private sorted texts =
    texts
    |> List.distinct
    |> List.toArray
    |> Array.sortWith (fun a b -> String.CompareOrdinal(a, b))

[<Fact>]
let ``A written table is read back unchanged`` () =
    Prop.forAll tables (fun table ->
        // texts that are all different would be left out
        let options =
            { CsvOptions.defaults with
                Categorical = [ "cate,gory;" ]
            }

        let data = withText (write table) (Csv.read options)
        let categories = sorted (List.choose id table.Categories)
        let classes = sorted table.Classes

        let expected =
            List.map2
                (fun number category ->
                    [
                        Option.defaultValue nanf number
                        category
                        |> Option.map (fun text -> float32 (Array.IndexOf(categories, text)))
                        |> Option.defaultValue nanf
                    ])
                table.Numbers
                table.Categories
            |> List.concat

        let target =
            Classes(
                classes,
                table.Classes
                |> List.map (fun text -> Array.IndexOf(classes, text))
                |> Array.ofList
            )

        let same =
            Seq.forall2 (fun (a: float32) b -> a.Equals b || a = b) data.Features expected

        (same |> Prop.label $"{data.Features} instead of {expected}")
        .&. (data.Columns[1].Kind = Category categories |> Prop.label "categories")
        .&. (data.Target = target |> Prop.label "target"))
    |> check

[<Fact>]
let ``A model reads the table it was trained on as training did`` () =
    Prop.forAll tables (fun table ->
        withText (write table) (fun path ->
            let data = Csv.read CsvOptions.defaults path
            let batch = Csv.readFor (Schema.ofTable data) ModelCsvOptions.evaluate path

            Seq.forall2 (fun (a: float32) (b: float32) -> a.Equals b) data.Features batch.Features
            && batch.Target = Some data.Target))
    |> check
