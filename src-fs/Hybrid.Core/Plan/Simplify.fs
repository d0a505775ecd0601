namespace Hybrid.Core

open System
open System.Collections.Generic

/// <summary>An equivalent graph with fewer nodes, whose results are equal to the bit.</summary>
/// <remarks>Equal nodes become one. A tensor whose elements are all equal (a broadcast scalar, and everything computed from such
/// tensors element by element) is computed once, and element-wise nodes take it as a scalar.</remarks>
module internal Simplify =
    /// What two equal nodes have in common.
    type private Key =
        /// The bits of its only element: -0 is not 0.
        | Number of bits: int * Shape
        | Given of name: string * Shape
        /// The numbers that identify its kernel and its operands.
        | Computed of int list * Shape * operands: int list

    let private numbersOfView (view: Strided) : int list =
        view.Offset :: List.ofArray view.Extents @ List.ofArray view.Strides

    /// What a kernel computes from its operands, as numbers that are equal for two that compute the same; none if that is not
    /// known.
    let private numbersOf (kernel: Kernel) : int list voption =
        match kernel with
        | Kernel.Map operation -> ValueSome [ 0; int operation ]
        | Kernel.Zip operation -> ValueSome [ 1; int operation ]
        | Kernel.Select -> ValueSome [ 2 ]
        | Kernel.Reduce(reduction, outer, length, inner) ->
            ValueSome [ 3; int reduction; outer; length; inner ]
        | Kernel.Softmax(outer, length, inner) -> ValueSome [ 4; outer; length; inner ]
        | Kernel.MatMul(transposeA, transposeB, m, k, n) ->
            ValueSome [ 5; Convert.ToInt32 transposeA; Convert.ToInt32 transposeB; m; k; n ]
        | Kernel.Read view -> ValueSome(6 :: numbersOfView view)
        | Kernel.View -> ValueSome [ 7 ]
        | Kernel.Uniform(key, row) -> ValueSome [ 8; int key; int (key >>> 32); row ]
        | Kernel.Gather(rows, width) -> ValueSome [ 9; rows; width ]
        | Kernel.ScatterAdd(rows, width) -> ValueSome [ 10; rows; width ]
        | Kernel.Accumulate view -> ValueSome(11 :: numbersOfView view)
        | Kernel.IntegerProduct _
        | Kernel.PatchProduct _
        | Kernel.MaxPool _
        | Kernel.MaxPoolGradient _
        | Kernel.Write _
        | Kernel.Definition -> ValueNone

    /// The tensor behind a view of a view, so that no reader has to look through several views.
    let private behindView (x: Tensor) : Tensor =
        match x.Node with
        | Apply({ Kernel = Kernel.View }, [ inner ]) -> inner
        | _ -> x

    /// <summary>The same outputs, from a simpler graph.</summary>
    let outputs (cancellation: Cancellation) (outputs: Tensor list) : Tensor list =
        // the replacement of each node and, for nodes whose elements are all equal, the number
        let simpler = Dictionary<Tensor, Tensor> HashIdentity.Reference
        let scalars = Dictionary<Tensor, Tensor> HashIdentity.Reference
        let numbers = Dictionary<Tensor, int> HashIdentity.Reference
        let known = Dictionary<Key, Tensor>()

        /// The first node made with this key.
        let shared key (x: Tensor) : Tensor =
            match known.TryGetValue key with
            | true, first -> first
            | false, _ ->
                known[key] <- x
                x

        let number x =
            match numbers.TryGetValue x with
            | true, number -> number
            | false, _ ->
                numbers[x] <- numbers.Count
                numbers[x]

        /// The node, or an equal one made before.
        let apply (x: Tensor) : Tensor =
            match x.Node with
            | Apply(primitive, operands) ->
                match numbersOf primitive.Kernel with
                | ValueSome kernel -> shared (Computed(kernel, x.Shape, List.map number operands)) x
                | ValueNone -> x
            | Constant _
            | Input _ -> x

        // the number that all elements of a simpler node are equal to, if they are
        let scalarOf (x: Tensor) =
            match scalars.TryGetValue x with
            | true, scalar -> Some scalar
            | false, _ when Shape.size x.Shape = 1 -> Some x
            | false, _ -> None

        let everywhere scalar (x: Tensor) : Tensor =
            scalars[x] <- scalar
            x

        for x in Graph.order outputs do
            cancellation.Check()

            simpler[x] <-
                match x.Node with
                | Constant values when Shape.size x.Shape = 1 ->
                    shared (Number(BitConverter.SingleToInt32Bits values.AsSingle[0], x.Shape)) x
                | Constant _ -> x
                | Input name -> shared (Given(name, x.Shape)) x
                | Apply(primitive, operands) ->
                    let operands =
                        operands
                        |> List.map (fun operand ->
                            match primitive.Kernel with
                            | Kernel.View -> behindView simpler[operand]
                            | _ -> simpler[operand])

                    // where its rectified value is kept, x itself need not be
                    let operands =
                        match primitive.Kernel, operands with
                        | Kernel.Map Unary.Step, [ operand ] ->
                            let rectified = Computed([ 0; int Unary.Relu ], operand.Shape, [ number operand ])

                            match known.TryGetValue rectified with
                            | true, relu -> [ relu ]
                            | false, _ -> operands
                        | _ -> operands

                    match primitive.Kernel, List.map scalarOf operands with
                    | (Kernel.Map _ | Kernel.Zip _ | Kernel.Select), found ->
                        let narrow = List.map2 (fun operand -> Option.defaultValue operand) operands found

                        if List.forall Option.isSome found && Shape.size x.Shape > 1 then
                            let once = apply (Tensor.apply [] narrow primitive)
                            everywhere once (apply (Tensor.broadcast x.Shape once))
                        else
                            apply (Tensor.apply x.Shape narrow primitive)
                    | (Kernel.Read _ | Kernel.View), [ Some scalar ] when Shape.size x.Shape > 1 ->
                        everywhere scalar (apply (Tensor.apply x.Shape operands primitive))
                    | _ -> apply (Tensor.apply x.Shape operands primitive)

        outputs |> List.map (fun output -> simpler[output])
