namespace Hybrid.DiffSharp

open Hybrid.Core

/// The origin of a primitive's form.
type internal Origin =
    /// An operation of DiffSharp with the same meaning.
    | Own
    /// Several DiffSharp operations, and why.
    | Composed of reason: string
    /// Numbers that derivatives do not pass through.
    | Flat of reason: string

/// A primitive in DiffSharp.
[<NoComparison; NoEquality>]
type internal Form =
    {
        /// The primitive's name.
        Name: string
        Origin: Origin
        /// From the node, its primitive and the operands' numbers to the node's number.
        Apply: Tensor -> Primitive -> Number list -> Number
    }

/// The DiffSharp form of every primitive of the graph.
module internal Forms =
    open Operands

    let private map name origin (f: Number -> Number) =
        {
            Name = name
            Origin = origin
            Apply = fun _ _ operands -> f (one operands)
        }

    let private zip name origin (f: Number -> Number -> Number) =
        {
            Name = name
            Origin = origin
            Apply =
                fun _ _ operands ->
                    let struct (a, b) = two operands
                    f a b
        }

    /// A form from its node and the number of its only operand.
    let private ofNode name origin (f: Tensor -> Number -> Number) =
        {
            Name = name
            Origin = origin
            Apply = fun node _ operands -> f node (one operands)
        }

    let private flat name reason =
        {
            Name = name
            Origin = Flat reason
            Apply = fun node _ _ -> Number.ofNode node
        }

    /// The axis of runs of the given length, with this many runs before it and this many elements after it.
    let private axisOf (shape: Shape) (outer, length, inner) : int =
        [ 0 .. shape.Length - 1 ]
        |> List.find (fun axis -> Shape.around axis shape = struct (outer, length, inner))

    let private reduce name origin (f: int -> Number -> Number) =
        let apply (_: Tensor) (primitive: Primitive) operands =
            match primitive.Kernel with
            | Kernel.Reduce(_, outer, length, inner)
            | Kernel.Softmax(outer, length, inner) ->
                let x = one operands
                f (axisOf (Number.shape x) (outer, length, inner)) x
            | _ -> raise (HybridException $"The primitive {name} is not a reduction along an axis.")

        {
            Name = name
            Origin = origin
            Apply = apply
        }

    let private view (primitive: Primitive) : Strided =
        match primitive.Kernel with
        | Kernel.Read view -> view
        | _ -> raise (HybridException $"The primitive {primitive.Name} does not rearrange elements.")

    /// The axis whose extent an operation has changed.
    let private changed (before: Shape) (after: Shape) : int =
        List.zip before after |> List.findIndex (fun (m, n) -> m <> n)

    /// The order of axes in which the operand's strides equal the view's.
    let private transpose _ primitive operands : Number =
        let x: Number = one operands
        let view = view primitive

        let axes =
            List.zip (Number.shape x) (Shape.strides (Number.shape x)) |> List.indexed

        // axes of equal extent and stride have extent 1, and any of them will do
        let pick left wanted =
            let axis, _ as found = List.find (snd >> (=) wanted) left
            axis, List.except [ found ] left

        let order, _ =
            List.mapFold pick axes (List.ofArray (Array.zip view.Extents view.Strides))

        x.permute order

    let private slice (node: Tensor) primitive operands : Number =
        let x: Number = one operands
        let shape = Number.shape x
        let axis = changed shape node.Shape
        let start = (view primitive).Offset / (Shape.strides shape)[axis]

        // for each axis: the first index, the last index, and whether the axis is left out
        let bounds =
            Array2D.init shape.Length 3 (fun i bound ->
                match bound with
                | 0 when i = axis -> start
                | 1 when i = axis -> start + node.Shape[axis] - 1
                | 1 -> shape[i] - 1
                | _ -> 0)

        x.GetSlice bounds

    let private concat (node: Tensor) _ operands : Number =
        let axis = changed (Number.shape (List.head operands)) node.Shape

        Number.cat (Number.alike operands, axis)

    let private matmul _ (primitive: Primitive) operands : Number =
        let struct (a: Number, b: Number) = two operands

        match primitive.Kernel with
        | Kernel.MatMul(transposeA, transposeB, _, _, _) ->
            let turned transposed (x: Number) =
                if transposed then x.transpose () else x

            (turned transposeA a).matmul(turned transposeB b)
        | _ -> raise (HybridException $"The primitive {primitive.Name} is not a matrix product.")

    /// A linear function of one operand that DiffSharp does not have.
    let private linear name reason =
        let product (node: Tensor) (primitive: Primitive) operands : Number =
            let x: Number = one operands
            let size = Shape.size (Number.shape x)

            let row i =
                primitive.Reference [ Array.init size (fun j -> if i = j then 1.0 else 0.0) ]

            let factor =
                Tensor.constant [ size; Shape.size node.Shape ] (Array.collect row [| 0 .. size - 1 |])

            x.view([ 1; size ]).matmul(Number.ofNode factor).view node.Shape

        {
            Name = name
            Origin = Composed $"{reason}: a product with zeros and ones"
            Apply = product
        }

    let private form name origin apply =
        {
            Name = name
            Origin = origin
            Apply = apply
        }

    /// The forms of all primitives of the core.
    let all: Form list =
        [
            map "Identity" Own id
            map "Negate" Own (~-)
            map "Exp" Own _.exp()
            map "Log" Own _.log()
            map "Sqrt" Own _.sqrt()
            map "Sin" Own _.sin()
            map "Cos" Own _.cos()
            map "Tanh" Own _.tanh()
            map "Sigmoid" Own _.sigmoid()
            map "Softplus" Own _.softplus()
            map "Abs" Own _.abs()
            map "Sign" Own _.sign()
            map "Relu" Own _.relu()
            map "Erf" (Composed "DiffSharp has no error function: an extension in its style") Compositions.erf
            flat "Step" "a comparison with 0, as numbers"
            flat "Round" "piecewise constant"
            flat "IsNaN" "a comparison, as numbers"
            zip "Add" Own (+)
            zip "Subtract" Own (-)
            zip "Multiply" Own (*)
            zip "Divide" Own (/)
            zip "Maximum" (Composed "DiffSharp's rounds: a selection by comparison") Compositions.maximum
            zip "Minimum" (Composed "DiffSharp's rounds: a selection by comparison") Compositions.minimum
            zip
                "Power"
                (Composed "DiffSharp's derivative in the exponent is NaN where the base is not positive")
                Compositions.power
            zip "PowerOrZero" (Composed "DiffSharp has none: a power by selections") Compositions.powerOrZero
            flat "Greater" "a comparison, as numbers"
            flat "Equal" "a comparison, as numbers"
            form "Select" (Composed "DiffSharp has none: an extension in its style") (fun _ _ operands ->
                let struct (condition, a, b) = three operands
                Compositions.select condition a b)
            ofNode "Broadcast" Own (fun node x -> x.expand node.Shape)
            form "Transpose" Own transpose
            ofNode "Reshape" Own (fun node x -> x.view node.Shape)
            form "Slice" Own slice
            form "Concat" Own concat
            form
                "Gather"
                (Composed "DiffSharp's takes one index per element: an extension in its style")
                (fun _ _ operands ->
                    let struct (index, table) = two operands
                    Compositions.gather index table)
            form
                "ScatterAdd"
                (Composed "DiffSharp's takes one index per element: an extension in its style")
                (fun node _ operands ->
                    let struct (index, values) = two operands
                    Compositions.scatterAdd node.Shape.Head index values)
            linear "Pad" "DiffSharp pads both sides of an axis equally"
            linear "Windows" "DiffSharp has no windows apart from convolutions"
            linear "OverlapAdd" "DiffSharp has no windows apart from convolutions"
            reduce "Sum" Own (fun axis x -> x.sum axis)
            reduce "Max" Own (fun axis x -> x.max axis)
            flat "ArgMax" "an index, as a number"
            reduce
                "LogSumExp"
                (Composed "DiffSharp's subtracts the maximum of all elements, not of each run")
                Compositions.logSumExp
            reduce
                "Softmax"
                (Composed "DiffSharp's subtracts the maximum of all elements, not of each run")
                Compositions.softmax
            form "MatMul" Own matmul
            flat "Uniform" "random numbers of the core, which depend on nothing"
        ]

    let private byName = all |> List.map (fun form -> form.Name, form) |> Map.ofList

    /// <summary>The form of a primitive.</summary>
    /// <exception cref="T:Hybrid.HybridException">The primitive has no form in DiffSharp.</exception>
    let ofPrimitive (primitive: Primitive) : Form =
        match Map.tryFind primitive.Name byName with
        | Some form -> form
        | None -> raise (HybridException $"The primitive {primitive.Name} has no form in DiffSharp.")
