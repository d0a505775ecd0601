namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Diagnostics

/// What the doctor finds in a model.
[<CompiledName("FSharpDiagnosis")>]
[<NoComparison; ReferenceEquality>]
type Diagnosis =
    {
        Examination: Examination
        /// The most serious first; empty for a healthy network.
        Findings: Finding list
    }

/// A model and its data compared with the lecture's advice on training.
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Doctor =
    [<Literal>]
    let private StandardBatch = 32

    /// The network that was trained, without what follows it, and targets as it saw them: a quantity is standardised, as the
    /// model's last layer knows how.
    let private asTrained (model: Model) (targets: float32[]) : Network * float32[] =
        let network = Model.scores model

        match Model.task model, Ending.ofNetwork model.Inputs network with
        | LearningTask.Regression width, Ending.Scale scales ->
            let scales = Array.ofList scales

            Network.withoutLast network,
            targets
            |> Array.mapi (fun i target ->
                let struct (deviation, mean) = scales[i % width]
                float32 ((float target - mean) / deviation))
        | _ -> network, targets

    /// How the model was trained, as far as it tells; and the optimizer and its rate, if it tells them.
    let private settings (model: Model) (examples: Examples) : StepOptions * (Optimizer * float) option =
        let record = model.Training

        let recorded =
            record
            |> Option.bind (fun record ->
                Optimizer.all
                |> List.tryFind (fun optimizer -> optimizer.Name = record.Optimizer))

        let rate = record |> Option.bind _.LearningRate
        let optimizer = defaultArg recorded Optimizer.sgd
        let task = Model.task model

        let batch = record |> Option.bind _.BatchSize |> Option.defaultValue StandardBatch

        {
            Task = task
            Loss = model.Loss
            Regularizer =
                match record with
                | Some record ->
                    {
                        L1 = record.L1
                        L2 = record.L2
                        MaxNorm = record.MaxNorm
                    }
                | None -> Regularizer.none
            Optimizer = optimizer
            Schedule = Schedule.constant
            LearningRate = defaultArg rate optimizer.DefaultRate
            ClipNorm = record |> Option.bind _.ClipNorm
            BatchSize = min examples.Count batch
            Grains = 1
            Epochs = 1
            Patience = None
            ClassWeights =
                match record, model.Schema.Classes with
                | Some record, Some names -> ClassWeights.values names examples record.ClassWeights
                | _ -> None
            Gradients = GradientSource.graph
            Certify = None
            Key = 1UL
        },
        Option.map2 (fun optimizer rate -> optimizer, rate) recorded rate

    /// <summary>Examines a model: what its units do, how gradients and updates reach its weights, how its inputs are scaled, and
    /// how much better it is on its training examples.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="model">The model.</param>
    /// <param name="training">The training examples, as far as they are known: see Model.examples.</param>
    /// <param name="heldOut">Held-out examples, if there are any.</param>
    /// <exception cref="T:Hybrid.HybridException">There are no examples, or the model has integers of 8 bits.</exception>
    let examine (engine: Engine) (model: Model) (training: Examples) (heldOut: Examples option) : Diagnosis =
        if Int8.isOf model.Network then
            raise (
                HybridException
                    "The model has weights of 8 bits, integers without gradients. Examine the model that it was converted from."
            )

        let network, targets = asTrained model training.Targets
        let examples = { training with Targets = targets }
        let settings, trained = settings model examples
        let evaluate = Evaluation.evaluator engine model

        // numbers that are not finite are among what is looked for here; the measures are then unknown
        let measured (examples: Examples) =
            try
                evaluate examples
            with :? NonFiniteResultException ->
                Metrics.unknown (Model.task model) examples.Count

        let units = Units.ofNetwork engine network examples

        let examination =
            {
                Units = units
                Flow = Flow.ofNetwork engine settings network examples
                IsFinite =
                    Network.parameters network
                    |> List.forall (fun (_, value) -> Reference.value value |> Array.forall Double.IsFinite)
                Trained = trained
                Training = measured training
                HeldOut = Option.map measured heldOut
            }

        {
            Examination = examination
            Findings = Findings.ofExamination examination
        }
