namespace Hybrid.Core

open System.Collections.Generic

/// An operand as a chain reads it: each element is repeated Repeat times, and all of them from the start again.
[<NoComparison>]
type internal Source = { Tensor: Tensor; Repeat: int }

/// What is executed at once: a kernel, or a chain of element-wise nodes of one size, optionally after a matrix product.
[<NoComparison; ReferenceEquality>]
type internal Call =
    {
        /// Calls are executed in order of position.
        Position: int
        /// The node of a single kernel, or the product that a chain follows, or else the first node of the chain.
        First: Tensor
        IsChain: bool
        /// The element-wise nodes, operands before their users; for a softmax, the logarithm of its sum.
        Nodes: Tensor[]
        /// Of a convolution: the maximum pooling of its product or of one of these nodes.
        Pool: Tensor voption
    }

    /// The number of elements of each node of a chain.
    member this.Size = Shape.size this.First.Shape

    /// Whether it begins with a matrix product, or another kernel that a chain may follow.
    member this.IsProduct =
        match this.First.Node with
        | Apply({
                    Kernel = Kernel.MatMul _ | Kernel.IntegerProduct _ | Kernel.PatchProduct _ | Kernel.MaxPoolGradient _
                },
                _) -> true
        | _ -> false

module internal Calls =
    /// The node whose values a tensor holds: a view has no values of its own.
    let rec owner (x: Tensor) : Tensor =
        match x.Node with
        | Apply({ Kernel = Kernel.View }, [ inner ]) -> owner inner
        | _ -> x

    let isElementwise (x: Tensor) : bool =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Map _ | Kernel.Zip _ | Kernel.Select
                },
                _) -> true
        | _ -> false

    let isProduct (x: Tensor) : bool =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul _ | Kernel.IntegerProduct _ | Kernel.PatchProduct _ | Kernel.MaxPoolGradient _
                },
                _) -> true
        | _ -> false

    /// How many consecutive elements of a view repeat one element of the block, if they all do, in order and equally often.
    let private spread (view: Strided) (size: int) : int voption =
        let mutable axis = view.Extents.Length - 1
        let mutable repeat = 1

        while axis >= 0 && (view.Extents[axis] = 1 || view.Strides[axis] = 0) do
            repeat <- repeat * view.Extents[axis]
            axis <- axis - 1

        if Strided(view.Extents[..axis], view.Strides[..axis], view.Offset).Repeats size then
            ValueSome repeat
        else
            ValueNone

    /// An operand of an element-wise node, without nodes that only repeat it.
    let source (x: Tensor) : Source =
        let x = owner x

        match x.Node with
        | Apply({ Kernel = Kernel.Read view }, [ inner ]) ->
            match spread view (Shape.size inner.Shape) with
            | ValueSome repeat ->
                {
                    Tensor = owner inner
                    Repeat = repeat
                }
            | ValueNone -> { Tensor = x; Repeat = 1 }
        | _ -> { Tensor = x; Repeat = 1 }

    let private sourceTensor x = (source x).Tensor

    /// The nodes whose values a node is computed from.
    let operands (x: Tensor) : Tensor list =
        if isElementwise x then
            Graph.operands x |> List.map sourceTensor
        else
            Graph.operands x |> List.map owner

    /// The outer, length and inner of a softmax, or of a logarithm of a sum of exponentials.
    let exponentials (x: Tensor) : struct (int * int * int) voption =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Softmax(outer, length, inner)
                },
                _)
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.LogSumExp, outer, length, inner)
                },
                _) -> ValueSome struct (outer, length, inner)
        | _ -> ValueNone

    let isSoftmax (x: Tensor) =
        match x.Node with
        | Apply({ Kernel = Kernel.Softmax _ }, _) -> true
        | _ -> false

    /// What a call reads: a kernel's operands; a product's operands before those of its chain.
    let reads (call: Call) : Source list =
        let within = HashSet<Tensor>(call.Nodes, HashIdentity.Reference)

        if call.IsProduct then
            within.Add call.First |> ignore

        [
            if call.IsProduct || not call.IsChain then
                for x in operands call.First do
                    { Tensor = x; Repeat = 1 }

            if call.IsChain then
                for x in call.Nodes do
                    for operand in Graph.operands x do
                        let source = source operand

                        if not (within.Contains source.Tensor) then
                            source
        ]
