namespace Hybrid.Core

open System
open Rule

/// The lecture's advice on activations: what units are, and what has become of them.
module UnitRules =
    /// A tenth of a layer's units. The lecture calls 40 % of a network dead the sign of a learning rate that is too high; up
    /// to 2 % die in a training that goes well.
    let deadShare = 0.1

    /// A tenth of a layer's units, as for dead ones: they do not learn either.
    let noGradientShare = 0.1

    /// Half of a layer's outputs. Sigmoid layers train best from weights that saturate none to a third of them, and worse
    /// and worse above a half.
    let saturatedShare = 0.5

    let notFinite =
        create
            "not-finite"
            "A large gradient can throw weights so far that nothing comes back: be careful with the learning rate."
            (fun examination ->
                if isFinite examination then
                    []
                else
                    let units = examination.Units.Layers |> List.sumBy _.NotFinite

                    [
                        None,
                        float units,
                        0.0,
                        (if units > 0 then
                             $"{units} units give NaN or infinity"
                         else
                             "a weight or the loss is NaN or infinite"),
                        "Train again with a learning rate ten times lower, or with a bound on the gradient "
                        + "(--clip-norm 1). Its other numbers mean nothing."
                    ])

    let sigmoid =
        create
            "sigmoid"
            "Never use the sigmoid in hidden layers: it saturates, and its outputs are not centred on zero."
            (fun examination ->
                hidden examination
                |> List.filter (fun layer -> layer.Kind = "sigmoid")
                |> List.map (fun layer ->
                    Some layer.Layer,
                    float layer.Units,
                    0.0,
                    $"{layer.Units} sigmoid units",
                    "Use relu (--activation relu), or tanh, which is a sigmoid around zero."))

    let dead =
        eachHidden
            "dead-units"
            "Rectified units can die for good if the learning rate is too high: watch the share that never fires."
            (fun examination layer ->
                let share = float layer.Dead / float layer.Units

                if share > deadShare then
                    [
                        Some layer.Layer,
                        share,
                        deadShare,
                        $"{layer.Dead} of {layer.Units} units ({percent share}) are 0 on every example",
                        $"Try {lowerRate examination}; or --activation leaky-relu, or --maxout 2, whose units do not die."
                    ]
                else
                    [])

    let noGradient =
        eachHidden
            "no-gradient"
            "Where the activation's slope is zero, no gradient passes and the weights behind it stay as they are."
            (fun examination layer ->
                let isMaxout = layer.UnusedPieces > 0

                let stuck =
                    if isMaxout then
                        layer.UnusedPieces
                    else
                        layer.NoGradient - layer.Dead

                let share = float stuck / float layer.Units

                if share > noGradientShare then
                    [
                        Some layer.Layer,
                        share,
                        noGradientShare,
                        (if isMaxout then
                             $"{stuck} linear pieces of {layer.Units} maxout units are the greatest on no example"
                         else
                             $"{stuck} of {layer.Units} units ({percent share}) have a slope of 0 on every example"),
                        $"Try {lowerRate examination}; "
                        + (if isMaxout then
                               "or fewer pieces."
                           else
                               "or --activation leaky-relu, whose slope is 0 nowhere.")
                    ]
                else
                    [])

    let saturated =
        eachHidden
            "saturated"
            "Saturated units kill gradients: if weights grow too large, most units saturate and the network hardly learns."
            (fun examination layer ->
                if layer.Saturated > saturatedShare then
                    [
                        Some layer.Layer,
                        layer.Saturated,
                        saturatedShare,
                        $"{percent layer.Saturated} of the outputs are at an end of the {layer.Kind}'s range",
                        $"Try --activation relu; or a stronger penalty on weights (--l2), or {lowerRate examination}."
                    ]
                else
                    [])
