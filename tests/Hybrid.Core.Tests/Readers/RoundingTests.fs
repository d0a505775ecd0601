module Hybrid.Tests.RoundingTests

open System
open Hybrid.Core
open Xunit

let private tiny = RoundingRule.Tiny

let private bounds (boxes: (string * float * float) list) (output: Tensor) : RoundedBounds =
    let boxes =
        boxes
        |> List.map (fun (name, lower, upper) -> name, [| { Lower = lower; Upper = upper } |])

    Rounding.evaluate boxes [ output ] |> List.exactlyOne

let private errorOf boxes output : float =
    (bounds boxes output).Error |> Array.max

let private x = Tensor.input "x" [ 1; 1 ]

let private matrix (value: float) = Tensor.constant [ 1; 1 ] [| value |]

[<Fact>]
let ``A subnormal constant may be flushed, even where all numbers are powers of two`` () =
    for product in
        [
            matrix (2.0 ** -140.0) * matrix (2.0 ** 40.0)
            matrix (2.0 ** -140.0) *@ matrix (2.0 ** 40.0)
        ] do
        Assert.InRange(errorOf [] (product + 0.0 * Tensor.relu product), 2.0 ** -100.0, 2.0 ** -84.0)

[<Fact>]
let ``A vanishing product may be on the other side of a threshold`` () =
    let small = [ "x", 1e-30, 1e-30 ]
    let step y = Tensor.step y |> errorOf small
    Assert.Equal(1.0, step (x *@ matrix 1e-30))
    Assert.Equal(1.0, step (x * matrix 1e-30))
    // a difference does not vanish
    Assert.Equal(0.0, step (x - matrix 5e-31))

[<Fact>]
let ``A sum that may be flushed may be 0`` () =
    let y = bounds [ "x", 0.0, 1e-39 ] (x + matrix (float 1e-39f))
    Assert.InRange(0.0, y.Computed[0].Lower, y.Computed[0].Upper)

[<Fact>]
let ``The logarithm of a number that may be flushed to 0 has no bound`` () =
    Assert.Equal(infinity, errorOf [ "x", 1e-39, 1e-39 ] (Tensor.log x))
    Assert.InRange(errorOf [ "x", tiny, 1.0 ] (Tensor.log x), 0.0, 1e-4)

[<Fact>]
let ``The range after an overflow is unbounded, since the result may be NaN`` () =
    let great = 1e38 * x
    let y = Tensor.sigmoid (10.0 * great - 10.0 * great) |> bounds [ "x", 1.0, 1.0 ]
    Assert.Equal(infinity, y.Error[0])
    Assert.Equal(Interval.everything, y.Computed[0])

[<Fact>]
let ``A fused multiply-add skips the rounding of a product in only one of its uses`` () =
    let a, b, c = 1.0f + 3.0f * 2.0f ** -12.0f, 1.0f + 2.0f ** -13.0f, -1.0f
    let fused = MathF.FusedMultiplyAdd(a, b, c) - a * b
    let p = x * matrix (float b)
    let y = bounds [ "x", float a, float a ] ((p + float c) - p)
    Assert.InRange(abs (float fused - float c), 0.0, y.Error[0])
    // the product is rounded by so much, which does not cancel
    let rounded = abs (float (a * b) - float a * float b)
    Assert.True(y.Error[0] >= rounded + RoundingRule.Unit * abs (float c))

[<Fact>]
let ``Random numbers are not integers, whatever they were drawn with`` () =
    let draw =
        {
            Key = 1UL
            Step = Tensor.constant [ 2 ] [| 0.0; 4.0 |]
        }

    let shifted = Draw.uniform [ 100 ] draw + 1.0
    let exact = Reference.value shifted
    let rounded = exact |> Array.map (fun y -> abs (float (float32 y) - y)) |> Array.max
    Assert.NotEqual(0.0, rounded)
    Assert.InRange(rounded, 0.0, errorOf [] shifted)

[<Fact>]
let ``Inactive units add no rounding errors`` () =
    let units count =
        let weight = Tensor.constant [ 1; count ] (Array.create count 0.3)
        // the first one is on, the others are off
        let bias =
            Tensor.constant [ count ] (Array.init count (fun i -> if i = 0 then 0.1 else -9.0))

        Tensor.relu (x *@ weight + bias)
        *@ Tensor.constant [ count; 1 ] (Array.create count 0.7)

    let boxes = [ "x", 0.0, 1.0 ]
    Assert.Equal(errorOf boxes (units 1), errorOf boxes (units 50), 1e-15)
