/// Primitives with one wrong rule: each is a value, a record with one field replaced.
module Hybrid.Properties.PrimitiveMutations

open System
open System.Collections.Generic
open Hybrid.Core
open Hybrid.Testing

/// A graph with every primitive of a name replaced by a function of it.
let private rewritten (name: string) (change: Primitive -> Primitive) (output: Tensor) : Tensor =
    let made = Dictionary<Tensor, Tensor> HashIdentity.Reference

    for x in Graph.order [ output ] do
        made[x] <-
            match x.Node with
            | Apply(primitive, operands) ->
                let changed =
                    if primitive.Name = name then
                        change primitive
                    else
                        primitive

                Tensor.apply x.Shape (operands |> List.map (fun operand -> made[operand])) changed
            | Constant _
            | Input _ -> x

    made[output]

/// A row with every primitive of a name replaced by a function of it.
let private mutated (row: Row) (name: string) (change: Primitive -> Primitive) : Row =
    { row with
        Build = row.Build >> rewritten name change
    }

/// Whether a law complains in any of a number of random cases.
let private isCaught (row: Row) =
    let caught laws (cases: FsCheck.Arbitrary<Case>) =
        sample 200 cases.Generator
        |> Seq.exists (fun case ->
            laws |> List.exists (fun (law: Law) -> not (law.Complaints row case).IsEmpty))

    caught Laws.smooth (Cases.smooth row) || caught Laws.everywhere (Cases.any row)

let private mutation what row primitive change : string * (unit -> bool) =
    $"{primitive}: {what}", (fun () -> isCaught (mutated (Table.row row) primitive change))

let private vjp what row name (rule: Tensor list -> Tensor -> Tensor -> Tensor list) =
    mutation $"reverse rule, {what}" row name (fun primitive -> { primitive with Vjp = rule })

let private jvp what row name (rule: Tensor list -> Tensor -> Tensor list -> Tensor) =
    mutation $"forward rule, {what}" row name (fun primitive -> { primitive with Jvp = rule })

let private enclosure what row name (rule: Interval[] list -> Interval[]) =
    mutation $"enclosure, {what}" row name (fun primitive -> { primitive with Enclosure = rule })

let private rounding what row name (rule: RoundingRule) =
    mutation $"rounding: {what}" row name (fun primitive -> { primitive with Rounding = rule })

let private continuity what row name (claim: Continuity) =
    mutation $"continuity: {what}" row name (fun primitive -> { primitive with Continuity = claim })

/// A mutant that a graph at the limits of float32 reveals.
let private extreme what case primitive change : string * (unit -> bool) =
    let boxes, output, _ = RoundingLaws.extremes |> List.find (fst >> (=) case) |> snd

    $"{primitive}: {what}",
    (fun () ->
        rewritten primitive change output
        |> RoundingLaws.complaints [] 1 boxes
        |> List.isEmpty
        |> not)

/// A rule that bounds the roundings of a sum of this many numbers, without checking whether a part overflows.
let private regardless (count: float) (primitive: Primitive) : Primitive =
    let off (operands: Interval[] list) =
        operands
        |> List.map (Array.map RoundingRule.magnitude)
        |> primitive.Reference
        |> Array.map ((*) (RoundingRule.gamma count))

    { primitive with
        Rounding = RoundingRule.Within off
    }

/// Results clamped to the range of float32.
let private clamped (primitive: Primitive) : Primitive =
    let clamp (x: Interval) : Interval =
        {
            Lower = Math.Clamp(x.Lower, -1e38, 1e38)
            Upper = Math.Clamp(x.Upper, -1e38, 1e38)
        }

    { primitive with
        Enclosure = primitive.Enclosure >> Array.map clamp
    }

/// Half of one rounding of a function of two numbers.
let private halfOf (f: Interval -> Interval -> Interval) =
    RoundingRule.Within(fun operands ->
        Array.map2
            (fun a b -> 0.5 * RoundingRule.Unit * RoundingRule.magnitude (f a b))
            operands[0]
            operands[1])

/// The correct rule, changed.
let private changedVjp what row name (change: Tensor list -> Tensor list -> Tensor list) =
    mutation $"reverse rule, {what}" row name (fun primitive ->
        { primitive with
            Vjp = fun operands y g -> change operands (primitive.Vjp operands y g)
        })

/// The same numbers, as if they did not depend on anything.
let private detached (x: Tensor) =
    let none (x: Tensor) _ _ = Tensor.zerosLike x
    let onnx = Tensor.onnx "Identity"
    Tensor.map "Detached" Unary.Abs id id Continuity.Smooth RoundingRule.Moves onnx none none x

let private swappedIfAlike (_: Tensor list) (cotangents: Tensor list) =
    let rotated = cotangents.Tail @ [ cotangents.Head ]
    let shapes = List.map (fun (x: Tensor) -> x.Shape)

    if shapes rotated = shapes cotangents then
        rotated
    else
        cotangents

let private scaleFirst (factor: float) (_: Tensor list) (cotangents: Tensor list) =
    factor * cotangents.Head :: cotangents.Tail

