/// The expression graph: what tensors and primitives are, and the arithmetic that every derivative rule needs.
namespace rec Hybrid.Core

/// A node of an immutable graph. Its shape is known when it is created; its value is computed only when a reader is used.
[<ReferenceEquality; NoComparison; StructuredFormatDisplay("{Display}")>]
type Tensor =
    internal
        {
            Extents: Shape
            Node: Node
        }

    /// The extent of each axis.
    member this.Shape: Shape = this.Extents

    /// Shape and operation, for printing; nothing is computed.
    member this.Display =
        let text =
            match this.Node with
            | Constant _ -> "constant"
            | Input name -> $"input \"{name}\""
            | Apply(primitive, _) -> primitive.Name

        Shown(this, $"Tensor {Printable.integers this.Shape} {text}")

    override this.ToString() = string this.Display

    /// The negative of each element.
    static member (~-)(x: Tensor) = Tensor.negate x
    /// <summary>The element-wise sum; the smaller shape stretches as in ONNX.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
    static member (+)(a: Tensor, b: Tensor) = Tensor.add a b
    /// The sum of each element and a number.
    static member (+)(a: Tensor, b: float) = Tensor.add a (Tensor.scalar b)
    /// The sum of a number and each element.
    static member (+)(a: float, b: Tensor) = Tensor.add (Tensor.scalar a) b
    /// <summary>The element-wise difference; the smaller shape stretches.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
    static member (-)(a: Tensor, b: Tensor) = Tensor.subtract a b
    /// The difference of each element and a number.
    static member (-)(a: Tensor, b: float) = Tensor.subtract a (Tensor.scalar b)
    /// The difference of a number and each element.
    static member (-)(a: float, b: Tensor) = Tensor.subtract (Tensor.scalar a) b
    /// <summary>The element-wise product, not that of matrices; the smaller shape stretches.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
    static member (*)(a: Tensor, b: Tensor) = Tensor.multiply a b
    /// The product of each element and a number.
    static member (*)(a: Tensor, b: float) = Tensor.multiply a (Tensor.scalar b)
    /// The product of a number and each element.
    static member (*)(a: float, b: Tensor) = Tensor.multiply (Tensor.scalar a) b
    /// <summary>The element-wise quotient; the smaller shape stretches.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
    static member (/)(a: Tensor, b: Tensor) = Tensor.divide a b
    /// The quotient of each element and a number.
    static member (/)(a: Tensor, b: float) = Tensor.divide a (Tensor.scalar b)
    /// The quotient of a number and each element.
    static member (/)(a: float, b: Tensor) = Tensor.divide (Tensor.scalar a) b

    /// <summary>The matrix product of [m; k] and [k; n]. It binds like multiplication, so x *@ w + b needs no
    /// parentheses.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">An operand is not a matrix, or the inner extents differ.</exception>
    static member ( *@ )(a: Tensor, b: Tensor) = Tensor.matmul a b

/// How a value is obtained.
[<ReferenceEquality; NoComparison>]
type internal Node =
    | Constant of Values
    /// A value that is given, by this name, when the graph is read.
    | Input of name: string
    | Apply of Primitive * operands: Tensor list

/// <summary>One operation with all its rules: F# refuses a record that lacks one.</summary>
/// <remarks>Readers and proofs rely on the rules, not on the name; the laws of Hybrid.Testing compare each rule with the
/// definition. Functions with custom derivatives (Gradient.custom) are not trusted with continuity or rounding: bounds do without
/// the former, and rounding bounds are refused.</remarks>
[<ReferenceEquality; NoComparison>]
type internal Primitive =
    {
        Name: string
        /// From the operands, the result and its cotangent to the cotangent of each operand.
        Vjp: Tensor list -> Tensor -> Tensor -> Tensor list
        /// From the operands, the result and the operands' tangents to the result's tangent. Not derived from Vjp, so that their
        /// duality is a law that can fail.
        Jvp: Tensor list -> Tensor -> Tensor list -> Tensor
        /// The definition, in double precision.
        Reference: float[] list -> float[]
        /// Bounds that contain the exact result wherever the operands are within theirs.
        Enclosure: Interval[] list -> Interval[]
        /// Where the value or its derivative jumps.
        Continuity: Continuity
        /// The maximum distance of the float32 result of float32 operands from the exact one.
        Rounding: RoundingRule
        Kernel: Kernel
        /// From the names of the operands and the result to the ONNX nodes that compute the result, the last of which has its
        /// name.
        Onnx: string list -> string -> OnnxNode list
    }

