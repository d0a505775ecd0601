namespace Hybrid.Verification

open System
open System.Collections.Generic
open Hybrid.Core

/// <summary>Reads a graph of one input as a program, node by node, by the kernels and rounding rules of its primitives.</summary>
/// <remarks>A product with constants and what is added to it count as one sum, as engines compute them. Chains of element-wise
/// functions count as one.</remarks>
[<Sealed>]
type internal ProgramReader(arithmetic: Arithmetic, name: string, output: Tensor) =
    let build = ProgramBuilder arithmetic
    let isSingle = (arithmetic = Arithmetic.Float32)
    let one value = build.Term(0, value, 1.0)
    let steps = Dictionary<Tensor, Lazy<int>> HashIdentity.Reference
    let values x = steps[x].Value

    let refuse (primitive: Primitive) (reason: string) =
        raise (HybridException $"{primitive.Name} cannot be checked: {reason}")

    /// The numbers of a tensor that is a constant, perhaps rearranged.
    let rec constant (x: Tensor) : float[] option =
        match x.Node with
        | Constant values ->
            if isSingle then
                Some(values.AsSingle |> Array.map float)
            else
                Some values.AsDouble
        | Apply({
                    Kernel = Kernel.View
                    Rounding = RoundingRule.Moves
                },
                [ a ]) -> constant a
        | Apply({
                    Kernel = Kernel.Read view
                    Rounding = RoundingRule.Moves
                },
                [ a ]) ->
            constant a
            |> Option.map (fun values -> view.Indices |> Array.map (fun i -> values[i]))
        | _ -> None

    let order = Graph.order [ output ]
    let chains = ChainReader(arithmetic, constant, order)

    let scaled primitive inexact (factors: float[]) x =
        if Array.exists (Double.IsFinite >> not) factors then
            refuse primitive "a factor is not a finite number."

        build.Scaled(inexact, factors, values x)

    /// With more, products of results would be too many; differences of scores, too.
    let mostProducts, mostScores = 4096, 64

    /// The sums of a matrix product: the step that varies, and the terms.
    let product primitive (transposeA, transposeB, m, k, n) (a: Tensor) (b: Tensor) : int * Summand[][] =
        let left i p =
            if transposeA then p * m + i / n else i / n * k + p

        let right i p =
            if transposeB then i % n * k + p else p * n + i % n

        let terms (factors: float[]) factor value =
            Array.init (m * n) (fun i ->
                [|
                    for p in 0 .. k - 1 do
                        if factors[factor i p] <> 0.0 then
                            build.Term(0, value i p, factors[factor i p])
                |])

        match constant a, constant b with
        | _, Some factors -> values a, terms factors right left
        | Some factors, _ -> values b, terms factors left right
        | None, None when m * k * n > mostProducts ->
            refuse
                primitive
                $"it is a sum of more than {mostProducts} products of results that depend on the input."
        | None, None ->
            let pick at x =
                build.Pick(Array.init (m * n * k) (fun i -> at (i / k) (i % k)), values x)

            // the products' rounding is theirs
            build.Product(pick left a, pick right b),
            Array.init (m * n) (fun i -> Array.init k (fun p -> one (i * k + p)))

    let products = Dictionary<Tensor, int * Summand[][]> HashIdentity.Reference

    /// The step and the terms of a matrix product, or of a sum along an axis.
    let (|Products|_|) (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul(ta, tb, m, k, n)
                    Rounding = RoundingRule.Sums
                } as primitive,
                [ a; b ]) ->
            if not (products.ContainsKey x) then
                products[x] <- product primitive (ta, tb, m, k, n) a b

            Some products[x]
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.Sum, outer, length, inner)
                    Rounding = RoundingRule.Sums
                },
                [ a ]) ->
            Some(
                values a,
                Tensor.along (struct (outer, length, inner)) (fun at ->
                    Array.init length (fun l -> one (at l)))
            )
        | Apply({
                    Kernel = Kernel.Accumulate view
                    Rounding = RoundingRule.Sums
                },
                [ a ]) -> Some(values a, view.At(Shape.size x.Shape) |> Array.map (Array.map one))
        | _ -> None

    /// a + sign b as one sum, where either may be a sum of products.
    let added (a: Tensor) (b: Tensor) (sign: float) : int =
        let isProduct (x: Tensor) =
            match x.Node with
            | Apply({ Rounding = RoundingRule.Multiplies }, _) -> true
            | _ -> false

        let summands operand sign (x: Tensor) =
            let inner, rows =
                match x with
                | Products(inner, rows) -> inner, rows
                | _ -> values x, Array.init (Shape.size x.Shape) (fun i -> [| one i |])

            inner,
            rows
            |> Array.map (
                Array.map (fun summand -> build.Term(operand, summand.Value, sign * summand.Factor))
            )

        let first, rows = summands 0 1.0 a
        let second, more = summands 1 sign b

        // zeros add nothing, and are not rounded
        let isTerm (summand: Summand) =
            match build.Rule(if summand.Operand = 0 then first else second) with
            | Rule.Constant values -> values[summand.Value] <> 0.0
            | _ -> true

        build.Sum(
            0.0,
            isProduct a || isProduct b,
            [ first; second ],
            Array.map2 Array.append rows more |> Array.map (Array.filter isTerm)
        )

    let softmax off (struct (outer, length, inner)) (a: Tensor) =
        // the error does not depend on the scores' places
        let off = off [ Array.create (Shape.size a.Shape) { Lower = 0.0; Upper = 1.0 } ]

        build.Softmax(
            Tensor.along (struct (outer, length, inner)) (fun at -> Array.init length at),
            off,
            values a
        )

    let apply (x: Tensor) (primitive: Primitive) (operands: Tensor list) : int =
        match primitive.Kernel, primitive.Rounding, operands with
        | _, RoundingRule.Sums, _ ->
            match x with
            | Products(inner, rows) -> build.Sum(0.0, false, [ inner ], rows)
            | _ -> refuse primitive "it has no rule."
        | Kernel.View, RoundingRule.Moves, [ a ] -> values a
        | Kernel.Read view, RoundingRule.Moves, [ a ] -> build.Pick(view.Indices, values a)
        | Kernel.Write places, RoundingRule.Moves, parts ->
            let rows = Array.create (Shape.size x.Shape) [||]

            List.iteri
                (fun operand (place: Strided) ->
                    place.Indices
                    |> Array.iteri (fun i at -> rows[at] <- [| build.Term(operand, i, 1.0) |]))
                places

            build.Written(parts |> List.map values, rows, false)
        | Kernel.Map Unary.Negate, RoundingRule.Chooses, [ a ] ->
            let a = values a
            build.Written([ a ], Array.init (build.Size a) (fun i -> [| build.Term(0, i, -1.0) |]), true)
        | Kernel.Zip Binary.Add, RoundingRule.Adds, [ a; b ] -> added a b 1.0
        | Kernel.Zip Binary.Subtract, RoundingRule.Adds, [ a; b ] -> added a b -1.0
        | Kernel.Zip Binary.Multiply, RoundingRule.Multiplies, [ a; b ] ->
            match constant a, constant b with
            | _, Some factors -> scaled primitive 0.0 factors a
            | Some factors, _ -> scaled primitive 0.0 factors b
            | None, None -> build.Product(values a, values b)
        | Kernel.Zip Binary.Divide, RoundingRule.Within _, [ a; b ] ->
            match constant b with
            | Some divisors when divisors |> Array.forall (fun x -> abs x >= 1e-30) ->
                // the inverse is rounded to float64
                scaled primitive (2.0 ** -52.0) (Array.map (fun x -> 1.0 / x) divisors) a
            | _ -> build.Quotient(values a, values b)
        | Kernel.Zip Binary.Maximum, RoundingRule.Chooses, [ a; b ] -> build.Maximum(values a, values b)
        | Kernel.Zip Binary.Minimum, RoundingRule.Chooses, [ a; b ] -> build.Minimum(values a, values b)
        | Kernel.Map Unary.Abs, RoundingRule.Chooses, [ a ] -> build.Absolute(values a)
        | Kernel.Map Unary.Relu, RoundingRule.Chooses, [ a ] -> build.Relu(values a)
        | Kernel.Reduce(Reduction.Max, outer, length, inner), RoundingRule.Chooses, [ a ] ->
            build.Greatest(struct (outer, length, inner), values a)
        // inputs in a box are numbers
        | Kernel.Map Unary.IsNaN, RoundingRule.Chooses, [ a ] ->
            build.Constant(Array.zeroCreate (build.Size(values a)))
        | Kernel.Select, RoundingRule.Chooses, [ condition; a; b ] ->
            match build.Rule(values condition) with
            | Rule.Constant numbers ->
                let rows =
                    numbers
                    |> Array.mapi (fun i number -> [| build.Term((if number <> 0.0 then 0 else 1), i, 1.0) |])

                build.Written([ values a; values b ], rows, true)
            | _ -> build.Image(primitive, List.map values operands, Shape.size x.Shape)
        | Kernel.Softmax(outer, length, inner), RoundingRule.Within off, [ a ] when
            length > 1 && length <= mostScores
            ->
            softmax off (struct (outer, length, inner)) a
        | _ -> build.Image(primitive, List.map values operands, Shape.size x.Shape)

    member private _.Read() : Program =
        let input =
            order
            |> Array.tryPick (fun x ->
                match x.Node with
                | Input found when found = name -> Some(Shape.size x.Shape)
                | _ -> None)

        match input with
        | Some size -> build.Input size
        | None -> raise (HybridException "The output does not depend on the input.")

        for x in order do
            steps[x] <-
                match x.Node, chains.Root x with
                | Input found, _ when found = name -> lazy 0
                | Input other, _ ->
                    raise (
                        HybridException
                            $"The network needs a second input, {Printable.quote other}: it cannot be checked."
                    )
                | Constant _, _ -> lazy (build.Constant (constant x).Value)
                | Apply _, ValueSome root -> lazy (build.Curve(chains.Read(root, x), values root))
                | Apply(primitive, operands), ValueNone -> lazy (apply x primitive operands)

            // constants and products are read where they are used
            match x.Node with
            | Apply({ Rounding = RoundingRule.Sums }, _) -> ()
            | _ when (constant x).IsSome || not (chains.IsNeeded x) -> ()
            | _ -> values x |> ignore

        let output = values output

        {
            Arithmetic = arithmetic
            Steps = build.Steps
            Output = output
        }

    /// <summary>A network for one example.</summary>
    /// <exception cref="T:Hybrid.HybridException">A primitive has no rule.</exception>
    static member Network(arithmetic: Arithmetic, inputs: int, network: Network) : Program =
        let name = "x"
        let output = Network.forward network (Tensor.input name [ 1; inputs ])
        ProgramReader(arithmetic, name, output).Read()
