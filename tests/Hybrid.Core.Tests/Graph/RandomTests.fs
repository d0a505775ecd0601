module Hybrid.Tests.RandomTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Philox gives the words of the Random123 known-answer vectors`` () =
    Assert.Equal(struct (0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), Random.philox 0UL 0UL 0UL)

    Assert.Equal(
        struct (0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu),
        Random.philox UInt64.MaxValue UInt64.MaxValue UInt64.MaxValue
    )

    // counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0, low words first
    Assert.Equal(
        struct (0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u),
        Random.philox 0x299f31d0a4093822UL 0x0370734413198a2eUL 0x85a308d3243f6a88UL
    )

[<Fact>]
let ``Uniform numbers are the same multiples of 2 to the -24 in both precisions`` () =
    let doubles = Random.uniforms 7UL 3UL 1001
    let singles = Array.zeroCreate<float32> 1001
    Random.fill 7UL 3UL (singles.AsSpan())

    Assert.Equal<float[]>(doubles, Array.map float singles)
    Assert.All(doubles, fun u -> Assert.True(u >= 0.0 && u < 1.0 && u * 16777216.0 = floor (u * 16777216.0)))

[<Fact>]
let ``The highest bits of the words, in order, are the uniform numbers`` () =
    let unit24 (word: uint32) = float (word >>> 8) / 16777216.0

    Assert.Equal<float[]>(
        [|
            unit24 0x6627e8d5u
            unit24 0xe169c58du
            unit24 0xbc57ac4cu
            unit24 0x9b00dbd8u
        |],
        Random.uniforms 0UL 0UL 4
    )

[<Fact>]
let ``Drawing fewer numbers gives the first ones of more`` () =
    let many = Random.uniforms 5UL 0UL 12

    for n in 0..12 do
        Assert.Equal<float[]>(many[.. n - 1], Random.uniforms 5UL 0UL n)

[<Fact>]
let ``Uniform numbers have mean one half and variance one twelfth`` () =
    let u = Random.uniforms 1UL 0UL 100000
    let mean = Array.average u
    // five standard errors
    closeTo (5.0 * sqrt (1.0 / 12.0 / 1e5)) [ 0.5 ] [ mean ]
    closeTo 0.002 [ 1.0 / 12.0 ] [ u |> Array.averageBy (fun x -> (x - mean) ** 2.0) ]

[<Fact>]
let ``Normal numbers have mean 0, variance 1, no skew and a kurtosis of 3`` () =
    let x = Random.normals 2UL 100000

    let moment (k: float) =
        x |> Array.averageBy (fun x -> Math.Pow(x, k))
    // five standard errors each: the variances of the powers are 1, 2, 15 and 96
    closeTo (5.0 * sqrt (1.0 / 1e5)) [ 0.0 ] [ moment 1.0 ]
    closeTo (5.0 * sqrt (2.0 / 1e5)) [ 1.0 ] [ moment 2.0 ]
    closeTo (5.0 * sqrt (15.0 / 1e5)) [ 0.0 ] [ moment 3.0 ]
    closeTo (5.0 * sqrt (96.0 / 1e5)) [ 3.0 ] [ moment 4.0 ]

[<Fact>]
let ``Different parts and steps of a key draw different numbers`` () =
    let draws =
        [
            Random.uniforms 1UL 0UL 8
            Random.uniforms 1UL 1UL 8
            Random.uniforms 2UL 0UL 8
            Random.uniforms (Random.split 1UL 0) 0UL 8
            Random.uniforms (Random.split 1UL 1) 0UL 8
        ]

    Assert.Equal(draws.Length, (List.distinct draws).Length)

[<Theory>]
[<InlineData(0)>]
[<InlineData(1)>]
[<InlineData(2)>]
[<InlineData(1000)>]
let ``A permutation contains every index once, and a different step gives a different one`` (n: int) =
    let order = Random.permutation 3UL 1UL n
    Assert.Equal<int[]>(Array.init n id, Array.sort order)
    Assert.Equal<int[]>(order, Random.permutation 3UL 1UL n)

    if n > 2 then
        Assert.NotEqual<int[]>(order, Random.permutation 3UL 2UL n)

[<Fact>]
let ``Each of the six orders of three occurs a sixth of the time`` () =
    let counts =
        Seq.init 6000 (fun step -> Random.permutation 4UL (uint64 step) 3 |> List.ofArray)
        |> Seq.countBy id
        |> List.ofSeq

    Assert.Equal(6, counts.Length)
    // five standard deviations of the binomial distribution
    Assert.All(counts, fun (_, count) -> Assert.InRange(count, 1000 - 145, 1000 + 145))

[<Fact>]
let ``Uniform numbers from any place on are those of the whole sequence`` () =
    let all = Random.uniforms 7UL 3UL 40

    for first in 0..12 do
        for count in 0..9 do
            let part = Random.uniformsFrom 7UL 3UL (int64 first) count
            Assert.Equal<float[]>(Array.sub all first count, part)
