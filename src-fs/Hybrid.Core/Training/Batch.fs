namespace Hybrid.Core

open System

/// The names of the inputs of graphs, in training and in use.
module internal InputName =
    /// [examples; features].
    [<Literal>]
    let Features = "x"

    /// [examples; targets].
    [<Literal>]
    let Target = "target"

    /// The weight of each example in the loss, [examples].
    [<Literal>]
    let Weight = "weight"

    /// The two words of the step number: see Draw.
    [<Literal>]
    let Step = "step"

    /// The learning rate, a scalar.
    [<Literal>]
    let Rate = "rate"

    /// The fraction of the box around examples that counts in certified training, a scalar.
    [<Literal>]
    let Share = "share"

/// A batch of examples: the inputs of its graph, and their values.
module internal Batch =
    let features (rows: int) (width: int) : Tensor =
        Tensor.input InputName.Features [ rows; width ]

    let target (rows: int) (width: int) : Tensor =
        Tensor.input InputName.Target [ rows; width ]

    let weight (rows: int) : Tensor = Tensor.input InputName.Weight [ rows ]

    let step: Tensor = Tensor.input InputName.Step [ 2 ]

    let rate: Tensor = Tensor.input InputName.Rate []

    let share: Tensor = Tensor.input InputName.Share []

    /// Copies some rows of features into a plan, if it needs any.
    let fillFeatures
        (engine: Engine)
        (plan: Plan)
        (width: int)
        (features: float32[])
        (rows: ReadOnlySpan<int>)
        : unit =
        if plan.Needs InputName.Features then
            engine.Kernels.Gather(width, ReadOnlySpan features, rows, Span(plan.Input InputName.Features))

    /// <summary>Copies some examples into the inputs of a plan that computes their losses.</summary>
    /// <param name="engine">Copies the features.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="classWeights">Those that the plan's graph was made with.</param>
    /// <param name="plan">Computes the losses of as many examples as there are rows.</param>
    /// <param name="examples">The data.</param>
    /// <param name="rows">The rows of the data to copy.</param>
    let fill
        (engine: Engine)
        (task: LearningTask)
        (classWeights: float32[] option)
        (plan: Plan)
        (examples: Examples)
        (rows: ReadOnlySpan<int>)
        : unit =
        fillFeatures engine plan examples.Width examples.Features rows
        let targets = LearningTask.targets task

        if plan.Needs InputName.Target then
            let target = plan.Input InputName.Target

            for i in 0 .. rows.Length - 1 do
                Array.Copy(examples.Targets, rows[i] * targets, target, i * targets, targets)

        match classWeights with
        | Some weights when plan.Needs InputName.Weight ->
            let weight = plan.Input InputName.Weight

            for i in 0 .. rows.Length - 1 do
                weight[i] <- weights[int examples.Targets[rows[i] * targets]]
        | _ -> ()
