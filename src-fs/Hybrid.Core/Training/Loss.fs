namespace Hybrid.Core

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

/// How far outputs are from the targets: outputs and targets, both [examples; outputs], to [examples].
[<NoComparison; ReferenceEquality>]
type Loss =
    {
        Name: string
        PerExample: Tensor -> Tensor -> Tensor
    }

module Loss =
    let private create name perExample =
        { Name = name; PerExample = perExample }

    /// <summary>-log softmax(z)ᵧ = log Σ exp zⱼ - zᵧ, the cross-entropy of class scores z. In nats; at least 0.</summary>
    let softmax =
        create "softmax" (fun scores target -> Tensor.logSumExp 1 scores - Tensor.sum 1 (target * scores))

    /// <summary>Σ over j ≠ y of max(0, 1 + zⱼ - zᵧ): every wrong class should score 1 less than the right one.</summary>
    /// <remarks>Weston and Watkins, "Support vector machines for multi-class pattern recognition" (1999).</remarks>
    let hinge =
        create "hinge" (fun scores target ->
            let right = Tensor.spread 1 scores.Shape (Tensor.sum 1 (target * scores))
            Tensor.sum 1 (Tensor.relu (1.0 + scores - right) * (1.0 - target)))

    /// <summary>(1/k) Σ (p - t)² over the k outputs of an example; in the square of the target's unit.</summary>
    let squared =
        create "squared" (fun outputs target ->
            let error = outputs - target
            Tensor.mean 1 (error * error))

    /// <summary>(1/k) Σ |p - t| over the k outputs of an example; in the target's unit.</summary>
    let absolute =
        create "absolute" (fun outputs target -> Tensor.mean 1 (Tensor.abs (outputs - target)))

    /// <summary>(1/k) Σ h(p - t) with h(e) = ½e² where |e| ≤ 1, else |e| - ½: squared near 0, absolute far from it.</summary>
    /// <remarks>Huber, "Robust estimation of a location parameter" (1964).</remarks>
    let huber =
        create "huber" (fun outputs target ->
            let error = Tensor.abs (outputs - target)
            let near = Tensor.minimum error (Tensor.scalar 1.0)
            Tensor.mean 1 (near * (error - 0.5 * near)))

    /// <summary>(1/k) Σ (log(1 + exp z) - t z), the binary cross-entropy of k scores z with targets t, each 1 for yes or 0 for no. In
    /// nats; at least 0.</summary>
    let sigmoid =
        create "sigmoid" (fun scores target -> Tensor.mean 1 (Tensor.softplus scores - target * scores))

    /// Every loss: the choices for training, and the rows that the properties check.
    let all = [ softmax; hinge; squared; absolute; huber; sigmoid ]

    /// <summary>The loss of this name.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no loss of this name; the message lists the names.</exception>
    let named (name: string) : Loss = Named.find "loss" _.Name all name

    /// <summary>The same loss of the targets that are there: NaN stands for a missing one. The loss of an example is the mean over
    /// those that it has, so that a missing one has no part in the value or the gradient. Every example has at least one.</summary>
    /// <param name="loss">A mean over the outputs of an example.</param>
    let ofPresent (loss: Loss) : Loss =
        create loss.Name (fun outputs target ->
            let cells = [ Shape.size target.Shape; 1 ]
            let missing = Tensor.isNaN target
            let known = Tensor.select missing (Tensor.scalar 0.0) target
            let present = 1.0 - missing

            let losses =
                loss.PerExample (Tensor.reshape cells outputs) (Tensor.reshape cells known)
                |> Tensor.reshape target.Shape

            Tensor.sum 1 (present * losses) / Tensor.sum 1 present)

    /// The loss for some targets, of which some may be missing.
    let internal forTargets (targets: float32[]) (loss: Loss) : Loss =
        if Array.exists System.Single.IsNaN targets then
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
