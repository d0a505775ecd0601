module Hybrid.Tests.EmbeddedTests

open Hybrid
open Hybrid.Core
open Hybrid.Data
open Hybrid.Tests.CoreTesting
open Xunit

/// A column of numbers, and one of so many categories that occur this often each; the last category is not met.
let private table (categories: int) (times: int) : Table =
    let columns =
        [|
            Column.numeric "a"
            {
                Name = "code"
                Kind = Category(Array.init (categories + 1) (fun i -> $"c{i}"))
            }
        |]

    let features =
        Array.init (categories * times) (fun row -> [| float32 row; float32 (row % categories) |])
        |> Array.concat

    Table.create "test" columns features "y" (Quantity(Array.init (categories * times) float32))

let private choose (choices: string list) (table: Table) : Embedded =
    let rows = Array.init table.Examples id

    Preprocessing.fit table rows
    |> Embedded.choose "Embed" (List.map (EmbeddingChoice.parse "Embed") choices) table rows

[<Theory>]
[<InlineData(32, 20, false)>]
[<InlineData(33, 9, false)>]
[<InlineData(33, 10, true)>]
[<InlineData(256, 9, false)>]
[<InlineData(257, 1, true)>]
let ``Categories that are many, or not few and frequent, are embedded`` categories times isEmbedded =
    let embedded = choose [] (table categories times)
    Assert.Equal(isEmbedded, not embedded.Tables.IsEmpty)
    Assert.Equal(isEmbedded, embedded.Rules[1].IsRow)
    Assert.Equal(isEmbedded, not embedded.Notes.IsEmpty)

[<Fact>]
let ``The width is the fourth root of the number of rows, or as asked for`` () =
    Assert.Equal<(int * int) list>([ 81, 3 ], (choose [] (table 80 10)).Tables)
    Assert.Equal<(int * int) list>([ 82, 4 ], (choose [] (table 81 10)).Tables)
    Assert.Equal<(int * int) list>([ 4, 5 ], (choose [ "code=5" ] (table 3 10)).Tables)
    Assert.Empty((choose [ "code=0" ] (table 300 10)).Tables)

[<Fact>]
let ``Categories seen less than 3 times share row 0 with what is missing or unknown`` () =
    let data = table 3 3
    let rare = Table.subset [| 0..6 |] data
    let embedded = choose [ "code=2" ] rare
    Assert.Equal<ColumnRule>(Row [| 1; 0; 0; 0 |], embedded.Rules[1])

    let network =
        Embedded.network embedded
        |> Network.map (fun _ _ -> Tensor.constant [ 2; 2 ] [| 1.0; 2.0; 3.0; 4.0 |])

    let x =
        matrix [ [ 3.0; 0.0 ]; [ 3.0; 1.0 ]; [ 3.0; 3.0 ]; [ 3.0; nan ]; [ 3.0; 9.0 ] ]

    let expected = [ 3.0; 4.0; 1.0; 2.0; 1.0; 2.0; 1.0; 2.0; 1.0; 2.0 ]

    let vectors =
        Reference.value (Network.forward network x)
        |> Array.chunkBySize 3
        |> Array.collect (Array.skip 1)

    Assert.Equal<float list>(expected, List.ofArray vectors)

[<Theory>]
[<InlineData("a", "column of numbers")>]
[<InlineData("b", "names no column «b»")>]
[<InlineData("code=1001", "from 0 to 1000")>]
let ``A choice that names no categories is refused`` (choice: string) (expected: string) =
    let error =
        Assert.Throws<OptionException>(fun () -> choose [ choice ] (table 3 3) |> ignore)

    Assert.Contains(expected, error.Message)

[<Fact>]
let ``Bounds of a category that does not move are those of its row`` () =
    let embedded = choose [ "code=2" ] (table 3 3)

    let network =
        Embedded.network embedded
        |> Network.map (fun _ x ->
            Tensor.constant x.Shape (Array.init (Shape.size x.Shape) (fun i -> float (i * i))))

    let x = Tensor.input "x" [ 2; 2 ]
    let lower = matrix [ [ 1.0; 1.0 ]; [ 2.0; nan ] ]
    let upper = matrix [ [ 1.5; 1.0 ]; [ 3.0; nan ] ]

    let struct (below, above) =
        IntervalPropagation.bounds x (struct (lower, upper)) (Network.forward network x)

    let values (bounds: Tensor) =
        Reference.value bounds |> Array.chunkBySize 3

    let below, above = values below, values above

    for low, high in Array.zip below above do
        Assert.Equal<float[]>(low[1..], high[1..])
        Assert.True(low[0] < high[0])

    Assert.Equal<float list>([ 16.0; 25.0 ], List.ofArray (Array.skip 1 below[0]))
    Assert.Equal<float list>([ 0.0; 1.0 ], List.ofArray (Array.skip 1 below[1]))
