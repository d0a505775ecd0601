namespace Hybrid.Models

open Hybrid.Core

/// The best epoch so far, as data.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type internal BestEpoch =
    {
        Number: int
        /// The network's parameters by name.
        Values: (string * float32[]) list
        TrainingLoss: float
        Validation: Measures option
        LearningRate: float
        /// Its value of the metric that decides; none for the loss.
        Score: float option
    }

/// <summary>A training between two of its steps, as a value: the network, what the optimizer keeps, how far schedule and epoch have
/// come, the best network so far, and what distinguishes the data and options. Recipe.resumable goes on from it as if the training had
/// never stopped, to the bit; Checkpoint makes bytes of it.</summary>
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type TrainingState =
    internal
        {
            Position: Position
            Best: BestEpoch option
            Mark: TrainingMark
            /// Whether the training has ended, by itself.
            HasEnded: bool
        }

    /// The number of whole epochs.
    member this.Epochs: int = (Position.standing this.Position).Epochs

    /// The number of steps so far; for L-BFGS that of iterations.
    member this.Steps: int64 =
        match this.Position with
        | Position.Steps steps -> steps.Steps
        | Position.Lbfgs iterations -> int64 iterations.Standing.Epochs

module TrainingState =
    let private values (network: Network) : (string * float32[]) list =
        Network.parameters network
        |> List.map (fun (name, value) -> name, Reference.singles value)

    /// The state at a position of a training that has made some progress.
    let internal create
        (mark: TrainingMark)
        (progress: Progress option)
        (position: Position)
        : TrainingState =
        {
            Position = position
            Best =
                progress
                |> Option.map (fun progress ->
                    {
                        Number = progress.Best.Number
                        Values = values progress.Best.Network
                        TrainingLoss = progress.Best.TrainingLoss
                        Validation = progress.Best.Validation
                        LearningRate = progress.Best.LearningRate
                        Score = progress.Score
                    })
            Mark = mark
            HasEnded = false
        }

    /// The same state, with whether the training has ended by itself.
    let internal ended (hasEnded: bool) (state: TrainingState) : TrainingState =
        { state with HasEnded = hasEnded }

    /// The state with its numbers in arrays of its own, but for those of the best network.
    let internal copied (state: TrainingState) : TrainingState =
        { state with
            Position = Position.copied state.Position
        }

    /// <summary>The progress of a training that goes on from a state; none before the end of its first epoch.</summary>
    /// <exception cref="T:Hybrid.HybridException">The state is that of another network.</exception>
    let internal progress (prepared: Prepared) (state: TrainingState) : Progress option =
        state.Best
        |> Option.map (fun best ->
            let found = dict best.Values

            let prepared =
                prepared.Of(best.Values |> List.map (fun (name, numbers) -> name, numbers.Length))

            let network =
                prepared.Learned
                |> Network.map (fun name value ->
                    match found.TryGetValue name with
                    | true, numbers when numbers.Length = Shape.size value.Shape ->
                        Tensor.single value.Shape numbers
                    | _ -> Position.refuse $"its best network has other numbers for {name}")

            {
                Best =
                    {
                        Number = best.Number
                        Network = network
                        TrainingLoss = best.TrainingLoss
                        Validation = best.Validation
                        LearningRate = best.LearningRate
                        Cancelled = false
                    }
                Score = best.Score
                Epochs = state.Epochs
                Cancelled = false
            })

    /// <summary>Refuses a state of other data, options or layers.</summary>
    /// <exception cref="T:Hybrid.HybridException">The message says what differs.</exception>
    let internal require (mark: TrainingMark) (state: TrainingState) : unit =
        TrainingMark.difference state.Mark mark
        |> Option.iter (fun difference ->
            raise (
                HybridException(
                    $"The training to go on with had {difference}.",
                    [
                        Remedy.Do "give the same data and options as before"
                        Remedy.Set(OptionName.AcceptChanges, "true", "to go on with these")
                    ],
                    null
                )
            ))

    /// <summary>The same state for a training of other data or options, which then go on from it.</summary>
    /// <param name="prepared">The training to go on with.</param>
    /// <param name="state">Of a training with the same method and the same layers.</param>
    let adopted (prepared: Prepared) (state: TrainingState) : TrainingState =
        { state with
            Mark = TrainingMark.ofPrepared prepared
        }
