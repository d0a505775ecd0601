/// Empty tensors and special numbers, in every reader.
module Hybrid.Properties.EdgeProperties

open System
open Expecto
open Hybrid.Core
open Hybrid.Testing

let private special =
    [|
        nan
        infinity
        -infinity
        0.0
        -0.0
        1.0
        -1.0
        0.5
        2.0
        -3.0
        30.0
        -30.0
        200.0
        -200.0
        1e30
        -1e30
    |]

/// Whether two numbers are of the same kind, and equal within float32 rounding; numbers beyond float32 overflow or vanish.
let private agrees (expected: float) (actual: float32) =
    let single = float32 expected

    if Single.IsNaN single then
        Single.IsNaN actual
    elif Single.IsInfinity single then
        actual = single
    else
        abs (float actual - expected) <= 1e-6 * abs expected + 1e-37

let private hold (engine: Engine) inputs output =
    let expected = Reference.evaluate inputs [ output ] |> List.exactlyOne

    let actual =
        Eager.evaluate
            engine
            (inputs |> List.map (fun (name, values) -> name, Array.map float32 values))
            [ output ]
        |> List.exactlyOne

    for i in 0 .. expected.Length - 1 do
        let given =
            inputs
            |> List.map (fun (name, x: float[]) -> $"{name} = {x[i % x.Length]}")
            |> String.concat ", "

        Expect.isTrue
            (agrees expected[i] actual[i])
            $"{engine.Name}, {output}, {given}: {actual[i]}, not {expected[i]}"

// sines of large numbers are only as accurate as the rounding of the operand, which at 1e30 covers everything
let private maps: (string * (Tensor -> Tensor)) list =
    [
        "negate", Tensor.negate
        "exp", Tensor.exp
        "log", Tensor.log
        "sqrt", Tensor.sqrt
        "tanh", Tensor.tanh
        "sigmoid", Tensor.sigmoid
        "softplus", Tensor.softplus
        "erf", Tensor.erf
        "abs", Tensor.abs
        "sign", Tensor.sign
        "round", Tensor.round
        "step", Tensor.step
        "relu", Tensor.relu
        "isNaN", Tensor.isNaN
    ]

let private zips: (string * (Tensor -> Tensor -> Tensor)) list =
    [
        "add", Tensor.add
        "subtract", Tensor.subtract
        "multiply", Tensor.multiply
        "divide", Tensor.divide
        "maximum", Tensor.maximum
        "minimum", Tensor.minimum
        "greater", Tensor.greater
        "equal", Tensor.equal
        "select", (fun a b -> Tensor.select a b -b)
    ]

/// Graphs on tensors without elements, and their values.
let private empties =
    let none = Tensor.input "none" [ 0; 3 ]

    [
        "sum of no rows", Tensor.sum 0 none, [| 0.0; 0.0; 0.0 |]
        "sum of all elements", Tensor.sumAll none, [| 0.0 |]
        "sums of no rows", Tensor.sum 1 none, [||]
        "product over no terms", Tensor.transpose none *@ none, Array.zeroCreate 9
        "product of no rows", none *@ Tensor.constant [ 3; 2 ] (Array.create 6 1.0), [||]
        "a row added to no rows", Tensor.exp (none + Tensor.constant [ 3 ] [| 1.0; 2.0; 3.0 |]), [||]
        "softmax of no rows", Tensor.softmax 1 none, [||]
        "no rows before some",
        Tensor.concat 0 [ none; Tensor.constant [ 1; 3 ] [| 1.0; 2.0; 3.0 |] ],
        [| 1.0; 2.0; 3.0 |]
        "gradient of no rows",
        List.exactlyOne (Derivative.gradient (Tensor.sumAll (Tensor.tanh none * none)) [ none ]),
        [||]
    ]

/// A test on every engine.
let private onEngines (name: string) (law: Engine -> unit) =
    testList name [ for engine in Engines.all -> testCase engine.Name (fun () -> law engine) ]

[<Tests>]
let tests =
    testList
        "edges"
        [
            testList
                "Functions of one number agree with the reference on every kind of number"
                [
                    for engine in Engines.all ->
                        testList
                            engine.Name
                            [
                                for name, f in maps ->
                                    testCase name (fun () ->
                                        let x = Tensor.input "x" [ special.Length ]
                                        hold engine [ "x", special ] (f x))
                            ]
                ]

            testList
                "Functions of two numbers agree with the reference on every kind of number"
                [
                    for engine in Engines.all ->
                        testList
                            engine.Name
                            [
                                for name, f in zips ->
                                    testCase name (fun () ->
                                        let n = special.Length
                                        let a, b = Tensor.input "a" [ n; n ], Tensor.input "b" [ n; n ]
                                        let firsts = Array.init (n * n) (fun i -> special[i / n])
                                        let seconds = Array.init (n * n) (fun i -> special[i % n])
                                        hold engine [ "a", firsts; "b", seconds ] (f a b))
                            ]
                ]

            onEngines "Reductions of large numbers do not overflow, and NaN is the maximum" (fun engine ->
                let x = Tensor.input "x" [ 4; 3 ]

                let values =
                    [| 200.0; 199.0; -200.0; 1.0; 1.0; 1.0; -500.0; -501.0; -502.0; 3.0; nan; 5.0 |]

                hold engine [ "x", values ] (Tensor.max 1 x)
                hold engine [ "x", values ] (Tensor.argMax 1 x)
                let finite = Array.take 9 values
                let x = Tensor.input "x" [ 3; 3 ]
                hold engine [ "x", finite ] (Tensor.softmax 1 x)
                hold engine [ "x", finite ] (Tensor.logSumExp 1 x))

            onEngines "Tensors without elements are evaluated like any other" (fun engine ->
                for name, graph, expected in empties do
                    let actual = Reference.evaluate [ "none", [||] ] [ graph ] |> List.exactlyOne
                    Expect.equal actual expected name
                    let given = [ "none", [||] ]

                    Expect.equal
                        (ReaderLaws.planComplaints
                            2
                            { Plan.defaults with Poison = true }
                            engine
                            given
                            [ graph ])
                        []
                        name

                    let eager = Eager.evaluate engine [ "none", [||] ] [ graph ] |> List.exactlyOne
                    Expect.equal (Array.map float eager) expected name)
        ]
