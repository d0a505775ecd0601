namespace Hybrid.Core

open System
open System.Globalization

/// What is predicted, from the viewpoint of training.
type LearningTask =
    /// One of this many classes; targets are class indices, [examples; 1].
    | Classification of classes: int
    /// This many numbers; targets are those numbers, [examples; outputs].
    | Regression of outputs: int
    /// Yes or no for each of this many labels; targets are 1 or 0, [examples; labels], and outputs are scores, above 0 for yes.
    | MultiLabel of labels: int

module internal LearningTask =
    /// The number of outputs of a network for the task.
    let outputs task =
        match task with
        | Classification classes -> classes
        | Regression outputs
        | MultiLabel outputs -> outputs

    /// The number of values in a target.
    let targets task =
        match task with
        | Classification _ -> 1
        | Regression outputs
        | MultiLabel outputs -> outputs

/// What a loss takes for the outputs of a network.
[<RequireQualifiedAccess>]
type internal LossKind =
    /// Scores of classes, of which a softmax makes probabilities.
    | Probabilities
    /// Scores of classes.
    | Scores
    /// Scores of labels, each above 0 for yes.
    | Labels
    /// Numbers like the targets; of classes, one that is 1 for the right class and 0 for the others.
    | Numbers
    /// Logarithms of expected counts.
    | Counts
    /// An output for each of these quantiles of a target, in ascending order; those of one target stand together.
    | Quantiles of levels: float list

module internal LossKind =
    /// Whether the loss is for classes only.
    let isOfClasses (kind: LossKind) : bool =
        kind = LossKind.Probabilities || kind = LossKind.Scores

    /// The number of outputs that predict one quantity.
    let outputs (kind: LossKind) : int =
        match kind with
        | LossKind.Quantiles levels -> levels.Length
        | _ -> 1

    /// Targets as the loss takes them: each once for each of its outputs.
    let targets (kind: LossKind) (values: float32[]) : float32[] =
        match outputs kind with
        | 1 -> values
        | count -> values |> Array.collect (Array.replicate count)

    /// The predictions of quantities and their targets, from a loss's outputs and targets: expected counts, or of each target the
    /// quantile that is nearest to the median.
    let predictions
        (kind: LossKind)
        (outputs: float32[])
        (targets: float32[])
        : struct (float32[] * float32[]) =
        match kind with
        | LossKind.Counts -> struct (Array.map exp outputs, targets)
        | LossKind.Quantiles levels ->
            let middle =
                List.indexed levels |> List.minBy (fun (_, level) -> abs (level - 0.5)) |> fst

            let pick (values: float32[]) =
                Array.init (values.Length / levels.Length) (fun i -> values[i * levels.Length + middle])

            struct (pick outputs, pick targets)
        | _ -> struct (outputs, targets)

/// <summary>How far outputs are from the targets: outputs and targets, both [examples; outputs], to [examples].</summary>
[<Sealed; AllowNullLiteral(false)>]
type Loss internal (name: string, kind: LossKind, grows: bool, perExample: Tensor -> Tensor -> Tensor) =
    /// Such as squared; where it has numbers of its own, with these, such as focal:2.
    member _.Name = name

    /// From outputs and targets, both [examples; outputs], to the loss of each example, [examples].
    member _.PerExample = perExample

    member internal _.Kind = kind

    /// Whether it grows with the distance of each output from its target or, for classes, with each difference between the score of a
    /// wrong class and that of the right one.
    member internal _.Grows = grows

    override _.ToString() = name

