namespace Hybrid.Verification

open System.Collections.Generic
open Hybrid.Core

/// How much a primitive's function is bent.
[<RequireQualifiedAccess>]
type private Bend =
    | Straight
    /// Made of lines, as ReLU is.
    | Broken
    /// One of the curves that blocks have.
    | Curved
    | Other

/// <summary>The element-wise functions of single tensors in a graph.</summary>
/// <remarks>A result's root is the tensor that it is computed from element by element, with constants: x of x Φ(x). Results that
/// only a function of the same root uses have no bounds of their own.</remarks>
[<Sealed>]
type internal Regions(output: Tensor) =
    let order = Graph.order [ output ]
    let varying = HashSet<Tensor> HashIdentity.Reference
    let root = Dictionary<Tensor, Tensor> HashIdentity.Reference
    let outer = HashSet<Tensor> HashIdentity.Reference

    let isVarying (x: Tensor) = varying.Contains x

    let isSum (x: Tensor) =
        match x.Node with
        | Apply({ Rounding = RoundingRule.Sums }, _) -> true
        | _ -> false

    /// The operands of an element-wise primitive, unless it is part of a sum of products.
    let elementwise (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Zip(Binary.Add | Binary.Subtract)
                },
                operands) when List.exists isSum operands -> []
        | Apply({
                    Kernel = Kernel.Map _ | Kernel.Zip _ | Kernel.Select
                },
                operands) -> operands
        | _ -> []

    /// A fused multiply-add skips the rounding of a product in a sum, and not elsewhere.
    let mayFuse (x: Tensor) (product: Tensor) =
        match x.Node, product.Node with
        | Apply({ Rounding = RoundingRule.Adds }, _), Apply({ Rounding = RoundingRule.Multiplies }, _) -> true
        | _ -> false

    let rootOf (x: Tensor) =
        match
            elementwise x
            |> List.filter isVarying
            |> List.map (fun operand -> root[operand])
        with
        | first :: others when
            others |> List.forall (fun other -> obj.ReferenceEquals(other, first))
            && not (mayFuse x first)
            ->
            first
        | _ -> x

    do
        for x in order do
            match x.Node with
            // inputs in a box are numbers
            | Apply({
                        Kernel = Kernel.Map Unary.IsNaN
                        Rounding = RoundingRule.Chooses
                    },
                    _) -> ()
            | Input _ -> varying.Add x |> ignore
            | _ when Graph.operands x |> List.exists isVarying -> varying.Add x |> ignore
            | _ -> ()

            if isVarying x then
                root[x] <- rootOf x

        outer.Add output |> ignore

        for x in order do
            for operand in Graph.operands x |> List.filter isVarying do
                if
                    not (
                        root.ContainsKey x
                        && obj.ReferenceEquals(root[x], root[operand])
                        && not (obj.ReferenceEquals(root[x], x))
                    )
                then
                    outer.Add operand |> ignore

    let bend (x: Tensor) =
        let constants = Graph.operands x |> List.filter (isVarying >> not)

        match x.Node with
        | Apply({
                    Kernel = Kernel.Map Unary.Negate
                    Rounding = RoundingRule.Chooses
                },
                _)
        | Apply({
                    Kernel = Kernel.Zip(Binary.Add | Binary.Subtract)
                    Rounding = RoundingRule.Adds
                },
                _) -> Bend.Straight
        | Apply({
                    Kernel = Kernel.Zip Binary.Multiply
                    Rounding = RoundingRule.Multiplies
                },
                _) when not constants.IsEmpty -> Bend.Straight
        | Apply({
                    Kernel = Kernel.Zip Binary.Divide
                    Rounding = RoundingRule.Within _
                },
                [ _; divisor ]) when not (isVarying divisor) -> Bend.Straight
        | Apply({
                    Kernel = Kernel.Select
                    Rounding = RoundingRule.Chooses
                },
                condition :: _) when not (isVarying condition) -> Bend.Straight
        | Apply({
                    Kernel = Kernel.Map(Unary.Relu | Unary.Abs) | Kernel.Zip(Binary.Maximum | Binary.Minimum)
                    Rounding = RoundingRule.Chooses
                },
                _) -> Bend.Broken
        | Apply({
                    Kernel = Kernel.Map(Unary.Sigmoid | Unary.Tanh | Unary.Exp | Unary.Softplus)
                    Rounding = RoundingRule.Elementary _
                },
                _) -> Bend.Curved
        | _ -> Bend.Other

    /// Every node of the graph, operands before their users.
    member _.Order = order

    /// Whether a node depends on an input.
    member _.Varies(x: Tensor) : bool = isVarying x

    /// Whether anything but a function of the same root uses a node.
    member _.IsOuter(x: Tensor) : bool = outer.Contains x || not (isVarying x)

    /// The tensor that a node is an element-wise function of: possibly itself.
    member _.Root(x: Tensor) : Tensor = root[x]

    /// The nodes between a node's root and itself.
    member _.Within(x: Tensor) : Tensor[] =
        let root = root[x]

        let operands y =
            if obj.ReferenceEquals(y, root) then
                []
            else
                List.filter isVarying (Graph.operands y)

        Graph.orderBy operands [ x ]
        |> Array.filter (fun y -> not (obj.ReferenceEquals(y, root)))

    /// Whether nodes between a root and its function are bounded best together: there is more in them than one curve, or than
    /// ReLUs.
    member _.AreCurved(nodes: Tensor[]) : bool =
        let count kind =
            nodes |> Array.filter (fun x -> bend x = kind) |> Array.length

        let curves = count Bend.Curved
        count Bend.Other > 0 || curves > 1 || curves = 1 && count Bend.Broken > 0
