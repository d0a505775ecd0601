namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data

/// The metric that decides which epoch is best.
module internal StopBy =
    let private fail option problem =
        raise (OptionException(option, problem))

    /// The metric to stop by must have a value, and examples to measure.
    let check (options: Options) (table: Table) (loss: Loss) (hasValidation: bool) =
        match options.StopBy with
        | None -> ()
        | Some metric ->
            let option = nameof options.StopBy

            if metric.IsOfClasses = table.Target.IsQuantity then
                let of' isOfClasses =
                    if isOfClasses then "classes" else "a quantity"

                fail
                    option
                    $"must be a metric of {of' (not metric.IsOfClasses)}, as the target is, not {metric.Name}"

            if
                metric.NeedsProbabilities
                && loss.Kind <> LossKind.Probabilities
                && loss.Kind <> LossKind.Labels
            then
                fail
                    option
                    $"cannot be {metric.Name} with the loss {loss.Name}, which gives scores, not probabilities"

            if not hasValidation then
                fail option "needs a validation part"
