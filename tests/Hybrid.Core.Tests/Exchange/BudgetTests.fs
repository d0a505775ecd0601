module Hybrid.Tests.BudgetTests

open System
open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.OnnxTesting
open Xunit

/// Of how many numbers an example is said to be.
let private claiming extents (graph: OnnxGraph) : OnnxGraph =
    { graph with
        Inputs =
            [
                { graph.Inputs.Head with
                    Type = OnnxType.Real
                    Dimensions = Free "batch" :: List.map Fixed extents
                }
            ]
    }

let private large = wholes "large" [ 1L; 1L <<< 18; 2L ]

let private expanded input output =
    [
        node "Unsqueeze" [ input; "one" ] [ $"{output}u" ] []
        node "Expand" [ $"{output}u"; "large" ] [ $"{output}e" ] []
        node "ReduceSum" [ $"{output}e"; "one" ] [ output ] [ "keepdims", OnnxAttribute.Integer 0L ]
    ]

let private one = wholes "one" [ 1L ]

let private read constants extents nodes =
    Imported.network 17 (claiming extents (graph constants nodes))

[<Fact>]
let ``The numbers per example are limited for one node and for many together`` () =
    read [ one; wholes "large" [ 1L; 1L <<< 15; 2L ] ] [ 2 ] (expanded "x" "y")
    |> ignore

    raises<HybridException, _> [ "computes 524,29"; "numbers per example"; "at most 268,35" ] (fun () ->
        read [ one; large ] [ 2 ] (expanded "x" "y"))

    raises<HybridException, _> [ "numbers per example" ] (fun () ->
        read
            [ one; wholes "large" [ 1L; 1L <<< 15; 2L ] ]
            [ 2 ]
            (expanded "x" "a"
             @ expanded "a" "b"
             @ expanded "b" "c"
             @ expanded "c" "d"
             @ expanded "d" "y"))

[<Fact>]
let ``Images of one channel may be as large as those of three`` () =
    let windows outputs channels size =
        floats
            $"w{outputs}"
            [ outputs; channels; size; size ]
            (List.replicate (outputs * channels * size * size) 0.01f)

    let convolution size input output weight =
        let pads = List.replicate 4 (int64 (size / 2))
        node "Conv" [ input; weight ] [ output ] [ "pads", OnnxAttribute.IntegerList pads ]

    read
        [ windows 64 1 5; windows 63 64 3; windows 32 63 3; windows 9 32 3 ]
        [ 1; 224; 224 ]
        [
            convolution 5 "x" "a" "w64"
            convolution 3 "a" "b" "w63"
            convolution 3 "b" "c" "w32"
            convolution 3 "c" "d" "w9"
            node "Flatten" [ "d" ] [ "y" ] []
        ]
    |> ignore

[<Fact>]
let ``Padding that is far larger than the file is refused before anything is allocated`` () =
    let pad value =
        let network =
            read
                [ wholes "pads" [ 0L; 1L <<< 30; 0L; 1L <<< 30 ]; floats "value" [] [ value ] ]
                [ 2 ]
                [ node "Pad" [ "x"; "pads"; "value" ] [ "y" ] [] ]

        Network.forward network (Tensor.input "x" [ 1; 2 ])

    for value in [ 0f; 3f ] do
        raises<NotImportableException, _> [ "far larger than the file" ] (fun () -> pad value)

[<Fact>]
let ``More constants raise the limit`` () =
    let weight = floats "w" [ 2; 20_000 ] (List.replicate 40_000 1f)

    read
        [ one; large; weight ]
        [ 2 ]
        (node "MatMul" [ "x"; "w" ] [ "h" ] []
         :: node "ReduceSum" [ "h"; "one" ] [ "s" ] []
         :: node "Add" [ "x"; "s" ] [ "a" ] []
         :: expanded "a" "y")
    |> ignore

[<Fact>]
let ``Too many gather indices are refused before anything is allocated`` () =
    let nodes =
        [
            node "Expand" [ "zero"; "many" ] [ "indices" ] []
            node "Gather" [ "one"; "indices" ] [ "g" ] []
            node "ReduceSum" [ "g" ] [ "s" ] [ "keepdims", OnnxAttribute.Integer 0L ]
            node "Add" [ "x"; "s" ] [ "y" ] []
        ]

    let constants = [ one; wholes "zero" [ 0L ]; wholes "many" [ 3_000_000L ] ]
    let before = GC.GetAllocatedBytesForCurrentThread()
    raises<NotImportableException, _> [ "far larger than the file" ] (fun () -> read constants [ 2 ] nodes)
    // what the indices take themselves: in double precision, as places, and in single precision
    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0L, 40L * 3_000_000L)

[<Fact>]
let ``The size of an example is limited by its file`` () =
    let first = [ node "ArgMax" [ "x" ] [ "y" ] [ "axis", OnnxAttribute.Integer 1L ] ]

    read [] [ 1000 ] first |> ignore
    raises<HybridException, _> [ "2,147,483,647 numbers" ] (fun () -> read [] [ Int32.MaxValue ] first)

    raises<HybridException, _> [ "numbers per example" ] (fun () ->
        read [ one ] [ Int32.MaxValue; Int32.MaxValue ] [ node "Identity" [ "x" ] [ "y" ] [] ])
