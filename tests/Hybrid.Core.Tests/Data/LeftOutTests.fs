/// Columns that cannot be learned from are left out, with the reason and how to keep them.
module Hybrid.Tests.LeftOutTests

open Hybrid.Data
open Hybrid.Tests.DataTesting
open Hybrid.Tests.DecisionTesting
open Xunit

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
    Assert.Equal("Use Categorical = Name (to keep it).", string note.Remedies.Head)

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
