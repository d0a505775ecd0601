namespace Hybrid.Exchange

open Hybrid.Core

/// Operators that give the same elements a different shape, type or order.
module internal Reshapes =
    let private like (call: NodeCall) (f: Tensor -> Tensor) =
        let x = NodeCall.operand call 0
        [ Operand.ofKind x.Kind (f x.Tensor) ]

    /// Extents from a file, none of them absurd.
    let private extents (call: NodeCall) (target: int64 list) : Shape =
        target
        |> List.map (fun extent ->
            if extent < 0L || extent > int64 System.Int32.MaxValue then
                NodeCall.refuse call $"it requests an extent of {extent}."

            int extent)

    /// The shape that a Reshape requests: 0 copies an extent, unless zeros are allowed, and a single -1 is inferred.
    let private target (call: NodeCall) (x: Tensor) (target: int64 list) : Shape =
        let copies = NodeCall.integer call "allowzero" 0 = 0

        let copied =
            target
            |> List.mapi (fun i extent ->
                if extent <> 0L || not copies then
                    extent
                elif i < x.Shape.Length then
                    int64 x.Shape[i]
                else
                    NodeCall.refuse call $"it copies extent {i} from a shape that does not have it.")

        match copied |> List.filter ((=) -1L) |> List.length with
        | 0 -> extents call copied
        | 1 ->
            let others = copied |> List.filter ((<>) -1L) |> extents call
            let product = others |> List.fold (fun product extent -> product * bigint extent) 1I
            let size = bigint (Shape.size x.Shape)

            if product = 0I || size % product <> 0I then
                raise (
                    ShapeMismatchException(
                        "Reshape",
                        [ x.Shape; others ],
                        "The remaining elements do not fill an integer extent."
                    )
                )

            copied
            |> List.map (fun extent -> if extent = -1L then int (size / product) else int extent)
        | _ -> NodeCall.refuse call "two of its extents are -1; at most one can be inferred."

    let private reshape: OperatorRule =
        fun call ->
            match NodeCall.list call 1 "shape" with
            | Some shape -> like call (fun x -> Tensor.reshape (target call x shape) x)
            | None -> NodeCall.refuse call "it has no shape."

    let private expand: OperatorRule =
        fun call ->
            let shape = NodeCall.wholes call "shape" (NodeCall.operand call 1) |> extents call
            like call (fun x -> Tensor.broadcast (Shape.broadcast "Expand" x.Shape shape) x)

    let private flatten: OperatorRule =
        fun call ->
            like call (fun x ->
                let rank = x.Shape.Length

                let axis =
                    match NodeCall.integer call "axis" 1 with
                    | axis when axis = rank -> rank
                    | axis -> NodeCall.axis call rank (int64 axis)

                let outer, inner = List.splitAt axis x.Shape
                Tensor.reshape [ Shape.size outer; Shape.size inner ] x)

    let private squeeze: OperatorRule =
        fun call ->
            like call (fun x ->
                let axes =
                    match NodeCall.list call 1 "axes" with
                    | Some axes -> List.map (NodeCall.axis call x.Shape.Length) axes
                    | None -> [ 0 .. x.Shape.Length - 1 ] |> List.filter (fun axis -> x.Shape[axis] = 1)

                if axes |> List.exists (fun axis -> x.Shape[axis] <> 1) then
                    NodeCall.refuse
                        call
                        $"it removes an axis that is not of extent 1 from shape {Printable.integers x.Shape}."

                let rest =
                    List.indexed x.Shape |> List.filter (fun (i, _) -> not (List.contains i axes))

                Tensor.reshape (List.map snd rest) x)

    let private mostAxes = 64

    let private unsqueeze: OperatorRule =
        fun call ->
            let added = NodeCall.list call 1 "axes" |> Option.defaultValue []

            like call (fun x ->
                let rank = x.Shape.Length + added.Length

                if rank > mostAxes then
                    NodeCall.refuse call $"its result has {rank} axes."

                let axes = List.map (NodeCall.axis call rank) added

                if (List.distinct axes).Length <> axes.Length then
                    NodeCall.refuse call "it adds an axis twice."

                let insert (shape: Shape) axis = List.insertAt axis 1 shape
                Tensor.reshape (List.fold insert x.Shape (List.sort axes)) x)

    let private transpose: OperatorRule =
        fun call ->
            like call (fun x ->
                match NodeCall.integers call "perm" with
                | Some order -> Tensor.permute (List.map (NodeCall.axis call x.Shape.Length) order) x
                | None -> Tensor.permute (List.rev [ 0 .. x.Shape.Length - 1 ]) x)

    /// Whether all numbers are already 0 or 1.
    let private isIndicator (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Zip(Binary.Greater | Binary.Equal) | Kernel.Map(Unary.IsNaN | Unary.Step)
                },
                _) -> true
        | _ -> false

    /// The codes of integer types, with the lower limit of each and the first number above it.
    let private wholeTypes =
        Map
            [
                2, (0.0, 2.0 ** 8.0)
                3, (-(2.0 ** 7.0), 2.0 ** 7.0)
                4, (0.0, 2.0 ** 16.0)
                5, (-(2.0 ** 15.0), 2.0 ** 15.0)
                6, (-(2.0 ** 31.0), 2.0 ** 31.0)
                7, NodeCall.wholeRange
                12, (0.0, 2.0 ** 32.0)
                13, (0.0, 2.0 ** 64.0)
            ]

    let private cast: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0

            match NodeCall.integer call "to" 1 with
            | 1
            | 10
            | 11
            | 16 -> [ { x with Kind = Real } ]
            | 9 when x.Kind = Truth || isIndicator x.Tensor -> [ { x with Kind = Truth } ]
            | 9 ->
                [
                    Tensor.select x.Tensor (Tensor.scalar 1.0) (Tensor.scalar 0.0)
                    |> Operand.ofKind Truth
                ]
            | code when wholeTypes.ContainsKey code ->
                match x.Kind with
                // indices and booleans, which fit every type; and "to the end", which no float64 can be below of
                | Whole
                | Truth when not x.IsKnown || code = 7 -> [ { x with Kind = Whole } ]
                // float32 has no number that truncation to these types changes further, apart from overflow
                | Real when not x.IsKnown && (code = 6 || code = 7) ->
                    [ Operand.ofKind Whole (Arithmetic.truncate x.Tensor) ]
                | _ -> [ NodeCall.truncated call wholeTypes[code] x.Tensor ]
            | other -> NodeCall.refuse call $"it casts to type {other}, which is not numeric."

    /// The same numbers in another operand's type.
    let private castLike: OperatorRule =
        fun call ->
            let x, like = NodeCall.operand call 0, NodeCall.operand call 1

            if like.Kind <> Real && like.Kind <> x.Kind then
                NodeCall.refuse call "it casts to a type that is not one of real numbers."

            [ { x with Kind = like.Kind } ]

    let private constant: OperatorRule =
        fun call ->
            let tensor dimensions values =
                Operand.ofOnnx
                    {
                        Name = ""
                        Dimensions = dimensions
                        Values = values
                    }

            match call.Node.Attributes with
            | [ "value", OnnxAttribute.Tensor { Values = Texts _ } ] ->
                NodeCall.refuse call "it holds texts, and a network computes with numbers."
            | [ "value", OnnxAttribute.Tensor value ] -> [ Operand.ofOnnx value ]
            | [ "value_float", OnnxAttribute.Float value ] -> [ tensor [] (Floats [| value |]) ]
            | [ "value_int", OnnxAttribute.Integer value ] -> [ tensor [] (Integers [| value |]) ]
            | [ "value_floats", OnnxAttribute.FloatList values ] ->
                [ tensor [ values.Length ] (Floats(Array.ofList values)) ]
            | [ "value_ints", OnnxAttribute.IntegerList values ] ->
                [ tensor [ values.Length ] (Integers(Array.ofList values)) ]
            | _ -> NodeCall.refuse call "it holds neither a number nor a tensor of numbers."

    /// The extents while the graph is traced: constants, since a trace has a fixed number of examples.
    let private shape: OperatorRule =
        fun call ->
            let shape = (NodeCall.tensor call 0).Shape

            let place name standard =
                let given = NodeCall.integer call name standard
                max 0 (min shape.Length (if given < 0 then given + shape.Length else given))

            let first, last = place "start" 0, place "end" shape.Length

            let extents =
                shape |> List.skip first |> List.truncate (max 0 (last - first)) |> Array.ofList

            [
                {
                    Tensor = Tensor.constant [ extents.Length ] (Array.map float extents)
                    Kind = Whole
                    IsKnown = true
                }
            ]

    /// The number of elements.
    let private size: OperatorRule =
        fun call ->
            [
                {
                    Tensor = Tensor.scalar (float (Shape.size (NodeCall.tensor call 0).Shape))
                    Kind = Whole
                    IsKnown = true
                }
            ]

    let rules: (string * OperatorRule) list =
        [
            "Identity", (fun call -> [ NodeCall.operand call 0 ])
            "Constant", constant
            "Cast", cast
            "CastLike", castLike
            "Shape", shape
            "Size", size
            "Reshape", reshape
            "Expand", expand
            "Flatten", flatten
            "Squeeze", squeeze
            "Unsqueeze", unsqueeze
            "Transpose", transpose
        ]
