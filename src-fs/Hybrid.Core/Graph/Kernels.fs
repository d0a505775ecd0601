namespace Hybrid.Core

open System

/// Functions of one number. An engine applies each to all elements of a span.
type internal Unary =
    | Negate = 0
    | Exp = 1
    | Log = 2
    | Sqrt = 3
    | Sin = 4
    | Cos = 5
    | Tanh = 6
    /// 1 / (1 + exp(-x))
    | Sigmoid = 7
    /// log(1 + exp x), without overflow
    | Softplus = 8
    /// (2/√π) ∫₀ˣ exp(-t²) dt
    | Erf = 9
    | Abs = 10
    /// -1, 0 or 1
    | Sign = 11
    /// 1 where x > 0, else 0
    | Step = 12
    /// x where x > 0, else 0
    | Relu = 13
    /// 1 where x is NaN, else 0
    | IsNaN = 14
    /// Only in plans: the nearest integer, of two the even one
    | Round = 15

/// Functions of two numbers.
type internal Binary =
    | Add = 0
    | Subtract = 1
    | Multiply = 2
    | Divide = 3
    | Maximum = 4
    | Minimum = 5
    /// a to the power b
    | Power = 6
    /// 1 where a > b, else 0
    | Greater = 7
    /// 1 where a = b, else 0
    | Equal = 8

/// Reductions of the elements along one axis.
type internal Reduction =
    | Sum = 0
    | Max = 1
    /// The index of the first maximum, as a number.
    | ArgMax = 2
    /// log Σ exp x, without overflow: the maximum is subtracted first
    | LogSumExp = 3

/// Element (i₀, i₁, …) of a contiguous block of these extents is at Offset + Σ iₐ·Strides[a] of another block. A stride of 0
/// repeats, permuted strides transpose, an offset slices.
[<Sealed>]
type internal Strided(extents: int[], strides: int[], offset: int) =
    /// How many elements the block has along each axis.
    member _.Extents = extents
    /// The distance between neighbours along each axis in the other block.
    member _.Strides = strides
    /// The position of the first element in the other block.
    member _.Offset = offset

    /// The position of each element in the other block, in the block's row-major order.
    member _.Indices: int[] =
        Array.fold2
            (fun (indices: int[]) extent stride ->
                Array.init (indices.Length * extent) (fun i -> indices[i / extent] + i % extent * stride))
            [| offset |]
            extents
            strides

    /// The elements of the block, by their numbers in its order, at each position of the other block, of this size.
    member this.At(size: int) : int[][] =
        let found = Array.init size (fun _ -> Collections.Generic.List<int>())
        this.Indices |> Array.iteri (fun i at -> found[at].Add i)
        Array.map Array.ofSeq found

    /// Whether the view is a dense block of size elements, repeated from its start: a repeated scalar or row.
    member _.Repeats(size: int) : bool =
        let mutable dense = 1
        let mutable axis = extents.Length - 1

        while axis >= 0 && (extents[axis] = 1 || strides[axis] = dense) do
            dense <- dense * extents[axis]
            axis <- axis - 1

        offset = 0
        && dense = size
        && Array.forall2 (fun extent stride -> extent = 1 || stride = 0) extents[..axis] strides[..axis]

/// One element-wise operation of a chain, on values that the chain already has, by their numbers.
[<RequireQualifiedAccess; Struct>]
type internal Instruction =
    | Map of map: Unary * x: int
    | Zip of zip: Binary * left: int * right: int
    | Select of condition: int * a: int * b: int

/// <summary>A sequence of element-wise operations whose intermediate values never go through memory.</summary>
/// <remarks>Values are numbered: first the operands, then the result of each instruction.</remarks>
[<NoComparison; ReferenceEquality>]
type internal Chain =
    {
        Instructions: Instruction[]
        /// The numbers of the values that are kept: each is the result of an instruction or, in a product's chain, the product.
        Results: int[]
    }

/// <summary>Where a chain finds an operand: element i is Values[i / Repeat mod Count].</summary>
/// <remarks>A scalar has one value, a row is repeated as a whole, and each value of a column is repeated Repeat times.</remarks>
[<Struct; NoComparison; NoEquality>]
type internal ChainOperand =
    {
        Values: ArraySegment<float32>
        Repeat: int
    }

