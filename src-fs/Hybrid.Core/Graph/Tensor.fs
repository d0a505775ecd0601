/// The expression graph: what a tensor is, what a primitive is, and the arithmetic that every derivative rule needs.
namespace rec Hybrid.Core

/// A node of an immutable graph: its shape is known when it is made, its value is not computed until a reader is asked.
[<ReferenceEquality; NoComparison; StructuredFormatDisplay("{Display}")>]
type Tensor =
    {
        Shape: Shape
        Node: Node
    }

    /// Shape and operation, as it is printed; nothing is computed.
    member this.Display =
        let text =
            match this.Node with
            | Constant _ -> "constant"
            | Input name -> $"input \"{name}\""
            | Apply(primitive, _) -> primitive.Name

        Shown(this, $"Tensor %A{this.Shape} {text}")

    override this.ToString() = string this.Display

    /// The negative of each element.
    static member (~-)(x: Tensor) = Tensor.negate x
    /// The sum of each element; the smaller shape stretches as in ONNX.
    static member (+)(a: Tensor, b: Tensor) = Tensor.add a b
    /// The same, with one number for all.
    static member (+)(a: Tensor, b: float) = Tensor.add a (Tensor.scalar b)
    /// The same, with one number for all.
    static member (+)(a: float, b: Tensor) = Tensor.add (Tensor.scalar a) b
    /// The difference of each element; the smaller shape stretches.
    static member (-)(a: Tensor, b: Tensor) = Tensor.subtract a b
    /// The same, with one number for all.
    static member (-)(a: Tensor, b: float) = Tensor.subtract a (Tensor.scalar b)
    /// The same, with one number for all.
    static member (-)(a: float, b: Tensor) = Tensor.subtract (Tensor.scalar a) b
    /// The product of each element, not of matrices; the smaller shape stretches.
    static member (*)(a: Tensor, b: Tensor) = Tensor.multiply a b
    /// The same, with one number for all.
    static member (*)(a: Tensor, b: float) = Tensor.multiply a (Tensor.scalar b)
    /// The same, with one number for all.
    static member (*)(a: float, b: Tensor) = Tensor.multiply (Tensor.scalar a) b
    /// The quotient of each element; the smaller shape stretches.
    static member (/)(a: Tensor, b: Tensor) = Tensor.divide a b
    /// The same, with one number for all.
    static member (/)(a: Tensor, b: float) = Tensor.divide a (Tensor.scalar b)
    /// The same, with one number for all.
    static member (/)(a: float, b: Tensor) = Tensor.divide (Tensor.scalar a) b

    /// The matrix product. It binds like multiplication: x *@ w + b reads as it should.
    static member ( *@ )(a: Tensor, b: Tensor) = Tensor.matmul a b

/// What a value is made of.
[<ReferenceEquality; NoComparison>]
type Node =
    | Constant of Values
    /// A value that is given when the graph is read.
    | Input of name: string
    | Apply of Primitive * operands: Tensor list

/// <summary>One operation with every rule that is asked of it: F# refuses a record with a rule left out.</summary>
/// <remarks>Readers and proofs believe the rules, not the name. Those of a primitive of your own are trusted: hold it to the laws
/// of Hybrid.Testing, which check each rule by the definition. Functions with a derivative of their own (Gradient.custom) are not
/// trusted with continuity or rounding: bounds do without the one and are refused for want of the other.</remarks>
[<ReferenceEquality; NoComparison>]
type Primitive =
    {
        Name: string
        /// Operands, result, and its cotangent, to the cotangent of each operand.
        Vjp: Tensor list -> Tensor -> Tensor -> Tensor list
        /// Operands, result, and the operands' tangents, to the result's tangent. Not derived from Vjp, so that their
        /// duality is a law that can fail.
        Jvp: Tensor list -> Tensor -> Tensor list -> Tensor
        /// The definition, in double precision.
        Reference: float[] list -> float[]
        /// Bounds that hold the exact result wherever the operands are within theirs.
        Enclosure: Interval[] list -> Interval[]
        /// Where the value or its derivative jumps.
        Continuity: Continuity
        /// How far the float32 result of float32 operands may be from the exact one.
        Rounding: RoundingRule
        Kernel: Kernel
        /// Names of operands and of the result to the ONNX nodes that compute it, the last one the result's.
        Onnx: string list -> string -> OnnxNode list
    }

