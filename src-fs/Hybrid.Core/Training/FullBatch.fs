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
type internal FullBatch
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
            None,
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
