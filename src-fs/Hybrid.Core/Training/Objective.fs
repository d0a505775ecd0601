namespace Hybrid.Core

open System

/// What training makes small, as graph: the losses of some examples, from the inputs x, target and, with class weights,
/// weight.
module internal Objective =
    /// <summary>The loss of each example, times the weight of its class, [examples].</summary>
    /// <param name="task">What is learned.</param>
    /// <param name="loss">By which measure.</param>
    /// <param name="classWeights">A weight for each class; all 1 if absent.</param>
    /// <param name="forward">From features, [examples; width], to outputs.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="examples">How many.</param>
    let losses
        (task: Task)
        (loss: Loss)
        (classWeights: float32[] option)
        (forward: Tensor -> Tensor)
        (width: int)
        (examples: int)
        : Tensor =
        let x = Tensor.input "x" [ examples; width ]
        let target = Tensor.input "target" [ examples; Task.targets task ]
        let losses = Loss.perExample task loss (forward x) target

        match classWeights with
        | Some _ -> losses * Tensor.input "weight" [ examples ]
        | None -> losses

    /// <summary>Copies some examples into the inputs of a plan that computes their losses.</summary>
    /// <param name="engine">Copies.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="classWeights">As the plan's graph was made with.</param>
    /// <param name="plan">For as many examples.</param>
    /// <param name="examples">The data.</param>
    /// <param name="rows">Which rows of the data.</param>
    let fill
        (engine: IKernels)
        (task: Task)
        (classWeights: float32[] option)
        (plan: Plan)
        (examples: Examples)
        (rows: ReadOnlySpan<int>)
        =
        let targets = Task.targets task
        let target = plan.Input "target"

        if plan.Needs "x" then
            engine.Gather(examples.Width, ReadOnlySpan examples.Features, rows, Span(plan.Input "x"))

        for i in 0 .. rows.Length - 1 do
            Array.Copy(examples.Targets, rows[i] * targets, target, i * targets, targets)

        match classWeights with
        | Some weights ->
            let weight = plan.Input "weight"

            for i in 0 .. rows.Length - 1 do
                weight[i] <- weights[int target[i]]
        | None -> ()
