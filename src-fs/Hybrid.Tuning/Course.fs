namespace Hybrid.Tuning

open System
open System.Collections.Generic
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// How configurations are measured.
[<NoComparison; ReferenceEquality>]
type internal Objective =
    {
        /// What is not searched.
        Options: Options
        /// None for the loss.
        Metric: Metric option
        /// The largest number of epochs.
        Epochs: int
        /// What is learned from and what is held out, for each training of a trial.
        Parts: (Table * Table) list
    }

module internal Objective =
    /// The options of a trial's training on some examples.
    let options (objective: Objective) (configuration: Configuration) (rows: int) : Options =
        let options = Configuration.apply configuration objective.Options

        { options with
            Epochs = Some objective.Epochs
            // the number of epochs is found, not decided on the way
            Patience = Some objective.Epochs
            BatchSize = options.BatchSize |> Option.map (min rows)
            ValidationFraction = Some 0.0
        }

    /// A trial's training on one of the parts.
    let prepare
        (objective: Objective)
        (configuration: Configuration)
        (training: Table, held: Table)
        : Prepared =
        let options =
            { options objective configuration training.Examples with
                StopBy = objective.Metric
                ValidationData = Some held
                TestFraction = Some 0.0
                TestData = None
            }

        try
            Recipe.prepare options { Train = training; Test = None }
        with :? OptionException as error when error.Option = nameof options.StopBy ->
            raise (OptionException(TuneOption.Metric, error.Problem))

/// One training of a trial, which goes on from rung to rung: what its held-out part measures after each epoch.
type internal Course
    (engine: Engine, cancelled: unit -> bool, prepare: unit -> Prepared, metric: Metric option) =
    let measured = ResizeArray<struct (float * float)>()
    let mutable epochs: IEnumerator<TrainedEpoch> option = None
    let mutable isAtEnd = false

    let next () =
        let epochs =
            match epochs with
            | Some epochs -> epochs
            | None ->
                let begun = (Recipe.trained engine cancelled (prepare ())).GetEnumerator()
                epochs <- Some begun
                begun

        if epochs.MoveNext() then
            let epoch = epochs.Current

            if epoch.Progress.Cancelled then
                raise (OperationCanceledException())

            let loss = epoch.Validation.Value.Loss

            let value =
                match metric with
                | Some _ -> epoch.StopBy.Value
                | None -> loss

            measured.Add(struct (value, loss))
        elif cancelled () then
            raise (OperationCanceledException())
        else
            // L-BFGS may be at the minimum
            isAtEnd <- true

    /// Trains until there are so many epochs, or until the network no longer changes; or, with at least one epoch, until it is late.
    member _.Reach(count: int, isLate: unit -> bool) : unit =
        while not isAtEnd && measured.Count < count && not (measured.Count > 0 && isLate ()) do
            next ()

    /// The number of epochs that it has, or would have if the network still changed.
    member _.Epochs(reached: int) : int =
        if isAtEnd then reached else min reached measured.Count

    /// The metric and the loss after an epoch, from 1, that has been reached.
    member _.After(epoch: int) : struct (float * float) = measured[min epoch measured.Count - 1]

    interface IDisposable with
        member _.Dispose() = epochs |> Option.iter _.Dispose()

module internal Course =
    /// The number of epochs that count for one of them: the last fifth, at least three, so that none is chosen for its luck.
    let private window (epoch: int) : int = min epoch (max 3 ((epoch + 4) / 5))

    /// The mean over the window of each epoch.
    let private smooth (values: float[]) : float[] =
        let sums = Array.scan (+) 0.0 values

        Array.init values.Length (fun i ->
            let width = window (i + 1)
            (sums[i + 1] - sums[i + 1 - width]) / float width)

    /// <summary>The score of a trial, from its trainings: the best epoch of their means over parts and the last epochs, of equal ones
    /// the first. It does not depend on what comes after that epoch.</summary>
    /// <param name="metric">What is measured; none for the loss.</param>
    /// <param name="reached">The number of epochs that all have reached.</param>
    /// <param name="courses">One for each part.</param>
    let score (metric: Metric option) (reached: int) (courses: Course list) : TrialScore =
        let smoothed choose =
            courses
            |> List.map (fun course -> smooth (Array.init reached (fun i -> choose (course.After(i + 1)))))

        let values = smoothed (fun (struct (value, _)) -> value)
        let losses = smoothed (fun (struct (_, loss)) -> loss)

        let after epoch =
            let parts = values |> List.map (fun values -> values[epoch - 1])

            {
                Epoch = epoch
                Value = List.average parts
                Loss = losses |> List.averageBy (fun losses -> losses[epoch - 1])
                Parts = parts
            }

        (after 1, seq { 2..reached })
        ||> Seq.fold (fun best epoch ->
            let score = after epoch

            if Trial.compare metric (Some score) (Some best) < 0 then
                score
            else
                best)
