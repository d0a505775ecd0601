module Hybrid.Tests.TranspositionsTests

open System
open System.Collections.Generic
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private weight: Tensor = Tensor.input "w" [ 3; 3; 3; 3 ]

/// A convolution as in a file: images and weights have their channels first.
let private convolved (x: Tensor) : Tensor =
    let windows = List.replicate 2 (Window.create 3 1)

    Convolutions.forward
        windows
        (List.replicate 2 (struct (1, 1)))
        1
        (Tensor.permute [ 0; 2; 3; 1 ] weight)
        None
        (Tensor.permute [ 0; 2; 3; 1 ] x)
    |> Tensor.permute [ 0; 3; 1; 2 ]

let private bias =
    Tensor.reshape [ 1; 3; 1; 1 ] (Tensor.constant [ 3 ] [| 1.0; -1.0; 0.5 |])

/// Layers with a shortcut, as in a file.
let private layers (x: Tensor) : Tensor =
    let first = Tensor.relu (convolved x + bias)
    let second = Tensor.relu (convolved first * bias + first)

    Tensor.concat 1 [ second; Tensor.slice 1 0 2 first ]
    |> Tensor.slice 1 1 3
    |> convolved

let private state () : Dictionary<string, float32[]> =
    Dictionary(dict [ "w", Array.init 81 (fun i -> float32 (i % 7 - 3) / 9f) ])

/// A plan whose state stays as it is, unless it is updated.
let private compiled state outputs updates : Plan =
    Plan.compileWith
        { Plan.defaults with
            FixedState = Some(FixedValues())
        }
        engine
        state
        outputs
        updates

let private transposes (plan: Plan) : int =
    plan.Steps
    |> Seq.filter (fun step -> step.Name.Contains "Transpose")
    |> Seq.length

let private values (rows: int) : float32[] =
    Array.init (rows * 75) (fun i -> float32 (i % 11) - 5f)

[<Fact>]
let ``Images with their channels first are turned at the beginning and at the end only`` () =
    let x = Tensor.input "x" [ 2; 3; 5; 5 ]
    let y = layers x
    let plan = compiled (state ()) [ y ] []

    Assert.Equal(2, transposes plan)
    values 2 |> Array.iteri (fun i value -> plan.Input("x")[i] <- value)
    plan.Run()

    let expected = Eager.evaluate engine [ "x", values 2; "w", (state ())["w"] ] [ y ]
    Assert.Equal<float32[]>(expected.Head, plan.Output 0)

[<Fact>]
let ``What is computed from fixed state is computed once for all plans`` () =
    let fixedState, state = FixedValues(), state ()
    let turned = Tensor.permute [ 0; 2; 3; 1 ] weight

    let same: Tensor = Tensor.permute [ 0; 2; 3; 1 ] (Tensor.input "w" [ 3; 3; 3; 3 ])

    let one = fixedState.Of(engine, state, [ turned ])
    let other = fixedState.Of(engine, state, [ same; turned * 2.0 ])
    Assert.Same(one.Head, other.Head)
    Assert.Equal<float32[]>(Array.map ((*) 2f) one.Head, other[1])

[<Fact>]
let ``State that is updated is not fixed`` () =
    let plan =
        compiled (state ()) [ Tensor.permute [ 3; 0; 1; 2 ] weight ] [ "w", weight + 1.0 ]

    let run () =
        plan.Run()
        plan.Output(0)[0]

    let before = run ()
    Assert.Equal(before + 1f, run ())

[<Fact>]
let ``A view that goes beyond an axis is no part, even if its strides are those of the whole tensor`` () =
    let x = Tensor.input "x" [ 2; 2; 3 ]
    let turned = Tensor.permute [ 1; 0; 2 ] x

    // rows of four elements, of which the last one is the first of the next row
    let overlapping =
        match (Tensor.slice 2 0 2 turned).Node with
        | Apply(slice, operands) ->
            Tensor.apply
                [ 2; 1; 4 ]
                operands
                { slice with
                    Kernel = Kernel.Read(Strided([| 2; 1; 4 |], [| 6; 3; 1 |], 0))
                }
        | _ -> invalidOp "A part is what a primitive returns."

    let plan = compiled (Dictionary()) [ overlapping ] []
    Array.iteri (fun i _ -> plan.Input("x")[i] <- float32 i) (plan.Input "x")
    plan.Run()
    Assert.Equal<float32[]>([| 0f; 1f; 2f; 6f; 3f; 4f; 5f; 9f |], plan.Output 0)
