namespace Hybrid.Verification

open System
open System.Collections.Generic
open Hybrid.Core

/// <summary>Blocks, one after the other, and affine functions of their variables: what functions of the network are made
/// of.</summary>
[<Sealed>]
type internal BlockBuilder(arithmetic: Arithmetic, box: Interval[]) =
    let blocks = List<Block>()
    let between = List<Affine>()

    // rough: they only balance the factors of products
    let ranges = List<Interval[]>([ box ])

    let isReal = arithmetic.IsReal
    let tiny = if isReal then 0.0 else RoundingRule.Tiny
    let rounding = if isReal then 0.0 else RoundingRule.Unit

    let entry operand element factor =
        {
            Operand = operand
            Element = element
            Factor = factor
        }

    let combine inexact (operands: Affine list) rows rounded =
        for operand in operands do
            if operand.Terms |> List.exists (fun term -> term.Rows.IsDense) then
                between.Add operand

        Affine.combine arithmetic inexact (Array.ofList operands) rows rounded

    /// p a + q b, element by element, as a way to write values that the network has computed.
    let pair inexact (a: Affine) (b: Affine) (factors: int -> struct (float * float)) =
        combine
            inexact
            [ a; b ]
            (Array.init a.Size (fun i ->
                let struct (p, q) = factors i
                [| entry 0 i p; entry 1 i q |]))
            false

    let block curve relative absolute (argument: Affine) : Affine =
        blocks.Add
            {
                Curve = curve
                Argument = argument
                Relative = relative
                Absolute = absolute
            }

        Affine.variables blocks.Count argument.Size

    let joint (joint: Joint) argument =
        block (Curve.Joint joint) 0.0 0.0 argument

    /// base + factor · relu(argument), exactly but for flushing.
    let withRelu (base': Affine) factor (argument: Affine) : Affine =
        let positive = block Curve.Relu 0.0 0.0 argument

        pair 0.0 base' positive (fun _ -> struct (1.0, factor)) |> Affine.widen tiny

    let subtract a b =
        pair 0.0 a b (fun _ -> struct (1.0, -1.0))

    /// Roughly the intervals of an affine function's values, where those of its variables are known.
    let sumOf (affine: Affine) : Interval[] =
        Array.init affine.Size (fun i ->
            affine.Terms
            |> List.fold
                (fun sum term ->
                    let struct (factors, _) = Affine.row term i

                    Array.fold2
                        (fun sum factor range -> Interval.addProduct sum (Interval.exactly factor) range)
                        sum
                        factors
                        ranges[term.Block])
                (Interval.exactly affine.Constant[i]))

    let rangeOf (affine: Affine) : Interval[] =
        while ranges.Count <= blocks.Count do
            let block = blocks[ranges.Count - 1]
            let argument = sumOf block.Argument

            ranges.Add(
                match block.Curve with
                | Curve.Joint joint -> joint.Around argument |> Array.map (fun (struct (image, _)) -> image)
                | curve -> Array.map (Curve.image curve) argument
            )

        sumOf affine

    /// A power of two that makes two intervals equally wide, if the first is multiplied by it and the second divided.
    let balance (a: Interval) (b: Interval) : float =
        let ratio = (b.Upper - b.Lower) / (a.Upper - a.Lower)

        if ratio > 1e-12 && ratio < 1e12 then
            2.0 ** round (0.5 * Math.Log2 ratio)
        else
            1.0

    /// Where an interval is far from 0, its middle; else 0, and nothing cancels.
    let centre (x: Interval) =
        let middle = 0.5 * (x.Lower + x.Upper)

        if abs middle > x.Upper - x.Lower && Double.IsFinite middle then
            middle
        else
            0.0

    let constant (values: float[]) =
        Affine.constant values (values |> Array.map (fun x -> Affine.Ulp * abs x))

    /// <summary>a b, element by element, from what they are beside their centres, whose product is ¼ (a + b)² - ¼ (a - b)².</summary>
    /// <remarks>With chords and tangents at the middle, the bounds are the mean of McCormick's two planes where a and b are equally
    /// wide: McCormick, "Computability of global solutions to factorable nonconvex programs" (1976).</remarks>
    let product (inexact: float) (a: Affine) (b: Affine) : Affine =
        let a, b = Affine.widen tiny a, Affine.widen tiny b
        let rangeA, rangeB = rangeOf a, rangeOf b
        let centreA, centreB = Array.map centre rangeA, Array.map centre rangeB
        let scale = Array.map2 balance rangeA rangeB

        let squared sign =
            let moved =
                Array.map3 (fun a b scale -> -(scale * a + sign * b / scale)) centreA centreB scale
                |> constant

            combine
                0.0
                [ a; b; moved ]
                (scale
                 |> Array.mapi (fun i scale -> [| entry 0 i scale; entry 1 i (sign / scale); entry 2 i 1.0 |]))
                false
            |> block Curve.Square 0.0 0.0

        let moved = Array.map2 (fun a b -> -(a * b)) centreA centreB |> constant

        // noise in proportion to the value also finds overflow
        combine
            inexact
            [ squared 1.0; squared -1.0; a; b; moved ]
            (Array.init a.Size (fun i ->
                [|
                    entry 0 i 0.25
                    entry 1 i -0.25
                    if centreB[i] <> 0.0 then
                        entry 2 i centreB[i]
                    if centreA[i] <> 0.0 then
                        entry 3 i centreA[i]
                    entry 4 i 1.0
                |]))
            false
        |> Affine.widen tiny

    /// The affine functions one after the other, and zeros up to a size.
    let stacked (operands: Affine list) (size: int) : Affine =
        let rows =
            operands
            |> List.mapi (fun operand x -> Array.init x.Size (fun i -> [| entry operand i 1.0 |]))
            |> Array.concat

        let zeros = Array.create (max 0 (size - rows.Length)) [||]
        combine 0.0 operands (Array.append rows zeros) false

    member _.Blocks = blocks.ToArray()
    member _.Between = List.ofSeq between
    member _.Entry(operand, element, factor) = entry operand element factor
    member _.Combine(inexact, operands, rows, rounded) = combine inexact operands rows rounded

    member _.Relu(x: Affine) = block Curve.Relu 0.0 tiny x

    /// max(a, b) = b + relu(a - b)
    member _.Maximum(a, b) = withRelu b 1.0 (subtract a b)

    /// min(a, b) = b - relu(b - a)
    member _.Minimum(a, b) = withRelu b -1.0 (subtract b a)

    /// |x| = 2 relu(x) - x
    member _.Absolute(x: Affine) =
        pair 0.0 x (block Curve.Relu 0.0 0.0 x) (fun _ -> struct (-1.0, 2.0))
        |> Affine.widen tiny

    /// A curve that a mathematical library computes.
    member _.Elementary(curve, x: Affine) =
        block curve (if isReal then 0.0 else RoundingRule.elementary) tiny x

    member _.Joint(function': Joint, x: Affine) = joint function' x

    /// a b, rounded once.
    member _.Product(a, b) = product rounding a b

    /// a / b, rounded once: the quotient's error is that of the divisor's inverse.
    member _.Quotient(a: Affine, b: Affine) =
        let z = Tensor.input "z" [ b.Size ]
        let inverse = Elementwise.create arithmetic Elementwise.numbers z (1.0 / z)
        product 0.0 a (joint inverse b)

    /// exp zᵢ / Σ exp zⱼ = 1 / (1 + Σ exp (zⱼ - zᵢ)) of runs of scores, given by their places, each off by at most so much.
    member _.Softmax(runs: int[][], off: float, z: Affine) =
        let pairs =
            [|
                for run in runs do
                    for i in run do
                        for j in run do
                            if i <> j then
                                struct (i, j)
            |]

        let powers =
            combine
                0.0
                [ z ]
                (pairs |> Array.map (fun (struct (i, j)) -> [| entry 0 j 1.0; entry 0 i -1.0 |]))
                false
            |> block Curve.Exp 0.0 0.0

        let sums =
            let rows = Array.create z.Size []

            pairs
            |> Array.iteri (fun at (struct (i, _)) -> rows[i] <- entry 1 at 1.0 :: rows[i])

            let ones = Affine.constant (Array.create z.Size 1.0) (Array.zeroCreate z.Size)

            combine
                0.0
                [ ones; powers ]
                (rows |> Array.mapi (fun i row -> Array.ofList (entry 0 i 1.0 :: row)))
                false

        let sum = Tensor.input "z" [ z.Size ]

        joint (Elementwise.create Arithmetic.Real Elementwise.numbers sum (1.0 / sum)) sums
        |> Affine.widen off

    /// Results that are only enclosed.
    member _.Enclosed(primitive: Primitive, operands: Affine list, size: int) : Affine =
        if primitive.Rounding.IsUnknown && not isReal then
            raise (
                HybridException $"{primitive.Name} cannot be verified in float32: its rounding is not known."
            )

        if operands |> List.forall _.Terms.IsEmpty then
            Enclosed.constant arithmetic primitive operands
        else
            let sizes = operands |> List.map _.Size
            let values = stacked operands (max size (List.sum sizes))

            joint (Enclosed.create arithmetic primitive sizes size) values
            |> Affine.pick (Array.init size id)
