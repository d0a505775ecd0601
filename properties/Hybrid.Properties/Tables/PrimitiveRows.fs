module Hybrid.Properties.PrimitiveRows

open Hybrid.Core
open Hybrid.Testing

let private draw =
    {
        Key = 7UL
        Step = Tensor.constant [ 2 ] [| 0.0; 3.0 |]
    }

/// Element-wise functions of one operand.
let maps =
    [
        Rows.Linear(Rows.Map("negate", -2.0, 2.0, fun x -> Tensor.negate x))
        Rows.Map("exp", -2.0, 2.0, (fun x -> Tensor.exp x))
        Rows.Map("log", 0.25, 4.0, (fun x -> Tensor.log x))
        Rows.Map("sqrt", 0.25, 4.0, (fun x -> Tensor.sqrt x))
        Rows.Map("sin", -4.0, 4.0, (fun x -> Tensor.sin x))
        Rows.Map("cos", -4.0, 4.0, (fun x -> Tensor.cos x))
        Rows.Map("tanh", -3.0, 3.0, (fun x -> Tensor.tanh x))
        Rows.Map(
            "gradient of a function",
            -2.0,
            2.0,
            (fun x -> Gradient.grad (fun x -> Tensor.sumAll (x * Tensor.sin x)) x)
        )
        Rows.Map("sigmoid", -5.0, 5.0, (fun x -> Tensor.sigmoid x))
        Rows.Map("softplus", -5.0, 5.0, (fun x -> Tensor.softplus x))
        Rows.Map("softplus far out", -12.0, -8.0, (fun x -> Tensor.softplus x))
        Rows.Map("erf", -3.0, 3.0, (fun x -> Tensor.erf x))
        Rows.Map("abs", -2.0, 2.0, (fun x -> Tensor.abs x))
        Rows.Map("sign", -2.0, 2.0, (fun x -> Tensor.sign x))
        Rows.Map("round", -2.0, 2.0, (fun x -> Tensor.round x))
        Rows.Map("step", -2.0, 2.0, (fun x -> Tensor.step x))
        Rows.Map("relu", -2.0, 2.0, (fun x -> Tensor.relu x))
        Rows.Map("isNaN", -2.0, 2.0, (fun x -> Tensor.isNaN x))
        Rows.Linear(Rows.Map("uniform", -2.0, 2.0, (fun x -> x * Draw.uniform x.Shape draw)))
        Rows.Linear(Rows.Map("normal", -2.0, 2.0, (fun x -> x + Draw.normal x.Shape draw)))
    ]

let private whole = -2.0, 2.0

/// Element-wise functions of two operands, broadcast.
let zips =
    [
        Rows.Linear(Rows.Zip("add", whole, whole, fun a b -> Tensor.add a b))
        Rows.Linear(Rows.Zip("subtract", whole, whole, fun a b -> Tensor.subtract a b))
        Rows.Zip("multiply", whole, whole, (fun a b -> Tensor.multiply a b))
        Rows.Zip("divide", whole, (0.5, 2.0), (fun a b -> Tensor.divide a b))
        Rows.Zip("divide by a negative", whole, (-2.0, -0.5), (fun a b -> Tensor.divide a b))
        Rows.Zip("maximum", whole, whole, (fun a b -> Tensor.maximum a b))
        Rows.Zip("minimum", whole, whole, (fun a b -> Tensor.minimum a b))
        Rows.Zip("power", (0.5, 2.0), whole, (fun a b -> Tensor.power a b))
        Rows.Zip("powerOrZero", (0.5, 2.0), whole, (fun a b -> Tensor.powerOrZero a b))
        Rows.Map("square of a negative", -2.0, -0.5, (fun x -> Tensor.power x (Tensor.scalar 2.0)))
        Rows.Map("cube", -2.0, 2.0, (fun x -> Tensor.power x (Tensor.scalar 3.0)))
        Rows.Map("inverse square", 0.5, 2.0, (fun x -> Tensor.power x (Tensor.scalar -2.0)))
        Rows.Map("inverse of a negative", -2.0, -0.5, (fun x -> Tensor.power x (Tensor.scalar -1.0)))
        Rows.Map("power of a constant", -2.0, 2.0, (fun x -> Tensor.power (Tensor.scalar 0.5) x))
        Rows.Zip("greater", whole, whole, (fun a b -> Tensor.greater a b))
        Rows.Zip("equal", whole, whole, (fun a b -> Tensor.equal a b))
        Rows.Zip(
            "operators",
            whole,
            (0.5, 2.0),
            (fun a b -> 2.0 * a - a / b + (1.0 - b) * 3.0 - 1.0 / b + -a / 2.0)
        )
        Rows.Zip("an operand twice", whole, whole, (fun a b -> a * a + b * a * b))
        Row.Of(
            "select",
            3,
            (fun extents ->
                let m, n = extents[0], extents[1]
                let second = if extents[2] % 2 = 0 then [ n ] else [ m; n ]
                [ Operand.any [ m; 1 ]; Operand.any [ m; n ]; Operand.any second ]),
            fun operands -> Tensor.select operands[0] operands[1] operands[2]
        )
        Row.Of(
            "select by comparison",
            2,
            (fun extents -> [ Operand.any extents; Operand.any extents ]),
            fun operands ->
                let a, b = operands[0], operands[1]
                Tensor.select (Tensor.greater a b) (a * b) (a + b * b)
        )
    ]