let private scaleLast (factor: float) operands cotangents =
    scaleFirst factor operands (List.rev cotangents) |> List.rev

let private turnedIfSquare (_: Tensor list) (cotangents: Tensor list) =
    cotangents
    |> List.map (fun g ->
        if g.Shape[0] = g.Shape[1] then
            Tensor.permute [ 1; 0 ] g
        else
            g)

let all: (string * (unit -> bool)) list =
    [
        vjp "sign" "negate" "Negate" (fun _ _ g -> [ g ])
        vjp "missing factor" "exp" "Exp" (fun _ _ g -> [ g ])
        vjp "product for quotient" "log" "Log" (fun x _ g -> [ g * x.Head ])
        vjp "missing factor" "sqrt" "Sqrt" (fun _ y g -> [ g / y ])
        vjp "sign" "sin" "Sin" (fun x _ g -> [ -(g * Tensor.cos x.Head) ])
        vjp "sign" "cos" "Cos" (fun x _ g -> [ g * Tensor.sin x.Head ])
        vjp "missing square" "tanh" "Tanh" (fun _ y g -> [ g * (1.0 - y) ])
        vjp "missing factor" "sigmoid" "Sigmoid" (fun _ y g -> [ g * y ])
        vjp "result for operand" "softplus" "Softplus" (fun _ y g -> [ g * Tensor.sigmoid y ])
        changedVjp "missing factor" "erf" "Erf" (scaleFirst 0.5)
        vjp "missing sign" "abs" "Abs" (fun _ _ g -> [ g ])
        vjp "passes everything" "relu" "Relu" (fun _ _ g -> [ g ])
        vjp "the wrong side" "relu" "Relu" (fun x _ g -> [ g * Tensor.step -x.Head ])
        vjp "sign of the second" "subtract" "Subtract" (fun _ _ g -> [ g; g ])
        vjp "wrong operand" "multiply" "Multiply" (fun x _ g -> [ g * x[0]; g * x[1] ])
        changedVjp "sign of the second" "divide" "Divide" (scaleLast -1.0)
        changedVjp "the branches exchanged" "maximum" "Maximum" swappedIfAlike
        changedVjp "the branches exchanged" "minimum" "Minimum" swappedIfAlike
        vjp "missing factor" "power" "Power" (fun x y g -> [ g * y / x[0]; g * y * Tensor.log x[0] ])
        vjp "missing logarithm" "power" "Power" (fun x y g -> [ g * x[1] * y / x[0]; g * y ])
        vjp "the branches exchanged" "select by comparison" "Select" (fun x _ g ->
            let none = Tensor.zerosLike g
            [ none; Tensor.select x[0] none g; Tensor.select x[0] g none ])
        changedVjp "transposed" "matmul" "MatMul" turnedIfSquare
        changedVjp "missing factor of the second" "matmul by a transposed operand" "MatMul" (scaleLast 0.5)
        changedVjp "a mean for a sum" "sum of the middle axis" "Sum" (scaleFirst 0.5)
        vjp "to every element" "max" "Max" (fun x _ g -> [ Tensor.spread 1 x.Head.Shape g ])
        vjp "missing share" "logSumExp of the first axis" "LogSumExp" (fun x _ g ->
            [ Tensor.spread 0 x.Head.Shape g ])
        vjp "missing term" "softmax of the last axis" "Softmax" (fun _ y g -> [ y * g ])
        changedVjp "parts exchanged" "concat" "Concat" swappedIfAlike
        changedVjp "missing factor" "pad" "Pad" (scaleFirst 0.5)
        changedVjp "missing factor" "windows that overlap" "Windows" (scaleFirst 0.5)
        vjp "the last window only" "windows that overlap" "Windows" (fun x _ g ->
            let last =
                Tensor.slice 1 (g.Shape[1] - 1) 1 g
                |> Tensor.reshape [ g.Shape[0]; 2; g.Shape[3] ]

            [ Tensor.pad [ struct (0, 0); (x.Head.Shape[1] - 2, 0); (0, 0) ] last ])
        changedVjp "missing factor" "overlapAdd" "OverlapAdd" (scaleFirst 0.5)
        jvp "twice" "overlapAdd" "OverlapAdd" (fun _ _ t ->
            2.0 * Tensor.overlapAdd [ Window.create 2 1 ] [ t.Head.Shape[1] + 1 ] t.Head)
        jvp "missing square" "tanh" "Tanh" (fun _ y t -> t.Head * (1.0 - y))
        jvp "missing term" "multiply" "Multiply" (fun x _ t -> t[0] * x[1])
        jvp "sign" "softmax of the last axis" "Softmax" (fun _ y t ->
            y * t.Head + y * Tensor.spread -1 y.Shape (Tensor.sum -1 (t.Head * y)))
        jvp "twice" "transpose" "Transpose" (fun _ _ t -> 2.0 * Tensor.transpose t.Head)
        vjp "no second derivative" "sin" "Sin" (fun x _ g -> [ g * detached (Tensor.cos x.Head) ])
        vjp "no second derivative" "multiply" "Multiply" (fun x _ g ->
            [ g * detached x[1]; g * detached x[0] ])
        mutation "a wrong definition" "sigmoid" "Sigmoid" (fun primitive ->
            { primitive with
                Reference = primitive.Reference >> Array.map (fun y -> y * 1.00001)
            })
        enclosure "ends only" "cos" "Cos" (fun x ->
            x.Head
            |> Array.map (fun box ->
                Interval.hull (Interval.exactly (cos box.Lower)) (Interval.exactly (cos box.Upper))))
        enclosure "ends only" "multiply" "Multiply" (fun x ->
            Array.map2
                (fun a b ->
                    Interval.hull
                        (Interval.exactly (a.Lower * b.Lower))
                        (Interval.exactly (a.Upper * b.Upper)))
                x[0]
                x[1])
        enclosure "rounded inward" "exp" "Exp" (fun x ->
            x.Head
            |> Array.map (fun box ->
                {
                    Lower = Math.BitIncrement(exp box.Lower)
                    Upper = exp box.Upper
                }))
        enclosure "not negated" "negate" "Negate" (fun x -> x.Head)
        rounding "no rounding" "add" "Add" RoundingRule.Chooses
        rounding "no rounding" "multiply" "Multiply" RoundingRule.Chooses
        rounding "no rounding" "matmul" "MatMul" RoundingRule.Moves
        rounding "no rounding" "sum of the middle axis" "Sum" RoundingRule.Moves
        rounding "no rounding" "overlapAdd of two axes" "OverlapAdd" RoundingRule.Moves
        rounding "no rounding" "divide" "Divide" RoundingRule.Moves
        rounding "no rounding" "sqrt" "Sqrt" RoundingRule.Moves
        rounding "no rounding" "exp" "Exp" RoundingRule.Moves
        rounding "no rounding" "softmax of the last axis" "Softmax" RoundingRule.Moves
        rounding "no rounding" "logSumExp of the first axis" "LogSumExp" RoundingRule.Moves
        rounding "half of it" "multiply" "Multiply" (halfOf Interval.multiply)
        rounding "half of it" "divide" "Divide" (halfOf Interval.divide)
        rounding "half of it" "add" "Add" (halfOf Interval.add)
        rounding
            "half the slope"
            "tanh"
            "Tanh"
            (RoundingRule.Elementary(fun _ -> { Lower = 0.0; Upper = 0.5 }))
        rounding "the slope's sign" "cos" "Cos" (RoundingRule.Elementary Interval.sin)
        rounding "the value for the slope" "log" "Log" (RoundingRule.Elementary id)
        extreme "partial sums may overflow" "partial sums overflow" "Sum" (regardless 10.0)
        extreme "products may overflow" "products overflow, their sum is 0" "MatMul" (regardless 11.0)
        extreme
            "integers are exact, however large"
            "integers overflow, their sum is 0"
            "MatMul"
            (fun primitive ->
                { primitive with
                    Rounding = RoundingRule.Moves
                })
        extreme "nothing overflows" "a product overflows, and is multiplied by 0" "Multiply" clamped
        extreme "nothing overflows" "a power overflows, and is multiplied by 0" "Exp" clamped
        extreme "nothing is flushed" "a subnormal number is multiplied again" "Multiply" (fun primitive ->
            { primitive with
                Rounding =
                    RoundingRule.Within(fun operands ->
                        Array.map2
                            (fun a b -> RoundingRule.Unit * RoundingRule.magnitude (Interval.multiply a b))
                            operands[0]
                            operands[1])
            })
        vjp "the rows are not added up" "gather" "Gather" (fun operands _ g ->
            [
                Tensor.zerosLike operands[0]
                Tensor.scatterAdd operands[1].Shape.Head (Tensor.zerosLike operands[0]) g
            ])
        vjp "the cotangent of each row is halved" "scatterAdd" "ScatterAdd" (fun operands _ g ->
            [ Tensor.zerosLike operands[0]; 0.5 * Tensor.gather g operands[0] ])
        jvp "the table's tangent is left out" "gather" "Gather" (fun _ y _ -> Tensor.zerosLike y)
        enclosure "only the first row" "gather by a rounded index" "Gather" (fun operands ->
            operands[0]
            |> Array.collect (fun index ->
                let width = operands[1].Length / 5
                Array.sub operands[1] (max 0 (RowIndex.nearest 5 index.Lower) * width) width))
        rounding "sums are exact" "scatterAdd" "ScatterAdd" RoundingRule.Moves
        continuity "smooth" "gather by a rounded index" "Gather" Continuity.Smooth
        continuity "smooth" "relu" "Relu" Continuity.Smooth
        continuity "smooth" "abs" "Abs" Continuity.Smooth
        continuity "smooth" "maximum" "Maximum" Continuity.Smooth
        continuity "smooth" "max" "Max" Continuity.Smooth
        continuity "smooth" "step" "Step" Continuity.Smooth
        continuity "smooth" "greater" "Greater" Continuity.Smooth
        continuity "kinked" "sign" "Sign" (Continuity.Kinked List.head)
        continuity
            "jumps elsewhere"
            "step"
            "Step"
            (Continuity.Steps(List.head >> Array.map (fun x -> x + 10.0)))
    ]
