namespace Hybrid.Testing

open Hybrid.Core

/// Every primitive in real arithmetic, on fractions. An operand may be undefined, and then so are the results that depend on it.
module internal ExactValues =
    open ExactFunctions

    let private indicator (condition: bool) =
        Some(exactly (if condition then Rational.one else Rational.zero))

    let private map (operation: Unary) (x: Rational) : Range option =
        match operation with
        | Unary.Negate -> Some(exactly -x)
        | Unary.Exp -> Some(exp x)
        | Unary.Log -> if x.Sign > 0 then Some(log x) else None
        | Unary.Sqrt -> if x.Sign >= 0 then Some(sqrt x) else None
        | Unary.Sin -> Some(sin x)
        | Unary.Cos -> Some(cos x)
        | Unary.Tanh -> Some(tanh x)
        | Unary.Sigmoid -> Some(sigmoid x)
        | Unary.Softplus -> Some(softplus x)
        | Unary.Erf -> Some(erf x)
        | Unary.Abs -> Some(exactly (Rational.abs x))
        | Unary.Sign -> Some(exactly (Rational.Of x.Sign))
        | Unary.Step -> indicator (x.Sign > 0)
        | Unary.Relu -> Some(exactly (max x Rational.zero))
        | Unary.IsNaN -> indicator false
        | other -> invalidArg (nameof operation) $"{other} has no exact value here: add it."

    let private zip (operation: Binary) (a: Rational) (b: Rational) : Range option =
        match operation with
        | Binary.Add -> Some(exactly (a + b))
        | Binary.Subtract -> Some(exactly (a - b))
        | Binary.Multiply -> Some(exactly (a * b))
        | Binary.Divide -> if b.Sign = 0 then None else Some(exactly (a / b))
        | Binary.Maximum -> Some(exactly (max a b))
        | Binary.Minimum -> Some(exactly (min a b))
        | Binary.Power -> power a b
        | Binary.Greater -> indicator (a > b)
        | Binary.Equal -> indicator (a = b)
        | other -> invalidArg (nameof operation) $"{other} has no exact value here: add it."

    let private all (run: Rational option[]) : Rational[] option =
        if Array.forall Option.isSome run then
            Some(Array.map Option.get run)
        else
            None

    /// Σ e^(x - top)
    let private powers (top: Rational) (run: Rational[]) : Range =
        run
        |> Array.map (fun x -> exp (x - top))
        |> Array.fold add (exactly Rational.zero)

    let private reduce (reduction: Reduction) (run: Rational[]) : Range =
        let top = Array.max run

        match reduction with
        | Reduction.Sum -> exactly (Array.fold (+) Rational.zero run)
        | Reduction.Max -> exactly top
        | Reduction.ArgMax -> exactly (Rational.Of(Array.findIndex ((=) top) run))
        | Reduction.LogSumExp ->
            let total = powers top run

            add
                (exactly top)
                {
                    Low = (log total.Low).Low
                    High = (log total.High).High
                }
        | other -> invalidArg (nameof reduction) $"{other} has no exact value here: add it."

    let private product (transposeA, transposeB) (m: int) k n (a: Rational option[]) (b: Rational option[]) =
        Array.init (m * n) (fun i ->
            let at p =
                Option.map2
                    (*)
                    (if transposeA then a[p * m + i / n] else a[i / n * k + p])
                    (if transposeB then b[i % n * k + p] else b[p * n + i % n])

            Array.init k at |> all |> Option.map (Array.fold (+) Rational.zero >> exactly))

    /// The nearest integer, of two the even one.
    let private round (x: Rational) : Rational =
        let shifted = x + Rational.Of(bigint 1, bigint 2)

        let remainder =
            (shifted.Numerator % shifted.Denominator + shifted.Denominator) % shifted.Denominator

        let nearest = (shifted.Numerator - remainder) / shifted.Denominator
        let isTie = remainder.IsZero && not nearest.IsEven
        Rational.Of((if isTie then nearest - bigint 1 else nearest), bigint 1)

    /// The row of a table that an index names.
    let private rowOf (rows: int) (index: Rational option) : int option =
        index
        |> Option.map (fun index -> (round index).Numerator)
        |> Option.filter (fun row -> row.Sign >= 0 && row < bigint rows)
        |> Option.map int

    /// The definitions of primitives without a kernel, by name.
    let private definitions: Map<string, Rational option[] list -> Range option[]> =
        Map
            [
                "Round", (fun operands -> operands.Head |> Array.map (Option.map (round >> exactly)))
                "PowerOrZero",
                fun operands ->
                    Array.map2
                        (fun a b ->
                            match a, b with
                            | Some(a: Rational), Some(b: Rational) ->
                                if a.Sign = 0 && b.Sign < 0 then
                                    Some(exactly Rational.zero)
                                else
                                    power a b
                            | _ -> None)
                        operands[0]
                        operands[1]
            ]

    /// <summary>The values of a primitive; None where it is undefined.</summary>
    /// <exception cref="T:System.ArgumentException">The primitive has no exact definition here.</exception>
    let ofPrimitive (primitive: Primitive) (operands: Rational option[] list) : Range option[] =
        match primitive.Kernel, operands with
        | Kernel.Map operation, [ x ] -> Array.map (Option.bind (map operation)) x
        | Kernel.Zip operation, [ a; b ] ->
            Array.map2
                (fun a b ->
                    match a, b with
                    | Some a, Some b -> zip operation a b
                    | _ -> None)
                a
                b
        | Kernel.Select, [ condition; a; b ] ->
            Array.map3
                (fun (condition: Rational option) a b ->
                    condition
                    |> Option.bind (fun condition ->
                        (if condition.Sign <> 0 then a else b) |> Option.map exactly))
                condition
                a
                b
        | Kernel.Reduce(reduction, outer, length, inner), [ x ] ->
            Tensor.along (struct (outer, length, inner)) (fun at ->
                Array.init length (fun l -> x[at l]) |> all |> Option.map (reduce reduction))
        | Kernel.Softmax(outer, length, inner), [ x ] ->
            let y = Array.zeroCreate x.Length

            for at in Tensor.along (struct (outer, length, inner)) id do
                let run = Array.init length (fun l -> x[at l]) |> all

                for l in 0 .. length - 1 do
                    y[at l] <-
                        run
                        |> Option.map (fun run ->
                            let top = Array.max run
                            multiply (exp (run[l] - top)) (reciprocal (powers top run)))

            y
        | Kernel.MatMul(transposeA, transposeB, m, k, n), [ a; b ] ->
            product (transposeA, transposeB) m k n a b
        | Kernel.Read view, [ x ] -> view.Indices |> Array.map (fun i -> Option.map exactly x[i])
        | Kernel.View, [ x ] -> Array.map (Option.map exactly) x
        | Kernel.Write views, parts ->
            let size =
                (primitive.Reference(parts |> List.map (fun part -> Array.zeroCreate part.Length))).Length

            let y = Array.create size (Some(exactly Rational.zero))

            for view, part in List.zip views parts do
                Array.iter2 (fun i v -> y[i] <- Option.map exactly v) view.Indices part

            y
        | Kernel.Gather(rows, width), [ index; table ] ->
            index
            |> Array.collect (fun index ->
                Array.init width (fun j ->
                    rowOf rows index
                    |> Option.bind (fun row -> table[row * width + j])
                    |> Option.map exactly))
        | Kernel.ScatterAdd(rows, width), [ index; values ] ->
            let found = index |> Array.map (rowOf rows)

            Array.init (rows * width) (fun at ->
                found
                |> Array.indexed
                |> Array.filter (snd >> (=) (Some(at / width)))
                |> Array.map (fun (i, _) -> values[i * width + at % width])
                |> all
                |> Option.map (Array.fold (+) Rational.zero >> exactly))
        | Kernel.Accumulate view, [ x ] ->
            view.At((primitive.Reference [ Array.zeroCreate x.Length ]).Length)
            |> Array.map (
                Array.map (fun i -> x[i])
                >> all
                >> Option.map (Array.fold (+) Rational.zero >> exactly)
            )
        | Kernel.Definition, operands when definitions.ContainsKey primitive.Name ->
            definitions[primitive.Name] operands
        | _ -> invalidArg (nameof primitive) $"{primitive.Name} has no exact definition here: add it."

    /// <summary>The exact values of a graph whose operations map fractions to fractions.</summary>
    /// <exception cref="T:System.ArgumentException">An operation does not, or the graph has no value.</exception>
    let ofGraph (inputs: (string * Rational[]) list) (output: Tensor) : Rational[] =
        let single (range: Range option) =
            match range with
            | Some range when range.Low = range.High -> Some range.Low
            | Some _ -> invalidArg (nameof output) "The value of the output is not a fraction."
            | None -> None

        let constant (values: Values) =
            values.AsDouble |> Array.map (fun x -> Some(Rational.Of x))

        let input name shape =
            Fold.given inputs name shape |> Array.map Some

        let apply _ primitive operands =
            ofPrimitive primitive operands |> Array.map single

        Fold.values Graph.operands constant input apply [ output ]
        |> List.exactlyOne
        |> Array.map (fun value ->
            match value with
            | Some value -> value
            | None -> invalidArg (nameof output) "The output has no value there.")
