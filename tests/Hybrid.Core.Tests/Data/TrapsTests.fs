module Hybrid.Tests.TrapsTests

open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let private table (columns: (string * (int -> float)) list) (target: Target) count : Table =
    let features =
        [|
            for i in 0 .. count - 1 do
                for _, value in columns do
                    float32 (value i)
        |]

    Table.create "test" [| for name, _ in columns -> Column.numeric name |] features "y" target

let private classes count (value: int -> int) =
    Classes([| "a"; "b" |], Array.init count value)

let private quantity count (value: int -> float) =
    Quantity(Array.init count (value >> float32))

let private says (part: string) (notes: Note list) =
    Assert.Contains(notes, fun note -> note.Says.Contains part)

/// Numbers without order.
let private noise i = sin (float (i * i + 3 * i))

[<Fact>]
let ``A column – each value goes with one class – is said to determine the target`` () =
    let target = classes 40 (fun i -> i % 2)
    let data = table [ "leak", (fun i -> float (i % 4)); "x", noise ] target 40
    let notes = Traps.ofTable data

    says
        "«leak» determines the target «y»: each of its 4 values goes with one target only, in all 40 examples"
        notes

    Assert.Equal(1, notes.Length)

[<Theory>]
[<InlineData(40)>]
[<InlineData(4000)>]
let ``A number – unlike all others of its column or of the target – is named with its row and distance``
    (count: int)
    =
    let far i =
        if i = 25 then 1000.0 + noise 25 else noise i

    let spread = noise >> (fun x -> x * x * x * x * x * x * x)

    let table =
        table [ "typing error", far; "spread", spread ] (quantity count (far >> (~-))) count

    let notes = Traps.ofTable table |> List.filter _.Says.Contains("deviations")
    says "«typing error» is 100" notes
    says " in row 26, 1" notes
    says "«y» is -100" notes
    Assert.Equal(2, notes.Length)

[<Fact>]
let ``Numbers – unlike the others, but many, rare marks or the tail of many – are nothing unusual`` () =
    let many i =
        if i % 100 = 0 then 1000.0 + noise i else noise i

    let mark i =
        if i = 25 then 1000.0 else float (i % 7)

    let exponential i = -log(0.5 + 0.4999 * noise i)

    let table =
        table [ "many", many; "mark", mark; "tail", exponential ] (quantity 4000 exponential) 4000

    Assert.DoesNotContain(Traps.ofTable table, _.Says.Contains("deviations"))

[<Fact>]
let ``A column – the target in another unit – is said to be that`` () =
    let data =
        table
            [ "feet", (fun i -> 3.28 * noise i + 7.0); "x", (fun i -> noise (i + 7)) ]
            (quantity 40 noise)
            40

    let notes = Traps.ofTable data
    says "«feet» is the target «y» in another unit" notes
    Assert.Equal(1, notes.Length)

[<Fact>]
let ``A column – the target itself – is said to be a copy`` () =
    let data =
        table [ "again", noise; "x", (fun i -> noise (i + 7)) ] (quantity 40 noise) 40

    says "«again» is a copy of the target «y»" (Traps.ofTable data)

[<Fact>]
let ``A column – rising by one from row to row – is said to look like a row number`` () =
    let data =
        table [ "n", (fun i -> float (i + 7)); "x", noise ] (quantity 40 (fun i -> noise (2 * i))) 40

    says "«n» rises by one from row to row, from 7 on" (Traps.ofTable data)

[<Fact>]
let ``A column – of one value – is said to teach nothing`` () =
    let data =
        table [ "c", (fun _ -> 5.0); "x", noise ] (quantity 40 (fun i -> noise (2 * i))) 40

    says "«c» has one value only, 5" (Traps.ofTable data)

[<Fact>]
let ``A column – of one category – is said with its name`` () =
    let data =
        withText
            ("c,x,y\n"
             + String.concat "" [ for i in 1..40 -> $"5,{noise i},{noise (2 * i)}\n" ])
            (Csv.read
                { CsvOptions.defaults with
                    Categorical = [ "c" ]
                })

    says "«c» has one value only, «5»" (Traps.ofTable data)

