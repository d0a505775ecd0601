module Hybrid.Properties.TrainingRows

open Hybrid.Core
open Hybrid.Testing

let private numbers extents =
    [ Operand.any extents; Operand.any extents ]

let private classes (extents: int list) =
    [ Operand.any extents; { Shape = extents; Domain = OneHot } ]

let private indices (extents: int list) =
    [
        Operand.any extents
        {
            Shape = [ extents[0]; 1 ]
            Domain = Whole extents[1]
        }
    ]

/// Every loss, for classes and for numbers.
let losses =
    [
        for loss in Loss.all do
            Row.Of($"loss {loss.Name}", 2, numbers, (fun operands -> loss.PerExample operands[0] operands[1]))

            Row.Of(
                $"loss {loss.Name} of classes",
                2,
                classes,
                fun operands -> loss.PerExample operands[0] operands[1]
            )

            Row.Of(
                $"loss {loss.Name} of class indices",
                2,
                indices,
                fun operands ->
                    Loss.perExample (Classification operands[0].Shape[1]) loss operands[0] operands[1]
            )
    ]

/// Several quantiles, and other numbers of their own than those in the list.
let private parametric =
    let several = Loss.quantiles [ 0.1; 0.5; 0.75 ]
    let focal, smoothed = Loss.focal 3.0, Loss.smoothed 0.3

    [
        Row.Of(
            "loss of several quantiles",
            1,
            (fun extents -> [ Operand.any [ extents[0]; 3 ]; Operand.any [ extents[0]; 3 ] ]),
            fun operands -> several.PerExample operands[0] operands[1]
        )
        Row.Of(
            "loss of several quantiles of several targets",
            1,
            (fun extents -> [ Operand.any [ extents[0]; 6 ]; Operand.any [ extents[0]; 6 ] ]),
            fun operands -> several.PerExample operands[0] operands[1]
        )
        Row.Of(
            "focal loss of another power",
            2,
            classes,
            (fun operands -> focal.PerExample operands[0] operands[1])
        )
        Row.Of("another smoothing", 2, classes, (fun operands -> smoothed.PerExample operands[0] operands[1]))
    ]

let private both = { L1 = 0.3; L2 = 0.2; MaxNorm = None }

let private bounded =
    { Regularizer.none with
        MaxNorm = Some 1.5
    }

let private parameters (extents: int list) =
    [
        Operand.any [ extents[0]; extents[1] ]
        Operand.any [ extents[1] ]
        Operand.any [ extents[1]; extents[0] ]
    ]

let regularizers =
    [
        Row.Of("L1 and L2", 2, parameters, (fun operands -> Regularizer.penalty both operands))
        Row.Of("L1", 2, parameters, (fun operands -> Regularizer.penalty { both with L2 = 0.0 } operands))
        Row.Of("L2", 2, parameters, (fun operands -> Regularizer.penalty { both with L1 = 0.0 } operands))
        // some rows longer than the limit, some not
        Rows.Map("max-norm", 0.125, 2.0, (fun x -> Regularizer.project bounded x))
        Rows.Map("max-norm of a bias", 0.125, 2.0, (fun x -> Regularizer.project bounded (Tensor.sum 0 x)))
    ]

let private flat (x: Tensor) = Tensor.reshape [ Shape.size x.Shape ] x

/// Rate, parameter, gradient and slots; squares are kept away from 0, where their root has no derivative.
let private step (optimizer: Optimizer) extents =
    [ Operand.between 0.1 1.0 []; Operand.any extents; Operand.any extents ]
    @ List.replicate optimizer.Slots (Operand.between 0.25 2.0 extents)

/// The new parameter and all slots of an optimizer, one per row.
let optimizers =
    [
        for optimizer in Optimizer.all do
            Row.Of(
                $"optimizer {optimizer.Name}",
                2,
                step optimizer,
                fun operands ->
                    let context =
                        {
                            Count = Tensor.scalar 3.0
                            Rate = operands[0]
                        }

                    let next, remembered =
                        optimizer.Update context operands[1] operands[2] (List.skip 3 operands)

                    Tensor.concat 0 (List.map flat (next :: remembered))
            )

        Row.Of(
            "clip",
            2,
            (fun extents -> [ Operand.between 0.25 2.0 extents; Operand.between 0.25 2.0 [ extents[0] ] ]),
            fun operands -> Tensor.concat 0 (List.map flat (Optimizer.clip 1.0 operands))
        )
        Row.Of(
            "clip of short gradients",
            2,
            (fun extents -> [ Operand.between 0.25 2.0 extents; Operand.between 0.25 2.0 [ extents[0] ] ]),
            fun operands -> Tensor.concat 0 (List.map flat (Optimizer.clip 100.0 operands))
        )
        |> Rows.Linear
    ]

let all = losses @ parametric @ regularizers @ optimizers
