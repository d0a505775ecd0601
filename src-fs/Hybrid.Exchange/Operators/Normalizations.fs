namespace Hybrid.Exchange

open Hybrid.Core

/// Normalization operators, and those that act only in training.
module internal Normalizations =
    /// Along one axis since version 13; before that, along this axis and all after it together.
    let private alongAxis (f: int -> Tensor -> Tensor) : OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let rank = x.Shape.Length
            let standard = if call.Opset >= 13 then -1 else 1
            let given = NodeCall.integer call "axis" standard

            if List.contains 0 x.Shape then
                NodeCall.refuse call "its operand has no elements."

            let y =
                if rank = 0 then
                    Tensor.reshape [] (f 0 (Tensor.reshape [ 1 ] x))
                elif call.Opset >= 13 then
                    f (NodeCall.axis call rank (int64 given)) x
                else
                    let axis =
                        if given = rank then
                            rank
                        else
                            NodeCall.axis call rank (int64 given)

                    let outer, inner = List.splitAt axis x.Shape
                    Tensor.reshape x.Shape (f 1 (Tensor.reshape [ Shape.size outer; Shape.size inner ] x))

            [ Operand.real y ]

    let private meanOver axes (x: Tensor) =
        Reductions.reduce Tensor.mean axes true x

    /// <summary>scale (x - mean) / √(variance + ε) + bias for each channel, axis 1.</summary>
    /// <remarks>Ioffe and Szegedy, "Batch normalization" (2015).</remarks>
    let private batchNormalization: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let epsilon = NodeCall.number call "epsilon" (float 1e-5f)

            if x.Shape.Length < 2 then
                NodeCall.refuse call "its operand has no channel axis."

            let channels = x.Shape[1] :: List.replicate (x.Shape.Length - 2) 1
            let each (value: Tensor) = Tensor.reshape channels value

            let given index =
                let operand = NodeCall.operand call index
                each operand.Tensor, operand.IsKnown

            match List.map given [ 1; 2; 3; 4 ] with
            | [ scale, scaleKnown; bias, _; mean, _; variance, varianceKnown ] when
                NodeCall.integer call "training_mode" 0 = 0
                ->
                let factor = scale / Tensor.sqrt (variance + epsilon)

                let factor =
                    if scaleKnown && varianceKnown then
                        Tensor.constant factor.Shape (Reference.value factor)
                    else
                        factor

                [ Operand.real ((x - mean) * factor + bias) ]
            | [ scale, _; bias, _; mean, _; variance, _ ] ->
                let others = [ 0 .. x.Shape.Length - 1 ] |> List.except [ 1 ]
                let own = meanOver others x
                let spread = x - own
                let ownVariance = meanOver others (spread * spread)
                let momentum = NodeCall.number call "momentum" (float 0.9f)

                let running (before: Tensor) now =
                    Tensor.reshape [ x.Shape[1] ] (momentum * before + (1.0 - momentum) * each now)

                [
                    Operand.real (spread / Tensor.sqrt (ownVariance + epsilon) * scale + bias)
                    Operand.real (running mean own)
                    Operand.real (running variance ownVariance)
                ]
            | _ -> NodeCall.refuse call "it needs scale, bias, mean and variance."

    /// <summary>scale (x - mean) / √(variance + ε) + bias, with mean and variance over an axis and all after it.</summary>
    /// <remarks>Ba, Kiros and Hinton, "Layer normalization" (2016).</remarks>
    let private layerNormalization: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let rank = x.Shape.Length
            let axis = NodeCall.axisOf call rank -1
            let axes = [ axis .. rank - 1 ]
            let mean = meanOver axes x
            let spread = x - mean

            let factor =
                1.0
                / Tensor.sqrt (meanOver axes (spread * spread) + NodeCall.number call "epsilon" (float 1e-5f))

            let scaled = spread * factor * NodeCall.tensor call 1

            let y =
                match NodeCall.optional call 2 with
                | Some bias -> scaled + bias.Tensor
                | None -> scaled

            [ Operand.real y; Operand.real mean; Operand.real factor ]

    /// Does nothing except in training.
    let private dropout: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0

            let isTrue index =
                match NodeCall.optional call index with
                | Some flag -> NodeCall.known call "training mode" flag |> Array.exists ((<>) 0.0)
                | None -> false

            let ratio () =
                match NodeCall.optional call 1 with
                | Some ratio -> NodeCall.known call "ratio" ratio |> Array.exists ((<>) 0.0)
                | None -> true

            if isTrue 2 && ratio () then
                NodeCall.refuse call "it drops units at random; export the model for inference."

            // the mask was not defined before for use outside training
            if call.Opset >= 12 then
                [ x; Operand.ofKind Truth (Tensor.fill 1.0 x.Tensor.Shape) ]
            else
                [ x ]

    /// 1 at the first maximum of each run along an axis, else 0.
    let private hardmax (axis: int) (x: Tensor) : Tensor =
        Tensor.equal (Reductions.positions axis x.Shape) (Tensor.spread axis x.Shape (Tensor.argMax axis x))

    /// x divided by a size along the given axes; unchanged where the size is 0.
    let divided (size: Tensor) (x: Tensor) : Tensor =
        // a quotient by 0 would leave NaN in the derivative, even unselected
        x / Tensor.select size size (Tensor.scalar 1.0)

    /// The sum of magnitudes for p = 1, the Euclidean length for p = 2.
    let length (p: int) (axis: int) (x: Tensor) : Tensor =
        let sum = Reductions.reduce Tensor.sum [ axis ] true

        if p = 1 then
            sum (Tensor.abs x)
        else
            Tensor.sqrt (sum (x * x))

    let private lpNormalization: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let axis = NodeCall.axisOf call x.Shape.Length -1

            match NodeCall.integer call "p" 2 with
            | 1
            | 2 as p -> [ Operand.real (divided (length p axis x) x) ]
            | p -> NodeCall.refuse call $"its p is {p}, and only 1 and 2 are supported."

    /// (x - mean) / √(variance + ε) over some axes.
    let private standardized (axes: int list) (epsilon: float) (x: Tensor) : Tensor =
        let spread = x - meanOver axes x
        spread / Tensor.sqrt (meanOver axes (spread * spread) + epsilon)

    let private onChannels (x: Tensor) (value: Tensor) : Tensor =
        Tensor.reshape (Shape.size value.Shape :: List.replicate (x.Shape.Length - 2) 1) value

    /// <summary>Each channel of each example with its own mean and variance.</summary>
    /// <remarks>Ulyanov, Vedaldi and Lempitsky, "Instance normalization" (2016).</remarks>
    let private instanceNormalization: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0

            if x.Shape.Length < 3 then
                NodeCall.refuse call "its operand has no axis after that of the channels."

            let epsilon = NodeCall.number call "epsilon" (float 1e-5f)
            let y = standardized [ 2 .. x.Shape.Length - 1 ] epsilon x

            [
                y * onChannels x (NodeCall.tensor call 1)
                + onChannels x (NodeCall.tensor call 2)
                |> Operand.real
            ]

    /// <summary>Groups of consecutive channels, each with its own mean and variance. Before version 21, scale and bias belonged to
    /// the groups, since then to the channels.</summary>
    /// <remarks>Wu and He, "Group normalization" (2018).</remarks>
    let private groupNormalization: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let groups = NodeCall.integer call "num_groups" 0

            if x.Shape.Length < 2 || groups < 1 || x.Shape[1] % groups <> 0 then
                NodeCall.refuse call "its groups do not divide the channels, axis 1."

            let channels = x.Shape[1]
            let within = channels / groups

            let grouped =
                Tensor.reshape (x.Shape[0] :: groups :: within :: List.skip 2 x.Shape) x

            let epsilon = NodeCall.number call "epsilon" (float 1e-5f)

            let each index =
                let value = NodeCall.tensor call index

                if call.Opset >= 21 then
                    onChannels x value
                else
                    Tensor.reshape [ groups; 1 ] value
                    |> Tensor.broadcast [ groups; within ]
                    |> Tensor.reshape [ channels ]
                    |> onChannels x

            let y = standardized [ 2 .. grouped.Shape.Length - 1 ] epsilon grouped
            [ Operand.real (Tensor.reshape x.Shape y * each 1 + each 2) ]

    /// (x - mean) / √variance over some axes, by default all but that of the channels.
    let private meanVarianceNormalization: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0

            let axes =
                NodeCall.integers call "axes"
                |> Option.defaultValue [ 0L; 2L; 3L ]
                |> List.map (NodeCall.axis call x.Shape.Length)
                |> List.distinct

            let spread = x - meanOver axes x

            [
                Operand.real (spread / (Tensor.sqrt (meanOver axes (spread * spread)) + 1e-9))
            ]

    /// <summary>x / √(mean x² + ε) · scale, over an axis and all after it.</summary>
    /// <remarks>Zhang and Sennrich, "Root mean square layer normalization" (2019).</remarks>
    let private rmsNormalization: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let rank = x.Shape.Length
            let axes = [ NodeCall.axisOf call rank -1 .. rank - 1 ]
            let epsilon = NodeCall.number call "epsilon" (float 1e-5f)

            [
                Operand.real (x / Tensor.sqrt (meanOver axes (x * x) + epsilon) * NodeCall.tensor call 1)
            ]

    let rules: (string * OperatorRule) list =
        [
            "Softmax", alongAxis Tensor.softmax
            "LogSoftmax", alongAxis Tensor.logSoftmax
            "Hardmax", alongAxis hardmax
            "LpNormalization", lpNormalization
            "InstanceNormalization", instanceNormalization
            "GroupNormalization", groupNormalization
            "MeanVarianceNormalization", meanVarianceNormalization
            "RMSNormalization", rmsNormalization
            "BatchNormalization", batchNormalization
            "LayerNormalization", layerNormalization
            "Dropout", dropout
        ]
