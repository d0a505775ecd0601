namespace Hybrid.Models

open System
open System.Globalization
open Hybrid.Core

/// The options of an optimizer.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type Settings =
    | Steps of StepOptions
    | Lbfgs of LbfgsOptions

module internal Settings =
    [<Literal>]
    let private ManyExamples = 10_000

    // the worst inputs of a box are learned more slowly than examples
    let private usualSteps, certifiedSteps = 20_000, 28_000

    /// Measured on two tables of 20,000 letters, with one hidden layer and with two; 4 and 10 are less good on some.
    [<Literal>]
    let private RateForMany = 6.0

    /// Falling rates take most of the steps to be any good, and those of more parameters take long.
    [<Literal>]
    let private FewParameters = 50_000

    /// The number of examples per step, or for L-BFGS per iteration.
    let private batchSize (options: Options) (count: int) : int =
        match options.BatchSize with
        | Some size when size > count ->
            let text (number: int) =
                number.ToString("N0", CultureInfo.InvariantCulture)

            raise (
                OptionException(
                    nameof options.BatchSize,
                    $"must be at most the number of training examples, {text count}, not {text size}"
                )
            )
        | _ when options.Optimizer.IsLbfgs -> count
        | Some size -> size
        | None when count < ManyExamples -> min 32 count
        | None -> if options.Certify.IsSome then 256 else 128

    /// The same, without the patience that the validation loss decides unless it does.
    let patientIf (isByLoss: bool) (settings: Settings) : Settings =
        match settings with
        | _ when isByLoss -> settings
        | Settings.Steps options -> Settings.Steps { options with Patience = None }
        | Settings.Lbfgs options -> Settings.Lbfgs { options with Patience = None }

    /// From many examples there are more of them per step, which allows a higher rate; it decreases to 0, because steps of that
    /// length would not come to rest. Whoever gives one of rate, batch and schedule gets the usual others.
    let private growsRate (options: Options) (box: ExampleBox option) (parameters: int) (count: int) : bool =
        count >= ManyExamples
        && parameters <= FewParameters
        && options.BatchSize.IsNone
        && options.LearningRate.IsNone
        && options.Schedule.IsNone
        && options.From.IsNone
        && box.IsNone
        && not options.Optimizer.IsLbfgs

    let ofOptions
        (options: Options)
        (task: LearningTask)
        (loss: Loss)
        (box: ExampleBox option)
        (parameters: int)
        (classWeights: float32[] option)
        (examples: Examples)
        : Settings =
        let count = examples.Count
        let batch = batchSize options count
        let isCertified = box.IsSome
        let growsRate = growsRate options box parameters count

        let epochs =
            options.Epochs
            |> Option.defaultWith (fun () ->
                let all = if isCertified then certifiedSteps else usualSteps
                Math.Clamp(all / ((count + batch - 1) / batch), 30, 1_000))

        // weights that move worst cases far are costly already
        let usualL2 =
            if options.From.IsNone && not isCertified then
                1.0 / examples.Weight
            else
                0.0

        let regularizer =
            {
                L1 = options.L1
                L2 = defaultArg options.L2 usualL2
                MaxNorm = options.MaxNorm
            }

        let patience =
            Some(
                if isCertified then
                    // the loss of the whole box falls only when training has come to it
                    epochs
                else
                    // at first a high rate lowers the loss unevenly
                    let share = if growsRate then 4 else 10
                    defaultArg options.Patience (max 5 (epochs / share))
            )

        match options.Optimizer with
        | Method.Lbfgs ->
            Settings.Lbfgs
                {
                    Task = task
                    Loss = loss
                    Regularizer = regularizer
                    Epochs = epochs
                    Patience = patience
                    ClassWeights = classWeights
                    Gradients = options.Gradients
                }
        | Method.Steps optimizer ->
            Settings.Steps
                {
                    Task = task
                    Loss = loss
                    Regularizer = regularizer
                    Optimizer = optimizer
                    Schedule =
                        defaultArg options.Schedule (if growsRate then Schedule.cosine else Schedule.constant)
                    LearningRate =
                        options.LearningRate
                        |> Option.defaultWith (fun () ->
                            let factor =
                                if isCertified then 2.0
                                elif growsRate then RateForMany
                                else 1.0

                            factor * optimizer.DefaultRate)
                    ClipNorm = options.ClipNorm
                    BatchSize = batch
                    Grains = options.Grains
                    Epochs = epochs
                    Patience = patience
                    ClassWeights = classWeights
                    Gradients = options.Gradients
                    Certify = box
                    Key = Random.split options.Seed Int32.MaxValue
                }