module Tensor =
    open Operands

    /// The result of a primitive; its record determines the rest.
    let internal apply (shape: Shape) (operands: Tensor list) (primitive: Primitive) : Tensor =
        {
            Extents = shape
            Node = Apply(primitive, operands)
        }

    let private checkedConstant (shape: Shape) (count: int) (values: Values) : Tensor =
        if Shape.size shape <> count then
            raise (
                ShapeMismatchException(
                    "constant",
                    [ shape; [ count ] ],
                    "The number of values must equal the number of elements."
                )
            )

        {
            Extents = shape
            Node = Constant values
        }

    /// <summary>A constant in double precision, row-major.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The number of values differs from the number of elements.</exception>
    let constant (shape: Shape) (values: float[]) : Tensor =
        checkedConstant shape values.Length (Double values)

    /// <summary>A constant in single precision, row-major.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The number of values differs from the number of elements.</exception>
    let single (shape: Shape) (values: float32[]) : Tensor =
        checkedConstant shape values.Length (Single values)

    /// A constant in bfloat16, row-major, from its bits.
    let internal halved (shape: Shape) (bits: uint16[]) : Tensor =
        checkedConstant shape bits.Length (Halved bits)

    /// Whether a tensor is a constant in bfloat16.
    let internal isHalved (x: Tensor) : bool =
        match x.Node with
        | Constant(Halved _) -> true
        | _ -> false

    /// A constant of shape [].
    let scalar (x: float) : Tensor = constant [] [| x |]

    /// A value that is given, by this name, when the graph is read.
    let input (name: string) (shape: Shape) : Tensor = { Extents = shape; Node = Input name }

    /// The same number in every element: a broadcast scalar.
    let fill (x: float) (shape: Shape) : Tensor = broadcast shape (scalar x)

    /// Zero in every element, in the shape of another tensor.
    let zerosLike (x: Tensor) : Tensor = fill 0.0 x.Shape

    /// The number in every element of a tensor that was made by fill.
    [<return: Struct>]
    let internal (|Filled|_|) (x: Tensor) : float voption =
        match x.Node with
        | Constant(Double [| value |]) -> ValueSome value
        | Apply({ Kernel = Kernel.Read _ }, [ { Node = Constant(Double [| value |]) } ]) -> ValueSome value
        | _ -> ValueNone

    // ---- arithmetic -----------------------------------------------------------------------------------------------

    /// The same primitive without a kernel.
    let internal byDefinition (x: Tensor) : Tensor =
        match x.Node with
        | Apply(primitive, operands) ->
            { x with
                Node =
                    Apply(
                        { primitive with
                            Kernel = Kernel.Definition
                        },
                        operands
                    )
            }
        | _ -> x

    /// <summary>An element-wise primitive of one operand, from its rules: the last two take the operand, the result and the
    /// cotangent (or tangent).</summary>
    let internal map
        name
        operation
        definition
        enclosure
        continuity
        rounding
        onnx
        vjp
        jvp
        (x: Tensor)
        : Tensor =
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

    /// <summary>An element-wise primitive of two operands, broadcast to their common shape, from its rules: the last two take the
    /// operands, the result and the cotangent (or both tangents).</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
    let internal zip
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

    /// The ONNX form of a primitive that is a single ONNX operator.
    let internal onnx operator (inputs: string list) output =
        [ OnnxNode.create operator inputs output [] ]

    /// -x, element by element.
    let negate x =
        let vjp _ _ g = -g
        let jvp _ _ t = -t
        let onnx = onnx "Neg"
        map "Negate" Unary.Negate (~-) Interval.negate Continuity.Smooth RoundingRule.Chooses onnx vjp jvp x

    /// <summary>a + b, element by element; the smaller shape stretches as in ONNX.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
    let add (a: Tensor) (b: Tensor) : Tensor =
        let shape = Shape.broadcast "Add" a.Shape b.Shape

        match a, b with
        // derivatives add many zeros, which need no nodes
        | Filled 0.0, _ -> broadcast shape b
        | _, Filled 0.0 -> broadcast shape a
        | _ ->
            let vjp _ _ _ g = [ g; g ]
            let jvp _ _ _ s t = s + t
            let onnx = onnx "Add"
            zip "Add" Binary.Add (+) Interval.add Continuity.Smooth RoundingRule.Adds onnx vjp jvp a b

    /// <summary>a - b, element by element; the smaller shape stretches.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
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

    /// <summary>a b, element by element; the smaller shape stretches.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
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

    /// <summary>a / b, element by element; the smaller shape stretches.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
    let divide a b =
        let vjp _ b y g =
            let d: Tensor = g / b in [ d; -(d * y) ]

        let jvp (a: Tensor) (b: Tensor) _ s t = (s * b - a * t) / (b * b)

        // a subnormal divisor may be flushed to 0
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

    // ---- rearranged elements --------------------------------------------------------------------------------------

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
    /// <exception cref="T:Hybrid.ShapeMismatchException">The operand does not stretch to the shape.</exception>
    let broadcast (shape: Shape) (x: Tensor) : Tensor =
        if x.Shape = shape then
            x
        elif Shape.broadcast "Broadcast" x.Shape shape <> shape then
            raise (ShapeMismatchException("Broadcast", [ x.Shape; shape ], "Only axes of extent 1 stretch."))
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

                // ONNX broadcasts both ways: an extent that stays, which may be the number of examples, is not stated
                let stretched =
                    List.replicate lead -1 @ x.Shape
                    |> List.map2 (fun after before -> if after = before then 1 else after) shape

                [
                    OnnxNode.integers target stretched
                    OnnxNode.create "Expand" (inputs @ [ target ]) output []
                ]

            read "Broadcast" shape view expand (sumTo x.Shape) (broadcast shape) x

    /// <summary>The axes in a different order: axis i of the result is axis order[i] of the operand.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The order is not a permutation of the axes.</exception>
    let permute (order: int list) (x: Tensor) : Tensor =
        let axes = [ 0 .. x.Shape.Length - 1 ]

        if
            order.Length <> axes.Length
            || axes |> List.exists (fun axis -> not (List.contains axis order))
        then
            raise (
                ShapeMismatchException(
                    "Transpose",
                    [ x.Shape ],
                    $"{Printable.integers order} must contain every axis exactly once."
                )
            )

        let pick (of': int list) =
            order |> List.map (fun axis -> of'[axis])

        let inverse = axes |> List.map (fun axis -> List.findIndex ((=) axis) order)

        let view =
            Strided(Array.ofList (pick x.Shape), Array.ofList (pick (Shape.strides x.Shape)), 0)

        let attributes = [ "perm", OnnxAttribute.IntegerList(List.map int64 order) ]

        let transpose inputs output =
            [ OnnxNode.create "Transpose" inputs output attributes ]

        // so that a Transpose of two axes always swaps them
        if order = axes then
            x
        else
            read "Transpose" (pick x.Shape) view transpose (permute inverse) (permute order) x

    /// <summary>A matrix with its rows as columns.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The operand is not a matrix.</exception>
    let transpose (x: Tensor) : Tensor =
        match x with
        | Transposed inner -> inner
        | _ when x.Shape.Length = 2 -> permute [ 1; 0 ] x
        | _ ->
            raise (
                ShapeMismatchException(
                    "Transpose",
                    [ x.Shape ],
                    "A matrix has two axes; use permute for more."
                )
            )

    /// Whether a view reads a matrix transposed.
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

    /// The dimensions of an ONNX Reshape, for any number of examples: 0 copies the operand's first extent; if that becomes part
    /// of a different extent, -1 stands for what remains.
    let private onnxReshape (before: Shape) (after: Shape) =
        match before, after with
        | batch :: _, batch' :: rest when batch = batch' -> 0 :: rest
        | _ :: _, _ :: rest when Shape.size rest > 0 -> -1 :: rest
        | _ -> after

    /// <summary>The same elements, in row-major order, under a different shape.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The numbers of elements differ.</exception>
    let reshape (shape: Shape) (x: Tensor) : Tensor =
        if x.Shape = shape then
            x
        elif Shape.size shape <> Shape.size x.Shape then
            raise (
                ShapeMismatchException(
                    "Reshape",
                    [ x.Shape; shape ],
                    "The numbers of elements must be equal."
                )
            )
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

    /// The fold of each run of elements along an axis; the fold is given the position of the l-th element.
    let internal along (struct (outer, length, inner)) (fold: (int -> int) -> 'n) : 'n[] =
        Array.init (outer * inner) (fun i -> fold (fun l -> (i / inner * length + l) * inner + i % inner))

    /// <summary>The result of a reduction, with its axis restored and stretched to a shape. Axis -1 is the last one.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shape has no such axis, or a different axis does not match.</exception>
    let internal spread (axis: int) (shape: Shape) (reduced: Tensor) : Tensor =
        let axis = Shape.axis "Spread" axis shape
        broadcast shape (reshape (List.updateAt axis 1 shape) reduced)

    /// <summary>The sum along one axis, which is removed. Axis -1 is the last one.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis.</exception>
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
    let internal sumTo (shape: Shape) (x: Tensor) : Tensor =
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

    /// <summary>The matrix product of [m; k] and [k; n]: [m; n]. Transposed operands are read without copying.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">An operand is not a matrix, or the inner extents differ.</exception>
    let matmul (a: Tensor) (b: Tensor) : Tensor =
        let m, k, n =
            match a.Shape, b.Shape with
            | [ m; k ], [ k'; n ] when k = k' -> m, k, n
            | _ ->
                raise (
                    ShapeMismatchException("MatMul", [ a.Shape; b.Shape ], "[m; k] times [k; n] is needed.")
                )

        let plain (x: Tensor) =
            match x with
            | Transposed inner -> inner, true
            | _ -> x, false

        let a', transposeA = plain a
        let b', transposeB = plain b

        // inlined, so that numbers are added and multiplied without a function call each
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

        let turn transposed (x: Tensor) = if transposed then transpose x else x

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
                // the cotangents of unchanged operands: a product comes out transposed at no cost
                Vjp =
                    fun operands _ g ->
                        onTwo
                            (fun a b ->
                                let a, b = turn transposeA a, turn transposeB b

                                [
                                    (if transposeA then b *@ transpose g else g *@ transpose b)
                                    (if transposeB then transpose g *@ a else transpose a *@ g)
                                ])
                            operands
                Jvp =
                    fun operands _ ->
                        onTwo (fun s t ->
                            onTwo
                                (fun a b ->
                                    turn transposeA s *@ turn transposeB b
                                    + turn transposeA a *@ turn transposeB t)
                                operands)
                Reference = onTwo (product 0.0 (fun total x y -> total + x * y))
                Enclosure = onTwo (product (Interval.exactly 0.0) Interval.addProduct)
                Continuity = Continuity.Smooth
                Rounding = RoundingRule.Sums
                Kernel = Kernel.MatMul(transposeA, transposeB, m, k, n)
                Onnx = onnx
            }
