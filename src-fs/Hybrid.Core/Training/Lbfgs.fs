namespace Hybrid.Core

open System

/// Options of training by L-BFGS.
[<NoComparison; ReferenceEquality>]
type LbfgsOptions =
    {
        Task: LearningTask
        Loss: Loss
        /// Must not have a norm limit, which is not part of the loss.
        Regularizer: Regularizer
        /// The maximum number of iterations; at least 1.
        Epochs: int
        /// Stop after this many iterations without a lower validation loss; never if absent.
        Patience: int option
        /// The weight of each class in the loss; all 1 if absent.
        ClassWeights: float32[] option
        /// Where the gradients of the loss come from.
        Gradients: GradientSource
    }

/// The loss of all examples and its gradient, on an engine: 512 examples at a time, so that memory does not grow with their
/// number.
[<Sealed>]
type private FullBatch
    (engine: Engine, cancelled: unit -> bool, options: LbfgsOptions, network: Network, examples: Examples) =
    let rowsAtATime = 512
    let traced = Network.withInputs network
    let named = Network.parameters traced
    let parameters = List.map snd named
    let state = Inference.state engine network
    let values = named |> List.map (fun (name, _) -> state[name]) |> Array.ofList
    let size = values |> Array.sumBy _.Length

    let plans =
        Plans(
            engine,
            cancelled,
            state,
            false,
            fun rows ->
                let losses =
                    Objective.losses
                        options.Task
                        options.Loss
                        (options.ClassWeights.IsSome || examples.Weights.IsSome)
                        rows
                        (Network.forward traced (Batch.features rows examples.Width))

                let penalty = Regularizer.penalty options.Regularizer parameters

                let gradients =
                    options.Gradients.Gradient (Tensor.meanAll losses + penalty) parameters

                losses :: penalty :: gradients, []
        )

    let mutable loss = nan
    let mutable evaluated: float[] = [||]
    let all = examples.Weight

    /// The initial values of all parameters, concatenated.
    member _.Start: float[] = values |> Array.collect (Array.map float)

    /// Runs with the most recently loaded parameters.
    member val Inference = Inference(engine, cancelled, traced, examples.Width, state, false)

    /// Sets the parameters to the values of a point, in single precision.
    member _.Load(point: float[]) : unit =
        let mutable at = 0

        for parameter in values do
            for i in 0 .. parameter.Length - 1 do
                parameter[i] <- float32 point[at + i]

            at <- at + parameter.Length

    /// <summary>The mean loss with its penalty at a point, and its gradient. Sums over examples are in double
    /// precision.</summary>
    /// <exception cref="T:System.OperationCanceledException">Training was cancelled.</exception>
    member this.Evaluate(point: float[]) : struct (float * float[]) =
        this.Load point
        let gradient = Array.zeroCreate size
        let mutable total = 0.0
        let mutable penalty = 0.0

        for start in 0..rowsAtATime .. examples.Count - 1 do
            if cancelled () then
                raise (OperationCanceledException())

            let rows = min rowsAtATime (examples.Count - start)
            let plan = plans.For rows

            let weight =
                Batch.fill
                    engine
                    options.Task
                    options.ClassWeights
                    plan
                    examples
                    (ReadOnlySpan(examples.Rows, start, rows))

            plan.Run()
            total <- total + weight * Array.averageBy float (plan.Output 0)
            penalty <- float (Array.head (plan.Output 1))
            let share = weight / all
            let mutable at = 0

            for index in 0 .. values.Length - 1 do
                let part = plan.Output(index + 2)

                for i in 0 .. part.Length - 1 do
                    gradient[at + i] <- gradient[at + i] + share * float part[i]

                at <- at + part.Length

        evaluated <- point
        loss <- total / all
        struct (loss + penalty, gradient)

    /// <summary>The mean loss at a point, without its penalty.</summary>
    /// <exception cref="T:System.OperationCanceledException">Training was cancelled.</exception>
    member this.Loss(point: float[]) : float =
        // the search usually ends at the point that it evaluated last
        if not (obj.ReferenceEquals(point, evaluated)) then
            this.Evaluate point |> ignore

        loss

    /// The network with the most recently loaded values.
    member _.Snapshot() : Network =
        network
        |> Network.map (fun name value -> Tensor.single value.Shape (Array.copy state[name]))

