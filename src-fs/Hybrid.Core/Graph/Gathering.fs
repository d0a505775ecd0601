namespace Hybrid.Core

open System

/// The rows of a table, [rows; width], by their indices, in float32: the same on every engine.
module internal RowIndex =
    /// The row that is nearest to an index, of two the even one; -1 if there is none.
    let nearest (rows: int) (index: float) : int =
        let nearest = Math.Round(index, MidpointRounding.ToEven)

        if nearest >= 0.0 && nearest < float rows then
            int nearest
        else
            -1

    /// y[i] = table[index[i]], or NaN where there is no such row.
    let gather
        (rows: int)
        (width: int)
        (index: ReadOnlySpan<float32>)
        (table: ReadOnlySpan<float32>)
        (y: Span<float32>)
        =
        for i in 0 .. index.Length - 1 do
            let into = y.Slice(i * width, width)

            match nearest rows (float index[i]) with
            | -1 -> into.Fill nanf
            | row -> table.Slice(row * width, width).CopyTo into

    /// y[r] = Σ values[i] over the i with index[i] = r, in their order.
    let scatterAdd
        (rows: int)
        (width: int)
        (index: ReadOnlySpan<float32>)
        (values: ReadOnlySpan<float32>)
        (y: Span<float32>)
        =
        y.Clear()

        for i in 0 .. index.Length - 1 do
            match nearest rows (float index[i]) with
            | -1 -> ()
            | row ->
                for j in 0 .. width - 1 do
                    let at = row * width + j
                    y[at] <- y[at] + values[i * width + j]

