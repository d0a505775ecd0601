namespace Hybrid.Verification

open System
open System.Collections.Generic
open Hybrid.Core

/// One term of a sum: a factor times a value of an operand.
[<Struct; NoComparison; NoEquality>]
type internal Summand =
    {
        Operand: int
        Value: int
        Factor: float
    }

/// <summary>The steps of a program, one after the other, each from steps before.</summary>
/// <remarks>In any order, a number of a sum of n terms takes part in one rounding for its product and in at most n - 1 for additions:
/// Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.1.</remarks>
[<Sealed>]
type internal ProgramBuilder(arithmetic: Arithmetic) =
    let steps = List<Step>()
    let isSingle = (arithmetic = Arithmetic.Float32)
    let tiny = if isSingle then RoundingRule.Tiny else 0.0
    let unit = if isSingle then RoundingRule.Unit else 0.0

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

    /// Sums that the network computes, with factors that may be off by this, relative to themselves; fused, they may also have
    /// operands that are products before they are rounded.
    let computed (inexact: float) (fused: bool) operands rows : int =
        let relative (row: Summand[]) =
            let isExact = row |> Array.forall (fun summand -> abs summand.Factor = 1.0)
            let roundings = row.Length - (if isExact then 1 else 0) + (if fused then 1 else 0)

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

    let pair a b factor =
        written [| a; b |] (Array.init (size a) (fun i -> [| one i; term 1 i factor |]))

    let pick (values: int[]) (x: int) : int =
        match steps[x].Rule with
        | Rule.Constant constants ->
            push values.Length (Rule.Constant(values |> Array.map (fun i -> constants[i])))
        | _ -> written [| x |] (values |> Array.map (fun i -> [| one i |])) 0.0

    let product relative absolute left right =
        push (size left) (Rule.Product(left, right, relative, absolute))

    /// 1 / x, exactly.
    let inverse x : int =
        let copied copies =
            let z = Tensor.input "z" [ copies * size x ]
            struct (z, 1.0 / z)

        push (size x) (Rule.Curve(x, ChainReader.Create(Arithmetic.Real, "1 / x", copied)))

    /// max(a, b) = b + relu(a - b)
    let maximum a b =
        let difference = pair a b -1.0 0.0
        pair b (push (size a) (Rule.Relu(difference, 0.0))) 1.0 tiny

    member _.Steps: Step[] = steps.ToArray()
    member _.Size(x: int) : int = size x
    member _.Rule(x: int) : Rule = steps[x].Rule
    member _.Term(operand, value, factor) : Summand = term operand value factor

    member _.Input(size: int) : unit = push size Rule.Input |> ignore

    member _.Constant(values: float[]) : int =
        push values.Length (Rule.Constant values)

    /// As sums that are only a way to write the network's values.
    member _.Written(operands: int list, rows: Summand[][], isFlushed: bool) : int =
        written (Array.ofList operands) rows (if isFlushed then tiny else 0.0)

    /// As sums that the network computes.
    member _.Sum(inexact: float, fused: bool, operands: int list, rows: Summand[][]) : int =
        computed inexact fused (Array.ofList operands) rows

    /// x times constants.
    member _.Scaled(inexact: float, factors: float[], x: int) : int =
        computed
            inexact
            false
            [| x |]
            (factors
             |> Array.mapi (fun i factor -> if factor = 0.0 then [||] else [| term 0 i factor |]))

    member _.Pick(values: int[], x: int) : int = pick values x
    member _.Relu(x: int) : int = push (size x) (Rule.Relu(x, tiny))
    member _.Maximum(a: int, b: int) : int = maximum a b

    /// min(a, b) = b - relu(b - a)
    member _.Minimum(a: int, b: int) : int =
        let difference = pair b a -1.0 0.0
        pair b (push (size a) (Rule.Relu(difference, 0.0))) -1.0 tiny

    /// |x| = 2 relu(x) - x
    member _.Absolute(x: int) : int =
        let positive = push (size x) (Rule.Relu(x, 0.0))
        written [| x; positive |] (Array.init (size x) (fun i -> [| term 0 i -1.0; term 1 i 2.0 |])) tiny

    /// The maximum along an axis, as maxima of two.
    member _.Greatest(struct (outer, length, inner), x: int) : int =
        Seq.init length (fun l ->
            pick (Array.init (outer * inner) (fun i -> (i / inner * length + l) * inner + i % inner)) x)
        |> Seq.reduce maximum

    member _.Curve(chain: ElementFunction, x: int) : int = push (size x) (Rule.Curve(x, chain))

    /// a b, rounded once.
    member _.Product(a: int, b: int) : int = product unit tiny a b

    /// a / b = a (1 / b), rounded once.
    member _.Quotient(a: int, b: int) : int = product unit tiny a (inverse b)

    /// <summary>exp zᵢ / Σ exp zⱼ = 1 / (1 + Σ exp (zⱼ - zᵢ)) of runs of scores, given by their places.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="off">How far each result may be off.</param>
    /// <param name="scores">The scores.</param>
    member _.Softmax(runs: int[][], off: float[], scores: int) : int =
        let pairs =
            [|
                for run in runs do
                    for i in run do
                        for j in run do
                            if i <> j then
                                struct (i, j)
            |]

        let differences =
            written
                [| scores |]
                (pairs |> Array.map (fun (struct (i, j)) -> [| term 0 j 1.0; term 0 i -1.0 |]))
                0.0

        let exp =
            ChainReader.Create(
                Arithmetic.Real,
                "exp",
                fun copies ->
                    let z = Tensor.input "z" [ copies * pairs.Length ]
                    struct (z, Tensor.exp z)
            )

        let powers = push pairs.Length (Rule.Curve(differences, exp))
        let ones = push (size scores) (Rule.Constant(Array.create (size scores) 1.0))

        let rows = Array.init (size scores) (fun i -> List [ one i ])
        pairs |> Array.iteri (fun at (struct (i, _)) -> rows[i].Add(term 1 at 1.0))
        let total = written [| ones; powers |] (rows |> Array.map _.ToArray()) 0.0
        let shares = inverse total

        sums [| shares |] (Array.init (size scores) (fun i -> [| one i |])) (fun _ -> 0.0) (fun row ->
            if isSingle then off[row[0].Value] else 0.0)

    /// <summary>What only its image is known of.</summary>
    /// <exception cref="T:Hybrid.HybridException">In float32, the primitive's rounding is not known.</exception>
    member _.Image(primitive: Primitive, operands: int list, size: int) : int =
        if primitive.Rounding.IsUnknown && isSingle then
            raise (
                HybridException $"{primitive.Name} cannot be checked in float32: its rounding is not known."
            )

        let image (operands: Interval[] list) =
            let exact = primitive.Enclosure operands

            if isSingle then
                RoundedRules.own primitive operands 0.0 exact
                |> Array.map2
                    (fun (exact: Interval) (struct (off, _)) ->
                        if RoundingRule.magnitude exact < RoundingRule.overflow && off >= 0.0 then
                            Interval.add exact { Lower = -off; Upper = off }
                        else
                            Interval.undefined)
                    exact
            else
                exact

        push size (Rule.Image(primitive.Name, operands, image))