/// A training in progress.
[<Sealed>]
type private Iterations(batch: FullBatch, measure: Inference -> Measures option) =
    // values are means of float32 losses; where the loss is not quadratic, remembering more than ten steps does not help
    let descent =
        {
            Memory = 10
            Noise = 1e-7
            Flat = 1e-6
        }

    let places =
        (QuasiNewton.descend descent batch.Evaluate batch.Start).GetEnumerator()

    let mutable number = 0

    let mutable place =
        {
            Point = batch.Start
            Value = nan
            Iterations = 0
            Step = 0.0
        }

    let advance () =
        let isFurther = places.MoveNext()

        if isFurther then
            place <- places.Current

        isFurther

    let epoch loss isCancelled =
        batch.Load place.Point

        {
            Number = number
            Network = batch.Snapshot()
            TrainingLoss = loss
            Validation = measure batch.Inference
            LearningRate = place.Step
            Cancelled = isCancelled
        }

    let begins () =
        advance () |> ignore

        if not (Double.IsFinite place.Value) then
            raise (
                HybridException
                    "The loss is NaN or infinite before the first iteration: L-BFGS cannot start. Check the data for numbers that are too large for single precision."
            )

    /// The next iteration; none if the gradient has vanished or no step lowers the loss. The first one may be the start itself.
    member _.Next() : Epoch option =
        number <- number + 1

        try
            if number = 1 then
                begins ()

            if advance () || number = 1 then
                Some(epoch (batch.Loss place.Point) false)
            else
                None
        with :? OperationCanceledException ->
            Some(epoch nan true)

/// <summary>Training by L-BFGS: every iteration evaluates all examples.</summary>
/// <remarks>For small data sets and networks, where it comes closer to the optimum than steps per batch. The loss must be the
/// same function at each evaluation: no dropout, no noise, no batch normalization. At a kink, such as that of an L1 penalty at 0, training stops when no
/// step lowers the loss.</remarks>
module Lbfgs =
    /// Its name in the list of optimizers.
    [<Literal>]
    let Name = "lbfgs"

    let private isRandom (network: Network) width =
        let draw = { Key = 0UL; Step = Batch.step }

        let y = Network.training draw (Network.withInputs network) (Batch.features 1 width)

        Graph.inputs [ y ] |> List.exists (fun (name, _) -> name = InputName.Step)

    let private validate (options: LbfgsOptions) (network: Network) (examples: Examples) =
        let require condition name message =
            if not condition then
                raise (ArgumentException(message, (name: string)))

        require (examples.Count > 0) (nameof examples) "There are no training examples."
        require (options.Epochs >= 1) (nameof options.Epochs) "At least one iteration is needed."

        require
            options.Regularizer.MaxNorm.IsNone
            (nameof options.Regularizer)
            "L-BFGS does not support a norm limit for weights."

        require
            (not (isRandom network examples.Width))
            (nameof network)
            "L-BFGS needs the same loss at each evaluation: leave out dropout and noise."

        require
            (Network.running network).IsEmpty
            (nameof network)
            "L-BFGS needs a loss that does not depend on batches: leave out batch normalization."

    /// <summary>Trains, one iteration each time that the next one is requested, until the gradient vanishes.</summary>
    /// <param name="engine">Computes losses and gradients, in single precision.</param>
    /// <param name="cancelled">Called before every 512 examples, and while their evaluation is compiled; if it returns true, the
    /// iteration ends there, and so does the training.</param>
    /// <param name="options">How to train.</param>
    /// <param name="network">Where to start.</param>
    /// <param name="examples">The training examples: at least one.</param>
    /// <param name="validation">The examples to measure after each iteration, if any.</param>
    /// <returns>Iterations as epochs, at least one, lazily; the same ones each time for the same arguments, whatever the engine's
    /// number of threads.</returns>
    /// <exception cref="T:Hybrid.HybridException">While epochs are enumerated: the initial loss is not finite.</exception>
    /// <exception cref="T:System.ArgumentException">There are no examples or no iterations, weights have a norm limit, or the
    /// network is random in training or normalizes by batches.</exception>
    let epochs
        (engine: Engine)
        (cancelled: unit -> bool)
        (options: LbfgsOptions)
        (network: Network)
        (examples: Examples)
        (validation: Examples option)
        : Epoch seq =
        validate options network examples

        let options =
            { options with
                Loss = Loss.forTargets examples.Targets options.Loss
            }

        // none if even that was cancelled
        let measure inference =
            try
                validation
                |> Option.map (Inference.evaluate engine options.Task options.Loss inference)
            with :? OperationCanceledException ->
                None

        Seq.delay (fun () ->
            let iterations =
                Iterations(FullBatch(engine, cancelled, options, network, examples), measure)

            Epoch.until options.Epochs options.Patience iterations.Next)
