module Hybrid.Tests.ExecutionTests

open System.Reflection
open Hybrid.Core
open Xunit

/// Where a method's code makes a tail call: the prefix FE 14, then call, callvirt or calli.
let private tailCalls (assembly: Assembly) =
    let everything =
        BindingFlags.Public
        ||| BindingFlags.NonPublic
        ||| BindingFlags.Static
        ||| BindingFlags.Instance
        ||| BindingFlags.DeclaredOnly

    seq {
        for owner in assembly.GetTypes() do
            for method in owner.GetMethods everything do
                match method.GetMethodBody() with
                | null -> ()
                | body ->
                    let code = body.GetILAsByteArray()

                    let tail i =
                        code[i] = 0xFEuy
                        && code[i + 1] = 0x14uy
                        && Array.contains code[i + 2] [| 0x28uy; 0x6Fuy; 0x29uy |]

                    if Seq.exists tail (seq { 0 .. code.Length - 3 }) then
                        $"{owner.FullName}.{method.Name}"
    }

[<Fact>]
let ``No call of the core is a tail call, which would lose the spans that it passes`` () =
    Assert.Empty(tailCalls typeof<Tensor>.Assembly)

[<Fact>]
let ``A repeated scalar or row is not copied`` () =
    let row = Tensor.input "row" [ 3 ]
    Assert.Same(row, Execution.unrepeated (Tensor.broadcast [ 4; 3 ] row))
    let column = Tensor.broadcast [ 4; 3 ] (Tensor.input "column" [ 4; 1 ])
    Assert.Same(column, Execution.unrepeated column)

[<Fact>]
let ``A primitive without a kernel is computed by its definition`` () =
    let engine = Hybrid.Kernels.CpuEngine.Create(1, null)
    let x = Tensor.constant [ 2 ] [| 1.5; -2.0 |]

    let doubled =
        match (Tensor.negate x).Node with
        | Apply(primitive, operands) ->
            Tensor.apply
                [ 2 ]
                operands
                { primitive with
                    Kernel = Kernel.Definition
                    Reference = List.exactlyOne >> Array.map (fun x -> 2.0 * x)
                }
        | _ -> x

    Assert.Equal<float32[]>([| 3.0f; -4.0f |], Eager.value engine doubled)