[<Fact>]
let ``A quantity – of two values – is said to be perhaps classes`` () =
    let data =
        table [ "x", noise ] (quantity 40 (fun i -> 0.5 + float (i * i % 3 % 2))) 40

    says "two values only, 0.5 and 1.5" (Traps.ofTable data)

[<Fact>]
let ``Held-out rows – with a twin in training – are counted`` () =
    let data =
        table [ "x", (fun i -> float (i % 10)) ] (quantity 20 (fun i -> float (i % 10))) 20

    let split =
        {
            Training = [| 0..9 |]
            Validation = Array.empty
            Calibration = Array.empty
            Test = [| 10..19 |]
        }

    says "10 of 10 (100.0 %) test examples are repeated in the training part" (Traps.ofSplit data split)

    Assert.Empty(
        Traps.ofSplit
            data
            { split with
                Training = [| 0..4 |]
                Test = [| 15..19 |] |> Array.map (fun i -> i - 10)
            }
    )

[<Fact>]
let ``Ordinary data – iris – has no warning about its columns`` () =
    Assert.Empty(Traps.ofTable (BuiltIn.iris ()))

[<Fact>]
let ``A column – that holds the values of another – is said to be a copy`` () =
    let data =
        table [ "x", noise; "c", (fun _ -> 1.0); "y", noise ] (quantity 40 (fun i -> noise (2 * i))) 40

    says "«y» is a copy of «x» in all 40 rows: both are kept" (Traps.ofTable data)

[<Fact>]
let ``Classes – too rare for a part – are named with their counts`` () =
    let data =
        table
            [ "x", noise ]
            (Classes([| "a"; "b"; "c" |], Array.init 40 (fun i -> if i = 0 then 2 else i % 2)))
            40

    says
        "1 of 3 classes have too few examples for the parts, which are made all the same: «c» has 1, none for validation or test"
        (Traps.ofSplit data (Split.ofTable 1UL 0.1 0.2 data))

// ---- columns that tell the target in nearly all examples

[<Fact>]
let ``A column - wrong in one of 200 examples - is said to tell the target`` () =
    let target = classes 200 (fun i -> i * 7 % 2)

    let leak i =
        if i = 77 then 4.0 else float (i * 7 % 2 + 2 * (i % 3))

    says
        "«leak» tells the target «y» in 199 of 200 (99.5 %) examples"
        (Traps.ofTable (table [ "leak", leak; "x", noise ] target 200))

    // as many errors as there are examples of the rarer class tell nothing
    let rare = classes 200 (fun i -> if i % 100 = 0 then 1 else 0)
    Assert.Empty(Traps.ofTable (table [ "c", (fun i -> float (i % 5)); "x", noise ] rare 200))

[<Fact>]
let ``A column - of which a threshold tells two classes - is said to tell the target`` () =
    let target = classes 300 (fun i -> if noise i > 0.2 && i <> 5 then 1 else 0)

    let leak i =
        if i = 5 then 3.9 else 3.0 * noise i + 1.0

    says
        "«leak» tells the target «y» in 299 of 300 (99.7 %) examples"
        (Traps.ofTable (table [ "leak", leak; "x", (fun i -> noise (i + 1)) ] target 300))

[<Fact>]
let ``A column - a rising function of the quantity but for a few examples - is said to tell the target`` () =
    let leak i =
        if i % 150 = 7 then 20.0 else exp (3.0 * noise i)

    let data =
        table [ "leak", leak; "x", (fun i -> noise (i + 1)) ] (quantity 3000 noise) 3000

    says "«leak» tells the target «y» in 29" (Traps.ofTable data)
    Assert.Equal(1, (Traps.ofTable data).Length)

    let good =
        table [ "x", (fun i -> noise i + 0.01 * noise (i + 1)) ] (quantity 3000 noise) 3000

    Assert.Empty(Traps.ofTable good)
