/// The laws under xUnit in F#: what a user's own tests look like.
module Hybrid.Tests.LawsTests

open Hybrid.Core
open Hybrid.Testing
open Xunit

[<Fact>]
let ``Swish satisfies the laws`` () =
    Laws.holdActivation "swish" (fun x -> x * Tensor.sigmoid x)

[<Fact>]
let ``A wrong derivative is refused, with the law, the case and its seed`` () =
    let cube =
        Gradient.custom "Cube" (fun x -> x * x * x) (fun x _ g -> 2.0 * g * x * x)

    let message =
        Assert.ThrowsAny<exn>(fun () -> Laws.holdActivation "cube" cube).Message

    Assert.Contains("cube: reverse mode = central differences", message)
    Assert.Contains("Shrunk", message)
    Assert.Contains("Extents = [1; 1]", message)
    Assert.Matches(@"shrinks?\) \(\d+,\d+\)", message)
