namespace Hybrid.Verification

open System
open System.Collections.Generic
open Hybrid.Core

/// One term of a sum: a factor times a value of an operand.
[<Struct; NoComparison; NoEquality>]
type private Summand =
    {
        Operand: int
        Value: int
        Factor: float
    }

/// <summary>Reads a graph of one input as a program, node by node, by the kernels and rounding rules of its primitives.</summary>
/// <remarks>A product with constants and what is added to it count as one sum, as engines compute them. In any order, a number of a
/// sum of n terms takes part in one rounding for its product and in at most n - 1 for additions: Higham, Accuracy and Stability
/// of Numerical Algorithms (2002), section 3.1.</remarks>
[<Sealed>]
type internal ProgramReader(arithmetic: Arithmetic, name: string) =
    let steps = List<Step>()
    let isSingle = (arithmetic = Arithmetic.Float32)
    let tiny = if isSingle then RoundingRule.Tiny else 0.0

    let refuse (primitive: Primitive) (reason: string) =
        raise (HybridException $"{primitive.Name} cannot be checked: {reason}")

    let push size rule : int =
        steps.Add { Size = size; Rule = rule }
        steps.Count - 1

    let size step = steps[step].Size

    let term operand value factor =
        {
            Operand = operand
            Value = value
            Factor = factor
        }

    let one value = term 0 value 1.0

    /// Dense where a sum has several terms of one operand.
    let part (operands: int[]) (rows: Summand[][]) operand : Part option =
        let own =
            rows |> Array.map (Array.filter (fun summand -> summand.Operand = operand))

        if Array.forall Array.isEmpty own then
            None
        else
            let width, count = size operands[operand], rows.Length

            let factors =
                if own |> Array.forall (fun row -> row.Length <= 1) then
                    Factors.Each(
                        own |> Array.map (fun row -> if row.Length = 0 then -1 else row[0].Value),
                        own |> Array.map (fun row -> if row.Length = 0 then 0.0 else row[0].Factor)
                    )
                else
                    let factors, transposed =
                        Array.zeroCreate<float>(count * width), Array.zeroCreate<float>(count * width)

                    own
                    |> Array.iteri (fun i row ->
                        for summand in row do
                            if factors[i * width + summand.Value] <> 0.0 then
                                raise (
                                    HybridException "A value occurs twice in a sum: it cannot be checked."
                                )

                            factors[i * width + summand.Value] <- summand.Factor
                            transposed[summand.Value * count + i] <- summand.Factor)

                    Factors.Dense(factors, transposed)

            Some
                {
                    Source = operands[operand]
                    Factors = factors
                }

    let sums (operands: int[]) (rows: Summand[][]) relative absolute : int =
        push
            rows.Length
            (Rule.Sums(
                List.choose (part operands rows) [ 0 .. operands.Length - 1 ],
                Array.map relative rows,
                Array.map absolute rows
            ))

    /// Sums that are only a way to write the network's values: exact but for flushing.
    let written operands rows absolute : int =
        sums operands rows (fun _ -> 0.0) (fun _ -> absolute)

    /// Sums that the network computes, with factors that may be off by this, relative to themselves.
    let computed (inexact: float) operands rows : int =
        let relative (row: Summand[]) =
            let isExact = row |> Array.forall (fun summand -> abs summand.Factor = 1.0)
            let roundings = if isExact then row.Length - 1 else row.Length

            if isSingle && row.Length > 0 then
                RoundingRule.gamma (float roundings) + inexact
            else
                inexact

        // products, sums and operands may be flushed to 0
        let absolute (row: Summand[]) =
            let greatest =
                row
                |> Array.fold (fun greatest summand -> max greatest (abs summand.Factor)) 1.0

            tiny * (2.0 + float row.Length * (2.0 + greatest))

        sums operands rows relative absolute

    let pick (values: int[]) (x: int) : int =
        match steps[x].Rule with
        | Rule.Constant constants ->
            push values.Length (Rule.Constant(values |> Array.map (fun i -> constants[i])))
        | _ -> written [| x |] (values |> Array.map (fun i -> [| one i |])) 0.0

    let pair a b factor =
        written [| a; b |] (Array.init (size a) (fun i -> [| one i; term 1 i factor |]))

    /// max(a, b) = b + relu(a - b)
    let maximum a b =
        let difference = pair a b -1.0 0.0
        pair b (push (size a) (Rule.Relu(difference, 0.0))) 1.0 tiny

    /// min(a, b) = b - relu(b - a)
    let minimum a b =
        let difference = pair b a -1.0 0.0
        pair b (push (size a) (Rule.Relu(difference, 0.0))) -1.0 tiny

    /// |x| = 2 relu(x) - x
    let absolute x =
        let positive = push (size x) (Rule.Relu(x, 0.0))

        written [| x; positive |] (Array.init (size x) (fun i -> [| term 0 i -1.0; term 1 i 2.0 |])) tiny

    let scaled primitive inexact (factors: float[]) x =
        if Array.exists (Double.IsFinite >> not) factors then
            refuse primitive "a factor is not a finite number."

        computed
            inexact
            [| x |]
            (factors
             |> Array.mapi (fun i factor -> if factor = 0.0 then [||] else [| term 0 i factor |]))

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

    /// The sums of a matrix product with constants: the operand that varies, and the terms.
    let product primitive (transposeA, transposeB, m, k, n) (a: Tensor) (b: Tensor) =
        let left i p =
            if transposeA then p * m + i / n else i / n * k + p

        let right i p =
            if transposeB then i % n * k + p else p * n + i % n

        let terms (factors: float[]) factor value =
            Array.init (m * n) (fun i ->
                [|
                    for p in 0 .. k - 1 do
                        if factors[factor i p] <> 0.0 then
                            term 0 (value i p) factors[factor i p]
                |])

        match constant a, constant b with
        | _, Some factors -> a, terms factors right left
        | Some factors, _ -> b, terms factors left right
        | None, None -> refuse primitive "products of two results that depend on the input have no rule."

    /// The operand and the terms of a product with constants, or of a sum along an axis.
    let (|Products|_|) (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul(ta, tb, m, k, n)
                    Rounding = RoundingRule.Sums
                } as primitive,
                [ a; b ]) -> Some(product primitive (ta, tb, m, k, n) a b)
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.Sum, outer, length, inner)
                    Rounding = RoundingRule.Sums
                },
                [ a ]) ->
            Some(
                a,
                Tensor.along (struct (outer, length, inner)) (fun at ->
                    Array.init length (fun l -> one (at l)))
            )
        | _ -> None

    /// a + sign b as one sum, where either may be a sum of products.
    let added (values: Tensor -> int) (a: Tensor) (b: Tensor) (sign: float) : int =
        let summands operand sign (x: Tensor) =
            let inner, rows =
                match x with
                | Products(inner, rows) -> inner, rows
                | _ -> x, Array.init (Shape.size x.Shape) (fun i -> [| one i |])

            values inner,
            rows
            |> Array.map (Array.map (fun summand -> term operand summand.Value (sign * summand.Factor)))

        let first, rows = summands 0 1.0 a
        let second, more = summands 1 sign b

        // zeros add nothing, and are not rounded
        let isTerm (summand: Summand) =
            match steps[if summand.Operand = 0 then first else second].Rule with
            | Rule.Constant values -> values[summand.Value] <> 0.0
            | _ -> true

        computed
            0.0
            [| first; second |]
            (Array.map2 Array.append rows more |> Array.map (Array.filter isTerm))

    /// The maximum along an axis, as maxima of two.
    let greatest (outer, length, inner) x =
        Seq.init length (fun l ->
            pick (Array.init (outer * inner) (fun i -> (i / inner * length + l) * inner + i % inner)) x)
        |> Seq.reduce maximum

    let apply (values: Tensor -> int) (x: Tensor) (primitive: Primitive) (operands: Tensor list) : int =
        match primitive.Kernel, primitive.Rounding, operands with
        | _, RoundingRule.Sums, _ ->
            match x with
            | Products(inner, rows) -> computed 0.0 [| values inner |] rows
            | _ -> refuse primitive "it has no rule."
        | Kernel.View, RoundingRule.Moves, [ a ] -> values a
        | Kernel.Read view, RoundingRule.Moves, [ a ] -> pick view.Indices (values a)
        | Kernel.Write places, RoundingRule.Moves, parts ->
            let rows = Array.create (Shape.size x.Shape) [||]

            List.iteri
                (fun operand (place: Strided) ->
                    place.Indices |> Array.iteri (fun i at -> rows[at] <- [| term operand i 1.0 |]))
                places

            written (parts |> List.map values |> Array.ofList) rows 0.0
        | Kernel.Map Unary.Negate, RoundingRule.Chooses, [ a ] ->
            let a = values a
            written [| a |] (Array.init (size a) (fun i -> [| term 0 i -1.0 |])) tiny
        | Kernel.Zip Binary.Add, RoundingRule.Adds, [ a; b ] -> added values a b 1.0
        | Kernel.Zip Binary.Subtract, RoundingRule.Adds, [ a; b ] -> added values a b -1.0
        | Kernel.Zip Binary.Multiply, RoundingRule.Multiplies, [ a; b ] ->
            match constant a, constant b with
            | _, Some factors -> scaled primitive 0.0 factors (values a)
            | Some factors, _ -> scaled primitive 0.0 factors (values b)
            | None, None -> refuse primitive "products of two results that depend on the input have no rule."
        | Kernel.Zip Binary.Divide, RoundingRule.Within _, [ a; b ] ->
            match constant b with
            | Some divisors when divisors |> Array.forall (fun x -> abs x >= 1e-30) ->
                // the inverse is rounded to float64
                scaled primitive (2.0 ** -52.0) (Array.map (fun x -> 1.0 / x) divisors) (values a)
            | _ -> refuse primitive "it has a rule only for divisors that are constant and not tiny."
        | Kernel.Zip Binary.Maximum, RoundingRule.Chooses, [ a; b ] -> maximum (values a) (values b)
        | Kernel.Zip Binary.Minimum, RoundingRule.Chooses, [ a; b ] -> minimum (values a) (values b)
        | Kernel.Map Unary.Abs, RoundingRule.Chooses, [ a ] -> absolute (values a)
        | Kernel.Map Unary.Relu, RoundingRule.Chooses, [ a ] ->
            let a = values a
            push (size a) (Rule.Relu(a, tiny))
        | Kernel.Map _, RoundingRule.Elementary slope, [ a ] ->
            let a = values a
            let value (x: Interval) = (primitive.Enclosure [ [| x |] ])[0]
            let relative = if isSingle then RoundingRule.elementary else 0.0
            push (size a) (Rule.Smooth(primitive.Name, a, value, slope, relative, tiny))
        | Kernel.Reduce(Reduction.Max, outer, length, inner), RoundingRule.Chooses, [ a ] ->
            greatest (outer, length, inner) (values a)
        // inputs in a box are numbers
        | Kernel.Map Unary.IsNaN, RoundingRule.Chooses, [ a ] ->
            let count = size (values a)
            push count (Rule.Constant(Array.zeroCreate count))
        | Kernel.Select, RoundingRule.Chooses, [ condition; a; b ] ->
            match steps[values condition].Rule with
            | Rule.Constant condition ->
                let rows =
                    condition
                    |> Array.mapi (fun i condition -> [| term (if condition <> 0.0 then 0 else 1) i 1.0 |])

                written [| values a; values b |] rows tiny
            | _ -> refuse primitive "which of two results is selected depends on the input."
        | _ -> refuse primitive "it has no rule."

    member _.Read(output: Tensor) : Program =
        let known = Dictionary<Tensor, Lazy<int>> HashIdentity.Reference
        let values x = known[x].Value
        let order = Graph.order [ output ]

        let input =
            order
            |> Array.tryPick (fun x ->
                match x.Node with
                | Input found when found = name -> Some(Shape.size x.Shape)
                | _ -> None)

        match input with
        | Some size -> push size Rule.Input |> ignore
        | None -> raise (HybridException "The output does not depend on the input.")

        for x in order do
            known[x] <-
                match x.Node with
                | Input found when found = name -> lazy 0
                | Input other ->
                    raise (
                        HybridException
                            $"The network needs a second input, {Printable.quote other}: it cannot be checked."
                    )
                | Constant _ ->
                    lazy (let numbers = (constant x).Value in push numbers.Length (Rule.Constant numbers))
                | Apply(primitive, operands) -> lazy (apply values x primitive operands)

            // constants and products are read where they are used
            match x.Node with
            | Apply({ Rounding = RoundingRule.Sums }, _) -> ()
            | _ when (constant x).IsSome -> ()
            | _ -> values x |> ignore

        let output = values output

        {
            Arithmetic = arithmetic
            Steps = steps.ToArray()
            Output = output
        }

    /// <summary>A network for one example.</summary>
    /// <exception cref="T:Hybrid.HybridException">A primitive has no rule.</exception>
    static member Network(arithmetic: Arithmetic, inputs: int, network: Network) : Program =
        let name = "x"

        Network.forward network (Tensor.input name [ 1; inputs ])
        |> ProgramReader(arithmetic, name).Read