/// Rearrangements of elements.
let movements =
    [
        Rows.Linear(
            Rows.Map("broadcast along a new axis", -2.0, 2.0, fun x -> Tensor.broadcast (3 :: x.Shape) x)
        )
        Rows.Linear(
            Row.Of(
                "broadcast of extents of 1",
                3,
                (fun extents -> [ Operand.any [ 1; extents[1]; 1 ] ]),
                fun operands -> Tensor.broadcast [ 2; 3; operands[0].Shape[1]; 4 ] operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "broadcast of a scalar",
                0,
                (fun _ -> [ Operand.any [] ]),
                fun operands -> Tensor.broadcast [ 2; 3 ] operands[0]
            )
        )
        Rows.Linear(Rows.Block("permute", fun x -> Tensor.permute [ 2; 0; 1 ] x))
        Rows.Linear(Rows.Block("permute to the same order", fun x -> Tensor.permute [ 0; 1; 2 ] x))
        Rows.Linear(
            Rows.Map("permute of a matrix to the same order", -2.0, 2.0, fun x -> Tensor.permute [ 0; 1 ] x)
        )
        Rows.Linear(Rows.Map("transpose", -2.0, 2.0, fun x -> Tensor.transpose x))
        Rows.Map("transpose twice", -2.0, 2.0, (fun x -> x * Tensor.transpose (Tensor.transpose x)))
        Rows.Linear(Rows.Block("reshape", fun x -> Tensor.reshape [ x.Shape[2]; x.Shape[0] * x.Shape[1] ] x))
        Rows.Linear(
            Row.Of(
                "slice",
                3,
                (fun extents -> [ Operand.any [ extents[0]; extents[1] + extents[2]; 2 ] ]),
                fun operands -> Tensor.slice 1 1 (operands[0].Shape[1] - 1) operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "slice in the middle of the last axis",
                1,
                (fun extents -> [ Operand.any [ extents[0]; 5 ] ]),
                fun operands -> Tensor.slice -1 1 2 operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "slice from the start of the first axis",
                1,
                (fun extents -> [ Operand.any [ 4; extents[0] ] ]),
                fun operands -> Tensor.slice 0 0 3 operands[0]
            )
        )
        Rows.Linear(
            Row.Of(
                "concat",
                3,
                (fun extents ->
                    [ for n in [ extents[1]; extents[2]; 1 ] -> Operand.any [ extents[0]; n; 2 ] ]),
                fun operands -> Tensor.concat 1 operands
            )
        )
        Row.Of(
            "concat of slices of one operand",
            2,
            (fun extents -> [ Operand.any [ extents[0]; extents[1] + 1 ] ]),
            fun operands ->
                let x = operands[0]
                let rest = x.Shape[1] - 1
                x * Tensor.concat 1 [ Tensor.slice 1 rest 1 x; Tensor.slice 1 0 rest x ]
        )
    ]

let private indexOf (rows: int) (shape: Shape) : Operand = { Shape = shape; Domain = Whole rows }

/// Rows of tables, by their indices.
let gatherings =
    [
        Rows.Linear(
            Row.Of(
                "gather",
                3,
                (fun extents -> [ Operand.any [ extents[0]; extents[1] ]; indexOf extents[0] [ extents[2] ] ]),
                fun operands -> Tensor.gather operands[0] operands[1]
            )
        )
        Rows.Linear(
            Row.Of(
                "gather of blocks by a matrix of indices",
                2,
                (fun extents -> [ Operand.any [ extents[0]; 2; 2 ]; indexOf extents[0] [ extents[1]; 3 ] ]),
                fun operands -> Tensor.gather operands[0] operands[1]
            )
        )
        Row.Of(
            "gather by a rounded index",
            1,
            (fun extents -> [ Operand.any [ 5; extents[0] ]; Operand.between 0.0 4.0 [ extents[0] ] ]),
            fun operands ->
                let x = Tensor.gather operands[0] (Tensor.round operands[1])
                x * x
        )
        Rows.Linear(
            Row.Of(
                "scatterAdd",
                2,
                (fun extents -> [ indexOf 3 [ extents[0] ]; Operand.any extents ]),
                fun operands -> Tensor.scatterAdd 3 operands[0] operands[1]
            )
        )
        Row.Of(
            "gather of what was scattered",
            2,
            (fun extents -> [ indexOf 2 [ extents[0] ]; Operand.any extents ]),
            fun operands ->
                let x = operands[1]
                x * Tensor.gather (Tensor.scatterAdd 2 operands[0] x) operands[0]
        )
    ]

