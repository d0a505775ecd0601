namespace Hybrid.Core

open System

/// A training in progress.
[<Sealed>]
type private Iterations
    (
        batch: FullBatch,
        watch: (unit -> Position) -> unit,
        from: LbfgsPosition option,
        measure: Inference -> Measures option
    ) =
    // values are means of float32 losses; where the loss is not quadratic, remembering more than ten steps does not help
    let descent =
        {
            Memory = 10
            Noise = 1e-7
            Flat = 1e-6
        }

    do
        from
        |> Option.iter (fun from ->
            let length = from.Descent.Minimum.Point.Length

            if length <> batch.Start.Length then
                Position.refuse $"it has {length} weights, not {batch.Start.Length}")

    let mutable standing =
        from |> Option.map _.Standing |> Option.defaultValue Standing.start

    let mutable place = from |> Option.map _.Descent

    let begins () : DescentPosition =
        match place with
        | Some place -> place
        | None ->
            let first = QuasiNewton.at batch.Evaluate batch.Start

            if not (Double.IsFinite first.Minimum.Value) then
                raise (
                    HybridException
                        "The loss is NaN or infinite before the first iteration: L-BFGS cannot start. Check the data for numbers that are too large for single precision."
                )

            place <- Some first
            first

    let position () : Position =
        Position.Lbfgs
            {
                Descent = begins ()
                Standing = standing
            }

    let epoch (point: float[]) (step: float) (loss: float) (isCancelled: bool) =
        batch.Load point
        let measures = if isCancelled then None else measure batch.Inference

        {
            Number = standing.Epochs + 1
            Network = batch.Snapshot()
            TrainingLoss = loss
            Validation = measures
            LearningRate = step
            Cancelled = isCancelled
        }

    /// How far the training has come.
    member _.Standing = standing

    /// The next iteration; none if the gradient has vanished or no step lowers the loss. The first one may be the start itself.
    member _.Next() : Epoch option =
        try
            let before = begins ()
            watch position

            match QuasiNewton.next descent batch.Evaluate before with
            | None when standing.Epochs > 0 -> None
            | found ->
                let place' = Option.defaultValue before found
                let minimum = place'.Minimum
                let epoch = epoch minimum.Point minimum.Step (batch.Loss minimum.Point) false
                place <- Some place'
                standing <- Standing.after epoch standing
                Some epoch
        with :? OperationCanceledException ->
            let point, step =
                match place with
                | Some place -> place.Minimum.Point, place.Minimum.Step
                | None -> batch.Start, 0.0

            Some(epoch point step nan true)

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
            ((Network.running network).Count = 0)
            (nameof network)
            "L-BFGS needs a loss that does not depend on batches: leave out batch normalization."

    let private iterationsOf (from: Position option) : LbfgsPosition option =
        match from with
        | Some(Position.Lbfgs iterations) -> Some iterations
        | Some(Position.Steps _) -> Position.refuse "it is one of training by steps, not by L-BFGS"
        | None -> None

    /// <summary>As epochs, from any place on.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="cancelled">As for epochs.</param>
    /// <param name="watch">Called before every iteration, with a function that returns the training's position: there, and after the
    /// last iteration.</param>
    /// <param name="from">Where to go on; none for the beginning.</param>
    /// <param name="options">How to train.</param>
    /// <param name="network">Where to start.</param>
    /// <param name="examples">The training examples.</param>
    /// <param name="validation">The examples to measure after each iteration, if any.</param>
    /// <exception cref="T:Hybrid.HybridException">As for epochs, or the position is not one of such a training.</exception>
    let internal resumable
        (engine: Engine)
        (cancelled: unit -> bool)
        (watch: (unit -> Position) -> unit)
        (from: Position option)
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

        let measure inference =
            validation
            |> Option.map (Inference.evaluate options.Task options.Loss inference)

        Seq.delay (fun () ->
            let iterations =
                Iterations(
                    FullBatch(engine, cancelled, options, network, examples),
                    watch,
                    iterationsOf from,
                    measure
                )

            Epoch.until options.Epochs options.Patience (fun () -> iterations.Standing) iterations.Next)

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
        resumable engine cancelled ignore None options network examples validation
