module Hybrid.Tests.TargetsTests

open System
open Hybrid.Core
open Hybrid.Data
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.DataTesting
open Xunit

let private read (targets: string list) (text: string) : Table =
    withText
        text
        (Csv.read
            { CsvOptions.defaults with
                Targets = targets
            })

let private names (table: Table) =
    table.Targets |> Array.map _.Name |> List.ofArray

[<Fact>]
let ``Targets – a list, a repeated option, quoted names and numbers of columns – are found`` () =
    let rent = "rent, monthly"
    let both = [ "price"; rent ]

    for wanted in [ [ "price, \"rent, monthly\"" ]; both; [ "\"price\",\"rent, monthly\"" ] ] do
        Assert.Equal<string list>(both, names (read wanted homes))

    // a name that contains a comma by itself
    Assert.Equal<string list>([ rent ], names (read [ rent ] homes))
    Assert.Equal<string list>([ "x3"; "x1" ], names (read [ "3,1" ] "1,2,3\n2,2.5,4\n4,1,7\n"))

[<Fact>]
let ``Targets – numbers – are quantities in the order that is asked for`` () =
    let table = read [ "rent, monthly"; "price" ] homes

    Assert.Equal<string list>(
        [ "size"; "age"; "garden"; "lift" ],
        table.Columns |> Array.map _.Name |> List.ofArray
    )

    Assert.Equal(40, table.Examples)

    match table.Target with
    | Quantity values -> Assert.Equal<float32[]>([| 0f; 200.5f; 1f; 203.5f |], Array.truncate 4 values)
    | _ -> Assert.Fail "Numbers are quantities."

[<Fact>]
let ``Targets – of two values – are labels, 1 for yes`` () =
    let table = read [ "garden,lift" ] homes

    match table.Target with
    | Labels values -> Assert.Equal<float32[]>([| 0f; 1f; 0f; 0f; 1f; 1f |], Array.truncate 6 values)
    | _ -> Assert.Fail "Columns of two values are labels."

    Assert.Contains(table.Notes, fun note -> note.Says.Contains "«lift»: yes is «yes», no is «no»")

    match (read [ "a,b" ] "x,a,b\n1,ja,J\n2,nein,N\n3,ja,N\n4,nein,J\n").Target with
    | Labels values -> Assert.Equal<float32[]>([| 1f; 1f; 0f; 0f; 1f; 0f; 0f; 1f |], values)
    | _ -> Assert.Fail "Columns of two values are labels."

[<Fact>]
let ``Targets – some missing – are counted, and rows without any left out`` () =
    let table = read [ "a"; "b" ] "x,a,b\n1,10,\n2,,\n3,30,3\n4,,4\n5,50,5\n"
    Assert.Equal(4, table.Examples)

    match table.Target with
    | Quantity values -> Assert.Equal<float32[]>([| 10f; nanf; 30f; 3f; nanf; 4f; 50f; 5f |], values)
    | _ -> Assert.Fail "Numbers are quantities."

    let says = table.Notes |> List.map _.Says
    Assert.Contains("1 row without a target is left out", says)
    Assert.Contains("the target «a» is missing in 1 row, which counts for the other targets only", says)

[<Theory>]
[<InlineData("price,price", "«price» is named twice")>]
[<InlineData("price,cost", "no column «cost»|size, age, price, rent, monthly, garden, lift")>]
[<InlineData("price,garden",
             "all be quantities, or all yes or no|«price» holds quantities|«garden» two values")>]
[<InlineData("price,age,garden", "«price», «age» holds quantities")>]
let ``Targets – named twice, absent or of different kinds – are an error`` (wanted: string, parts: string) =
    failsWith (List.ofArray (parts.Split '|')) (fun () -> read [ wanted ] homes)

[<Fact>]
let ``Targets – one constant, ignored, or with three classes – are an error`` () =
    failsWith [ "same value of the target «b»" ] (fun () -> read [ "a,b" ] "x,a,b\n1,1.5,7\n2,2,7\n3,4,7\n")
    failsWith [ "same class «no»" ] (fun () -> read [ "a,b" ] "x,a,b\n1,yes,no\n2,no,no\n3,no,no\n")
    failsWith [ "«b» has 3 classes" ] (fun () -> read [ "a,b" ] "x,a,b\n1,yes,p\n2,no,q\n3,no,r\n")

    failsWith [ "every value of the target «b» is missing" ] (fun () ->
        read [ "a,b" ] "x,a,b\n1,1.5,\n2,2,\n3,4,\n")

    failsWith [ "«age» is both the target and ignored" ] (fun () ->
        withText
            homes
            (Csv.read
                { CsvOptions.defaults with
                    Targets = [ "price,age" ]
                    Ignore = [ "age" ]
                }))

[<Fact>]
let ``Targets – large beside their differences – have an offset each`` () =
    let lines = [ for i in 0..29 -> $"{i},{1700000000L + int64 (i * i)},{i}.25" ]
    let text = String.concat "\n" ("x,time,y" :: lines @ [ "" ])
    let table = read [ "time,y" ] text
    Assert.True(Column.offset table.Targets[0] > 1e9)
    Assert.Equal(0.0, Column.offset table.Targets[1])

    let rows =
        withText text (Csv.readFor (Schema.ofTable table) ModelCsvOptions.evaluate)

    Assert.Equal(Some table.Target, rows.Target)

