module Hybrid.Tests.BuiltInTests

open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

[<Fact>]
let ``The digits are complete`` () =
    let digits = BuiltIn.digits ()
    Assert.Equal(1797, digits.Examples)
    Assert.Equal(64, digits.Columns.Length)
    Assert.Equal(1797 * 64, digits.Features.Length)
    Assert.Equal((0f, 16f), (Array.min digits.Features, Array.max digits.Features))
    Assert.Equal<string[]>(Array.init 10 string, classNames digits)

    Assert.Equal<int[]>(
        [| 178; 182; 177; 183; 181; 182; 181; 179; 174; 180 |],
        labels digits |> Array.countBy id |> Array.sort |> Array.map snd
    )

    Assert.True digits.OneUnit

[<Fact>]
let ``The flowers are complete`` () =
    let iris = BuiltIn.iris ()
    Assert.Equal(150, iris.Examples)
    Assert.Equal("petal width (cm)", iris.Columns[3].Name)
    Assert.Equal<float32[]>([| 5.1f; 3.5f; 1.4f; 0.2f |], iris.Features[..3])
    Assert.Equal<string[]>([| "setosa"; "versicolor"; "virginica" |], classNames iris)
    Assert.Equal<int[]>([| 50; 50; 50 |], labels iris |> Array.countBy id |> Array.map snd)
    Assert.False iris.OneUnit
