namespace Hybrid.Exchange

open Hybrid.Core

/// Matrix products.
module internal Products =
    /// Rows of features times a matrix, with any axes in front.
    let rowsTimes (x: Tensor) (matrix: Tensor) : Tensor =
        match x.Shape with
        | [ _; _ ] -> x *@ matrix
        | shape ->
            let lead, features = List.splitAt (shape.Length - 1) shape
            let rows = Tensor.reshape (Shape.size lead :: features) x *@ matrix
            Tensor.reshape (lead @ [ rows.Shape[1] ]) rows

    /// Many small products: a single node in ONNX, here a sum over the common axis.
    let private batched (a: Tensor) (b: Tensor) : Tensor =
        let last (x: Tensor) =
            List.splitAt (x.Shape.Length - 2) x.Shape

        let leadA, tailA = last a
        let leadB, tailB = last b

        match tailA, tailB with
        | [ m; k ], [ k'; n ] when k = k' ->
            let left = Tensor.reshape (leadA @ [ m; k; 1 ]) a
            let right = Tensor.reshape (leadB @ [ 1; k; n ]) b
            Tensor.sum -2 (left * right)
        | _ ->
            raise (
                ShapeMismatchException("MatMul", [ a.Shape; b.Shape ], "[…; m; k] times […; k; n] is needed.")
            )

    /// The product, with a vector treated as a row on the left and as a column on the right.
    let product (a: Tensor) (b: Tensor) : Tensor =
        match a.Shape, b.Shape with
        | [], _
        | _, [] ->
            raise (
                ShapeMismatchException("MatMul", [ a.Shape; b.Shape ], "A scalar has no axis to sum over.")
            )
        | [ k ], [ _ ] -> Tensor.reshape [] (Tensor.reshape [ 1; k ] a *@ Tensor.reshape [ k; 1 ] b)
        | [ k ], _ ->
            let y = batched (Tensor.reshape [ 1; k ] a) b
            Tensor.reshape (List.removeAt (y.Shape.Length - 2) y.Shape) y
        | _, [ k ] ->
            let y = rowsTimes a (Tensor.reshape [ k; 1 ] b)
            Tensor.reshape (List.take (a.Shape.Length - 1) y.Shape) y
        | _, [ _; _ ] -> rowsTimes a b
        | _ -> batched a b

    let private matmul: OperatorRule =
        fun call -> [ Operand.real (product (NodeCall.tensor call 0) (NodeCall.tensor call 1)) ]

    /// α A B + β C, where A and B may be transposed.
    let private gemm: OperatorRule =
        fun call ->
            let turn name (x: Tensor) =
                if NodeCall.integer call name 0 = 0 then
                    x
                else
                    Tensor.transpose x

            let times name (x: Tensor) =
                match NodeCall.number call name 1.0 with
                | 1.0 -> x
                | factor -> factor * x

            let a, b = NodeCall.tensor call 0, NodeCall.tensor call 1
            let y = times "alpha" (turn "transA" a *@ turn "transB" b)

            match NodeCall.optional call 2 with
            | None -> [ Operand.real y ]
            | Some c ->
                if Shape.broadcast "Gemm" y.Shape c.Tensor.Shape <> y.Shape then
                    raise (
                        ShapeMismatchException(
                            "Gemm",
                            [ y.Shape; c.Tensor.Shape ],
                            "C does not broadcast to the product."
                        )
                    )

                [ Operand.real (y + times "beta" c.Tensor) ]

    let rules: (string * OperatorRule) list = [ "MatMul", matmul; "Gemm", gemm ]
