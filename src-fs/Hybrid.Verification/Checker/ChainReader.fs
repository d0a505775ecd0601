namespace Hybrid.Verification

open System.Collections.Generic
open System.Globalization
open System.Security.Cryptography
open System.Text
open Hybrid.Core

/// <summary>Chains of element-wise functions in a graph: results that are computed from one tensor, their root, element by element,
/// with constants.</summary>
/// <param name="arithmetic">What is computed in.</param>
/// <param name="constant">The numbers of a tensor that is a constant.</param>
/// <param name="order">All nodes, operands before their users.</param>
[<Sealed>]
type internal ChainReader(arithmetic: Arithmetic, constant: Tensor -> float[] option, order: Tensor[]) =
    let roots = Dictionary<Tensor, Tensor> HashIdentity.Reference
    let bent = HashSet<Tensor> HashIdentity.Reference
    let needed = HashSet<Tensor> HashIdentity.Reference
    let varies (x: Tensor) = roots.ContainsKey x
    let isConstant x = (constant x).IsSome

    let isSum (x: Tensor) =
        match x.Node with
        | Apply({ Rounding = RoundingRule.Sums }, _) -> true
        | _ -> false

    let isProduct (x: Tensor) =
        match x.Node with
        | Apply({ Rounding = RoundingRule.Multiplies }, _) -> true
        | _ -> false

    /// Whether a result is a function of its operands, element by element, and of no unrounded product.
    let isElementwise (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Zip(Binary.Add | Binary.Subtract)
                },
                operands) -> not (List.exists isSum operands)
        | Apply({
                    Kernel = Kernel.Map _ | Kernel.Zip _ | Kernel.Select
                },
                _) -> true
        | _ -> false

    /// A fused multiply-add skips the rounding of a product that is a root.
    let mayFuse (x: Tensor) root =
        match x.Node with
        | Apply({ Rounding = RoundingRule.Adds }, _) -> isProduct root
        | _ -> false

    /// Whether a function is neither affine nor made of two lines.
    let isBent (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Map(Unary.Negate | Unary.Relu | Unary.Abs)
                    Rounding = RoundingRule.Chooses
                },
                _)
        | Apply({
                    Kernel = Kernel.Zip(Binary.Maximum | Binary.Minimum)
                    Rounding = RoundingRule.Chooses
                },
                _)
        | Apply({
                    Kernel = Kernel.Zip(Binary.Add | Binary.Subtract)
                    Rounding = RoundingRule.Adds
                },
                _) -> false
        | Apply({
                    Kernel = Kernel.Zip Binary.Multiply
                    Rounding = RoundingRule.Multiplies
                },
                operands) -> operands |> List.forall varies
        | Apply({
                    Kernel = Kernel.Zip Binary.Divide
                    Rounding = RoundingRule.Within _
                },
                [ _; divisor ]) ->
            match constant divisor with
            | Some divisors -> divisors |> Array.exists (fun x -> abs x < 1e-30)
            | None -> true
        | Apply({
                    Kernel = Kernel.Select
                    Rounding = RoundingRule.Chooses
                },
                condition :: _) -> varies condition
        | _ -> true

    let read (x: Tensor) =
        let operands = Graph.operands x
        let varying = operands |> List.filter varies

        match x.Node, varying with
        | Input _, _ -> roots[x] <- x
        // inputs in a box are numbers
        | Apply({
                    Kernel = Kernel.Map Unary.IsNaN
                    Rounding = RoundingRule.Chooses
                },
                _),
          _
        | _, [] -> ()
        | _, first :: others ->
            let root = roots[first]

            let isChain =
                isElementwise x
                && others |> List.forall (fun other -> obj.ReferenceEquals(roots[other], root))
                && operands |> List.forall (fun operand -> varies operand || isConstant operand)
                && not (mayFuse x root)

            if isChain then
                roots[x] <- root

                if isBent x || List.exists bent.Contains varying then
                    bent.Add x |> ignore
            else
                roots[x] <- x

    /// The nodes from a root to a result, without the root.
    let between (root: Tensor) (x: Tensor) =
        Graph.orderBy
            (fun y ->
                if obj.ReferenceEquals(y, root) || isConstant y then
                    []
                else
                    Graph.operands y)
            [ x ]
        |> Array.filter (fun y -> not (obj.ReferenceEquals(y, root)))

    /// The same function of several copies of the root, as a graph of its own.
    let copied (root: Tensor) (x: Tensor) (copies: int) : struct (Tensor * Tensor) =
        let z = Tensor.input "z" [ copies * Shape.size root.Shape ]
        let known = Dictionary<Tensor, Tensor> HashIdentity.Reference
        known[root] <- z

        for y in between root x do
            known[y] <-
                match constant y, y.Node with
                | Some values, _ -> Tensor.constant z.Shape (Array.concat (Array.replicate copies values))
                | None, Apply(primitive, operands) ->
                    Tensor.apply z.Shape (operands |> List.map (fun operand -> known[operand])) primitive
                | None, _ -> y

        struct (z, known[x])

    let mark (root: Tensor) (x: Tensor) : string =
        let numbers = Dictionary<Tensor, int> HashIdentity.Reference
        numbers[root] <- 0
        let text = StringBuilder()

        for y in between root x do
            numbers[y] <- numbers.Count

            match constant y, y.Node with
            | Some values, _ ->
                for value in values do
                    text.Append(value.ToString("R", CultureInfo.InvariantCulture)).Append ' '
                    |> ignore
            | None, Apply(primitive, operands) ->
                text.Append(primitive.Name).Append ' ' |> ignore

                for operand in operands do
                    text.Append(numbers[operand]).Append ' ' |> ignore
            | None, _ -> ()

        System.Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))

    do
        Array.iter read order

        for x in Array.rev order do
            if needed.Count = 0 || needed.Contains x then
                needed.Add x |> ignore

                if bent.Contains x then
                    needed.Add roots[x] |> ignore
                else
                    needed.UnionWith(Graph.operands x)

    /// The nodes whose values are used other than in chains.
    member _.IsNeeded(x: Tensor) : bool = needed.Contains x

    /// <summary>The root of a result that is a function of it, unless it can be read primitive by primitive as affine functions and
    /// ReLUs.</summary>
    member _.Root(x: Tensor) : Tensor voption =
        if bent.Contains x then ValueSome roots[x] else ValueNone

    /// <summary>The function of a root, by enclosures of the graph and of its derivative.</summary>
    /// <exception cref="T:Hybrid.HybridException">In float32, a primitive's rounding is not known.</exception>
    static member Create
        (arithmetic: Arithmetic, mark: string, copied: int -> struct (Tensor * Tensor))
        : ElementFunction =
        let struct (root, result) = copied 1
        let size = Shape.size root.Shape

        let jumps (x: Tensor) =
            match x.Node with
            | Apply(primitive, _) -> not (Continuity.isContinuous primitive.Continuity)
            | _ -> false

        // the graphs for as many copies as are asked for
        let evaluate (output: struct (Tensor * Tensor) -> Tensor) =
            let graphs = Dictionary<int, Tensor>()

            fun (arguments: Interval[]) ->
                let copies = arguments.Length / size

                if not (graphs.ContainsKey copies) then
                    graphs[copies] <- output (copied copies)

                Enclosure.evaluate [ "z", arguments ] [ graphs[copies] ] |> List.exactlyOne

        let slope =
            match result.Node with
            | Apply({
                        Rounding = RoundingRule.Elementary slope
                    },
                    [ z ]) when obj.ReferenceEquals(z, root) -> Some(Array.map slope)
            | _ when Graph.order [ result ] |> Array.exists jumps -> None
            | _ ->
                Some(
                    evaluate (fun (struct (z, y)) ->
                        Derivative.reverse y (Tensor.fill 1.0 y.Shape) [ z ] |> List.exactlyOne)
                )

        {
            Mark = mark
            Value = evaluate (fun (struct (_, y)) -> y)
            Slope = slope
            Off =
                match arithmetic with
                | Arithmetic.Real -> fun arguments -> Array.zeroCreate arguments.Length
                | Arithmetic.Float32 ->
                    let reader = RoundingReader [ result ]
                    fun arguments -> reader.Forward [ "z", arguments ] |> List.exactlyOne
        }

    /// The function that a result is of its root.
    member _.Read(root: Tensor, x: Tensor) : ElementFunction =
        ChainReader.Create(arithmetic, mark root x, copied root x)
