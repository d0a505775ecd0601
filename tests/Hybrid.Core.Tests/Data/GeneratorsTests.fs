module Hybrid.Tests.GeneratorsTests

open Hybrid.Data
open Hybrid.Tests.DataTesting
open Xunit

let names: obj[] seq =
    Generators.all |> Seq.map (fun generator -> [| box generator.Name |])

let private named name =
    Generators.all |> List.find (fun generator -> generator.Name = name)

[<Theory; MemberData(nameof names)>]
let ``The same seed draws the same examples, and a different seed different ones`` name =
    let draw = Generators.byDefault (named name)
    Assert.Equal(draw 1UL, draw 1UL)
    Assert.NotEqual<float32[]>((draw 1UL).Features, (draw 2UL).Features)

[<Theory; MemberData(nameof names)>]
let ``Class sizes differ by at most one, and all numbers are finite`` name =
    let data = Generators.generate (named name) 3UL 101 0.2
    Assert.Equal(101, data.Examples)
    let sizes = labels data |> Array.countBy id |> Array.map snd
    Assert.Equal((named name).ClassCount, sizes.Length)
    Assert.True(Array.max sizes - Array.min sizes <= 1)
    Assert.All(data.Features, (fun value -> Assert.True(System.Single.IsFinite value)))

[<Theory; MemberData(nameof names)>]
let ``Too few examples and invalid noise are errors`` name =
    let generator = named name
    failsWith [ name; "the number of examples is 1" ] (fun () -> Generators.generate generator 1UL 1 0.1)
    failsWith [ "the noise is NaN" ] (fun () -> Generators.generate generator 1UL 10 nan)
    failsWith [ "the noise is -1" ] (fun () -> Generators.generate generator 1UL 10 -1.0)

/// The points of a class without noise.
let private points name kind =
    let data = Generators.generate (named name) 1UL 60 0.0

    labels data
    |> Array.indexed
    |> Array.filter (snd >> (=) kind)
    |> Array.map (fun (i, _) -> float data.Features[2 * i], float data.Features[2 * i + 1])

[<Fact>]
let ``Points without noise lie where the formulas say`` () =
    let radius (x, y) = sqrt (x * x + y * y)
    Assert.All(points "circle" 0, (fun point -> Assert.InRange(radius point, 0.0, 2.0001)))
    Assert.All(points "circle" 1, (fun point -> Assert.InRange(radius point, 2.9999, 5.0001)))
    Assert.All(points "xor" 1, (fun (x, y) -> Assert.Equal(-1.0, x * y)))
    Assert.All(points "moons" 0, (fun point -> Assert.Equal(1.0, radius point, 5)))
    Assert.All(points "blobs" 2, (fun point -> Assert.Equal(2.0, radius point, 5)))
    Assert.Equal(1.0, radius (Array.last (points "spiral" 2)), 5)
    Assert.Equal(0.0, radius (Array.head (points "spiral" 2)), 5)
