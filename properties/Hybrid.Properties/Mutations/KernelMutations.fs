/// Engines with one wrong kernel.
module Hybrid.Properties.KernelMutations

open System
open Hybrid.Core
open Hybrid.Testing

/// Whether a reader's law complains about some row of the table in random cases, or about random graphs.
let private isCaught (engine: Engine) =
    let complains row (case: Case) =
        ReaderLaws.all engine
        |> List.exists (fun law -> not (law.Complaints row case).IsEmpty)

    let onRows =
        Table.rows
        |> Seq.exists (fun row -> sample 2 (Cases.smooth row).Generator |> Seq.exists (complains row))

    onRows
    || sample 50 GraphCase.arbitrary.Generator
       |> Seq.exists (fun case -> complains (GraphCase.toRow case) (GraphCase.toCase case))

let private fault name spoil : string * (unit -> bool) =
    name, (fun () -> isCaught (new Engine(new FaultyKernels(name, spoil))))

let private misreading name misread : string * (unit -> bool) =
    name, (fun () -> isCaught (new Engine(new FaultyKernels(name, (fun _ _ y -> y), misread))))

/// All but the last element: a loop that ends one too early leaves its previous contents.
let private lastStale (stale: float32[]) (right: float32[]) =
    Array.mapi (fun i y -> if i = right.Length - 1 then stale[i] else y) right

let all: (string * (unit -> bool)) list =
    [
        fault "exp to four digits" (fun call _ y ->
            match call with
            | UnaryCall(Unary.Exp, _) -> y |> Array.map (fun v -> v * 1.0001f)
            | _ -> y)
        fault "unary: last element not written" (fun call stale y ->
            match call with
            | UnaryCall _ -> lastStale stale y
            | _ -> y)
        fault "binary: last element not written" (fun call stale y ->
            match call with
            | BinaryCall _ -> lastStale stale y
            | _ -> y)
        fault "relu leaks" (fun call _ y ->
            match call with
            | UnaryCall(Unary.Relu, x) -> Array.map2 (fun x y -> if x < 0f then 0.01f * x else y) x y
            | _ -> y)
        fault "a repeated row read as its first element" (fun call _ y ->
            match call with
            | BinaryCall(Binary.Add, a, b) when b.Length < y.Length -> Array.map (fun v -> v + b[0]) a
            | _ -> y)
        fault "division by an inaccurate reciprocal" (fun call _ y ->
            match call with
            | BinaryCall(Binary.Divide, _, _) -> y |> Array.map (fun v -> v * 1.00005f)
            | _ -> y)
        fault "subtraction with operands exchanged" (fun call _ y ->
            match call with
            | BinaryCall(Binary.Subtract, _, _) -> Array.map (~-) y
            | _ -> y)
        fault "select: the branches exchanged" (fun call _ y ->
            match call with
            | SelectCall(condition, a, b) ->
                y
                |> Array.mapi (fun i _ ->
                    if condition[i % condition.Length] = 0f then
                        a[i % a.Length]
                    else
                        b[i % b.Length])
            | _ -> y)
        fault "a sum without its last term" (fun call _ y ->
            match call with
            | ReduceCall(Reduction.Sum, outer, length, inner, x) when length > 0 ->
                Tensor.along (struct (outer, length, inner)) (fun at ->
                    Seq.sum (seq { for l in 0 .. length - 2 -> x[at l] }))
            | _ -> y)
        fault "the maximum starts at 0" (fun call _ y ->
            match call with
            | ReduceCall(Reduction.Max, _, _, _, _) -> y |> Array.map (max 0f)
            | _ -> y)
        fault "the index counts from 1" (fun call _ y ->
            match call with
            | ReduceCall(Reduction.ArgMax, _, _, _, _) -> y |> Array.map ((+) 1f)
            | _ -> y)
        fault "softmax not divided" (fun call _ y ->
            match call with
            | SoftmaxCall(_, _, _, x) -> Array.map exp x
            | _ -> y)
        fault "product: the flag of the second operand is ignored" (fun call _ y ->
            match call with
            | MatMulCall(transposeA, true, m, k, n, a, b) ->
                let wrong = Array.zeroCreate<float32> y.Length
                let engine = new ReferenceKernels() :> IKernels
                engine.MatMul(transposeA, false, m, k, n, ReadOnlySpan a, ReadOnlySpan b, wrong.AsSpan())
                wrong
            | _ -> y)
        fault "product: the last column of tiles not written" (fun call stale y ->
            match call with
            | MatMulCall(_, _, _, _, n, _, _) when n > 1 ->
                Array.mapi (fun i v -> if i % n = n - 1 then stale[i] else v) y
            | _ -> y)
        fault "product: added to the previous contents" (fun call stale y ->
            match call with
            | MatMulCall _ -> Array.map2 (+) stale y
            | _ -> y)
        fault "product: the last inner index left out" (fun call _ y ->
            match call with
            | MatMulCall(false, false, _, k, n, a, b) ->
                y |> Array.mapi (fun i v -> v - a[i / n * k + k - 1] * b[(k - 1) * n + i % n])
            | _ -> y)
        fault "chain: last element not written" (fun call stale y ->
            match call with
            | ChainCall 0 -> lastStale stale y
            | _ -> y)
        fault "chain after a product: the last column not visited" (fun call stale y ->
            match call with
            | ChainCall columns when columns > 1 ->
                Array.mapi (fun i v -> if i % columns = columns - 1 then stale[i] else v) y
            | _ -> y)
        misreading "chain: a row that repeats read as its first element" (fun operand ->
            { operand with
                Values = operand.Values.Slice(0, 1)
            })
        misreading "chain: elements that repeat read one after the other" (fun operand ->
            { operand with Repeat = 1 })
        fault "overlapping windows: the last one overwrites the others" (fun call _ y ->
            match call with
            | AccumulateCall(view, x) ->
                let wrong = Array.zeroCreate<float32> y.Length
                Array.iter2 (fun at v -> wrong[at] <- v) view.Indices x
                wrong
            | _ -> y)
        fault "overlapping windows: added to the previous contents" (fun call stale y ->
            match call with
            | AccumulateCall _ -> Array.map2 (+) stale y
            | _ -> y)
        fault "a view without its offset" (fun call _ y ->
            match call with
            | ReadCall(view, x) -> view.Indices |> Array.map (fun i -> x[i - view.Offset])
            | _ -> y)
        fault "a transposed view read untransposed" (fun call _ y ->
            match call with
            | ReadCall(view, x) when view.Offset = 0 && x.Length = y.Length -> x
            | _ -> y)
        fault "a part written one place too far" (fun call stale y ->
            match call with
            | WriteCall(view, x) when Array.max view.Indices + 1 < y.Length ->
                let wrong = Array.copy stale
                view.Indices |> Array.iteri (fun i place -> wrong[place + 1] <- x[i])
                wrong
            | _ -> y)
    ]
