namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// What is learned: the task, the loss, targets as it sees them, and what makes predictions of its outputs.
module internal Goal =
    let private fail option problem =
        raise (OptionException(option, problem))

    /// What is learned from the targets.
    let task (options: Options) (table: Table) : LearningTask =
        let varies (index: int) (target: Column) =
            let values =
                Target.ofColumn table.Targets index table.Target
                |> Array.filter (Single.IsNaN >> not)

            if options.From.IsNone && values.Length > 1 && Array.forall ((=) values[0]) values then
                raise (
                    HybridException
                        $"{table.Source}: every example has the same value of {Printable.quote target.Name}, so there is nothing to learn. Numbers of float32 that are large beside their differences become equal: give them in double precision."
                )

        match table.Target with
        | Classes(names, _) when names.Length < 2 ->
            raise (
                HybridException
                    $"{table.Source}: every example has the same class, so there is nothing to distinguish."
            )
        | Classes(names, _) ->
            options.From
            |> Option.map Model.task
            |> Option.defaultValue (LearningTask.Classification names.Length)
        | Quantity _ ->
            Array.iteri varies table.Targets
            LearningTask.Regression table.Targets.Length
        | Labels _ ->
            Array.iteri varies table.Targets
            LearningTask.MultiLabel table.Targets.Length

    /// The loss that options and task ask for.
    let loss (options: Options) (task: LearningTask) : Loss =
        let usual =
            match task with
            | LearningTask.Classification _ -> Loss.softmax
            | LearningTask.Regression _ -> Loss.squared
            | LearningTask.MultiLabel _ -> Loss.sigmoid

        let loss =
            options.Loss
            |> Option.orElse (options.From |> Option.map _.Loss)
            |> Option.defaultValue usual

        let refuse wanted =
            fail (nameof options.Loss) $"must be {wanted}, not {loss.Name}"

        match task with
        | LearningTask.Regression _ when loss = Loss.softmax || loss = Loss.hinge || loss = Loss.sigmoid ->
            refuse "squared, absolute or huber for a quantity"
        | LearningTask.Classification _ when loss = Loss.sigmoid ->
            refuse "softmax, hinge, squared, absolute or huber for classes"
        | LearningTask.MultiLabel _ when loss <> Loss.sigmoid -> refuse "sigmoid for labels, each yes or no"
        | _ -> ()

        if options.BalancedClasses && not task.IsClassification then
            let found =
                if task.IsRegression then
                    "the target is a quantity"
                else
                    "the targets are labels, each yes or no"

            fail (nameof options.BalancedClasses) $"needs classes, but {found}"

        loss

    /// How the loss sees targets, the deviations that they are in units of, and what follows the trained layers.
    let scaled
        (options: Options)
        (table: Table)
        (split: Split)
        (loss: Loss)
        : (Target -> float32[]) * float list * Network =
        let targets = table.Targets.Length
        let ones = List.replicate targets 1.0

        match table.Target with
        | Quantity values when options.From.IsNone ->
            let moments = Preprocessing.targetMoments targets values split.Training

            let standardised i (target: float32) =
                let struct (mean, deviation) = moments[i % targets]
                float32 ((float target - mean) / deviation)

            Target.numbers >> Array.mapi standardised,
            [ for struct (_, deviation) in moments -> deviation ],
            Network.ofLayer (Preprocessing.unscale moments)
        | Labels _ -> Target.numbers, ones, Activation.sigmoid
        | Classes _ when loss = Loss.softmax -> Target.numbers, ones, Activation.softmax
        | _ -> Target.numbers, ones, Network.empty
