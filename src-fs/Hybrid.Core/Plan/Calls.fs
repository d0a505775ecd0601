namespace Hybrid.Core

open System.Collections.Generic

/// An operand as a chain reads it: each element stands for so many in a row, and all of them are repeated.
[<Struct; NoComparison>]
type internal Source = { Tensor: Tensor; Repeat: int }

/// What is carried out in one go: a kernel, or a chain of element-wise nodes of one size, with a matrix product before it
/// or not.
[<NoComparison; ReferenceEquality>]
type internal Call =
    {
        /// Calls are carried out by position.
        Position: int
        /// The node of a kernel of its own, or the product that a chain follows; of any other chain, its first node.
        First: Tensor
        IsChain: bool
        /// The element-wise nodes, operands before what uses them; of a softmax, the logarithm of its sum.
        Nodes: Tensor[]
    }

    /// How many elements each node of a chain has.
    member this.Size = Shape.size this.First.Shape

    /// Whether it begins with a matrix product.
    member this.IsProduct =
        match this.First.Node with
        | Apply({ Kernel = Kernel.MatMul _ }, _) -> true
        | _ -> false

module internal Calls =
    /// The node whose values a tensor holds: a view has none of its own.
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

    /// How many elements of a view one element of the block stands for, if all stand in order, each for as many.
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

    /// An operand of an element-wise node, without what only repeats it.
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

    /// What a softmax and a logarithm of a sum of exponentials have in common if they are of the same numbers.
    let exponentials (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Softmax(outer, length, inner)
                },
                [ scores ])
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.LogSumExp, outer, length, inner)
                },
                [ scores ]) -> ValueSome struct (owner scores, outer, length, inner)
        | _ -> ValueNone

    let isSoftmax (x: Tensor) =
        match x.Node with
        | Apply({ Kernel = Kernel.Softmax _ }, _) -> true
        | _ -> false

    /// What a call reads: a kernel's operands, a product's before those of its chain.
    let reads (call: Call) : Source list =
        let within = HashSet<Tensor>(call.Nodes, HashIdentity.Reference)

        if call.IsProduct then
            within.Add call.First |> ignore

        let plain =
            [
                if call.IsProduct || not call.IsChain then
                    for x in operands call.First -> { Tensor = x; Repeat = 1 }
            ]

        let others =
            if call.IsChain then
                call.Nodes
                |> Seq.collect (Graph.operands >> List.map source)
                |> Seq.filter (fun source -> not (within.Contains source.Tensor))
                |> List.ofSeq
            else
                []

        plain @ others
