module Hybrid.Tests.PreviewTests

open System.Globalization
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``The preview of a tensor is its shape and its numbers, if it needs no inputs`` () =
    let x = matrix [ [ 0.0; 0.5 ]; [ 1e-3; -12345.0 ] ]
    Assert.Equal("[2; 2] 0, 0.5, 0.001, -1.234E+04", Preview.ofTensor x)
    Assert.Equal("[2; 2] 1, 1.5, 1.001, -1.234E+04", Preview.ofTensor (x + 1.0))
    Assert.Equal("[] 2", Preview.ofTensor (Tensor.scalar 2.0))

[<Fact>]
let ``The preview of many numbers shows the first eight`` () =
    let x = Tensor.single [ 3; 3 ] (Array.init 9 float32)
    Assert.Equal("[3; 3] 0, 1, 2, 3, 4, 5, 6, 7, …", Preview.ofTensor x)

[<Fact>]
let ``The preview of a tensor with inputs is its shape and its operation`` () =
    let x = Tensor.input "x" [ 4; 2 ]
    Assert.Equal("[4; 2] input x", Preview.ofTensor x)
    Assert.Equal("[4; 2] Tanh of inputs", Preview.ofTensor (Tensor.tanh x))

[<Fact>]
let ``A large tensor is not computed for its preview, and a large constant is not copied`` () =
    let x = Tensor.single [ 1000; 1000 ] (Array.zeroCreate 1_000_000)
    Preview.ofTensor x |> ignore
    let before = System.GC.GetAllocatedBytesForCurrentThread()
    Assert.Equal("[1000; 1000] 0, 0, 0, 0, 0, 0, 0, 0, …", Preview.ofTensor x)
    Assert.InRange(System.GC.GetAllocatedBytesForCurrentThread() - before, 0L, 100_000L)
    Assert.Equal("[] Sum, not computed", Preview.ofTensor (Tensor.sumAll x))

[<Fact>]
let ``Numbers are written with a decimal point in any culture`` () =
    let before = CultureInfo.CurrentCulture

    try
        let comma = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
        comma.NumberFormat.NumberDecimalSeparator <- ","
        CultureInfo.CurrentCulture <- comma
        Assert.Equal("[1] 0.5", Preview.ofTensor (vector [ 0.5 ]))
    finally
        CultureInfo.CurrentCulture <- before

[<Fact>]
let ``The preview of a network is its layers and its size`` () =
    Assert.Equal("linear → sigmoid → linear, 26 parameters", Preview.ofNetwork (dense "sigmoid" [ 3; 4; 2 ]))
