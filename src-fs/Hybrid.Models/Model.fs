namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data

/// <summary>A network with everything needed to use it: preprocessing is its first layers.</summary>
[<CompiledName("FSharpModel")>]
[<NoComparison; ReferenceEquality>]
type Model =
    {
        /// From raw columns, [examples; columns], to the final outputs: probabilities or scores of classes or labels, or
        /// quantities in their own units.
        Network: Network
        /// The columns, and what is predicted.
        Schema: Schema
        /// What it was trained with: defined on the outputs before a final softmax, if the softmax is the loss's own.
        Loss: Loss
        /// The name of the loss that it was trained with, where that is a program's own, which a file does not hold: Loss is then the
        /// usual one.
        UnknownLoss: string option
        /// How it was trained, if known.
        Training: TrainingRecord option
        /// What its intervals are calibrated on, for each target, or its sets of classes; none without calibration.
        Conformal: Conformal list
        /// The probability from which on each label is yes, where they were chosen; 0.5 otherwise.
        Thresholds: float list option
        /// Further metadata of its file, as keys and values.
        Notes: (string * string) list
    }

    /// The number of raw columns per example.
    member this.Inputs = this.Schema.Columns.Length

/// Functions of models, and how they are made.
module Model =
    /// The version of ONNX's operators that files are written in.
    [<Literal>]
    let Opset = 17

    /// The program that files name as their producer.
    [<Literal>]
    let Producer = "hybrid"

    /// A model without further information.
    let create (network: Network) (schema: Schema) (loss: Loss) : Model =
        {
            Network = network
            Schema = schema
            Loss = loss
            UnknownLoss = None
            Training = None
            Conformal = []
            Thresholds = None
            Notes = []
        }

    /// A model's metadata in a file, as keys and values.
    let texts (model: Model) : (string * string) list =
        (model.Training |> Option.map TrainingRecord.toTexts |> Option.defaultValue [])
        @ model.Notes

    /// The model with a file's metadata.
    let withTexts (texts: (string * string) list) (model: Model) : Model =
        let record, notes = TrainingRecord.ofTexts texts

        { model with
            Training = record
            Notes = notes
        }

    /// The task, as training sees it.
    let task (model: Model) : LearningTask =
        match model.Schema.Classes with
        | Some names -> LearningTask.Classification names.Length
        | None when model.Schema.HasLabels -> LearningTask.MultiLabel model.Schema.Targets.Length
        | None -> LearningTask.Regression(model.Schema.Targets.Length * LossKind.outputs model.Loss.Kind)

    /// What the task is called in a file: classification, regression or labels.
    let taskName (model: Model) : string =
        match task model with
        | LearningTask.Classification _ -> "classification"
        | LearningTask.Regression _ -> "regression"
        | LearningTask.MultiLabel _ -> "labels"

    /// What the outputs are.
    let internal ending (model: Model) : Ending =
        Ending.ofNetwork model.Inputs model.Network

    /// What the outputs are called in a file: probabilities, log-probabilities, scores, quantiles, or output for quantities.
    let outputName (model: Model) : string =
        match task model, lazy (ending model) with
        | LearningTask.Regression _, _ when model.Loss.Kind.IsQuantiles -> "quantiles"
        | LearningTask.Regression _, _ -> "output"
        | _, Lazy Ending.Sigmoid
        | LearningTask.Classification _, Lazy Ending.Softmax -> "probabilities"
        | LearningTask.Classification _, Lazy Ending.LogSoftmax -> "log-probabilities"
        | _ -> "scores"

    /// What is added in double precision to each target.
    let internal targetOffsets (model: Model) : float[] =
        model.Schema.Targets |> Array.map Column.offset

    /// What is added in double precision to each output; one number for all of them if there is but one target.
    let internal offsets (model: Model) : float[] =
        match targetOffsets model with
        | [| one |] -> [| one |]
        | several -> several |> Array.collect (Array.replicate (LossKind.outputs model.Loss.Kind))

    /// The name of each output: the classes; the quantiles, such as q0.1, of several targets price q0.1; or the targets.
    let outputNames (model: Model) : string[] =
        match model.Schema.Classes, model.Loss.Kind with
        | Some names, _ -> names
        | None, LossKind.Quantiles levels ->
            let quantiles = [| for level in levels -> $"q{level}" |]

            match model.Schema.Targets with
            | [| _ |] -> quantiles
            | several ->
                Array.allPairs several quantiles
                |> Array.map (fun (target, quantile) -> $"{target.Name} {quantile}")
        | None, _ -> model.Schema.Targets |> Array.map _.Name

    /// The network without a final function of probabilities or of counts: the outputs that the loss is defined on.
    let scores (model: Model) : Network =
        match model.Loss.Kind, task model with
        | LossKind.Labels, LearningTask.MultiLabel _ when ending model = Ending.Sigmoid ->
            Network.withoutLast model.Network
        | LossKind.Probabilities, LearningTask.Classification _ when ending model = Ending.Sigmoid ->
            Network.withoutLast model.Network
        | LossKind.Probabilities, LearningTask.Classification _ -> Ending.scores model.Inputs model.Network
        | LossKind.Counts, LearningTask.Regression _ when ending model = Ending.Exp ->
            Network.withoutLast model.Network
        | _ -> model.Network

    /// Targets as the model's loss takes them.
    let internal targets (model: Model) (target: Target) : float32[] =
        LossKind.targets model.Loss.Kind (Target.numbers target)

    /// <summary>Some of a table's examples as the model takes them: its columns, in its order, and its classes.</summary>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="model">The model.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="T:Hybrid.TableException">The columns or the classes are not those of the model.</exception>
    let examplesAt (rows: int[]) (model: Model) (table: Table) : Examples =
        let all = Table.forSchema model.Schema table

        {
            Width = model.Inputs
            Features = all.Features
            Stored = all.Stored
            Targets = targets model all.Target.Value
            Weights = all.Weights
            Rows = rows
        }

    /// <summary>All of a table's examples as the model takes them.</summary>
    /// <exception cref="T:Hybrid.TableException">As for examplesAt.</exception>
    let examples (model: Model) (table: Table) : Examples =
        examplesAt (Array.init table.Examples id) model table

    /// In the metadata of a model that was read from a file whose network takes float64.
    let private roundedInput = "input", "float64"

    /// The model, read from a file whose network takes float64.
    let internal withRoundedInput (model: Model) : Model =
        { model with
            Notes = roundedInput :: model.Notes
        }

    /// In the metadata of a model from elsewhere that is given pixels as image files hold them.
    let private plainPixels = "pixels", "0 to 255"

    /// The model, given pixels as image files hold them.
    let internal withPlainPixels (model: Model) : Model =
        { model with
            Notes = plainPixels :: model.Notes
        }

    /// In the metadata of a model that was read from a file with inputs and outputs that are not used.
    let private unused = "unused"

    /// The model, read from a file of which these inputs and outputs are not used.
    let internal withUnused (inputs: string list) (outputs: string list) (model: Model) : Model =
        let named kind names =
            match names with
            | [] -> []
            | [ one ] -> [ $"{kind} {Printable.quote one}" ]
            | several ->
                let listed = several |> List.map Printable.quote |> String.concat ", "
                [ $"{kind}s {listed}" ]

        match named "input" inputs @ named "output" outputs with
        | [] -> model
        | parts ->
            { model with
                Notes = (unused, String.concat " and " parts) :: model.Notes
            }

    /// What users of a model should know before they trust it.
    let warnings (model: Model) : string list =
        [
            match model.UnknownLoss with
            | Some name ->
                $"It was trained with the loss {Printable.quote name}, a program's own, which the file does not hold: its loss is measured by {model.Loss.Name}."
            | None -> ()
            if Independence.isLost model.Inputs model.Network then
                "What it returns for an example depends on the other examples of the batch, as with batch statistics or a softmax over the examples. Export the model for inference."
            for key, parts in model.Notes do
                if key = unused then
                    $"The file that it comes from also has the {parts}, which it is used without."
            if List.contains plainPixels model.Notes then
                "It is given pixels as numbers from 0 to 255. If it was trained on others, such as those divided by 255 or standardised, its results mean nothing: convert the file with that scale first."
            if List.contains roundedInput model.Notes then
                "The file that it comes from takes float64, but float32 is computed with here: numbers keep about 7 digits, so that results differ where those in a column are large beside their differences. Let the file subtract an offset first."
        ]

    /// <summary>The number of outputs of a network per example.</summary>
    /// <param name="inputs">The number of its inputs.</param>
    /// <param name="network">Takes [examples; inputs].</param>
    /// <exception cref="T:Hybrid.HybridException">It does not return one row per example.</exception>
    let internal outputs (inputs: int) (network: Network) : int =
        // more than one, to detect an output without one row per example
        match (Network.forward network (Tensor.input "x" [ 2; inputs ])).Shape with
        | 2 :: extent :: others -> List.fold (fun product extent -> Checked.(*) product extent) extent others
        | shape ->
            let shown = shape |> List.map string |> String.concat ", "

            raise (
                HybridException
                    $"The network returns a tensor of shape [{shown}] for 2 examples, not one row per example."
            )

    /// <summary>The same model with other layers, such as those of another training: the schema stays.</summary>
    /// <param name="network">From the model's columns to as many outputs.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="T:Hybrid.HybridException">The network returns another number of outputs.</exception>
    /// <exception cref="T:Hybrid.ShapeMismatchException">It takes another number of columns.</exception>
    let withNetwork (network: Network) (model: Model) : Model =
        let found, needed = outputs model.Inputs network, LearningTask.outputs (task model)

        if found <> needed then
            raise (
                HybridException
                    $"""The network returns {Printable.count found "number"}, but the model's schema needs {needed}."""
            )

        { model with
            Network = network
            Training = None
            Conformal = []
            Thresholds = None
        }

    /// What a model without calibration says when it is asked for intervals.
    let private calibrated (model: Model) : Conformal list =
        if model.Schema.HasLabels then
            raise (HybridException "The model predicts labels: it has neither intervals nor sets of classes.")

        if model.Conformal.IsEmpty then
            raise (
                HybridException(
                    "The model has no calibration for intervals.",
                    [ Remedy.Set(OptionName.Interval, "0.9", "at training") ],
                    null
                )
            )

        model.Conformal

    /// <summary>The ends of the intervals around what the model returns for an example or several, in the targets' own units.</summary>
    /// <param name="model">The model.</param>
    /// <param name="predicted">[examples; targets].</param>
    /// <exception cref="T:Hybrid.HybridException">The model predicts classes or labels, or was trained without intervals.</exception>
    let intervals (model: Model) (predicted: float[]) : struct (float * float)[] =
        if model.Schema.Classes.IsSome then
            raise (HybridException "The model predicts classes: it has sets of classes, not intervals.")

        let each = calibrated model |> Array.ofList
        // a file whose outputs have offsets computes in float64
        let isSingle = offsets model |> Array.forall ((=) 0.0)

        predicted
        |> Array.mapi (fun i value -> Conformal.interval isSingle each[i % each.Length] value)

    /// <summary>The indices of the classes in the set of an example, by the outputs for it.</summary>
    /// <exception cref="T:Hybrid.HybridException">The model predicts quantities or labels, or was trained without intervals.</exception>
    let classSet (model: Model) (outputs: float32[]) : int[] =
        if model.Schema.Classes.IsNone && not model.Schema.HasLabels then
            raise (HybridException "The model predicts a quantity: it has intervals, not sets of classes.")

        Conformal.set (List.head (calibrated model)) outputs

    /// <summary>The probability from which on each label is yes.</summary>
    /// <exception cref="T:Hybrid.HybridException">The model does not predict labels.</exception>
    let thresholds (model: Model) : float[] =
        if not model.Schema.HasLabels then
            raise (
                HybridException
                    $"The model predicts {Printable.quote model.Schema.TargetName}, not labels: it has no thresholds."
            )

        match model.Thresholds with
        | Some thresholds -> Array.ofList thresholds
        | None -> Array.create model.Schema.Targets.Length Thresholds.usual

    /// <summary>Which labels are yes, by the probabilities of an example or of several.</summary>
    /// <exception cref="T:Hybrid.HybridException">The model does not predict labels.</exception>
    let labels (model: Model) (probabilities: float[]) : bool[] =
        let thresholds = thresholds model

        probabilities
        |> Array.mapi (fun i probability -> probability >= thresholds[i % thresholds.Length])

    /// <summary>The probability of each class, from the outputs for an example.</summary>
    /// <exception cref="T:Hybrid.HybridException">The model predicts quantities, or returns scores.</exception>
    let probabilities (model: Model) (outputs: float32[]) : float32[] =
        match outputName model with
        | "probabilities" -> outputs
        | "log-probabilities" -> Array.map exp outputs
        | name -> raise (HybridException $"The model returns {name}, not probabilities.")

    /// <summary>The index of an example's class by a threshold: that class if its probability is at least the threshold, and the
    /// most probable of the others otherwise.</summary>
    /// <param name="name">The class.</param>
    /// <param name="threshold">From 0 to 1.</param>
    /// <param name="model">The model.</param>
    /// <param name="outputs">The outputs for the example.</param>
    /// <exception cref="T:Hybrid.HybridException">The model has no such class, or returns no probabilities.</exception>
    /// <exception cref="T:Hybrid.OptionException">The threshold is not from 0 to 1.</exception>
    let classAt (name: string) (threshold: float) (model: Model) (outputs: float32[]) : int =
        let probabilities = probabilities model outputs
        let names = model.Schema.Classes.Value

        if not (threshold >= 0.0 && threshold <= 1.0) then
            raise (OptionException(nameof threshold, $"must be from 0 to 1, not {threshold}"))

        match Array.tryFindIndex ((=) name) names with
        | None ->
            raise (
                HybridException
                    $"""The model has no class {Printable.quote name}. Its classes are {String.concat ", " names}."""
            )
        | Some index when float probabilities[index] >= threshold -> index
        | Some index ->
            [ 0 .. names.Length - 1 ]
            |> List.filter ((<>) index)
            |> List.maxBy (fun other -> probabilities[other])