/// Primitives that read rows of a table by their indices, and that add up rows by theirs.
[<AutoOpen>]
module Gathering =
    open Operands

    /// Where an index moves on to the next row: a wave of triangles that is 0 halfway between integers.
    let private halfway (index: float) : float =
        let below = floor index
        let side = if below % 2.0 = 0.0 then -1.0 else 1.0

        if Double.IsFinite index then
            side * (index - below - 0.5)
        else
            1.0

    let private jumps =
        Continuity.Selects(fun operands -> Array.map halfway operands.Head)

    /// The first and the last row that an index may name, if every index in the interval names one.
    let private range (rows: int) (index: Interval) : struct (int * int) voption =
        match RowIndex.nearest rows index.Lower, RowIndex.nearest rows index.Upper with
        | first, last when first >= 0 && last >= 0 -> ValueSome(struct (first, last))
        | _ -> ValueNone

    /// The result's index as an integer, under a name.
    let private whole (index: string) (output: string) : OnnxNode list =
        let rounded = output + "/rounded"

        // 7 is the format's code for int64
        [
            OnnxNode.create "Round" [ index ] rounded []
            OnnxNode.create "Cast" [ rounded ] (output + "/index") [ "to", OnnxAttribute.Integer 7L ]
        ]

    /// An index without its rounding, which is the primitives' own.
    let private unrounded (index: Tensor) : Tensor =
        match index with
        | Rounded inner -> inner
        | _ -> index

    let private hull (intervals: Interval seq) : Interval = Seq.reduce Interval.hull intervals

    type Tensor with

        /// <summary>Rows of a table by their indices: table[i] for each element i of the index, rounded to the nearest integer. The
        /// derivative with respect to the index is zero.</summary>
        /// <param name="table">[rows; …], with any axes after the first.</param>
        /// <param name="index">Any shape s. Rows are counted from 0; NaN, or a row that the table lacks, gives NaN.</param>
        /// <returns>[s; …].</returns>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The table is a scalar.</exception>
        static member gather (table: Tensor) (index: Tensor) : Tensor =
            match table.Shape with
            | [] -> raise (ShapeMismatchException("Gather", [ table.Shape ], "A scalar has no rows."))
            | rows :: trail ->
                let width = Shape.size trail

                let reference operands =
                    let struct (index, table: float[]) = two operands

                    index
                    |> Array.collect (fun index ->
                        match RowIndex.nearest rows index with
                        | -1 -> Array.create width nan
                        | row -> Array.sub table (row * width) width)

                let enclosure operands =
                    let struct (index, table: Interval[]) = two operands

                    index
                    |> Array.collect (fun index ->
                        match range rows index with
                        | ValueNone -> Array.create width Interval.undefined
                        | ValueSome(struct (first, last)) ->
                            Array.init width (fun j ->
                                hull (seq { for row in first..last -> table[row * width + j] })))

                let onnx inputs output =
                    let struct (index, table) = two inputs

                    whole index output
                    @ [ OnnxNode.create "Gather" [ table; output + "/index" ] output [] ]

                Tensor.apply
                    (index.Shape @ trail)
                    [ unrounded index; table ]
                    {
                        Name = "Gather"
                        Vjp =
                            fun operands _ g ->
                                [ Tensor.zerosLike operands.Head; Tensor.scatterAdd rows operands.Head g ]
                        Jvp = fun operands _ tangents -> Tensor.gather tangents[1] operands.Head
                        Reference = reference
                        Enclosure = enclosure
                        Continuity = jumps
                        Rounding =
                            RoundingRule.Within(fun operands ->
                                Array.zeroCreate (operands.Head.Length * width))
                        Kernel = Kernel.Gather(rows, width)
                        Onnx = onnx
                    }

        /// <summary>The sum of the values of each row: result[r] = Σ values[i] over the i whose index is r, after rounding to the
        /// nearest integer. It is the adjoint of gather; the derivative with respect to the index is zero.</summary>
        /// <param name="rows">The number of rows of the result, at least 1.</param>
        /// <param name="index">Any shape s. Rows are counted from 0; a value without such a row is left out.</param>
        /// <param name="values">[s; …].</param>
        /// <returns>[rows; …].</returns>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There are no rows, or the values do not have one part per
        /// index.</exception>
        static member scatterAdd (rows: int) (index: Tensor) (values: Tensor) : Tensor =
            let lead = index.Shape.Length

            if
                rows < 1
                || values.Shape.Length < lead
                || List.take lead values.Shape <> index.Shape
            then
                raise (
                    ShapeMismatchException(
                        "ScatterAdd",
                        [ index.Shape; values.Shape ],
                        $"The values of {rows} rows must have the axes of the index before their own."
                    )
                )

            let trail = List.skip lead values.Shape
            let width = Shape.size trail

            let reference operands =
                let struct (index: float[], values: float[]) = two operands
                let y = Array.zeroCreate (rows * width)

                index
                |> Array.iteri (fun i index ->
                    match RowIndex.nearest rows index with
                    | -1 -> ()
                    | row ->
                        for j in 0 .. width - 1 do
                            y[row * width + j] <- y[row * width + j] + values[i * width + j])

                y

            // an index that may name several rows, or none, adds its values or nothing to each
            let enclosure operands =
                let struct (index: Interval[], values: Interval[]) = two operands
                let y = Array.create (rows * width) (Interval.exactly 0.0)

                index
                |> Array.iteri (fun i index ->
                    let first, last, isSure =
                        match range rows index with
                        | ValueSome(struct (first, last)) -> first, last, first = last
                        | ValueNone -> 0, rows - 1, false

                    for row in first..last do
                        for j in 0 .. width - 1 do
                            let value = values[i * width + j]

                            let added =
                                if isSure then
                                    value
                                else
                                    Interval.hull (Interval.exactly 0.0) value

                            y[row * width + j] <- Interval.add y[row * width + j] added)

                y

            /// Any number of a column's values may meet in one row.
            let rounding (operands: Interval[] list) =
                let struct (index, values) = two operands
                let terms = float index.Length

                Array.init (rows * width) (fun at ->
                    let size =
                        Seq.sum (
                            seq {
                                for i in 0 .. index.Length - 1 ->
                                    RoundingRule.magnitude values[i * width + at % width]
                            }
                        )

                    RoundingRule.gamma terms * size * 1.0000001 + terms * RoundingRule.Tiny)

            let onnx inputs output =
                let struct (index, values) = two inputs
                let shape, zero, none = output + "/shape", output + "/zero", output + "/none"
                let axis, places = output + "/axis", output + "/places"

                whole index output
                @ [
                    OnnxNode.integers shape (rows :: trail)
                    OnnxNode.scalar zero 0f
                    OnnxNode.create "Expand" [ zero; shape ] none []
                    OnnxNode.integers axis [ -1 ]
                    OnnxNode.create "Unsqueeze" [ output + "/index"; axis ] places []
                    OnnxNode.create
                        "ScatterND"
                        [ none; places; values ]
                        output
                        [ "reduction", OnnxAttribute.Text "add" ]
                ]

            Tensor.apply
                (rows :: trail)
                [ unrounded index; values ]
                {
                    Name = "ScatterAdd"
                    Vjp =
                        fun operands _ g -> [ Tensor.zerosLike operands.Head; Tensor.gather g operands.Head ]
                    Jvp = fun operands _ tangents -> Tensor.scatterAdd rows operands.Head tangents[1]
                    Reference = reference
                    Enclosure = enclosure
                    Continuity = jumps
                    Rounding = RoundingRule.Within rounding
                    Kernel = Kernel.ScatterAdd(rows, width)
                    Onnx = onnx
                }
