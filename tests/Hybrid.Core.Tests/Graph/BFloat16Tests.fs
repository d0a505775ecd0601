module Hybrid.Tests.BFloat16Tests

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Testing
open Xunit

let private rounded (bits: uint32) =
    BitConverter.UInt32BitsToSingle bits |> BFloat16.ofSingle |> int

[<Theory>]
[<InlineData(0x3F800000u, 0x3F80)>]
[<InlineData(0x3F808000u, 0x3F80)>] // halfway, to the even one below
[<InlineData(0x3F818000u, 0x3F82)>] // halfway, to the even one above
[<InlineData(0x3F807FFFu, 0x3F80)>]
[<InlineData(0x3F808001u, 0x3F81)>]
[<InlineData(0x3FFF8000u, 0x4000)>] // into the next exponent
[<InlineData(0xBF808001u, 0xBF81)>]
[<InlineData(0x00000000u, 0x0000)>]
[<InlineData(0x80000000u, 0x8000)>]
[<InlineData(0x00008000u, 0x0000)>] // subnormal
[<InlineData(0x00008001u, 0x0001)>]
[<InlineData(0x007FFFFFu, 0x0080)>] // to the smallest normal number
[<InlineData(0x7F7F7FFFu, 0x7F7F)>] // the last that is finite
[<InlineData(0x7F7F8000u, 0x7F80)>]
[<InlineData(0x7F7FFFFFu, 0x7F80)>]
[<InlineData(0xFF7FFFFFu, 0xFF80)>]
[<InlineData(0x7F800000u, 0x7F80)>]
[<InlineData(0xFF800000u, 0xFF80)>]
let ``A number becomes the nearest one, of two the even one`` (bits: uint32, expected: int) =
    Assert.Equal(expected, rounded bits)

[<Theory>]
[<InlineData(0x7FC00000u)>]
[<InlineData(0x7F800001u)>] // only the lower bits tell it from infinity
[<InlineData(0xFFFFFFFFu)>]
let ``NaN stays NaN`` (bits: uint32) =
    Assert.True(Single.IsNaN(BFloat16.toSingle (uint16 (rounded bits))))

[<Fact>]
let ``No other number of bfloat16 is nearer`` () =
    Prop.forAll (Gen.choose (Int32.MinValue, Int32.MaxValue) |> Arb.fromGen) (fun bits ->
        let x = BitConverter.Int32BitsToSingle bits
        let y = BFloat16.ofSingle x

        let distance (bits: uint16) =
            let y = BFloat16.toSingle bits

            if Single.IsFinite y then
                abs (float y - float x)
            else
                infinity

        Single.IsNaN x
        || not (Single.IsFinite(BFloat16.toSingle y))
        || (distance y <= distance (y + 1us) && distance y <= distance (y - 1us)))
    |> check

[<Fact>]
let ``The numbers of bfloat16 are exact`` () =
    for bits in 0us .. UInt16.MaxValue do
        let x = BFloat16.toSingle bits
        Assert.True(BFloat16.isExact x)

        if not (Single.IsNaN x) then
            Assert.Equal(bits, BFloat16.ofSingle x)

    Assert.False(BFloat16.isExact 1.001f)

[<Fact>]
let ``A constant has the same numbers in every precision`` () =
    let x = Tensor.halved [ 3 ] [| 0x3F80us; 0xC040us; 0x0001us |]
    Assert.Equal<float>([| 1.0; -3.0; float (BFloat16.toSingle 1us) |], Reference.value x)
    Assert.Equal("[3] 1, -3, 9.184E-41", Preview.ofTensor x)
    Assert.True(Tensor.isHalved x)
    Assert.False(Tensor.isHalved (x + 1.0))

    Assert.Throws<ShapeMismatchException>(fun () -> Tensor.halved [ 2 ] [| 0us |] |> ignore)
    |> ignore