module Loss =
    let private crossEntropy (scores: Tensor) (target: Tensor) : Tensor =
        Tensor.logSumExp 1 scores - Tensor.sum 1 (target * scores)

    let private text (number: float) =
        number.ToString("R", CultureInfo.InvariantCulture)

    /// <summary>A loss of your own for quantities, or for classes as numbers, 1 for the right one and 0 for the others.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="perExample">Outputs and targets, both [examples; outputs], to [examples].</param>
    let ofNumbers (name: string) (perExample: Tensor -> Tensor -> Tensor) : Loss =
        Loss(name, LossKind.Numbers, true, perExample)

    /// <summary>A loss of your own for scores of classes.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="perExample">Scores and targets, both [examples; classes], to [examples]; a target is 1 for the right class and 0
    /// for the others.</param>
    let ofClasses (name: string) (perExample: Tensor -> Tensor -> Tensor) : Loss =
        Loss(name, LossKind.Scores, true, perExample)

    /// <summary>-log softmax(z)ᵧ = log Σ exp zⱼ - zᵧ, the cross-entropy of class scores z. In nats; at least 0.</summary>
    let softmax = Loss("softmax", LossKind.Probabilities, true, crossEntropy)

    /// <summary>Σ over j ≠ y of max(0, 1 + zⱼ - zᵧ): every wrong class should score 1 less than the right one.</summary>
    /// <remarks>Weston and Watkins, "Support vector machines for multi-class pattern recognition" (1999).</remarks>
    let hinge =
        ofClasses "hinge" (fun scores target ->
            let right = Tensor.spread 1 scores.Shape (Tensor.sum 1 (target * scores))
            Tensor.sum 1 (Tensor.relu (1.0 + scores - right) * (1.0 - target)))

    /// <summary>(1/k) Σ (p - t)² over the k outputs of an example; in the square of the target's unit.</summary>
    let squared =
        ofNumbers "squared" (fun outputs target ->
            let error = outputs - target
            Tensor.mean 1 (error * error))

    /// <summary>(1/k) Σ |p - t| over the k outputs of an example; in the target's unit.</summary>
    let absolute =
        ofNumbers "absolute" (fun outputs target -> Tensor.mean 1 (Tensor.abs (outputs - target)))

    /// <summary>(1/k) Σ h(p - t) with h(e) = ½e² where |e| ≤ 1, else |e| - ½: squared near 0, absolute far from it.</summary>
    /// <remarks>Huber, "Robust estimation of a location parameter" (1964).</remarks>
    let huber =
        ofNumbers "huber" (fun outputs target ->
            let error = Tensor.abs (outputs - target)
            let near = Tensor.minimum error (Tensor.scalar 1.0)
            Tensor.mean 1 (near * (error - 0.5 * near)))

    /// <summary>(1/k) Σ (log(1 + exp z) - t z), the binary cross-entropy of k scores z with targets t, each 1 for yes or 0 for no. In
    /// nats; at least 0.</summary>
    let sigmoid =
        Loss(
            "sigmoid",
            LossKind.Labels,
            true,
            fun scores target -> Tensor.mean 1 (Tensor.softplus scores - target * scores)
        )

    /// <summary>exp z - t·z, with the logarithm z of the expected count and the count t, a whole number of at least 0: the negative
    /// logarithm of the Poisson probability of t, less log t!, which does not depend on z. In nats; it may be negative, and has its
    /// minimum at exp z = t. The mean of the k outputs of an example.</summary>
    /// <remarks>McCullagh and Nelder, Generalized Linear Models (1989), chapter 6.</remarks>
    let poisson =
        Loss("poisson", LossKind.Counts, false, (fun z target -> Tensor.mean 1 (Tensor.exp z - target * z)))

    /// <summary>(1/k) Σ max(τ e, (τ - 1) e) with e = t - q, over k levels τ: the pinball loss of q as the τ-quantile of the target. In
    /// the target's unit; at least 0. Of several targets, their mean.</summary>
    /// <remarks>Koenker and Bassett, "Regression quantiles" (1978).</remarks>
    /// <param name="levels">Above 0 and below 1, in ascending order. They are those of the outputs in turn, so that several targets have
    /// as many outputs each.</param>
    /// <exception cref="T:Hybrid.HybridException">There is no level, or they are not such numbers.</exception>
    let quantiles (levels: float list) : Loss =
        let listed = String.Join(',', List.map text levels)

        if levels.IsEmpty || not (List.forall2 (<) (0.0 :: levels) (levels @ [ 1.0 ])) then
            raise (
                HybridException
                    $"The levels of quantiles must be numbers above 0 and below 1 in ascending order, such as 0.1,0.5,0.9, not {Printable.quote listed}."
            )

        let levelOf (outputs: Tensor) =
            match levels, List.last outputs.Shape with
            | [ one ], _ -> Tensor.scalar one
            | several, width when width % several.Length = 0 ->
                Tensor.constant [ width ] (Array.init width (fun output -> several[output % several.Length]))
            // an error that names both shapes
            | several, _ -> Tensor.constant [ several.Length ] (Array.ofList several)

        Loss(
            "quantile:" + listed,
            LossKind.Quantiles levels,
            false,
            fun outputs target ->
                let level = levelOf outputs
                let error = target - outputs
                Tensor.mean 1 (Tensor.maximum (level * error) ((level - 1.0) * error))
        )

    /// <summary>-(1 - pᵧ)^γ log pᵧ with p = softmax(z): the cross-entropy, in which examples that are recognised already count little.
    /// In nats; at least 0.</summary>
    /// <remarks>Lin and others, "Focal loss for dense object detection" (2017).</remarks>
    /// <param name="gamma">γ, at least 0: 0 is the cross-entropy, 2 is usual.</param>
    /// <exception cref="T:Hybrid.HybridException">γ is not such a number.</exception>
    let focal (gamma: float) : Loss =
        if not (gamma >= 0.0 && Double.IsFinite gamma) then
            raise (
                HybridException $"The γ of the focal loss must be a number of at least 0, not {text gamma}."
            )

        Loss(
            $"focal:{text gamma}",
            LossKind.Probabilities,
            true,
            fun scores target ->
                // the sum of the others, which is not negative in any rounding, as 1 - pᵧ may be
                let others = Tensor.sum 1 ((1.0 - target) * Tensor.softmax 1 scores)
                Tensor.power others (Tensor.scalar gamma) * crossEntropy scores target
        )

    /// <summary>-Σ tⱼ log softmax(z)ⱼ with tᵧ = 1 - ε + ε/k for the right one of k classes and tⱼ = ε/k for the others: the cross-entropy
    /// of labels of which a share ε is spread over all classes. In nats; at least 0.</summary>
    /// <remarks>Szegedy and others, "Rethinking the Inception architecture for computer vision" (2016).</remarks>
    /// <param name="share">ε, at least 0 and below 1.</param>
    /// <exception cref="T:Hybrid.HybridException">The share is not such a number.</exception>
    let smoothed (share: float) : Loss =
        if not (share >= 0.0 && share < 1.0) then
            raise (HybridException $"A label smoothing must be at least 0 and below 1, not {text share}.")

        Loss(
            $"label-smoothing:{text share}",
            LossKind.Probabilities,
            false,
            fun scores target ->
                Tensor.logSumExp 1 scores
                - (1.0 - share) * Tensor.sum 1 (target * scores)
                - share * Tensor.mean 1 scores
        )

    /// Every loss: the choices for training, and the rows that the properties check. The last three have numbers of their own after
    /// the colon.
    let all =
        [
            softmax
            hinge
            squared
            absolute
            huber
            sigmoid
            poisson
            quantiles [ 0.9 ]
            focal 2.0
            smoothed 0.1
        ]

    /// The numbers after a name's colon; none if they are not numbers.
    let private numbersOf (listed: string) : float list option =
        let numbers =
            listed.Split ','
            |> Array.choose (fun part ->
                match Double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture) with
                | true, number -> Some number
                | false, _ -> None)

        if numbers.Length = (listed.Split ',').Length then
            Some(List.ofArray numbers)
        else
            None

    /// <summary>The loss of this name, such as huber, quantile:0.1,0.5,0.9, focal:2 or label-smoothing:0.1.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no loss of this name, and the message lists the names; or its numbers are out
    /// of range.</exception>
    let named (name: string) : Loss =
        let at = name.IndexOf ':'

        let numbers = if at < 0 then None else numbersOf (name.Substring(at + 1))

        match (if at < 0 then name else name.Substring(0, at)), numbers with
        | "quantile", Some levels -> quantiles levels
        | "focal", Some [ gamma ] -> focal gamma
        | "label-smoothing", Some [ share ] -> smoothed share
        | _ -> Named.find "loss" _.Name all name

    /// <summary>The same loss of the targets that are there: NaN stands for a missing one. The loss of an example is the mean over
    /// those that it has, so that a missing one has no part in the value or the gradient. Every example has at least one.</summary>
    /// <param name="loss">A mean over the outputs of an example.</param>
    let ofPresent (loss: Loss) : Loss =
        let each = LossKind.outputs loss.Kind

        let perExample outputs (target: Tensor) =
            let cells = [ Shape.size target.Shape / each; each ]

            let targets =
                [ target.Shape.Head; Shape.size target.Shape / each / target.Shape.Head ]

            let missing = Tensor.isNaN target
            let known = Tensor.select missing (Tensor.scalar 0.0) target

            // a target that is missing is so for each of its outputs
            let present =
                if each = 1 then
                    1.0 - missing
                else
                    1.0
                    - (Tensor.reshape cells missing |> Tensor.slice 1 0 1 |> Tensor.reshape targets)

            let losses =
                loss.PerExample (Tensor.reshape cells outputs) (Tensor.reshape cells known)
                |> Tensor.reshape targets

            Tensor.sum 1 (present * losses) / Tensor.sum 1 present

        Loss(loss.Name, loss.Kind, loss.Grows, perExample)

    /// The loss for some targets, of which some may be missing.
    let internal forTargets (targets: float32[]) (loss: Loss) : Loss =
        if Array.exists Single.IsNaN targets then
            ofPresent loss
        else
            loss

    /// <summary>The loss of each example, [examples], from targets in the task's form.</summary>
    let perExample (task: LearningTask) (loss: Loss) (outputs: Tensor) (target: Tensor) : Tensor =
        match task with
        | Classification classes -> loss.PerExample outputs (Tensor.oneHot classes target)
        | Regression _
        | MultiLabel _ -> loss.PerExample outputs target

    /// <summary>The mean loss of examples, a scalar, from targets in the task's form.</summary>
    let mean (task: LearningTask) (loss: Loss) (outputs: Tensor) (target: Tensor) : Tensor =
        Tensor.meanAll (perExample task loss outputs target)
