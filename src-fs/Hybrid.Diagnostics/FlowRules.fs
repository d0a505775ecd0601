namespace Hybrid.Diagnostics

open System
open Hybrid.Core
open Rule
open Printable

/// The lecture's advice on gradients and learning rates.
module FlowRules =
    /// ‖∂L/∂W‖ of the first hidden layer divided by that of the last one. ReLU and tanh layers stay within .1 to 10 at any depth;
    /// eight sigmoid layers reach 10⁻⁴.
    let vanishingRatio = 1e-2

    /// The reciprocal of the ratio that counts as vanishing.
    let explodingRatio = 1e2

    /// What the CS231n notes call a healthy length of an update, relative to the length of the weights.
    let healthyUpdate = 1e-3

    /// One and a half powers of ten on either side of it: a rule of thumb is not more precise.
    let updateFactor = Math.Pow(10.0, 1.5)

    /// Accuracy or R² above which slow updates are not a problem: the network has learned.
    let learned = 0.9

    /// Weights that no gradient reaches, in no layer, though the network has not learned: steps leave them as they are.
    let standstill =
        finite
            "standstill"
            "The lecture: where the local gradient is zero no signal flows through a unit, to its weights or further back."
            (fun examination ->
                let name, value = quality examination.Training

                if
                    not examination.Flow.IsEmpty
                    && examination.Flow |> List.forall (fun flow -> flow.GradientNorm = 0.0)
                    && value < learned
                then
                    [
                        None,
                        value,
                        learned,
                        $"the gradients of all weights are 0, at {name} {number value}: no step changes them",
                        [
                            lowerRate examination
                            Remedy.Set(OptionName.Activations, "leaky-relu", "its slope is never 0")
                        ]
                    ]
                else
                    [])

    /// Fewer hidden layers, by the option that says which there are: of convolutions, their words.
    let private fewerLayers (examination: Examination) : Remedy =
        if hidden examination |> List.exists (fun layer -> layer.Places > 1) then
            Remedy.Change(OptionName.Layers, "use fewer of them")
        else
            Remedy.Change(OptionName.Hidden, "use fewer hidden layers")

    /// A first hidden layer whose gradient, divided by that of the last one, is beyond a limit.
    let private overHidden kind says (isBeyond: float -> float -> bool) limit remedies =
        finite kind says (fun examination ->
            let layers = hidden examination |> List.map _.Layer |> Set

            match
                examination.Flow
                |> List.filter (fun flow -> layers.Contains flow.Layer && flow.GradientNorm > 0.0)
            with
            | first :: (_ :: _ as rest) when first.Layer = 1 ->
                let last = List.last rest
                let ratio = first.GradientNorm / last.GradientNorm

                if isBeyond ratio limit then
                    [
                        Some 1,
                        ratio,
                        limit,
                        $"the gradient of layer 1 is {number ratio} times that of layer {last.Layer}",
                        remedies @ [ fewerLayers examination ]
                    ]
                else
                    []
            | _ -> [])

    /// A first hidden layer that hardly any gradient reaches, compared with the last one.
    let vanishing =
        overHidden
            "vanishing-gradient"
            "The lecture: local gradients are multiplied on the way back, and small ones leave almost no signal for the first layers."
            (<)
            vanishingRatio
            [
                Remedy.Set(OptionName.Activations, "relu", "in place of sigmoid")
                Remedy.Set(OptionName.Activations, "tanh", "")
            ]

    /// A first hidden layer with a much larger gradient than the last one.
    let exploding =
        overHidden
            "exploding-gradient"
            "The lecture: local gradients are multiplied on the way back, and one large gradient can knock units out for good."
            (>)
            explodingRatio
            [
                Remedy.Set(OptionName.ClipNorm, "1", "bounds the gradient")
                Remedy.Set(OptionName.MaxNorm, "3", "bounds the weights")
            ]

    let private updates kind says look =
        finite kind says (fun examination ->
            match examination.Trained with
            | Some(optimizer, rate) -> examination.Flow |> List.collect (look examination optimizer rate)
            | None -> [])

    /// Layers whose weights a step changes by too much.
    let largeUpdates =
        let most = healthyUpdate * updateFactor

        updates
            "large-updates"
            "The lecture: be careful with learning rates. The CS231n notes: a step changes weights by about a thousandth of them."
            (fun _ optimizer rate flow ->
                if flow.UpdateRatio > most && flow.GradientNorm > 0.0 then
                    [
                        Some flow.Layer,
                        flow.UpdateRatio,
                        most,
                        $"a step of {optimizer.Name} at rate {number rate} changes the weights by "
                        + $"{percent flow.UpdateRatio} of their length",
                        [
                            Remedy.Set(OptionName.LearningRate, number (rate / 10.0), "")
                            Remedy.Set(OptionName.Schedule, "cosine", "lowers the rate while training")
                        ]
                    ]
                else
                    [])

    /// Layers whose weights a step hardly changes, though the network has not learned yet.
    let smallUpdates =
        let least = healthyUpdate / updateFactor

        updates
            "small-updates"
            "The lecture: be careful with learning rates. The CS231n notes: a step changes weights by about a thousandth of them."
            (fun examination optimizer rate flow ->
                if flow.UpdateRatio < least && snd (quality examination.Training) < learned then
                    [
                        Some flow.Layer,
                        flow.UpdateRatio,
                        least,
                        $"a step of {optimizer.Name} at rate {number rate} changes the weights by "
                        + $"{number flow.UpdateRatio} of their length, though there is much left to learn",
                        [
                            Remedy.Set(OptionName.LearningRate, number (rate * 10.0), "")

                            if optimizer.Name <> Optimizer.adam.Name then
                                Remedy.Set(OptionName.Optimizer, Optimizer.adam.Name, "")
                        ]
                    ]
                else
                    [])
