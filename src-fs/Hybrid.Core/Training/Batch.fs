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

    /// The part of that box that intervals bound, a scalar; an attack has the rest.
    [<Literal>]
    let Inner = "inner"

/// A batch of examples: the inputs of its graph, and their values.
module internal Batch =
    let features (rows: int) (width: int) : Tensor =
        Tensor.input InputName.Features [ rows; width ]

    let target (rows: int) (width: int) : Tensor =
        Tensor.input InputName.Target [ rows; width ]

    let weight (rows: int) : Tensor = Tensor.input InputName.Weight [ rows ]

    let step: Tensor = Tensor.input InputName.Step [ 2 ]

    /// The step and the first row of a part of a batch.
    let stepOfPart: Tensor = Tensor.input InputName.Step [ 3 ]

    let rate: Tensor = Tensor.input InputName.Rate []

    let share: Tensor = Tensor.input InputName.Share []

    let inner: Tensor = Tensor.input InputName.Inner []

    /// Copies the features of some rows of the data into a plan, if it needs any.
    let fillFeatures (engine: Engine) (plan: Plan) (examples: Examples) (rows: ReadOnlySpan<int>) : unit =
        if plan.Needs InputName.Features then
            match examples.Stored with
            | Some stored -> stored.Read(rows.ToArray(), plan.Input InputName.Features)
            | None ->
                engine.Kernels.Gather(
                    examples.Width,
                    ReadOnlySpan examples.Features,
                    rows,
                    Span(plan.Input InputName.Features)
                )

    /// The mean weight of some rows.
    let meanWeight (weights: float32[] option) (rows: ReadOnlySpan<int>) : float =
        match weights with
        | Some weights ->
            let mutable total = 0.0

            for row in rows do
                total <- total + float weights[row]

            total / float rows.Length
        | None -> 1.0

    /// <summary>Copies some examples into the inputs of a plan that computes their losses: each times the weight of its class
    /// and its own, relative to a mean weight.</summary>
    /// <param name="mean">The mean of the own weights in the batch that the rows are part of.</param>
    /// <param name="engine">Copies the features.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="classWeights">Those that the plan's graph was made with.</param>
    /// <param name="plan">Computes the losses of as many examples as there are rows.</param>
    /// <param name="examples">The data.</param>
    /// <param name="rows">The rows of the data to copy.</param>
    let fillPart
        (mean: float)
        (engine: Engine)
        (task: LearningTask)
        (classWeights: float32[] option)
        (plan: Plan)
        (examples: Examples)
        (rows: ReadOnlySpan<int>)
        : unit =
        fillFeatures engine plan examples rows
        let targets = LearningTask.targets task

        if plan.Needs InputName.Target then
            let target = plan.Input InputName.Target

            for i in 0 .. rows.Length - 1 do
                Array.Copy(examples.Targets, rows[i] * targets, target, i * targets, targets)

        if plan.Needs InputName.Weight then
            let weight = plan.Input InputName.Weight

            for i in 0 .. rows.Length - 1 do
                let ofClass =
                    match classWeights with
                    | Some weights -> float weights[int examples.Targets[rows[i] * targets]]
                    | None -> 1.0

                let own =
                    match examples.Weights with
                    | Some weights when mean > 0.0 -> float weights[rows[i]] / mean
                    | Some _ -> 0.0
                    | None -> 1.0

                weight[i] <- float32 (ofClass * own)

    /// <summary>The same for a whole batch.</summary>
    /// <returns>The sum of the rows' own weights: that times the plan's mean loss is the sum of the weighted losses.</returns>
    let fill
        (engine: Engine)
        (task: LearningTask)
        (classWeights: float32[] option)
        (plan: Plan)
        (examples: Examples)
        (rows: ReadOnlySpan<int>)
        : float =
        let mean = meanWeight examples.Weights rows
        fillPart mean engine task classWeights plan examples rows
        mean * float rows.Length
