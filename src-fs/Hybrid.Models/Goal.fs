namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// What is learned: the task, the loss, targets as it sees them, and what makes predictions of its outputs.
module internal Goal =
    let private fail option problem =
        raise (OptionException(option, problem))

    let private nothingToLearn (table: Table) problem =
        raise (HybridException $"{table.Source}: {problem}")

    /// Refuses targets that do not vary.
    let private requireVariation (options: Options) (table: Table) : unit =
        let varies (index: int) (target: Column) =
            let values =
                Target.ofColumn table.Targets index table.Target
                |> Array.filter (Single.IsNaN >> not)

            if values.Length > 1 && Array.forall ((=) values[0]) values then
                nothingToLearn
                    table
                    $"every example has the same value of {Printable.quote target.Name}, so there is nothing to learn. Numbers of float32 that are large beside their differences become equal: give them in double precision."

        match table.Target with
        | Classes(names, _) when names.Length < 2 ->
            nothingToLearn table "every example has the same class, so there is nothing to distinguish."
        | Classes _ -> ()
        | Quantity _
        | Labels _ ->
            if options.From.IsNone then
                Array.iteri varies table.Targets

    /// Refuses targets that are not counts.
    let private requireCounts (table: Table) : unit =
        table.Targets
        |> Array.iteri (fun index target ->
            let offset = Column.offset target
            let values = Target.ofColumn table.Targets index table.Target

            values
            |> Array.tryFindIndex (fun value ->
                not (Single.IsNaN value)
                && not (float value + offset >= 0.0 && floor value = value))
            |> Option.iter (fun example ->
                let value = Printable.number (float values[example] + offset)

                raise (
                    HybridException
                        $"{table.Source}: the loss poisson is for counts, but {Printable.quote target.Name} in row {table.RowNumber example} is {value}. Counts are whole numbers of at least 0."
                ))

            if offset <> 0.0 then
                raise (
                    HybridException
                        $"{table.Source}: the counts of {Printable.quote target.Name} are too large for float32. Use a different loss, such as squared."
                ))

    /// Intervals hold for examples that are as likely in any order, of one prediction each.
    let private requireExchangeable (options: Options) (table: Table) (loss: Loss) : unit =
        let refuse found =
            fail (nameof options.Interval) $"cannot be combined with {found}"

        if options.Interval.IsSome then
            if table.SplitBy.IsSome then
                refuse "groups or times: their examples are not exchangeable, which intervals need"

            if table.Weights.IsSome then
                refuse "weights of examples: intervals hold for examples that all count alike"

            if loss.Kind.IsQuantiles then
                refuse $"the loss {loss.Name}, whose outputs are quantiles already"

    /// The loss that options and target ask for.
    let private lossOf (options: Options) (table: Table) : Loss =
        let usual =
            match table.Target with
            | Classes _ -> Loss.softmax
            | Quantity _ -> Loss.squared
            | Labels _ -> Loss.sigmoid

        match options.Loss, options.From |> Option.bind _.UnknownLoss with
        | None, Some name ->
            fail
                (nameof options.Loss)
                $"must be given: the model was trained with {Printable.quote name}, a program's own loss, which its file does not hold"
        | _ -> ()

        let loss =
            options.Loss
            |> Option.orElse (options.From |> Option.map _.Loss)
            |> Option.defaultValue usual

        let refuse wanted =
            fail (nameof options.Loss) $"must be {wanted}, not {loss.Name}"

        // it is fitted by the cross-entropy of examples that all count alike: then it raises no loss
        if options.Temperature && not (table.Target.IsClasses && loss = Loss.softmax) then
            fail
                (nameof options.Temperature)
                "needs classes and the loss softmax: it is that of probabilities"

        if options.Temperature && table.Weights.IsSome then
            fail (nameof options.Temperature) "cannot be combined with weights of examples"

        if options.LabelThresholds && not table.Target.IsLabels then
            fail (nameof options.LabelThresholds) "needs several targets, each yes or no"

        requireExchangeable options table loss

        match table.Target, loss.Kind with
        | Quantity _, (LossKind.Probabilities | LossKind.Scores | LossKind.Labels) ->
            let found =
                if table.Targets.Length > 1 then
                    "several quantities"
                else
                    "a quantity"

            refuse $"squared, absolute, huber, poisson or quantile for {found}"
        | Classes _, (LossKind.Counts | LossKind.Quantiles _) ->
            fail (nameof options.Loss) $"cannot be {loss.Name} for classes: say that the task is regression"
        | Classes _, LossKind.Labels ->
            refuse "softmax, hinge, focal, label-smoothing, squared, absolute or huber for classes"
        | Labels _, kind when kind <> LossKind.Labels -> refuse "sigmoid for labels, each yes or no"
        | _ -> ()

        if options.Certify.IsSome && not loss.Grows then
            fail
                (nameof options.Certify)
                $"cannot be combined with the loss {loss.Name}, whose worst value in a box is not known"

        if options.ClassWeights <> ClassWeights.Alike && not table.Target.IsClasses then
            let found =
                if table.Target.IsQuantity then
                    "the target is a quantity"
                else
                    "the targets are labels, each yes or no: weigh the examples, or choose thresholds for labels that are rare"

            fail
                (if options.ClassWeights.IsBalanced then
                     "BalancedClasses"
                 else
                     nameof options.ClassWeights)
                $"needs classes, but {found}"

        loss

    /// The loss that options and targets ask for, and the task: what is learned from the targets.
    let find (options: Options) (table: Table) : Loss * LearningTask =
        requireVariation options table
        let loss = lossOf options table

        if loss.Kind = LossKind.Counts then
            requireCounts table

        loss,
        match table.Target, options.From with
        | Classes _, Some model -> Model.task model
        | Classes(names, _), None -> LearningTask.Classification names.Length
        | Quantity _, _ -> LearningTask.Regression(table.Targets.Length * LossKind.outputs loss.Kind)
        | Labels _, _ -> LearningTask.MultiLabel table.Targets.Length

    let private counts = Network.ofLayer (Layer.ofFunction "exp" Tensor.exp)

    /// How the loss sees targets, the deviations that they are in units of, and what follows the trained layers.
    let scaled
        (options: Options)
        (table: Table)
        (split: Split)
        (loss: Loss)
        : (Target -> float32[]) * float list * Network =
        let targets = table.Targets.Length
        let numbers = Target.numbers >> LossKind.targets loss.Kind
        let ones = List.replicate targets 1.0

        let moments values =
            Preprocessing.targetMoments targets table.Weights values split.Training

        match table.Target, loss.Kind with
        | Quantity values, LossKind.Counts when options.From.IsNone ->
            let means = [| for struct (mean, _) in moments values -> mean |]

            let shift =
                match means with
                | [| mean |] -> Tensor.scalar (log mean)
                | means -> Tensor.constant [ targets ] (Array.map log means)

            // exp z · mean is exp of z + log mean: counts in units of their mean have the same gradient, but for that factor
            numbers
            >> Array.mapi (fun i target -> float32 (float target / means[i % targets])),
            List.ofArray means,
            Network.ofLayer (Layer.ofFunction "shift" (fun z -> z + shift)) >=> counts
        | Quantity _, LossKind.Counts -> numbers, ones, counts
        | Quantity values, kind when options.From.IsNone ->
            let moments = moments values

            let standardised i (target: float32) =
                let struct (mean, deviation) = moments[i / LossKind.outputs kind % targets]
                float32 ((float target - mean) / deviation)

            numbers >> Array.mapi standardised,
            [ for struct (_, deviation) in moments -> deviation ],
            // several quantiles of one target have its scale
            (if targets = 1 then
                 moments
             else
                 moments |> Array.collect (Array.replicate (LossKind.outputs kind)))
            |> Preprocessing.unscale
            |> Network.ofLayer
        | Labels _, _ -> numbers, ones, Activation.sigmoid
        | Classes _, LossKind.Probabilities -> numbers, ones, Activation.softmax
        | _ -> numbers, ones, Network.empty

    /// The weight of each class in the loss; none if all are 1.
    let classWeights (options: Options) (table: Table) (examples: Examples) : float32[] option =
        match table.Target with
        | Classes(names, _) -> ClassWeights.values names examples options.ClassWeights
        | Quantity _
        | Labels _ -> None
