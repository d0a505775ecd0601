module Hybrid.Tests.ErrorsTests

open System
open Hybrid.Core
open Xunit

[<Fact>]
let ``A message is one line of limited length, whatever it quotes`` () =
    let error = HybridException $"a\u001b[2J\r\nb\u0085{String('x', 100_000)} Mend it."
    Assert.StartsWith("a\\u001b[2J b\\u0085xxx", error.Message)
    Assert.EndsWith("xxx Mend it.", error.Message)
    // what steers is written out after the middle was left out
    Assert.Equal(4001 + 5 - 1 + 5, error.Message.Length)

[<Fact>]
let ``Unpaired surrogates are escaped, and pairs are kept`` () =
    // a literal could not hold them
    let high, low = string (char 0xD83D), string (char 0xDE00)
    Assert.Equal("a😀\\ud83db\\ude00c\\ud83d", (HybridException $"a😀{high}b{low}c{high}").Message)

[<Fact>]
let ``An error about many shapes names the first ones`` () =
    let error = ShapeMismatchException("Concat", List.replicate 1000 [ 2 ], "No.")
    Assert.EndsWith("[2] and 992 more do not fit. No.", error.Message)