[<Fact>]
let ``Targets – read for a model – are found by name, renamed, or by position without a header`` () =
    let table = read [ "price"; "rent, monthly" ] homes
    let schema = Schema.ofTable table

    let target text targets =
        withText
            text
            (Csv.readFor
                schema
                { ModelCsvOptions.evaluate with
                    Targets = targets
                })
        |> _.Target.Value

    Assert.Equal(table.Target, target homes [])
    Assert.Equal(table.Target, target (homes.Replace("price", "cost")) [ "cost"; "rent, monthly" ])

    failsWith [ "the target «price» is not in the file" ] (fun () ->
        target (homes.Replace("price", "cost")) [])

    failsWith [ "the model has 2 targets"; "but 1 are named" ] (fun () -> target homes [ "price" ])

    let numbers = "1,2,3\n2,2.5,4\n4,1,7\n"
    let unnamed = read [ "3,1" ] numbers

    let again =
        withText numbers (Csv.readFor (Schema.ofTable unnamed) ModelCsvOptions.evaluate)

    Assert.Equal(Some unnamed.Target, again.Target)

[<Fact>]
let ``Targets – of a table with more – are those of the model`` () =
    let both = read [ "price"; "rent, monthly" ] homes
    let rent = read [ "rent, monthly" ] homes |> Schema.ofTable

    let other =
        { Schema.ofTable both with
            Columns = [||]
        }

    let rows =
        Table.forSchema
            { rent with
                Columns = both.Columns |> Array.filter (fun column -> column.Name = "size")
            }
            both

    match rows.Target with
    | Some(Quantity values) -> Assert.Equal(40, values.Length)
    | _ -> Assert.Fail "The model has one quantity."

    let turned =
        { other with
            Targets = Array.rev other.Targets
        }

    match (Table.forSchema turned both).Target, both.Target with
    | Some(Quantity turned), Quantity values ->
        Assert.Equal<float32[]>(Array.chunkBySize 2 values |> Array.collect Array.rev, turned)
    | _ -> Assert.Fail "Both have two quantities."

    failsWith [ "it lacks the model's target"; "area" ] (fun () ->
        Table.forSchema
            { other with
                Targets = [| Column.numeric "area" |]
            }
            both)

[<Fact>]
let ``Records – several targets – are read from rows, in any case of letters`` () =
    let rows =
        [
            for i in 0..9 ->
                dict
                    [
                        "size", box (float i)
                        "Price", box (100.5 + float i)
                        "Area", (if i = 3 then null else box (i * 2))
                    ]
        ]

    let table =
        Records.ofRows
            { CsvOptions.defaults with
                Targets = [ "price,area" ]
            }
            rows

    Assert.Equal<string list>([ "Price"; "Area" ], names table)

    match table.Target with
    | Quantity values ->
        Assert.Equal(20, values.Length)
        Assert.True(Single.IsNaN values[7])
    | _ -> Assert.Fail "Numbers are quantities."

    Assert.Contains(table.Notes, fun note -> note.Says.Contains "«Area» is missing in 1 row")

    raises<TableException, _> [ "two targets are called «Price»" ] (fun () ->
        Records.ofRows
            { CsvOptions.defaults with
                Targets = [ "price,Price" ]
            }
            rows)

[<Fact>]
let ``Traps – several targets – are found for each of them`` () =
    let lines =
        [ for i in 0..39 -> $"{i * 7 % 8},{i % 4},{3 * (i * 7 % 8)},{i}.5,{i}.5" ]

    let table = read [ "a,b,c" ] (String.concat "\n" ("x,k,a,b,c" :: lines @ [ "" ]))
    let notes = Traps.ofTable table |> List.map _.Says
    Assert.Contains(notes, fun says -> says.Contains "«x» determines the target «a»")
    Assert.Contains("the targets «b» and «c» have the same values", notes)

    let twice = Table.subset [| 0..19 |] table
    let again = Table.subset (Array.append [| 0..19 |] [| 5; 6 |]) twice

    let split: Split =
        {
            Training = [| 0..19 |]
            Validation = [||]
            Test = [| 20; 21 |]
            Calibration = [||]
        }

    Assert.Contains("2 of 2", (List.exactlyOne (Traps.ofSplit again split)).Says)

[<Fact>]
let ``Preprocessing – several targets, some missing – scales each by itself`` () =
    let targets = [| 10f; 1f; 20f; nanf; 60f; 5f |]
    let moments = Preprocessing.targetMoments 2 None targets [| 0; 1; 2 |]
    let struct (mean, deviation) = moments[1]
    closeTo 1e-12 [ 3.0; 2.0 ] [ mean; deviation ]

    values
        1e-12
        [ 30.0; 3.0; 30.0 + sqrt (1400.0 / 3.0); 5.0 ]
        ((Preprocessing.unscale moments).Forward [] (matrix [ [ 0.0; 0.0 ]; [ 1.0; 1.0 ] ]))