/// Maxima to take of what a convolution computes.
[<NoComparison; NoEquality>]
type internal MaximaOf =
    {
        Windows: PoolWindows
        /// Where the windows are: the product, or a result of its chain.
        Elements: ArraySegment<float32>
        /// Where the maxima are stored: nowhere that the product or its chain reads or writes.
        Maxima: ArraySegment<float32>
        /// Whether nothing else is read of the product and its chain: they need not be stored.
        IsAlone: bool
    }

/// What is done with a part of some rows: its number, its part of x and that of y.
type internal PartOfRows = delegate of part: int * x: ReadOnlySpan<float32> * y: Span<float32> -> unit

/// <summary>The operations of a float32 engine. The core owns this interface; it is implemented elsewhere and passed in, as an
/// Engine.</summary>
/// <remarks>Every span is dense and row-major. An output never overlaps an operand, except that an element-wise output may be
/// exactly one of its operands. Results must not depend on the number of threads.
/// Disposing ends threads of the engine's own.</remarks>
type internal IKernels =
    inherit IDisposable

    /// The engine's name: its vector width.
    abstract Name: string

    /// The number of threads that share large operations, including the caller's.
    abstract Threads: int

    /// The same kernels, on the caller's thread alone.
    abstract Alone: IKernels

    /// Calls work for each of so many equal parts of x and of y, on all threads, and returns when all are done. Kernels that it
    /// uses have to be alone.
    abstract Share: parts: int * x: ReadOnlySpan<float32> * y: Span<float32> * work: PartOfRows -> unit

    /// y[i] = operation(x[i])
    abstract Unary: operation: Unary * x: ReadOnlySpan<float32> * y: Span<float32> -> unit

    /// y[i] = operation(a[i mod |a|], b[i mod |b|]). |a| and |b| divide |y|: a scalar or a row is repeated, not copied.
    abstract Binary:
        operation: Binary * a: ReadOnlySpan<float32> * b: ReadOnlySpan<float32> * y: Span<float32> -> unit

    /// y[i] = a[i mod |a|] where condition[i mod |condition|] ≠ 0, else b[i mod |b|]: the other branch leaves no trace, even as
    /// NaN.
    abstract Select:
        condition: ReadOnlySpan<float32> *
        a: ReadOnlySpan<float32> *
        b: ReadOnlySpan<float32> *
        y: Span<float32> ->
            unit

    /// y[o, i] = reduction over l of x[o, l, i], with x of outer × length × inner elements. A NaN among the elements of
    /// Max gives NaN.
    abstract Reduce:
        reduction: Reduction *
        outer: int *
        length: int *
        inner: int *
        x: ReadOnlySpan<float32> *
        y: Span<float32> ->
            unit

    /// y[o, l, i] = exp x[o, l, i] / Σₗ exp x[o, l, i], without overflow: the maximum is subtracted first. Where logSum is not
    /// empty, logSum[o, i] = log Σₗ exp x[o, l, i], as Reduce computes it.
    abstract Softmax:
        outer: int *
        length: int *
        inner: int *
        x: ReadOnlySpan<float32> *
        y: Span<float32> *
        logSum: Span<float32> ->
            unit

    /// y = A B with A of m × k (stored k × m if transposeA) and B of k × n (stored n × k if transposeB).
    abstract MatMul:
        transposeA: bool *
        transposeB: bool *
        m: int *
        k: int *
        n: int *
        a: ReadOnlySpan<float32> *
        b: ReadOnlySpan<float32> *
        y: Span<float32> ->
            unit

    /// y = the elements of x that the view selects, in the order of its extents.
    abstract Read: view: Strided * x: ReadOnlySpan<float32> * y: Span<float32> -> unit

    /// Row i of y is row rows[i] of x; each row has the given number of elements.
    abstract Gather:
        width: int * x: ReadOnlySpan<float32> * rows: ReadOnlySpan<int> * y: Span<float32> -> unit

    /// The elements of y that the view selects become those of x; the others are unchanged.
    abstract Write: view: Strided * x: ReadOnlySpan<float32> * y: Span<float32> -> unit

    /// y = 0, and then each element of x is added to the element of y that the view selects for it, in the order of its extents.
    abstract Accumulate: view: Strided * x: ReadOnlySpan<float32> * y: Span<float32> -> unit

    /// A chain that is ready to run on these arrays, any number of times, without allocating. Its results are equal to the bit to
    /// those of the single operations. All results have one length; the length of each operand, counting its repetitions, equals
    /// or divides it. A result may be stored exactly where an operand of that length is.
    abstract Prepare: chain: Chain * operands: ChainOperand[] * results: ArraySegment<float32>[] -> Action

    /// A matrix product like MatMul's with a chain over its elements, ready to run. The chain's first operand is where the
    /// product itself is stored. No result may be stored where a or b is. If b is fixed, all of its array has the same values from now
    /// on, and copies in another order may be kept for as long as the array lives.
    abstract PrepareMatMul:
        transposeA: bool *
        transposeB: bool *
        m: int *
        k: int *
        n: int *
        a: ArraySegment<float32> *
        b: ArraySegment<float32> *
        isFixed: bool *
        chain: Chain *
        operands: ChainOperand[] *
        results: ArraySegment<float32>[] ->
            Action

    /// A product of integers with a chain over its elements, as PrepareMatMul's. All of the weights' array has the same values from
    /// now on, and copies may be kept for as long as the array lives.
    abstract PrepareIntegerProduct:
        product: IntegerProduct *
        x: ArraySegment<float32> *
        weights: ArraySegment<float32> *
        chain: Chain *
        operands: ChainOperand[] *
        results: ArraySegment<float32>[] ->
            Action

    /// A product with windows of images, as PrepareMatMul's product with a matrix of windows, and to the bit equal to it: images
    /// are padded, windows read, multiplied, added up and slices taken without storing any of these matrices. Of a convolution, the
    /// maxima of none or one pooling are taken too. The weights of integers are fixed, as in PrepareIntegerProduct.
    abstract PreparePatches:
        product: PatchProduct *
        a: ArraySegment<float32> *
        b: ArraySegment<float32> *
        isFixed: bool *
        chain: Chain *
        operands: ChainOperand[] *
        results: ArraySegment<float32>[] *
        pooling: MaximaOf[] ->
            Action

    /// y = the maximum of each window, over its columns first.
    abstract MaxPool: pool: PoolWindows * x: ReadOnlySpan<float32> * y: Span<float32> -> unit

    /// <summary>At each window's maximum, its element of the cotangent, and elsewhere 0, or what 0 times the element is; with a chain,
    /// as PrepareMatMul's.</summary>
    /// <remarks>It is the maximum of the first row with a maximum, and the first one of this row. NaN counts as the
    /// maximum.</remarks>
    abstract PrepareMaxPoolGradient:
        pool: PoolWindows *
        cotangent: ArraySegment<float32> *
        x: ArraySegment<float32> *
        chain: Chain *
        operands: ChainOperand[] *
        results: ArraySegment<float32>[] ->
            Action

