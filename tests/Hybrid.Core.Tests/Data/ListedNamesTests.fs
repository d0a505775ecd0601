/// Options that list columns by name, and the target where none is named.
module Hybrid.Tests.ListedNamesTests

open System
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private names (table: Table) =
    table.Targets |> Array.map _.Name |> List.ofArray

[<Fact>]
let ``Columns to ignore, of categories and of numbers – a list – are found as targets are`` () =
    let read change =
        withText
            homes
            (Csv.read (
                change
                    { CsvOptions.defaults with
                        Targets = [ "price" ]
                    }
            ))

    let featuresOf (table: Table) =
        table.Columns |> Array.map _.Name |> List.ofArray

    for ignored in [ [ "age,lift" ]; [ " age , \"lift\"" ]; [ "age"; "lift" ] ] do
        let table = read (fun options -> { options with Ignore = ignored })
        Assert.Equal<string list>([ "size"; "rent, monthly"; "garden" ], featuresOf table)

    let table =
        read (fun options ->
            { options with
                Ignore = [ "rent, monthly" ]
            })

    Assert.Equal<string list>([ "size"; "age"; "garden"; "lift" ], featuresOf table)

    let kinds =
        read (fun options ->
            { options with
                Categorical = [ "size,age" ]
                Numeric = [ "garden,\"rent, monthly\"" ]
            })

    Assert.Equal<bool list>(
        [ true; true; false; false; true ],
        [
            for column in kinds.Columns ->
                match column.Kind with
                | Category _ -> true
                | Number _ -> false
        ]
    )

    failsWith [ "no column «lifts»" ] (fun () ->
        read (fun options ->
            { options with
                Ignore = [ "age,lifts" ]
            }))

[<Fact>]
let ``The target that is not named – the last columns ignored or split by – is the last of the others`` () =
    let target change =
        withText
            "size,price,day,name\n1,2.5,2020-01-01,a\n2,3.5,2020-01-02,b\n3,5,2020-01-03,a\n4,5.5,2020-02-03,b\n"
            (Csv.read (change CsvOptions.defaults))
        |> names

    Assert.Equal<string list>(
        [ "price" ],
        target (fun options ->
            { options with
                Ignore = [ "name" ]
                SplitBy = Some(SplitRole.Time "day")
            })
    )

    Assert.Equal<string list>([ "price" ], target (fun options -> { options with Ignore = [ "day,name" ] }))
    Assert.Equal<string list>([ "name" ], target (fun options -> { options with Ignore = [ "day" ] }))

    let rows =
        [|
            for i in 0..9 ->
                dict
                    [
                        "x", box i
                        "y", box (2.5 * float i)
                        "z", box (i % 3)
                        "day", box (DateTime(2020, 1, 1 + i))
                    ]
        |]

    let table =
        Records.ofRows
            { CsvOptions.defaults with
                SplitBy = Some(SplitRole.Time "day")
                Ignore = [ "z" ]
            }
            rows

    Assert.Equal<string list>([ "y" ], names table)

    let listed =
        Records.ofRows
            { CsvOptions.defaults with
                Ignore = [ "Day,z" ]
                Targets = [ "y" ]
            }
            rows

    Assert.Equal<string list>([ "x" ], listed.Columns |> Array.map _.Name |> List.ofArray)