/// Sums, maxima and products.
let reductions =
    [
        Rows.Linear(Rows.Block("sum of the first axis", fun x -> Tensor.sum 0 x))
        Rows.Linear(Rows.Block("sum of the middle axis", fun x -> Tensor.sum 1 x))
        Rows.Linear(Rows.Block("sum of the last axis", fun x -> Tensor.sum -1 x))
        Rows.Linear(Rows.Block("sumAll", fun x -> Tensor.sumAll x))
        Rows.Linear(Rows.Block("sumTo a row", fun x -> Tensor.sumTo [ x.Shape[2] ] x))
        Rows.Linear(Rows.Block("sumTo extents of 1", fun x -> Tensor.sumTo [ 1; x.Shape[1]; 1 ] x))
        Rows.Linear(Rows.Block("sumTo a block of one", fun x -> Tensor.sumTo [ 1; 1 ] x))
        Rows.Linear(Rows.Block("mean", fun x -> Tensor.mean 1 x))
        Rows.Linear(Rows.Block("meanAll", fun x -> Tensor.meanAll x))
        Rows.Block("max", (fun x -> Tensor.max 1 x))
        Rows.Block("argMax", (fun x -> Tensor.argMax 1 x + 0.0 * Tensor.sum 1 x))
        Rows.Block("logSumExp of the first axis", (fun x -> Tensor.logSumExp 0 x))
        Rows.Block("logSumExp of the last axis", (fun x -> Tensor.logSumExp -1 x))
        Rows.Block("logSoftmax of the middle axis", (fun x -> Tensor.logSoftmax 1 x))
        Rows.Block("softmax of the middle axis", (fun x -> Tensor.softmax 1 x))
        Rows.Map("softmax of the last axis", -6.0, 6.0, (fun x -> Tensor.softmax -1 x))
        Rows.Linear(Rows.Map("spread", -2.0, 2.0, fun x -> Tensor.spread 0 (3 :: x.Shape) x))
        Rows.Linear(
            Rows.Map("spread along the last axis", -2.0, 2.0, (fun x -> Tensor.spread -1 (x.Shape @ [ 3 ]) x))
        )
        Row.Of(
            "oneHot",
            2,
            (fun extents ->
                [
                    {
                        Shape = [ extents[0]; 1 ]
                        Domain = Whole extents[1]
                    }
                    Operand.any extents
                ]),
            fun operands -> operands[1] * Tensor.oneHot operands[1].Shape[1] operands[0]
        )
    ]

let private matrices left right (extents: int list) =
    let m, k, n = extents[0], extents[1], extents[2]
    [ Operand.any (left m k); Operand.any (right k n) ]

let private upright a b = [ a; b ]
let private turned a b = [ b; a ]

/// Matrix products, of plain and transposed operands.
let products =
    [
        Row.Of("matmul", 3, matrices upright upright, (fun operands -> Tensor.matmul operands[0] operands[1]))
        Row.Of(
            "matmul of a transposed operand",
            3,
            matrices turned upright,
            fun operands -> Tensor.transpose operands[0] *@ operands[1]
        )
        Row.Of(
            "matmul by a transposed operand",
            3,
            matrices upright turned,
            fun operands -> operands[0] *@ Tensor.transpose operands[1]
        )
        Row.Of(
            "matmul of two transposed operands",
            3,
            matrices turned turned,
            fun operands -> Tensor.transpose operands[0] *@ Tensor.transpose operands[1]
        )
        Rows.Map("matmul of an operand by itself", -2.0, 2.0, (fun x -> x *@ Tensor.transpose x))
        Row.Of(
            "matmul of a square permuted to the same order",
            1,
            (fun extents -> [ Operand.any [ extents[0]; extents[0] ]; Operand.any [ extents[0]; 2 ] ]),
            fun operands -> Tensor.permute [ 0; 1 ] operands[0] *@ operands[1]
        )
    ]

let all = maps @ zips @ movements @ gatherings @ reductions @ products
