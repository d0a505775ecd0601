namespace Hybrid.Properties

open Xunit
open Xunit.Abstractions

/// The laws on programs that are wrong on purpose: a law that cannot fail proves nothing.
type Mutations(output: ITestOutputHelper) =
    [<Fact>]
    member _.``Every wrong rule of a primitive and every wrong kernel is caught``() =
        let mutations = PrimitiveMutations.all @ KernelMutations.all

        let escaped =
            mutations
            |> List.filter (fun (_, isCaught) -> not (isCaught ()))
            |> List.map fst

        let line =
            $"{mutations.Length - escaped.Length} of {mutations.Length} mutations caught"

        output.WriteLine line
        System.Console.WriteLine line
        Assert.True(escaped.IsEmpty, $"{line}; not %A{escaped}")
