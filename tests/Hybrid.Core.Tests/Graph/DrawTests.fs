module Hybrid.Tests.DrawTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Theory>]
[<InlineData(0L)>]
[<InlineData(1L)>]
[<InlineData(16777215L)>]
[<InlineData(16777216L)>]
[<InlineData(16777217L)>]
[<InlineData(281474976710655L)>]
let ``A step is recovered from the two float32 numbers that represent it`` (step: int64) =
    let words = Array.zeroCreate<float32> 2
    Draw.write step words
    Assert.Equal(uint64 step, Draw.step (float words[0]) (float words[1]))

let private at step =
    {
        Key = 9UL
        Step = Tensor.constant [ 2 ] step
    }

[<Fact>]
let ``The engine draws the numbers of the definition, even at steps beyond 2 to the 24`` () =
    let u = Draw.uniform [ 3; 5 ] (at [| 1.0; 1.0 |])
    Assert.Equal<float[]>(Random.uniforms 9UL 16777217UL 15, Reference.value u)
    Assert.Equal<float[]>(Reference.value u, Eager.value engine u |> Array.map float)

[<Fact>]
let ``Normal draws have mean 0 and variance 1`` () =
    let x = Reference.value (Draw.normal [ 100000 ] (at [| 0.0; 1.0 |]))
    closeTo 0.016 [ 0.0 ] [ Array.average x ]
    closeTo 0.023 [ 1.0 ] [ x |> Array.averageBy (fun x -> x * x) ]
