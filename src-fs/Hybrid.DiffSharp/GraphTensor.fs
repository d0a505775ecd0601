namespace DiffSharp.Backends.Hybrid

open DiffSharp
open DiffSharp.Backends
open global.Hybrid.Core

/// <summary>A raw tensor of DiffSharp that is a node of a graph: its operations make nodes and compute no numbers. What DiffSharp
/// builds from them, above all derivatives, is again a graph.</summary>
/// <remarks>The element type is only a label: booleans are 1 and 0, indices are integers.</remarks>
[<Sealed>]
type GraphTensor(node: Tensor, dtype: Dtype) =
    inherit UnsupportedTensor()

    static let backend = Backend.Register "Hybrid"

    static let nodeOf (x: RawTensor) = (x :?> GraphTensor).Node

    let number (x: scalar) = Tensor.scalar (x.ToDouble null)
    let labelled dtype node : RawTensor = GraphTensor(node, dtype)
    let make node = labelled dtype node

    /// 1 where an element of each run along an axis is the one that an index names, else 0.
    let atIndex (axis: int) (shape: Shape) (index: Tensor) =
        if index.Shape[axis] <> 1 then
            raise (HybridException "A graph supports only one index per run, not several.")

        let extents = shape |> List.mapi (fun i extent -> if i = axis then extent else 1)

        let positions =
            Tensor.constant extents (Array.init shape[axis] float) |> Tensor.broadcast shape

        Tensor.equal positions (Tensor.broadcast shape index)

    /// A tensor surrounded by zeros.
    let padded (location: int[]) (shape: Shape) (part: Tensor) =
        List.zip (List.ofArray location) shape
        |> List.indexed
        |> List.fold
            (fun (part: Tensor) (axis, (start, extent)) ->
                let zeros count =
                    [
                        if count > 0 then
                            Tensor.fill 0.0 (List.updateAt axis count part.Shape)
                    ]

                Tensor.concat axis (zeros start @ [ part ] @ zeros (extent - start - part.Shape[axis])))
            part

    /// A transposed product as the product of its transposed factors, which are read without moving elements.
    let unturned (x: Tensor) =
        match x with
        | Tensor.Transposed {
                                Node = Apply({
                                                 Kernel = Kernel.MatMul(turnedA, turnedB, _, _, _)
                                             },
                                             [ a; b ])
                            } ->
            let factor turned x =
                if turned then x else Tensor.transpose x

            Tensor.matmul (factor turnedB b) (factor turnedA a)
        | _ -> x

    /// The backend by its name.
    static member Name: Backend = backend

    /// The node.
    member _.Node = node

    override _.Shape = Array.ofList node.Shape
    override _.Dim = node.Shape.Length
    override _.Nelement = Shape.size node.Shape
    override _.Dtype = dtype
    override _.Device = Device.CPU
    override _.DeviceType = DeviceType.CPU
    override _.Backend = backend
    override _.Handle = box node
    override x.Clone() = x :> RawTensor
    override _.Cast dtype = labelled dtype node

    override _.Equals(other: RawTensor) =
        LanguagePrimitives.PhysicalEquality node (nodeOf other)

    override _.ComputeHash() = LanguagePrimitives.PhysicalHash node

    /// DiffSharp reads a number only to check whether it is the initial zero of a cotangent.
    override _.ToValues() =
        match node with
        | Tensor.Filled value when node.Shape = [] -> box value
        | _ ->
            raise (HybridException "The numbers of a graph are not known while DiffSharp differentiates it.")

    // ---- elements in another place --------------------------------------------------------------------------------

    override _.Expand shape =
        make (Tensor.broadcast (List.ofArray shape) node)

    override _.ViewT shape =
        make (Tensor.reshape (List.ofArray shape) node)

    override x.SqueezeT axis = x.ViewT(Shape.squeeze axis x.Shape)

    override x.UnsqueezeT axis =
        x.ViewT(Shape.checkCanUnsqueeze axis x.Shape)

    override _.PermuteT order =
        make (Tensor.permute (List.ofArray order) node)

    override _.TransposeT2() = make (Tensor.transpose node)

    override x.TransposeT(i, j) =
        if node.Shape.Length = 2 then
            x.TransposeT2()
        else
            x.PermuteT(
                Array.init node.Shape.Length (fun k ->
                    if k = i then j
                    elif k = j then i
                    else k)
            )

    override _.CatTs(parts, axis) =
        make (Tensor.concat axis (parts |> Array.map nodeOf |> List.ofArray))

    override _.SplitT(counts, axis) =
        Array.zip (Array.scan (+) 0 counts |> Array.take counts.Length) counts
        |> Array.map (fun (start, count) -> make (Tensor.slice axis start count node))

    /// For each axis: the first index, the last index, and 1 if the axis is left out.
    override _.GetSlice bounds =
        let axes = [ 0 .. node.Shape.Length - 1 ]

        let slice x axis =
            Tensor.slice axis bounds[axis, 0] (bounds[axis, 1] - bounds[axis, 0] + 1) x

        let part = List.fold slice node axes

        axes
        |> List.filter (fun axis -> bounds[axis, 2] <> 1)
        |> List.map (fun axis -> part.Shape[axis])
        |> fun shape -> make (Tensor.reshape shape part)

    override _.AddTTSlice(location, part) =
        make (node + padded location node.Shape (nodeOf part))

    override _.GatherT(axis, indices) =
        let index = nodeOf indices

        let chosen =
            Tensor.select (atIndex axis node.Shape index) node (Tensor.zerosLike node)

        make (Tensor.reshape index.Shape (Tensor.sum axis chosen))

    override _.ScatterT(axis, indices, shape) =
        let shape = List.ofArray shape
        let spread = Tensor.broadcast shape node
        make (Tensor.select (atIndex axis shape (nodeOf indices)) spread (Tensor.zerosLike spread))

    // ---- reductions -----------------------------------------------------------------------------------------------

    override _.SumT _ = make (Tensor.sumAll node)
    override _.SumTDim(axis, _) = make (Tensor.sum axis node)

    override x.MaxReduceT(axis, keep) =
        let shape =
            if keep then
                List.updateAt axis 1 node.Shape
            else
                List.removeAt axis node.Shape

        make (Tensor.reshape shape (Tensor.max axis node)),
        labelled Dtype.Int32 (Tensor.reshape shape (Tensor.argMax axis node))

    // ---- arithmetic -----------------------------------------------------------------------------------------------

    /// Every cotangent passes through here when it is added to earlier ones.
    override _.AddTT(b, alpha) =
        match alpha with
        | None -> make (unturned node + unturned (nodeOf b))
        | Some alpha -> make (node + number alpha * nodeOf b)

    override _.AddTT0(b, alpha) =
        match alpha with
        | None -> make (node + number b)
        | Some alpha -> make (node + number alpha * number b)

    override _.SubTT b = make (node - nodeOf b)
    override _.SubTT0 b = make (node - number b)
    override _.SubFromT0T a = make (number a - node)
    override _.MulTT b = make (node * nodeOf b)
    override _.MulTT0 b = make (node * number b)
    override _.DivTT b = make (node / nodeOf b)
    override _.DivTT0 b = make (node / number b)
    override _.DivFromT0T a = make (number a / node)
    override _.PowTT b = make (Tensor.power node (nodeOf b))
    override _.MatMulTT b = make (Tensor.matmul node (nodeOf b))
    override _.NegT() = make -node

    override _.GtTT b =
        labelled Dtype.Bool (Tensor.greater node (nodeOf b))

    override _.EqTT b =
        labelled Dtype.Bool (Tensor.equal node (nodeOf b))

    override _.IsNaNT() = labelled Dtype.Bool (Tensor.isNaN node)

    // ---- functions ------------------------------------------------------------------------------------------------

    override _.SignT() = make (Tensor.sign node)
    override _.AbsT() = make (Tensor.abs node)
    override _.ReluT() = make (Tensor.relu node)
    override _.SoftplusT() = make (Tensor.softplus node)
    override _.SigmoidT() = make (Tensor.sigmoid node)
    override _.ExpT() = make (Tensor.exp node)
    override _.LogT() = make (Tensor.log node)
    override _.SqrtT() = make (Tensor.sqrt node)
    override _.SinT() = make (Tensor.sin node)
    override _.CosT() = make (Tensor.cos node)
    override _.TanhT() = make (Tensor.tanh node)

    /// (eˣ + 1/eˣ) / 2
    override _.CoshT() =
        let power = Tensor.exp node
        make (0.5 * (power + 1.0 / power))
