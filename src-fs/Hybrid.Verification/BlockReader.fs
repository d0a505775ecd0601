namespace Hybrid.Verification

open System.Collections.Generic
open Hybrid.Core

/// <summary>Reads a graph of one input as blocks, by the kernels and rounding rules of its primitives, never by names.</summary>
/// <remarks>A product with constants and what is added to it count as one sum, as engines compute them.</remarks>
[<Sealed>]
type internal BlockReader(arithmetic: Arithmetic, name: string) =
    let blocks = List<Block>()
    let between = List<Affine>()
    let mutable inputs = 0

    let refuse (primitive: Primitive) (reason: string) =
        raise (HybridException $"{primitive.Name} cannot be verified: {reason}")

    /// The numbers of a constant, as the network computes with them.
    let numbersOf (values: Values) =
        match arithmetic with
        | Arithmetic.Float32 -> values.AsSingle |> Array.map float
        | Arithmetic.Real -> values.AsDouble

    let entry operand element factor =
        {
            Operand = operand
            Element = element
            Factor = factor
        }

    let tiny =
        match arithmetic with
        | Arithmetic.Real -> 0.0
        | Arithmetic.Float32 -> RoundingRule.Tiny

    let combine inexact (operands: Affine list) rows rounded =
        for operand in operands do
            if operand.Terms |> List.exists (fun term -> term.Rows.IsDense) then
                between.Add operand

        Affine.combine arithmetic inexact (Array.ofList operands) rows rounded

    let block curve relative absolute (argument: Affine) : Affine =
        blocks.Add
            {
                Curve = curve
                Argument = argument
                Relative = relative
                Absolute = absolute
            }

        Affine.variables blocks.Count argument.Size

    let subtract (a: Affine) (b: Affine) =
        combine 0.0 [ a; b ] (Array.init a.Size (fun i -> [| entry 0 i 1.0; entry 1 i -1.0 |])) false

    /// base + factor · relu(argument), exactly but for flushing.
    let withRelu (base': Affine) factor (argument: Affine) : Affine =
        let positive = block Curve.Relu 0.0 0.0 argument

        combine
            0.0
            [ base'; positive ]
            (Array.init base'.Size (fun i -> [| entry 0 i 1.0; entry 1 i factor |]))
            false
        |> Affine.widen tiny

    /// max(a, b) = b + relu(a - b)
    let maximum a b = withRelu b 1.0 (subtract a b)

    /// min(a, b) = b - relu(b - a)
    let minimum a b = withRelu b -1.0 (subtract b a)

    /// |x| = 2 relu(x) - x
    let absolute (x: Affine) =
        let positive = block Curve.Relu 0.0 0.0 x

        combine 0.0 [ x; positive ] (Array.init x.Size (fun i -> [| entry 0 i -1.0; entry 1 i 2.0 |])) false
        |> Affine.widen tiny

    let scaled primitive (factors: float[]) (x: Affine) inexact =
        if Array.exists (System.Double.IsFinite >> not) factors then
            refuse primitive "a factor is not a finite number."

        combine
            inexact
            [ x ]
            (Array.init x.Size (fun i ->
                if factors[i] = 0.0 then
                    [||]
                else
                    [| entry 0 i factors[i] |]))
            true

    /// The sums of a matrix product with constants: the operand that varies, and the numbers of each sum.
    let product primitive (transposeA, transposeB, m, k, n) (a: Affine) (b: Affine) : Affine * Entry[][] =
        let row, column =
            (if transposeA then struct (1, m) else struct (k, 1)),
            (if transposeB then struct (1, k) else struct (n, 1))

        let left i p =
            let struct (f, s) = row in i / n * f + p * s

        let right i p =
            let struct (f, s) = column in p * f + i % n * s

        let sums (constant: float[]) at other =
            Array.init (m * n) (fun i ->
                [|
                    for p in 0 .. k - 1 do
                        let factor = constant[at i p]

                        if factor <> 0.0 then
                            entry 0 (other i p) factor
                |])

        match Affine.exactly a, Affine.exactly b with
        | _, Some constant -> a, sums constant right left
        | Some constant, _ -> b, sums constant left right
        | None, None -> refuse primitive "products of two results that depend on the input have no rule."

    /// The sums that a node consists of, if it is a product with constants or a sum along an axis.
    let (|Sums|_|) (values: Tensor -> Affine) (x: Tensor) : (Affine * Entry[][]) option =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul(ta, tb, m, k, n)
                    Rounding = RoundingRule.Sums
                } as primitive,
                [ a; b ]) -> Some(product primitive (ta, tb, m, k, n) (values a) (values b))
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.Sum, outer, length, inner)
                    Rounding = RoundingRule.Sums
                },
                [ a ]) ->
            let rows =
                Tensor.along (struct (outer, length, inner)) (fun at ->
                    Array.init length (fun l -> entry 0 (at l) 1.0))

            Some(values a, rows)
        | _ -> None

    /// a + sign · b, where either may be a sum of products.
    let added (values: Tensor -> Affine) (a: Tensor) (b: Tensor) (sign: float) : Affine =
        let part (operand: int) (sign: float) (x: Tensor) =
            match x with
            | Sums values (inner, rows) ->
                inner,
                rows
                |> Array.map (
                    Array.map (fun e ->
                        { e with
                            Operand = operand
                            Factor = sign * e.Factor
                        })
                )
            | _ ->
                let inner = values x
                // zeros add nothing, and are not rounded
                let isZero i =
                    inner.Terms.IsEmpty && inner.Constant[i] = 0.0 && inner.Noise[i] = 0.0

                inner, Array.init inner.Size (fun i -> if isZero i then [||] else [| entry operand i sign |])

        let first, rows = part 0 1.0 a
        let second, more = part 1 sign b
        let rows = Array.map2 Array.append rows more
        combine 0.0 [ first; second ] rows true

    let elementary curve (x: Affine) =
        let relative =
            match arithmetic with
            | Arithmetic.Real -> 0.0
            | Arithmetic.Float32 -> RoundingRule.elementary

        block curve relative tiny x

    /// The maximum along an axis, as maxima of two.
    let greatest (outer, length, inner) (x: Affine) =
        let part l =
            Affine.pick (Array.init (outer * inner) (fun i -> (i / inner * length + l) * inner + i % inner)) x

        Seq.init length part |> Seq.reduce maximum

    let apply (values: Tensor -> Affine) (x: Tensor) (primitive: Primitive) (operands: Tensor list) : Affine =
        match primitive.Kernel, primitive.Rounding, operands with
        | _, RoundingRule.Sums, _ ->
            match x with
            | Sums values (inner, rows) -> combine 0.0 [ inner ] rows true
            | _ -> refuse primitive "it has no rule."
        | Kernel.View, RoundingRule.Moves, [ a ] -> values a
        | Kernel.Read view, RoundingRule.Moves, [ a ] -> Affine.pick view.Indices (values a)
        | Kernel.Write places, RoundingRule.Moves, parts ->
            let size = Shape.size x.Shape
            let rows = Array.create size [||]

            List.iteri
                (fun operand (place: Strided) ->
                    place.Indices |> Array.iteri (fun i at -> rows[at] <- [| entry operand i 1.0 |]))
                places

            combine 0.0 (List.map values parts) rows false
        | Kernel.Map Unary.Negate, RoundingRule.Chooses, [ a ] ->
            let a = values a
            scaled primitive (Array.create a.Size -1.0) a 0.0
        | Kernel.Zip Binary.Add, RoundingRule.Adds, [ a; b ] -> added values a b 1.0
        | Kernel.Zip Binary.Subtract, RoundingRule.Adds, [ a; b ] -> added values a b -1.0
        | Kernel.Zip Binary.Multiply, RoundingRule.Multiplies, [ a; b ] ->
            match Affine.exactly (values a), Affine.exactly (values b) with
            | _, Some factors -> scaled primitive factors (values a) 0.0
            | Some factors, _ -> scaled primitive factors (values b) 0.0
            | None, None -> refuse primitive "products of two results that depend on the input have no rule."
        | Kernel.Zip Binary.Divide, RoundingRule.Within _, [ a; b ] ->
            match Affine.exactly (values b) with
            | Some divisors when divisors |> Array.forall (fun x -> abs x >= 1e-30) ->
                scaled primitive (Array.map (fun x -> 1.0 / x) divisors) (values a) Affine.Ulp
            | _ -> refuse primitive "it has a rule only for divisors that are constant and not tiny."
        | Kernel.Zip Binary.Maximum, RoundingRule.Chooses, [ a; b ] -> maximum (values a) (values b)
        | Kernel.Zip Binary.Minimum, RoundingRule.Chooses, [ a; b ] -> minimum (values a) (values b)
        | Kernel.Map Unary.Abs, RoundingRule.Chooses, [ a ] -> absolute (values a)
        | Kernel.Map Unary.Relu, RoundingRule.Chooses, [ a ] -> block Curve.Relu 0.0 tiny (values a)
        | Kernel.Map Unary.Sigmoid, RoundingRule.Elementary _, [ a ] -> elementary Curve.Sigmoid (values a)
        | Kernel.Map Unary.Tanh, RoundingRule.Elementary _, [ a ] -> elementary Curve.Tanh (values a)
        | Kernel.Map Unary.Exp, RoundingRule.Elementary _, [ a ] -> elementary Curve.Exp (values a)
        | Kernel.Map Unary.Softplus, RoundingRule.Elementary _, [ a ] -> elementary Curve.Softplus (values a)
        | Kernel.Reduce(Reduction.Max, outer, length, inner), RoundingRule.Chooses, [ a ] ->
            greatest (outer, length, inner) (values a)
        // inputs in a box are numbers
        | Kernel.Map Unary.IsNaN, RoundingRule.Chooses, [ a ] ->
            let none = Array.zeroCreate (values a).Size
            Affine.constant none none
        | Kernel.Select, RoundingRule.Chooses, [ condition; a; b ] ->
            match Affine.exactly (values condition) with
            | Some condition ->
                let rows =
                    condition
                    |> Array.mapi (fun i condition -> [| entry (if condition <> 0.0 then 0 else 1) i 1.0 |])

                combine 0.0 [ values a; values b ] rows false
            | None -> refuse primitive "which of two results is selected depends on the input."
        | _ -> refuse primitive "it has no rule."

    member _.Read(output: Tensor) : BlockForm =
        let known = Dictionary<Tensor, Lazy<Affine>> HashIdentity.Reference
        let values x = known[x].Value

        for x in Graph.order [ output ] do
            known[x] <-
                match x.Node with
                | Constant numbers ->
                    lazy
                        (let numbers = numbersOf numbers in
                         Affine.constant numbers (Array.zeroCreate numbers.Length))
                | Input found when found = name ->
                    inputs <- Shape.size x.Shape
                    lazy (Affine.variables 0 inputs)
                | Input other ->
                    raise (
                        HybridException
                            $"The network needs a second input, {Printable.quote other}: it cannot be verified."
                    )
                | Apply(primitive, operands) -> lazy (apply values x primitive operands)

        // in this order, so that no chain of lazy values is deep
        for x in Graph.order [ output ] do
            match x.Node with
            | Apply({
                        Kernel = Kernel.Zip(Binary.Add | Binary.Subtract)
                    },
                    _) -> values x |> ignore
            | Apply({ Rounding = RoundingRule.Sums }, _)
            | Constant _ -> ()
            | _ -> values x |> ignore

        {
            Arithmetic = arithmetic
            Inputs = inputs
            Output = values output
            Blocks = blocks.ToArray()
            Between = List.ofSeq between
        }
