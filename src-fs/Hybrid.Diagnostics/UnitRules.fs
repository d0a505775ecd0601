namespace Hybrid.Diagnostics

open System
open Hybrid.Core
open Rule
open Printable

/// The lecture's advice on activations: which units a network has, and the state that they are in.
module UnitRules =
    /// A tenth of a layer's units. The lecture calls 40 % of a network dead the sign of a learning rate that is too high; in
    /// successful training runs up to 2 % die.
    let deadShare = 0.1

    /// A tenth of a layer's units, as for dead ones: they do not learn either.
    let noGradientShare = 0.1

    /// Half of a layer's outputs. Sigmoid layers train best from weights that saturate none to a third of them, and worse and
    /// worse above a half.
    let saturatedShare = 0.5

    /// What the units of a layer are called.
    let private units (layer: LayerUnits) : string =
        if layer.Places > 1 then "channels" else "units"

    let private everywhere (layer: LayerUnits) : string =
        if layer.Places > 1 then
            "at every pixel of every example"
        else
            "on every example"

    /// NaN or infinity in a weight, the loss or a unit: other rules are then silent.
    let notFinite =
        create
            "not-finite"
            "The lecture: be careful with the learning rate, since one large gradient can throw weights too far to come back."
            (fun examination ->
                if isFinite examination then
                    []
                else
                    let units = examination.Units.Layers |> List.sumBy _.NotFinite

                    [
                        None,
                        (if units > 0 then float units else nan),
                        0.0,
                        (if units > 0 then
                             $"{units} units give NaN or infinity, so the other numbers are meaningless"
                         else
                             "a weight or the loss is NaN or infinite, so the other numbers are meaningless"),
                        [
                            Remedy.Change(OptionName.LearningRate, "train again at a tenth of the rate")
                            Remedy.Set(OptionName.ClipNorm, "1", "bounds the gradient")
                        ]
                    ])

    /// Hidden layers of sigmoid units, healthy or not.
    let sigmoid =
        create
            "sigmoid"
            "The lecture: never use sigmoid: it saturates, and its outputs are not centred on zero."
            (fun examination ->
                hidden examination
                // they saturate, and none of their outputs is negative
                |> List.filter (fun layer -> layer.Range |> Option.exists (fun range -> range.Lower >= 0.0))
                |> List.map (fun layer ->
                    Some layer.Layer,
                    float layer.Units,
                    0.0,
                    $"{layer.Units} {layer.Kind} units",
                    [
                        Remedy.Set(OptionName.Activations, "relu", "")
                        Remedy.Set(OptionName.Activations, "tanh", "a sigmoid centred on zero")
                    ]))

    /// More units than usual that give 0 on every example.
    let dead =
        eachHidden
            "dead-units"
            "The lecture: rectified units can die for good if the learning rate is too high, so watch the share that never fires."
            (fun examination layer ->
                let share = float layer.Dead / float layer.Units

                if share > deadShare then
                    [
                        Some layer.Layer,
                        share,
                        deadShare,
                        $"{layer.Dead} of {layer.Units} {units layer} ({percent share}) are 0 {everywhere layer}",
                        [
                            lowerRate examination
                            Remedy.Set(OptionName.Activations, "leaky-relu", "its units do not die")
                            Remedy.Set(OptionName.MaxoutPieces, "2", "maxout units do not die")
                        ]
                    ]
                else
                    [])

    /// Units that are not dead but have no slope on any example, and pieces of maxout units that never win.
    let noGradient =
        eachHidden
            "no-gradient"
            "The lecture: where the local gradient is zero no signal flows through a unit, to its weights or further back."
            (fun examination layer ->
                let isMaxout = layer.Pieces > 0

                let stuck =
                    if isMaxout then
                        layer.UnusedPieces
                    else
                        layer.NoGradient - layer.Dead

                let whole = if isMaxout then layer.Pieces else layer.Units

                let share = float stuck / float whole

                if share > noGradientShare then
                    [
                        Some layer.Layer,
                        share,
                        noGradientShare,
                        (if isMaxout then
                             $"{stuck} of {whole} linear pieces ({percent share}) are never the maximum"
                         else
                             $"{stuck} of {whole} {units layer} ({percent share}) have a slope of 0 {everywhere layer}"),
                        [
                            lowerRate examination
                            if isMaxout then
                                Remedy.Change(OptionName.MaxoutPieces, "use fewer pieces")
                            else
                                Remedy.Set(OptionName.Activations, "leaky-relu", "its slope is never 0")
                        ]
                    ]
                else
                    [])

    /// Sigmoid or tanh layers with most outputs at an end of their range.
    let saturated =
        eachHidden
            "saturated"
            "The lecture: saturated units kill gradients, and if weights are too large, most saturate and the network hardly learns."
            (fun examination layer ->
                match layer.Saturated with
                | Some share when share > saturatedShare ->
                    [
                        Some layer.Layer,
                        share,
                        saturatedShare,
                        $"{percent share} of the outputs are at an end of the {layer.Kind}'s range",
                        [
                            Remedy.Set(OptionName.Activations, "relu", "")
                            lowerRate examination
                            Remedy.Change(OptionName.L2, "increase the penalty on weights")
                        ]
                    ]
                | _ -> [])
