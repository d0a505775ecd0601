namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data

/// How good models are on examples.
module Evaluation =
    /// The confusion matrix of more classes would be too large.
    let private mostClasses = 4096

    /// <summary>Loss and quality on examples whose targets are as training sees them, for any number of calls, by one thread at a
    /// time.</summary>
    /// <exception cref="T:Hybrid.HybridException">The model has more than 4,096 classes.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">When used: an output or a loss is NaN or infinite.</exception>
    let evaluator (engine: Engine) (model: Model) : Examples -> Measures =
        match model.Schema.Classes with
        | Some classes when classes.Length > mostClasses ->
            raise (
                HybridException
                    $"The model has {classes.Length} classes, and a confusion matrix has at most {mostClasses}."
            )
        | _ -> ()

        let scores = Inference.create engine (Model.scores model) model.Inputs
        Inference.evaluate engine (Model.task model) model.Loss scores

    /// <summary>Loss and quality on the examples of a table.</summary>
    /// <exception cref="T:Hybrid.HybridException">There are no examples, or they do not fit the model.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    let evaluate (engine: Engine) (table: Table) (model: Model) : Measures =
        if table.Examples = 0 then
            raise (HybridException $"{table.Source}: there are no examples to measure on.")

        evaluator engine model (Model.examples model table)
