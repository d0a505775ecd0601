/// The values of functions, compared with plain loops: a derivative may agree with the wrong function.
module Hybrid.Properties.ValueProperties

open System
open Expecto
open Hybrid.Core
open Hybrid.Testing

/// An element of a matrix with this many columns.
let private at (x: float[]) columns i j = x[i * columns + j]

let private product m k n a b =
    Array.init (m * n) (fun i -> Seq.sum (seq { for p in 0 .. k - 1 -> a (i / n) p * b p (i % n) }))

let private rows width (f: float[] -> float[]) x =
    Array.chunkBySize width x |> Array.collect f

let private softmax (run: float[]) =
    let exps = Array.map exp run in Array.map (fun e -> e / Array.sum exps) exps

let private perRow width f (outputs: float[]) targets =
    Array.map2 f (Array.chunkBySize width outputs) (Array.chunkBySize width targets)

let private mean f run targets =
    Array.map2 f run targets |> Array.average

let private huber p t =
    let e = abs (p - t) in if e <= 1.0 then e * e / 2.0 else e - 0.5

let private hinge (run: float[]) (targets: float[]) =
    let right = Array.IndexOf(targets, 1.0)

    Seq.sum (
        seq {
            for j in 0 .. run.Length - 1 do
                if j <> right then
                    max 0.0 (1.0 + run[j] - run[right])
        }
    )

/// From rate, parameter, gradient and slots to the new parameter and slots, for one element at step 3.
let private adam rate p g m s =
    let m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
    let mean, square = m / (1.0 - Math.Pow(0.9, 3.0)), s / (1.0 - Math.Pow(0.999, 3.0))
    p - rate * mean / (sqrt square + 1e-8), m, s

let private adamOf (values: float[] list) =
    match values with
    | [ [| rate |]; p; g; m; s ] ->
        let each =
            Array.map2 (fun (p, g) (m, s) -> adam rate p g m s) (Array.zip p g) (Array.zip m s)

        let p, m, s = Array.unzip3 each
        Array.concat [ p; m; s ]
    | _ -> invalidArg (nameof values) "A rate, a parameter, a gradient and two slots are needed."

/// Rows of the table by name, with their values, from extents and operands.
let meanings: (string * (int list -> float[] list -> float[])) list =
    [
        "matmul", (fun e x -> product e[0] e[1] e[2] (at x[0] e[1]) (at x[1] e[2]))
        "matmul of a transposed operand",
        fun e x -> product e[0] e[1] e[2] (fun i p -> at x[0] e[0] p i) (at x[1] e[2])
        "matmul by a transposed operand",
        fun e x -> product e[0] e[1] e[2] (at x[0] e[1]) (fun p j -> at x[1] e[1] j p)
        "matmul of two transposed operands",
        fun e x -> product e[0] e[1] e[2] (fun i p -> at x[0] e[0] p i) (fun p j -> at x[1] e[1] j p)
        "matmul of a square permuted to the same order",
        fun e x -> product e[0] e[0] 2 (at x[0] e[0]) (at x[1] 2)
        "permute of a matrix to the same order", (fun _ x -> x[0])
        "transpose", (fun e x -> Array.init (e[0] * e[1]) (fun i -> at x[0] e[1] (i % e[0]) (i / e[0])))
        "slice in the middle of the last axis",
        fun e x -> Array.init (2 * e[0]) (fun i -> at x[0] 5 (i / 2) (1 + i % 2))
        "spread", (fun _ x -> Array.concat [ x[0]; x[0]; x[0] ])
        "softmax of the last axis", (fun e x -> rows e[1] softmax x[0])
        "linear",
        fun e x ->
            product e[0] e[1] e[2] (at x[0] e[1]) (fun p j -> at x[1] e[1] j p)
            |> Array.mapi (fun i y -> y + x[2][i % e[2]])
        "activation elu", (fun _ x -> Array.map (fun x -> if x > 0.0 then x else exp x - 1.0) x[0])
        "activation leaky-relu", (fun _ x -> Array.map (fun x -> if x > 0.0 then x else 0.01 * x) x[0])
        "loss squared", (fun e x -> perRow e[1] (mean (fun p t -> (p - t) * (p - t))) x[0] x[1])
        "loss absolute", (fun e x -> perRow e[1] (mean (fun p t -> abs (p - t))) x[0] x[1])
        "loss huber", (fun e x -> perRow e[1] (mean huber) x[0] x[1])
        "loss hinge of classes", (fun e x -> perRow e[1] hinge x[0] x[1])
        "loss softmax of classes",
        fun e x -> perRow e[1] (fun run t -> -log(Law.dot (softmax run) t)) x[0] x[1]
        "optimizer adam", (fun _ x -> adamOf x)
    ]

[<Tests>]
let tests =
    testList
        "values"
        [
            for name, meaning in meanings ->
                let row = Table.row name

                property name 100 (Cases.any row) (fun case ->
                    let trace = Trace.ofCase row case
                    let actual = Trace.evaluate trace [ trace.Output ] |> List.exactlyOne
                    let expected = meaning case.Extents (List.map snd trace.Values)
                    Law.differEach "value" 1e-12 1e-12 actual expected |> withoutComplaints)
        ]
