/// What a table's columns hold is decided by all of their cells, and said.
module Hybrid.Tests.DecisionTesting

open System
open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let readWith options text = withText text (Csv.read options)
let read text = readWith CsvOptions.defaults text

/// Rows after a header: those of a function of the row's number.
let table (header: string) count (row: int -> string) =
    header + "\n" + String.Join('\n', Array.init count row) + "\n"

let names (data: Table) = data.Columns |> Array.map _.Name

let says (part: string) (data: Table) =
    Assert.Contains(data.Notes, fun note -> note.Says.Contains part)

let quantity (data: Table) =
    match data.Target with
    | Quantity values
    | Labels values -> values
    | Classes(names, _) ->
        Assert.Fail $"Classes %A{names}."
        Array.empty