/// How a primitive is executed in float32: the cases that readers know how to run, and may fuse by.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type internal Kernel =
    | Map of Unary
    | Zip of Binary
    | Select
    | Reduce of Reduction * outer: int * length: int * inner: int
    | Softmax of outer: int * length: int * inner: int
    | MatMul of transposeA: bool * transposeB: bool * m: int * k: int * n: int
    /// Only in plans: the product of the first operand, made integers, with the second one.
    | IntegerProduct of IntegerProduct
    /// Only in plans: the product of two operands with windows of images.
    | PatchProduct of PatchProduct
    /// Only in plans: the maximum of each window.
    | MaxPool of PoolWindows
    /// Only in plans: the gradient of the maxima, the first operand, at the places of the first maxima in the second.
    | MaxPoolGradient of PoolWindows
    /// The operand's elements rearranged, repeated or left out.
    | Read of Strided
    /// Each operand, written to its own place; the rest is zero.
    | Write of Strided list
    /// Each element of the operand, added to its own place, which it may share; the rest is zero.
    | Accumulate of Strided
    /// The operand's elements, unchanged, under a different shape.
    | View
    /// Uniform numbers of this key, so many in each row; the operand is the step, and the first row if that is not 0.
    | Uniform of key: uint64 * row: int
    /// Rows of the second operand, a table of so many rows and numbers in each, by the indices in the first.
    | Gather of rows: int * width: int
    /// Rows of the second operand, added up in so many rows by the indices in the first.
    | ScatterAdd of rows: int * width: int
    /// No kernel: the double-precision definition is used, and its result rounded.
    | Definition