module Tensor =
    open Operands

    /// The result of a primitive, whose record says the rest.
    let apply (shape: Shape) (operands: Tensor list) (primitive: Primitive) : Tensor =
        {
            Shape = shape
            Node = Apply(primitive, operands)
        }

    let private checkedConstant (shape: Shape) (count: int) (values: Values) : Tensor =
        if Shape.size shape <> count then
            raise (
                ShapeMismatch("constant", [ shape; [ count ] ], "There must be as many values as elements.")
            )

        {
            Shape = shape
            Node = Constant values
        }

    /// <summary>A constant in double precision, row-major.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">There are more or fewer values than elements.</exception>
    let constant (shape: Shape) (values: float[]) : Tensor =
        checkedConstant shape values.Length (Double values)

    /// <summary>A constant in single precision, row-major.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">There are more or fewer values than elements.</exception>
    let single (shape: Shape) (values: float32[]) : Tensor =
        checkedConstant shape values.Length (Single values)

    /// A constant without axes.
    let scalar (x: float) : Tensor = constant [] [| x |]

    /// A value that is given, by this name, when the graph is read.
    let input (name: string) (shape: Shape) : Tensor = { Shape = shape; Node = Input name }

    /// The same number everywhere: a scalar, broadcast.
    let fill (x: float) (shape: Shape) : Tensor = broadcast shape (scalar x)

    /// Zero everywhere, in the shape of another tensor.
    let zerosLike (x: Tensor) : Tensor = fill 0.0 x.Shape

    /// The number that a tensor made by fill holds everywhere.
    [<return: Struct>]
    let (|Filled|_|) (x: Tensor) : float voption =
        match x.Node with
        | Constant(Double [| value |]) -> ValueSome value
        | Apply({ Kernel = Kernel.Read _ }, [ { Node = Constant(Double [| value |]) } ]) -> ValueSome value
        | _ -> ValueNone

    // ---- arithmetic -----------------------------------------------------------------------------------------------

    /// <summary>An element-wise primitive of one operand, by its rules: the last two take operand, result and the
    /// cotangent (or tangent).</summary>
    let map name operation definition enclosure continuity rounding onnx vjp jvp (x: Tensor) : Tensor =
        apply
            x.Shape
            [ x ]
            {
                Name = name
                Vjp = fun operands y g -> [ vjp (one operands) y g ]
                Jvp = fun operands y tangents -> jvp (one operands) y (one tangents)
                Reference = fun operands -> Array.map definition (one operands)
                Enclosure = fun operands -> Array.map (Interval.whereDefined enclosure) (one operands)
                Continuity = continuity
                Rounding = rounding
                Kernel = Kernel.Map operation
                Onnx = onnx
            }

    let private onTwoOf f operands =
        let struct (a, b) = two operands in f a b

    /// <summary>An element-wise primitive of two operands, broadcast to their common shape, by its rules: the last two
    /// take operands, result and the cotangent (or both tangents).</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The shapes do not broadcast.</exception>
    let zip
        name
        operation
        definition
        enclosure
        continuity
        rounding
        onnx
        vjp
        jvp
        (a: Tensor)
        (b: Tensor)
        : Tensor =
        let shape = Shape.broadcast name a.Shape b.Shape

        let onTwo f operands =
            let struct (a, b) = two operands in f a b

        apply
            shape
            [ broadcast shape a; broadcast shape b ]
            {
                Name = name
                Vjp = fun operands y g -> onTwo (fun a b -> vjp a b y g) operands
                Jvp = fun operands y tangents -> onTwo (fun a b -> onTwo (jvp a b y) tangents) operands
                Reference = onTwo (Array.map2 definition)
                Enclosure = onTwo (Array.map2 (Interval.whereBothDefined enclosure))
                Continuity = continuity
                Rounding = rounding
                Kernel = Kernel.Zip operation
                Onnx = onnx
            }

    /// The ONNX form of a primitive that is one ONNX operator.
    let onnx operator (inputs: string list) output =
        [ OnnxNode.create operator inputs output [] ]

    /// -x, element by element.
    let negate x =
        let vjp _ _ g = -g
        let jvp _ _ t = -t
        let onnx = onnx "Neg"
        map "Negate" Unary.Negate (~-) Interval.negate Continuity.Smooth RoundingRule.Chooses onnx vjp jvp x

    /// a + b, element by element; the smaller shape stretches as in ONNX.
    let add (a: Tensor) (b: Tensor) : Tensor =
        let shape = Shape.broadcast "Add" a.Shape b.Shape

        match a, b with
        // derivatives add many zeros: none of them is worth a node
        | Filled 0.0, _ -> broadcast shape b
        | _, Filled 0.0 -> broadcast shape a
        | _ ->
            let vjp _ _ _ g = [ g; g ]
            let jvp _ _ _ s t = s + t
            let onnx = onnx "Add"
            zip "Add" Binary.Add (+) Interval.add Continuity.Smooth RoundingRule.Adds onnx vjp jvp a b

    /// a - b, element by element; the smaller shape stretches.
    let subtract a b =
        let vjp _ _ _ g = [ g; -g ]
        let jvp _ _ _ s t = s - t
        let enclosure = Interval.subtract

        zip
            "Subtract"
            Binary.Subtract
            (-)
            enclosure
            Continuity.Smooth
            RoundingRule.Adds
            (onnx "Sub")
            vjp
            jvp
            a
            b

    /// a b, element by element; the smaller shape stretches.
    let multiply a b =
        let vjp a b _ g = [ g * b; g * a ]
        let jvp (a: Tensor) (b: Tensor) _ s t = s * b + a * t
        let enclosure = Interval.multiply

        zip
            "Multiply"
            Binary.Multiply
            (*)
            enclosure
            Continuity.Smooth
            RoundingRule.Multiplies
            (onnx "Mul")
            vjp
            jvp
            a
            b

    /// a / b, element by element; the smaller shape stretches.
    let divide a b =
        let vjp _ b y g =
            let d: Tensor = g / b in [ d; -(d * y) ]

        let jvp (a: Tensor) (b: Tensor) _ s t = (s * b - a * t) / (b * b)

        // a divisor that is subnormal may be flushed to 0
        let rounding operands =
            onTwoOf
                (Array.map2 (fun a b ->
                    if b.Lower < RoundingRule.Tiny && b.Upper > -RoundingRule.Tiny then
                        infinity
                    else
                        let size = Interval.divide a b |> RoundingRule.magnitude

                        RoundingRule.Unit * size
                        + RoundingRule.Tiny * (1.0 + 1.0 / min (abs b.Lower) (abs b.Upper))))
                operands

        let rule = RoundingRule.Within rounding
        zip "Divide" Binary.Divide (/) Interval.divide Continuity.Smooth rule (onnx "Div") vjp jvp a b

    // ---- elements in another place --------------------------------------------------------------------------------

    /// Each element of the result is the operand's element at an index; vjp and jvp take the cotangent (or tangent).
    let private read name shape (view: Strided) onnx vjp jvp (x: Tensor) =
        let pick (operand: 'n[]) =
            Array.map (fun i -> operand[i]) view.Indices

        apply
            shape
            [ x ]
            {
                Name = name
                Vjp = fun _ _ g -> [ vjp g ]
                Jvp = fun _ _ tangents -> jvp (one tangents)
                Reference = fun operands -> pick (one operands)
                Enclosure = fun operands -> pick (one operands)
                Continuity = Continuity.Smooth
                Rounding = RoundingRule.Moves
                Kernel = Kernel.Read view
                Onnx = onnx
            }

    /// <summary>The operand, repeated along new axes in front and along axes of extent 1.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The operand does not stretch to the shape.</exception>
    let broadcast (shape: Shape) (x: Tensor) : Tensor =
        if x.Shape = shape then
            x
        elif Shape.broadcast "Broadcast" x.Shape shape <> shape then
            raise (ShapeMismatch("Broadcast", [ x.Shape; shape ], "Only axes of extent 1 stretch."))
        else
            let lead = shape.Length - x.Shape.Length

            let strides =
                List.replicate lead 0
                @ List.map2
                    (fun extent stride -> if extent = 1 then 0 else stride)
                    x.Shape
                    (Shape.strides x.Shape)

            let view = Strided(Array.ofList shape, Array.ofList strides, 0)

            let expand inputs output =
                let target = output + "/shape"

                [
                    OnnxNode.integers target shape
                    OnnxNode.create "Expand" (inputs @ [ target ]) output []
                ]

            read "Broadcast" shape view expand (sumTo x.Shape) (broadcast shape) x

    /// <summary>The axes in another order: axis i of the result is axis order[i] of the operand.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The order is not a permutation of the axes.</exception>
    let permute (order: int list) (x: Tensor) : Tensor =
        if List.sort order <> [ 0 .. x.Shape.Length - 1 ] then
            raise (ShapeMismatch("Transpose", [ x.Shape ], $"%A{order} does not name every axis once."))

        let pick (of': int list) =
            order |> List.map (fun axis -> of'[axis])

        let inverse = order |> List.indexed |> List.sortBy snd |> List.map fst

        let view =
            Strided(Array.ofList (pick x.Shape), Array.ofList (pick (Shape.strides x.Shape)), 0)

        let attributes = [ "perm", OnnxAttribute.IntegerList(List.map int64 order) ]

        let transpose inputs output =
            [ OnnxNode.create "Transpose" inputs output attributes ]

        // so that a Transpose of two axes always exchanges them
        if order = List.sort order then
            x
        else
            read "Transpose" (pick x.Shape) view transpose (permute inverse) (permute order) x

    /// <summary>A matrix with its rows as columns.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The operand is not a matrix.</exception>
    let transpose (x: Tensor) : Tensor =
        match x with
        | Transposed inner -> inner
        | _ when x.Shape.Length = 2 -> permute [ 1; 0 ] x
        | _ ->
            raise (ShapeMismatch("Transpose", [ x.Shape ], "A matrix has two axes; for more, use permute."))

    /// Whether a view takes a matrix with its rows as columns.
    let private isTransposition (view: Strided) (shape: Shape) =
        match shape, view.Extents, view.Strides with
        | [ rows; columns ], [| e; f |], [| 1; stride |] ->
            e = columns && f = rows && stride = columns && view.Offset = 0
        | _ -> false

    [<return: Struct>]
    let (|Transposed|_|) (x: Tensor) : Tensor voption =
        match x.Node with
        | Apply({ Kernel = Kernel.Read view }, [ inner ]) when isTransposition view inner.Shape ->
            ValueSome inner
        | _ -> ValueNone

    /// The dimensions of an ONNX Reshape, for any number of examples: 0 copies the operand's first extent, and where that
    /// goes into another one, -1 is what the rest leaves.
    let private onnxReshape (before: Shape) (after: Shape) =
        match before, after with
        | batch :: _, batch' :: rest when batch = batch' -> 0 :: rest
        | _ :: _, _ :: rest when Shape.size rest > 0 -> -1 :: rest
        | _ -> after

    /// <summary>The same elements, in row-major order, under another shape.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The numbers of elements differ.</exception>
    let reshape (shape: Shape) (x: Tensor) : Tensor =
        if x.Shape = shape then
            x
        elif Shape.size shape <> Shape.size x.Shape then
            raise (ShapeMismatch("Reshape", [ x.Shape; shape ], "The numbers of elements must be equal."))
        else
            let onnx inputs output =
                let target = output + "/shape"

                [
                    OnnxNode.integers target (onnxReshape x.Shape shape)
                    OnnxNode.create "Reshape" (inputs @ [ target ]) output []
                ]

            apply
                shape
                [ x ]
                {
                    Name = "Reshape"
                    Vjp = fun _ _ g -> [ reshape x.Shape g ]
                    Jvp = fun _ _ tangents -> reshape shape (one tangents)
                    Reference = one
                    Enclosure = one
                    Continuity = Continuity.Smooth
                    Rounding = RoundingRule.Moves
                    Kernel = Kernel.View
                    Onnx = onnx
                }

    // ---- sums and products ----------------------------------------------------------------------------------------

    /// What a fold makes of each run of elements along an axis: the fold is given where the l-th element stands.
    let along (struct (outer, length, inner)) (fold: (int -> int) -> 'n) : 'n[] =
        Array.init (outer * inner) (fun i -> fold (fun l -> (i / inner * length + l) * inner + i % inner))

    /// <summary>The result of a reduction, with its axis back as one of extent 1 and stretched to a shape. Axis -1 is the
    /// last one.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The shape has no such axis, or another one differs.</exception>
    let spread (axis: int) (shape: Shape) (reduced: Tensor) : Tensor =
        let axis = Shape.axis "Spread" axis shape
        broadcast shape (reshape (List.updateAt axis 1 shape) reduced)

    /// <summary>The sum along one axis, which is left out of the result. Axis -1 is the last one.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">There is no such axis.</exception>
    let sum (axis: int) (x: Tensor) : Tensor =
        let axis = Shape.axis "Sum" axis x.Shape
        let struct (outer, length, inner) as around = Shape.around axis x.Shape

        let total zero plus (x: 'n[]) =
            along around (fun at ->
                let mutable total = zero

                for l in 0 .. length - 1 do
                    total <- plus total x[at l]

                total)

        let onnx inputs output =
            let axes = output + "/axes"

            [
                OnnxNode.integers axes [ axis ]
                OnnxNode.create
                    "ReduceSum"
                    (inputs @ [ axes ])
                    output
                    [ "keepdims", OnnxAttribute.Integer 0L ]
            ]

        apply
            (Shape.without axis x.Shape)
            [ x ]
            {
                Name = "Sum"
                Vjp = fun _ _ g -> [ spread axis x.Shape g ]
                Jvp = fun _ _ tangents -> sum axis (one tangents)
                Reference = fun operands -> total 0.0 (+) (one operands)
                Enclosure = fun operands -> total (Interval.exactly 0.0) Interval.add (one operands)
                Continuity = Continuity.Smooth
                Rounding = RoundingRule.Sums
                Kernel = Kernel.Reduce(Reduction.Sum, outer, length, inner)
                Onnx = onnx
            }

    /// The sum of all elements, a scalar.
    let sumAll (x: Tensor) : Tensor =
        sum 0 (reshape [ Shape.size x.Shape ] x)

    /// The sum over everything that broadcasting the shape to the operand's would repeat: the dual of broadcast.
    let sumTo (shape: Shape) (x: Tensor) : Tensor =
        let lead = x.Shape.Length - shape.Length

        if Shape.size shape = 1 then
            reshape shape (sumAll x)
        else
            let leading = List.fold (fun x _ -> sum 0 x) x [ 1..lead ]

            List.indexed shape
            |> List.fold
                (fun (x: Tensor) (axis, extent) ->
                    if extent = 1 && x.Shape[axis] <> 1 then
                        reshape (List.updateAt axis 1 x.Shape) (sum axis x)
                    else
                        x)
                leading

    /// <summary>The matrix product of [m; k] and [k; n]: [m; n]. Transposed operands are read as they stand, not copied.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">An operand is not a matrix, or the inner extents differ.</exception>
    let matmul (a: Tensor) (b: Tensor) : Tensor =
        let m, k, n =
            match a.Shape, b.Shape with
            | [ m; k ], [ k'; n ] when k = k' -> m, k, n
            | _ -> raise (ShapeMismatch("MatMul", [ a.Shape; b.Shape ], "[m; k] times [k; n] is needed."))

        let plain (x: Tensor) =
            match x with
            | Transposed inner -> inner, true
            | _ -> x, false

        let a', transposeA = plain a
        let b', transposeB = plain b

        // inlined, so that numbers are added and multiplied without a call for each
        let inline product zero plusProduct (a: 'n[]) (b: 'n[]) =
            let row, column =
                (if transposeA then 1, m else k, 1), (if transposeB then 1, k else n, 1)

            Array.init (m * n) (fun i ->
                let mutable total = zero

                for p in 0 .. k - 1 do
                    let x = a[i / n * fst row + p * snd row]
                    total <- plusProduct total x b[p * fst column + i % n * snd column]

                total)

        let onTwo f operands =
            let struct (a, b) = two operands in f a b

        let flag name transposed =
            if transposed then
                [ name, OnnxAttribute.Integer 1L ]
            else
                []

        let onnx inputs output =
            match flag "transA" transposeA @ flag "transB" transposeB with
            | [] -> onnx "MatMul" inputs output
            | flags -> [ OnnxNode.create "Gemm" inputs output flags ]

        apply
            [ m; n ]
            [ a'; b' ]
            {
                Name = "MatMul"
                // the cotangents of operands as they stand: a product comes out transposed at no cost
                Vjp =
                    fun _ _ g ->
                        [
                            (if transposeA then b *@ transpose g else g *@ transpose b)
                            (if transposeB then transpose g *@ a else transpose a *@ g)
                        ]
                Jvp =
                    fun _ _ ->
                        let turn transposed t = if transposed then transpose t else t
                        onTwo (fun s t -> turn transposeA s *@ b + a *@ turn transposeB t)
                Reference = onTwo (product 0.0 (fun total x y -> total + x * y))
                Enclosure = onTwo (product (Interval.exactly 0.0) Interval.addProduct)
                Continuity = Continuity.Smooth
                Rounding = RoundingRule.Sums
                Kernel = Kernel.MatMul(transposeA, transposeB, m, k, n)
                Onnx = onnx
            }
