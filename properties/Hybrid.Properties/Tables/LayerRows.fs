module Hybrid.Properties.LayerRows

open Hybrid.Core
open Hybrid.Testing

let private draw =
    {
        Key = 11UL
        Step = Tensor.constant [ 2 ] [| 0.0; 5.0 |]
    }

/// Every activation that a network can be given by name, and those with a parameter.
let activations =
    [
        for name, f in Activation.functions do
            Rows.Map($"activation {name}", -3.0, 3.0, (fun x -> f x))

        for name, _ in Activation.functions do
            Rows.Map($"layer {name}", -3.0, 3.0, (fun x -> (Activation.layer name).Forward [] x))

        Rows.Map("identity", -2.0, 2.0, (fun x -> Activation.identity x)) |> Rows.Linear
        Rows.Map("leakyRelu with slope 0.3", -3.0, 3.0, (fun x -> Activation.leakyRelu 0.3 x))
        Rows.Map("elu with scale 0.7", -3.0, 3.0, (fun x -> Activation.elu 0.7 x))
        Rows.Map("selu", -3.0, 3.0, (fun x -> Activation.selu x))
        Rows.Map("gelu", -3.0, 3.0, (fun x -> Activation.gelu x))
    ]

// batch, inputs and units, as [x; weight; bias]
let private neurons pieces (extents: int list) =
    [
        Operand.any [ extents[0]; extents[1] ]
        Operand.any [ pieces * extents[2]; extents[1] ]
        Operand.any [ pieces * extents[2] ]
    ]

let layers =
    [
        Row.Of(
            "layer embedding",
            2,
            (fun extents ->
                let rows shape = { Shape = shape; Domain = Whole 4 }

                [
                    Operand.any [ extents[0]; 2 ]
                    // row 4 is not one of the first table
                    rows [ extents[0]; 1 ]
                    rows [ extents[0]; 1 ]
                    Operand.any [ 3; extents[1] ]
                    Operand.any [ 4; 2 ]
                ]),
            fun operands ->
                let x = Tensor.concat 1 (List.truncate 3 operands)
                let tables = List.skip 3 operands
                (Embedding.layer tables).Forward tables x |> fun y -> y * y
        )
        Row.Of(
            "linear",
            3,
            neurons 1,
            fun operands ->
                Linear.forward
                    {
                        Weight = operands[1]
                        Bias = Some(operands[2])
                    }
                    operands[0]
        )
        Row.Of(
            "linear without bias",
            3,
            (neurons 1 >> List.truncate 2),
            fun operands -> Linear.forward { Weight = operands[1]; Bias = None } operands[0]
        )
        Row.Of(
            "layer linear without bias",
            3,
            (neurons 1 >> List.truncate 2),
            fun operands ->
                let layer = Linear.layer { Weight = operands[1]; Bias = None }

                layer.Training draw (List.map snd layer.Parameters) operands[0]
        )
        Row.Of(
            "layer linear",
            3,
            neurons 1,
            fun operands ->
                let layer =
                    Linear.layer
                        {
                            Weight = operands[1]
                            Bias = Some(operands[2])
                        }

                layer.Training draw (List.map snd layer.Parameters) operands[0]
        )
        Row.Of(
            "maxout",
            3,
            neurons 3,
            fun operands ->
                Maxout.forward
                    {
                        Pieces = 3
                        Weight = operands[1]
                        Bias = operands[2]
                    }
                    operands[0]
        )
        Row.Of(
            "layer maxout",
            3,
            neurons 2,
            fun operands ->
                let layer =
                    Maxout.layer
                        {
                            Pieces = 2
                            Weight = operands[1]
                            Bias = operands[2]
                        }

                layer.Forward operands.Tail operands[0]
        )
        Rows.Map("dropout", -2.0, 2.0, (fun x -> Dropout.training 0.4 draw x))
        |> Rows.Linear
        Rows.Map("layer dropout", -2.0, 2.0, (fun x -> (Dropout.layer 0.5).Training draw [] x))
        |> Rows.Linear
        Rows.Map("noise", -2.0, 2.0, (fun x -> Noise.training 0.3 draw x))
        |> Rows.Linear
        Rows.Map("layer noise", -2.0, 2.0, (fun x -> (Noise.layer 0.3).Training draw [] x))
        |> Rows.Linear
        Row.Of(
            "network",
            3,
            neurons 1,
            fun operands ->
                let linear =
                    {
                        Weight = operands[1]
                        Bias = Some(operands[2])
                    }

                Network.forward (Linear.network linear >=> Activation.tanh) operands[0]
        )
        Row.Of(
            "network in training",
            3,
            neurons 2,
            fun operands ->
                let maxout =
                    {
                        Pieces = 2
                        Weight = operands[1]
                        Bias = operands[2]
                    }

                let network =
                    Noise.network 0.1
                    >=> Maxout.network maxout
                    >=> Activation.sigmoid
                    >=> Dropout.network 0.3

                Network.training draw network operands[0]
        )
    ]

let all = activations @ layers
