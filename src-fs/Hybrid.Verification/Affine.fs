namespace Hybrid.Verification

open System.Collections.Generic
open Hybrid.Core

/// How rows depend on the variables of a block.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal Rows =
    /// Row i is the variable of this index.
    | Picked of int[]
    /// Factors A and the effect N of rounding, each [rows; width], row-major.
    | Dense of factors: float[] * noise: float[]

/// The part of an affine function that depends on one block of variables.
[<NoComparison; NoEquality>]
type internal Term =
    {
        /// The block of variables: 0 is the input.
        Block: int
        /// The number of its variables.
        Width: int
        Rows: Rows
    }

/// <summary>Values that are affine functions of the values v computed before: |value - (A v + c)| ≤ N |v| + n, whatever the
/// order of summation.</summary>
/// <remarks>A and c are computed in float64; their own errors are part of N and n.</remarks>
[<NoComparison; NoEquality>]
type internal Affine =
    {
        /// The number of values.
        Size: int
        Terms: Term list
        /// c
        Constant: float[]
        /// n
        Noise: float[]
    }

/// A number of a sum: factor times an element of an operand.
[<Struct; NoComparison; NoEquality>]
type internal Entry =
    {
        Operand: int
        Element: int
        Factor: float
    }

module internal Affine =
    /// The unit roundoff of float64, doubled: it covers the rounding of a product and of a sum.
    [<Literal>]
    let Ulp = 2.220446049250313e-16

    /// For the rounding of the sums of errors themselves.
    [<Literal>]
    let private Outward = 1.000000001

    let constant (values: float[]) (noise: float[]) : Affine =
        {
            Size = values.Length
            Terms = []
            Constant = values
            Noise = noise
        }

    /// All variables of a block.
    let variables (block: int) (width: int) : Affine =
        {
            Size = width
            Terms =
                [
                    {
                        Block = block
                        Width = width
                        Rows = Rows.Picked(Array.init width id)
                    }
                ]
            Constant = Array.zeroCreate width
            Noise = Array.zeroCreate width
        }

    let isConstant (x: Affine) : bool = x.Terms.IsEmpty

    /// The numbers of a constant that are exact.
    let exactly (x: Affine) : float[] option =
        if x.Terms.IsEmpty && Array.forall ((=) 0.0) x.Noise then
            Some x.Constant
        else
            None

    /// Some of the values, in another order, as they are.
    let pick (indices: int[]) (x: Affine) : Affine =
        let rows (width: int) (values: float[]) =
            Array.concat (indices |> Array.map (fun i -> values[i * width .. i * width + width - 1]))

        let isZero rows =
            match rows with
            | Rows.Picked _ -> false
            | Rows.Dense(factors, noise) -> Array.forall ((=) 0.0) factors && Array.forall ((=) 0.0) noise

        {
            Size = indices.Length
            Terms =
                x.Terms
                |> List.map (fun term ->
                    { term with
                        Rows =
                            match term.Rows with
                            | Rows.Picked variables ->
                                Rows.Picked(indices |> Array.map (fun i -> variables[i]))
                            | Rows.Dense(factors, noise) ->
                                Rows.Dense(rows term.Width factors, rows term.Width noise)
                    })
                // what depends on nothing is a constant
                |> List.filter (fun term -> not (isZero term.Rows))
            Constant = indices |> Array.map (fun i -> x.Constant[i])
            Noise = indices |> Array.map (fun i -> x.Noise[i])
        }

    /// How far a product with this factor may be off, relative to the other factor: it takes part in so many roundings, and a
    /// subnormal factor may be flushed to 0.
    let private off arithmetic (roundings: int) (factor: float) =
        match arithmetic with
        | Arithmetic.Real -> 0.0
        | Arithmetic.Float32 ->
            let size = abs factor
            let flushed = if size < RoundingRule.Tiny then size else 0.0
            RoundingRule.gamma (float roundings) * size + flushed

    /// The most that flushing subnormal numbers to 0 changes a sum of products.
    let private flushed arithmetic (entries: Entry[]) =
        match arithmetic with
        | Arithmetic.Real -> 0.0
        | Arithmetic.Float32 ->
            let greatest =
                entries
                |> Array.fold (fun greatest entry -> max greatest (abs entry.Factor)) 1.0

            RoundingRule.Tiny * (2.0 + float entries.Length * (2.0 + greatest))

    /// Whether multiplication by this number is exact.
    let private isPower (factor: float) =
        RoundedSum.isPower (Interval.exactly factor)

    /// <summary>Sums of multiples of the operands' values, each computed in any order of summation.</summary>
    /// <param name="arithmetic">Of the network.</param>
    /// <param name="inexact">How far the factors may be off, relative to themselves.</param>
    /// <param name="operands">The values that are summed.</param>
    /// <param name="rows">The numbers of each sum; factors are not 0.</param>
    /// <param name="rounded">Whether the network computes these sums: otherwise they are only a way to write its values.</param>
    /// <remarks>In any order, a number of a sum takes part in one rounding for each addition, and one for its product: Higham,
    /// Accuracy and Stability of Numerical Algorithms (2002), section 3.1.</remarks>
    let private sums
        (arithmetic: Arithmetic)
        (inexact: float)
        (operands: Affine[])
        (rows: Entry[][])
        (rounded: bool)
        =
        let size = rows.Length
        let constant, noise = Array.zeroCreate<float> size, Array.zeroCreate<float> size
        let found = SortedDictionary<int, struct (int * float[] * float[])>()

        let target (term: Term) =
            match found.TryGetValue term.Block with
            | true, known -> known
            | false, _ ->
                let fresh =
                    struct (term.Width,
                            Array.zeroCreate<float>(size * term.Width),
                            Array.zeroCreate<float>(size * term.Width))

                found[term.Block] <- fresh
                fresh

        let targets =
            operands
            |> Array.map (fun operand ->
                operand.Terms
                |> List.map (fun term -> struct (term, target term))
                |> Array.ofList)

        for i in 0 .. size - 1 do
            let roundings =
                if not rounded then
                    0
                elif rows[i] |> Array.forall (fun entry -> isPower entry.Factor) then
                    rows[i].Length - 1
                else
                    rows[i].Length

            for entry in rows[i] do
                let factor, e = entry.Factor, entry.Element
                let size = abs factor
                let off = off arithmetic roundings factor + inexact * size
                let operand = operands[entry.Operand]

                for struct (term, struct (width, factors, noises)) in targets[entry.Operand] do
                    match term.Rows with
                    | Rows.Picked variables ->
                        let at = i * width + variables[e]
                        let before = factors[at]
                        factors[at] <- before + factor
                        let rounded = if before = 0.0 then 0.0 else Ulp * abs factors[at]
                        noises[at] <- (noises[at] + off + rounded) * Outward
                    | Rows.Dense(own, ownNoise) ->
                        for j in 0 .. width - 1 do
                            let at = i * width + j
                            let value, doubt = own[e * width + j], ownNoise[e * width + j]

                            if value <> 0.0 || doubt <> 0.0 then
                                let product = factor * value
                                factors[at] <- factors[at] + product

                                noises[at] <-
                                    noises[at]
                                    + size * doubt
                                    + off * (abs value + doubt)
                                    + Ulp * (abs product + abs factors[at])

                let value, doubt = operand.Constant[e], operand.Noise[e]
                let product = factor * value
                constant[i] <- constant[i] + product

                noise[i] <-
                    noise[i]
                    + size * doubt
                    + off * (abs value + doubt)
                    + (if value = 0.0 then
                           0.0
                       else
                           Ulp * (abs product + abs constant[i]))

            noise[i] <- noise[i] * Outward + flushed arithmetic rows[i]

        {
            Size = size
            Terms =
                [
                    for pair in found do
                        let struct (width, factors, noises) = pair.Value

                        {
                            Block = pair.Key
                            Width = width
                            Rows = Rows.Dense(factors, Array.map (fun x -> x * Outward) noises)
                        }
                ]
            Constant = constant
            Noise = noise
        }

    /// The values with more noise.
    let widen (more: float) (x: Affine) : Affine =
        { x with
            Noise = x.Noise |> Array.map (fun noise -> (noise + more) * Outward)
        }

    /// Sums of multiples of the operands' values. Where each is one value of one operand, they stay as they are.
    let combine arithmetic inexact (operands: Affine[]) (rows: Entry[][]) (rounded: bool) : Affine =
        let first = rows |> Array.tryHead |> Option.bind Array.tryHead

        let isCopy (first: Entry) (row: Entry[]) =
            row.Length = 1 && row[0].Factor = 1.0 && row[0].Operand = first.Operand

        match first with
        | Some entry when rows |> Array.forall (isCopy entry) ->
            operands[entry.Operand]
            |> pick (rows |> Array.map (fun row -> row[0].Element))
            |> widen (flushed arithmetic rows[0])
        | _ -> sums arithmetic inexact operands rows rounded

    /// The factors and the noise of one row, by the variables of a block.
    let row (term: Term) (i: int) : struct (float[] * float[]) =
        match term.Rows with
        | Rows.Picked variables ->
            let factors = Array.zeroCreate term.Width
            factors[variables[i]] <- 1.0
            struct (factors, Array.zeroCreate term.Width)
        | Rows.Dense(factors, noise) ->
            let part (values: float[]) =
                values[i * term.Width .. (i + 1) * term.Width - 1]

            struct (part factors, part noise)
