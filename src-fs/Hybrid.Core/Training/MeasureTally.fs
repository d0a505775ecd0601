namespace Hybrid.Core

open System
open System.Collections.Generic

/// <summary>Loss and quality of outputs, over any number of parts of examples. Sums are computed in double precision, and what is kept
/// does not grow with the number of examples.</summary>
/// <param name="engine">Computes the losses.</param>
/// <param name="task">What is predicted.</param>
/// <param name="loss">The loss.</param>
/// <param name="decide">What scores of labels, [examples; labels], decide.</param>
[<Sealed>]
type internal MeasureTally(engine: Engine, task: LearningTask, loss: Loss, decide: float32[] -> bool[]) =
    let width, targetWidth = LearningTask.outputs task, LearningTask.targets task

    // several quantiles of a target are measured by one of them
    let quality = QualityTally(task, targetWidth / LossKind.outputs loss.Kind, decide)

    let total = RunningSum()
    let weight = RunningSum()
    let mutable count = 0

    let losses (loss: Loss) rows =
        Loss.perExample
            task
            loss
            (Tensor.input "outputs" [ rows; width ])
            (Tensor.input "targets" [ rows; targetWidth ])

    let plan (loss: Loss) =
        lazy (Plan.compile engine (Dictionary()) [ losses loss MeasureTally.LossesAtATime ] [])

    let ofPresent = Loss.ofPresent loss
    let plans = plan loss, plan ofPresent

    let addLosses (weights: float32[] option) (start: int) (values: float32[]) =
        try
            Finite.requireLosses start (ReadOnlySpan values)
        with :? NonFiniteResultException as error ->
            raise (error.Of("", int64 count, [||]))

        let mutable sum = 0.0

        for i in 0 .. values.Length - 1 do
            sum <- sum + Metrics.weightOf weights (start + i) * float values[i]

        total.Add sum

    /// The number of examples whose losses are computed at once.
    static member LossesAtATime = 512

    /// <summary>Adds examples.</summary>
    /// <param name="weights">The weight of each example; all 1 if absent.</param>
    /// <param name="outputs">[examples; outputs].</param>
    /// <param name="targets">[examples; targets].</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    member _.Add(weights: float32[] option, outputs: float32[], targets: float32[]) : unit =
        let rows = outputs.Length / width
        Finite.requireOutputs width (ReadOnlySpan outputs)
        let isMissing = Array.exists Single.IsNaN targets
        let atATime = MeasureTally.LossesAtATime
        let whole = rows / atATime * atATime

        // many examples are processed a part at a time in the same memory
        for start in 0..atATime .. whole - 1 do
            let plan = (if isMissing then snd plans else fst plans).Value

            let into (name: string) (values: float32[]) width =
                Array.blit values (start * width) (plan.Input name) 0 (atATime * width)

            into "outputs" outputs width
            into "targets" targets targetWidth
            plan.Run()
            addLosses weights start (plan.Output 0)

        if whole < rows then
            Eager.evaluate
                engine
                [
                    "outputs", outputs[whole * width ..]
                    "targets", targets[whole * targetWidth ..]
                ]
                [ losses (if isMissing then ofPresent else loss) (rows - whole) ]
            |> List.exactlyOne
            |> addLosses weights whole

        let struct (predictions, known) = LossKind.predictions loss.Kind outputs targets
        quality.Add(weights, predictions, known)

        match weights with
        | Some weights -> Array.iter (float >> weight.Add) weights
        | None -> weight.Add(float rows)

        count <- count + rows

    /// The measures of all examples.
    member _.Measures: Measures =
        let struct (quality, each) = quality.Quality

        {
            Examples = count
            Weight = weight.Value
            Loss = total.Value / weight.Value
            Quality = quality
            Each = each
        }
