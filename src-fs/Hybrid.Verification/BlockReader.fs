namespace Hybrid.Verification

open System.Collections.Generic
open Hybrid.Core

/// <summary>Reads a graph of one input as blocks, by the kernels and rounding rules of its primitives, never by names.</summary>
/// <remarks>A product with constants and what is added to it count as one sum, as engines compute them.</remarks>
[<Sealed>]
type internal BlockReader(arithmetic: Arithmetic, name: string, box: Interval[]) =
    let build = BlockBuilder(arithmetic, box)
    let entry operand element factor = build.Entry(operand, element, factor)

    let combine inexact operands rows rounded =
        build.Combine(inexact, operands, rows, rounded)

    let refuse (primitive: Primitive) (reason: string) =
        raise (HybridException $"{primitive.Name} cannot be verified: {reason}")

    /// The numbers of a constant, as the network computes with them.
    let numbersOf (values: Values) =
        match arithmetic with
        | Arithmetic.Float32 -> values.AsSingle |> Array.map float
        | Arithmetic.Real -> values.AsDouble

    /// The numbers of a constant, and how far they may be off, relative to themselves.
    let factorsOf (x: Affine) : (float[] * float) option =
        let off =
            Array.map2 (fun x noise -> if noise = 0.0 then 0.0 else noise / abs x) x.Constant x.Noise

        if x.Terms.IsEmpty && off |> Array.forall (fun off -> off < 0.1) then
            Some(x.Constant, Array.fold max 0.0 off * 1.000001)
        else
            None

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

    let mostProducts = 4096

    /// The sums of a matrix product: what varies, and the numbers of each sum.
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
        | None, None when m * k * n > mostProducts ->
            refuse
                primitive
                $"it is a sum of more than {mostProducts} products of results that depend on the input."
        | None, None ->
            // the products' rounding is theirs, so that sums have one rounding less
            let pick at x =
                Affine.pick (Array.init (m * n * k) (fun i -> at (i / k) (i % k))) x

            build.Product(pick left a, pick right b),
            Array.init (m * n) (fun i -> Array.init k (fun p -> entry 0 (i * k + p) 1.0))

    let known = Dictionary<Tensor, Affine * Entry[][]> HashIdentity.Reference

    /// The sums that a node consists of, if it is a product with constants or a sum along an axis.
    let (|Sums|_|) (values: Tensor -> Affine) (x: Tensor) : (Affine * Entry[][]) option =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul(ta, tb, m, k, n)
                    Rounding = RoundingRule.Sums
                } as primitive,
                [ a; b ]) ->
            // twice the same blocks would be too many
            if not (known.ContainsKey x) then
                known[x] <- product primitive (ta, tb, m, k, n) (values a) (values b)

            Some known[x]
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.Sum, outer, length, inner)
                    Rounding = RoundingRule.Sums
                },
                [ a ]) ->
            let rows =
                Tensor.along (struct (outer, length, inner)) (fun at ->
                    Array.init length (fun l -> entry 0 (at l) 1.0))

            Some(values a, rows)
        | Apply({
                    Kernel = Kernel.Accumulate view
                    Rounding = RoundingRule.Sums
                },
                [ a ]) ->
            let rows =
                view.At(Shape.size x.Shape) |> Array.map (Array.map (fun i -> entry 0 i 1.0))

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

    /// The maximum along an axis, as maxima of two.
    let greatest (outer, length, inner) (x: Affine) =
        let part l =
            Affine.pick (Array.init (outer * inner) (fun i -> (i / inner * length + l) * inner + i % inner)) x

        Seq.init length part |> Seq.reduce (fun a b -> build.Maximum(a, b))

    /// With more scores, differences would be too many.
    let mostClasses = 64

    let enclosed (values: Tensor -> Affine) (x: Tensor) primitive operands =
        build.Enclosed(primitive, List.map values operands, Shape.size x.Shape)

    let apply (values: Tensor -> Affine) (x: Tensor) (primitive: Primitive) (operands: Tensor list) : Affine =
        let isExact = values >> Affine.exactly >> Option.isSome

        match primitive.Kernel, primitive.Rounding, operands with
        | _, RoundingRule.Sums, _ ->
            match x with
            | Sums values (inner, rows) -> combine 0.0 [ inner ] rows true
            | _ -> enclosed values x primitive operands
        | Kernel.View, RoundingRule.Moves, [ a ] -> values a
        | Kernel.Read view, RoundingRule.Moves, [ a ] -> Affine.pick view.Indices (values a)
        | Kernel.Write places, RoundingRule.Moves, parts ->
            List.map2 (fun part (place: Strided) -> struct (values part, place.Indices)) parts places
            |> Placement.create (Shape.size x.Shape)
        | Kernel.Map Unary.Negate, RoundingRule.Chooses, [ a ] ->
            let a = values a
            scaled primitive (Array.create a.Size -1.0) a 0.0
        | Kernel.Zip Binary.Add, RoundingRule.Adds, [ a; b ] -> added values a b 1.0
        | Kernel.Zip Binary.Subtract, RoundingRule.Adds, [ a; b ] -> added values a b -1.0
        | Kernel.Zip Binary.Multiply, RoundingRule.Multiplies, [ a; b ] ->
            match factorsOf (values a), factorsOf (values b) with
            | _, Some(factors, inexact) -> scaled primitive factors (values a) inexact
            | Some(factors, inexact), _ -> scaled primitive factors (values b) inexact
            | None, None -> build.Product(values a, values b)
        | Kernel.Zip Binary.Divide, RoundingRule.Within _, [ a; b ] ->
            match factorsOf (values b) with
            | Some(divisors, inexact) when divisors |> Array.forall (fun x -> abs x >= 1e-30) ->
                scaled
                    primitive
                    (Array.map (fun x -> 1.0 / x) divisors)
                    (values a)
                    (1.2 * inexact + Affine.Ulp)
            | _ -> build.Quotient(values a, values b)
        | Kernel.Zip Binary.Maximum, RoundingRule.Chooses, [ a; b ] -> build.Maximum(values a, values b)
        | Kernel.Zip Binary.Minimum, RoundingRule.Chooses, [ a; b ] -> build.Minimum(values a, values b)
        | Kernel.Map Unary.Abs, RoundingRule.Chooses, [ a ] -> build.Absolute(values a)
        | Kernel.Map Unary.Relu, RoundingRule.Chooses, [ a ] -> build.Relu(values a)
        | Kernel.Map Unary.Sigmoid, RoundingRule.Elementary _, [ a ] ->
            build.Elementary(Curve.Sigmoid, values a)
        | Kernel.Map Unary.Tanh, RoundingRule.Elementary _, [ a ] -> build.Elementary(Curve.Tanh, values a)
        | Kernel.Map Unary.Exp, RoundingRule.Elementary _, [ a ] -> build.Elementary(Curve.Exp, values a)
        | Kernel.Map Unary.Softplus, RoundingRule.Elementary _, [ a ] ->
            build.Elementary(Curve.Softplus, values a)
        | Kernel.Reduce(Reduction.Max, outer, length, inner), RoundingRule.Chooses, [ a ] ->
            greatest (outer, length, inner) (values a)
        // inputs in a box are numbers; only a constant may be missing
        | Kernel.Map Unary.IsNaN, RoundingRule.Chooses, [ a ] ->
            let missing =
                (values a).Constant
                |> Array.map (fun x -> if System.Double.IsNaN x then 1.0 else 0.0)

            Affine.constant missing (Array.zeroCreate missing.Length)
        | Kernel.Select, RoundingRule.Chooses, [ condition; a; b ] ->
            match Affine.exactly (values condition) with
            | Some condition ->
                let rows =
                    condition
                    |> Array.mapi (fun i condition -> [| entry (if condition <> 0.0 then 0 else 1) i 1.0 |])

                combine 0.0 [ values a; values b ] rows false
            | None -> enclosed values x primitive operands
        | _, RoundingRule.Chooses, operands when List.forall isExact operands ->
            // comparisons of constants are exact
            let numbers = operands |> List.map (values >> _.Constant) |> primitive.Reference
            Affine.constant numbers (Array.zeroCreate numbers.Length)
        | Kernel.Softmax(outer, length, inner), RoundingRule.Within off, [ a ] when
            length > 1 && length <= mostClasses
            ->
            let unit = { Lower = 0.0; Upper = 1.0 }
            // the error does not depend on the scores
            let off = off [ Array.create (Shape.size x.Shape) unit ] |> Array.max

            build.Softmax(
                Tensor.along (struct (outer, length, inner)) (fun at -> Array.init length at),
                (if arithmetic.IsReal then 0.0 else off),
                values a
            )
        | _ -> enclosed values x primitive operands

    /// The element-wise function between a node and its root as one block, where that bounds it better; none where a constant
    /// is not exact.
    let together
        (regions: Regions)
        (values: Tensor -> Affine)
        (x: Tensor)
        (within: Tensor[])
        : Affine option =
        let constant (y: Tensor) =
            if regions.Varies y then None else Affine.exactly (values y)

        let isExact y = regions.Varies y || (constant y).IsSome

        if
            regions.AreCurved within
            && within |> Array.forall (Graph.operands >> List.forall isExact)
            // what is constant in spite of the graph may be missing
            && (Affine.exactly (values (regions.Root x))).IsNone
        then
            let root = regions.Root x
            Some(build.Joint(Elementwise.create arithmetic constant root x, values root))
        else
            None

    member _.Read(output: Tensor) : BlockForm =
        let regions = Regions output
        let known = Dictionary<Tensor, Lazy<Affine>> HashIdentity.Reference
        let values x = known[x].Value

        for x in regions.Order do
            known[x] <-
                match x.Node with
                | Constant numbers ->
                    lazy
                        (let numbers = numbersOf numbers in
                         Affine.constant numbers (Array.zeroCreate numbers.Length))
                | Input found when found = name -> lazy (Affine.variables 0 box.Length)
                | Input other ->
                    raise (
                        HybridException
                            $"The network needs a second input, {Printable.quote other}: it cannot be verified."
                    )
                | Apply(primitive, operands) -> lazy (apply values x primitive operands)

            // in this order, so that no chain of lazy values is deep
            if regions.IsOuter x then
                let within = if regions.Varies x then regions.Within x else [||]

                match together regions values x within with
                | Some joined -> known[x] <- lazy joined
                | None ->
                    for y in Array.append within [| x |] do
                        match y.Node with
                        | Apply({
                                    Kernel = Kernel.Zip(Binary.Add | Binary.Subtract)
                                },
                                _) -> values y |> ignore
                        | Apply({ Rounding = RoundingRule.Sums }, _)
                        | Constant _ -> ()
                        | _ -> values y |> ignore

        {
            Arithmetic = arithmetic
            Inputs = box.Length
            Output = values output
            Blocks = build.Blocks
            Between = build.Between
        }
