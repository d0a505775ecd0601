namespace Hybrid.Models

open System
open System.Globalization
open Hybrid.Core
open Hybrid.Data

/// What options mean for some data: a training that is ready to start.
[<NoComparison; ReferenceEquality>]
type Prepared =
    {
        Options: Options
        /// The rows that are split; with the columns of the model to train further, if there is one.
        Table: Table
        /// The data for validation that the caller gave, with the model's columns and classes.
        OwnValidation: Table option
        /// The test part that comes with the data, unless the options ask for a share.
        OwnTest: Table option
        Schema: Schema
        Task: LearningTask
        Loss: Loss
        /// Rows of the table.
        Split: Split
        /// The training part: raw columns, and targets as the loss sees them.
        Examples: Examples
        /// The part that chooses the best epoch.
        Validation: Examples option
        /// The examples to learn from and those held out, for each fold of the cross-validation that decides how many epochs there
        /// are; none if there is a maximum only.
        Folds: (Examples * Examples) list
        /// The same training of another network, with which cross-validation compares it; none where the layers are given, or too large.
        Alternative: Prepared option
        /// From raw columns to the inputs of the loss: preprocessing, and the layers to train.
        Start: Network
        /// Which columns of categories are learned as vectors, and why.
        Embedded: Note list
        /// What follows these in the model: probabilities, or the scaling back to the targets' units.
        Ending: Network
        /// The deviation of each quantity, the unit in which it is learned; 1 for classes and labels.
        Units: float list
        Settings: Settings
        /// Of the features, and of what each layer of neurons returns for an example; of images channels, height and width.
        Shapes: Shape list
        /// The metadata of the model's file.
        Record: TrainingRecord
    }

    /// The widths of the network, from features to outputs.
    member this.Sizes = List.map Shape.size this.Shapes

    /// How columns are learned, and what may make results look better than they are.
    member this.Notes =
        let own (part: string) (table: Table option) =
            match table with
            | Some table -> Traps.ofOwn this.Table this.Split.Training part (Table.inSchema this.Schema table)
            | None -> []

        this.Embedded
        @ Traps.ofTable this.Table
        @ Traps.ofSplit this.Table this.Split
        @ own "validation" this.OwnValidation
        @ own "test" this.OwnTest

    /// The network that is trained: a part of its layers may be fixed.
    member this.Learned = Network.freeze this.Options.Freeze this.Start

    /// The same training from other weights.
    member internal this.StartingFrom(network: Network) = { this with Start = network }

    /// Whether the initial weights were made for this training.
    member internal this.AreWeightsNew =
        this.Options.From.IsNone && this.Options.Network.IsNone

    /// How many numbers are trained.
    member this.Parameters = Network.parameterCount this.Learned

    /// This training or the alternative, whichever has parameters of these names and sizes.
    member internal this.Of(sizes: (string * int) list) : Prepared =
        match this.Alternative with
        | Some other when Prepared.SizesOf other.Start = sizes -> other
        | _ -> this

    /// The names of a network's parameters, and how many numbers each has.
    static member internal SizesOf(network: Network) : (string * int) list =
        Network.parameters network
        |> List.map (fun (name, value) -> name, Shape.size value.Shape)

/// From options and data to a training that is ready to start.
module internal Prepared =
    [<Literal>]
    let private DefaultTest = 0.25

    let private fail option problem =
        raise (OptionException(option, problem))


    // ---- the layers

    /// The caller's layers, without a softmax that is the loss's.
    let private given (options: Options) (loss: Loss) features outputs (network: Network) : Network =
        let option = nameof options.Network

        if Int8.isOf network then
            fail option Int8.NotTrained

        if (Network.parameters network).IsEmpty then
            fail option "has no weights to train"

        let found = Model.outputs features network

        if found <> outputs then
            fail option $"""returns {Printable.count found "number"}, but the target needs {outputs}"""

        if
            options.Optimizer.IsLbfgs
            && network.Layers |> List.exists _.IsDifferentInTraining
        then
            fail
                option
                $"has dropout, noise, batch normalization or images that are changed in training, and the loss of {Lbfgs.Name} must be the same at each evaluation"

        if loss.Kind = LossKind.Probabilities then
            Ending.scores features network
        else
            network

    /// The network to start from, and how many features its trained layers take.
    let private start
        (options: Options)
        (table: Table)
        (split: Split)
        (loss: Loss)
        (task: LearningTask)
        : Network * int * Note list =
        let columns = table.Columns.Length

        match options.From with
        | Some model ->
            let outputs = Model.outputs columns model.Network

            if outputs <> LearningTask.outputs task then
                fail
                    (nameof options.From)
                    $"""returns {Printable.count outputs "number"}, but the loss {loss.Name} takes {LearningTask.outputs task}"""

            Model.scores model, columns, []
        | None ->
            let embedded =
                let option = nameof options.Embed

                Preprocessing.fit table split.Training
                |> Embedded.choose
                    option
                    (options.Embed |> List.map (EmbeddingChoice.parse option))
                    table
                    split.Training

            let preprocessing = Embedded.network embedded
            let features = Model.outputs columns preprocessing
            let outputs = LearningTask.outputs task

            let layers =
                match options.Network, options.Layers with
                | Some make, _ -> given options loss features outputs (make features outputs)
                | None, Some text ->
                    let image =
                        table.Image
                        |> Option.map _.Extents
                        |> Option.filter (fun extents -> Shape.size extents = features)

                    LayerText.ofImages image options.Activations.Head options.Seed text features outputs
                    |> given options loss features outputs
                | None, None -> NewLayers.build options split.Training.Length features outputs

            preprocessing >=> layers >=> NewLayers.ascending table.Targets.Length loss,
            features,
            embedded.Notes

    let private shapes
        (options: Options)
        (table: Table)
        (rows: int)
        (features: int)
        (start: Network)
        (task: LearningTask)
        : Shape list =
        if NewLayers.areMade options then
            features :: NewLayers.hidden options rows features
            @ [ LearningTask.outputs task ]
            |> List.map List.singleton
        else
            let layers =
                (Summary.ofNetwork table.Columns.Length start).Layers
                |> List.filter (fun layer -> layer.Neurons > 0)
                |> List.map _.Shape

            match table.Image with
            | Some image when image.Size = features && layers |> List.exists (fun shape -> shape.Length > 1) ->
                [ image.Channels; image.Height; image.Width ] :: layers
            | _ -> [ features ] :: layers

    /// By how much each column may move around an example, from the option's text.
    let private exampleBox (table: Table) (text: string) : ExampleBox =
        let option = nameof Unchecked.defaultof<Options>.Certify

        let radius =
            Freedom.parse option table text
            |> Array.map2
                (fun (column: Column) freedom ->
                    match freedom with
                    | Freedom.Within radius -> radius
                    | Freedom.Any ->
                        fail
                            option
                            $"lets {Printable.quote column.Name} be any category, but categories stay as they are in training")
                table.Columns

        if Array.forall ((=) 0.0) radius then
            fail option "must let a column of numbers move"

        {
            Radius = radius
            Range = Freedom.valid table |> Option.map (fun range -> range.Lower, range.Upper)
        }

    /// Refuses a calibration part that is too small for a level.
    let private requireCalibration (split: Split) (table: Table) (level: float) : unit =
        let option = nameof Unchecked.defaultof<Options>.Interval

        if table.Target.IsLabels then
            fail
                option
                "is for quantities and classes, not for labels: train a model for each label, which is one of two classes"

        let numbers = Target.numbers table.Target
        let width = table.Targets.Length
        let needed = Conformal.fewest level

        table.Targets
        |> Array.iteri (fun index target ->
            let found =
                split.Calibration
                |> Array.filter (fun row -> not (Single.IsNaN numbers[row * width + index]))
                |> Array.length

            if found < needed then
                let shown = level.ToString("R", CultureInfo.InvariantCulture)

                let having =
                    if width = 1 then
                        ""
                    else
                        $" that have {Printable.quote target.Name}"

                fail
                    option
                    $"of {shown} needs at least {needed} calibration examples{having}, and the share for them gives {found}. Give more examples, a larger share or a lower level")

    /// Refuses what the validation part decides where there is none.
    let private requireValidation (options: Options) (hasValidation: bool) : unit =
        [
            nameof options.Temperature, options.Temperature
            nameof options.LabelThresholds, options.LabelThresholds
        ]
        |> List.iter (fun (option, isAsked) ->
            if isAsked && not hasValidation then
                fail option "needs a validation part")

    // ---- all of it

    /// The L2 of the wide layer of quantities, ten times the usual one of 300 examples.
    [<Literal>]
    let private StrongL2 = 0.03

    /// The options of the network with which cross-validation compares the usual one, where they say nothing of its layers or L2: a wide
    /// layer alone. Of classes it has no L2, to learn exceptions and repeated rows by heart, which some tables need; of quantities a
    /// strong one, for tables whose quantity is nearly linear or noisy.
    let private alternative (options: Options) (task: LearningTask) : Options option =
        if
            NewLayers.areMade options
            && options.Hidden.IsNone
            && options.L2.IsNone
            && options.MaxoutPieces = 0
            && options.Activations.Length = 1
        then
            Some
                { options with
                    Hidden = Some [ NewLayers.Widest ]
                    L2 = Some(if task.IsRegression then StrongL2 else 0.0)
                }
        else
            None

    /// As Recipe.prepare says.
    let rec ofOptions (given: Options) (data: Sets) : Prepared =
        Options.check given
        let options = Options.resolved given

        if
            options.From
            |> Option.exists (fun model -> Independence.isLost model.Inputs model.Network)
        then
            fail
                (nameof options.From)
                "must be a model whose result for an example does not depend on the other examples of the batch"

        match
            options.From
            |> Option.map (fun model ->
                Flatness.parameters model.Inputs (Network.freeze options.Freeze model.Network))
        with
        | Some(_ :: _ as names) ->
            fail
                (nameof options.From)
                $"must be a model whose weights can be trained, but it depends on {Flatness.describe names}"
        | _ -> ()

        let table =
            match options.From with
            | Some model -> Table.inSchema model.Schema data.Train
            | None -> data.Train

        let options = ImageNetwork.resolved options table
        let loss, task = Goal.find options table

        let ownTest =
            options.TestData
            |> Option.orElse (if options.TestFraction.IsNone then data.Test else None)

        let test =
            if ownTest.IsSome then
                0.0
            else
                defaultArg options.TestFraction DefaultTest

        let calibration = Options.calibration options

        let isCrossValidated = CrossValidation.suits options table (calibration + test) task

        let validation =
            options.ValidationFraction
            |> Option.defaultValue (if isCrossValidated then 0.0 else Options.usualValidation)

        if validation + test + calibration >= 1.0 then
            let shares =
                String.Format(
                    CultureInfo.InvariantCulture,
                    (if calibration > 0.0 then
                         "of {0}, a test share of {1} and a calibration share of {2} leave nothing to train on"
                     else
                         "of {0} and a test share of {1} leave nothing to train on"),
                    validation,
                    test,
                    calibration
                )

            fail (nameof options.ValidationFraction) shares

        let options =
            { options with
                ValidationFraction = Some validation
            }

        let split = Split.calibrated options.Seed calibration validation test table
        options.Interval |> Option.iter (requireCalibration split table)
        let toLoss, units, ending = Goal.scaled options table split loss
        let targets = toLoss table.Target

        // the parts are rows of the same numbers: nothing is copied
        let part rows =
            {
                Width = table.Columns.Length
                Features = table.Features
                Stored = table.Stored
                Targets = targets
                Weights = table.Weights
                Rows = rows
            }

        let schema =
            match options.From with
            | Some model -> model.Schema
            | None -> Schema.ofTable table

        let ownValidation = options.ValidationData |> Option.map (Table.inSchema schema)
        let hasValidation = ownValidation.IsSome || split.Validation.Length > 0
        StopBy.check options table loss hasValidation
        requireValidation options hasValidation
        let examples = part split.Training
        let start, features, embedded = start options table split loss task

        if options.Certify.IsSome && table.Targets.Length > 1 then
            fail (nameof options.Certify) "is for a single target"

        let box = options.Certify |> Option.map (exampleBox table)

        let settings =
            let classWeights = Goal.classWeights options table examples
            Settings.ofOptions options task loss box (Network.parameterCount start) classWeights examples

        let folds =
            if isCrossValidated then
                KFold.split options.Seed CrossValidation.Folds table split.Training
                |> List.map (fun (training, held) -> part training, part held)
            else
                []

        {
            Options = options
            Table = table
            OwnValidation = ownValidation
            OwnTest = ownTest
            Schema = schema
            Task = task
            Loss = loss
            Split = split
            Examples = examples
            Validation =
                match ownValidation with
                | Some own ->
                    Some
                        { Table.examples own with
                            Targets = toLoss own.Target
                            Weights = own.Weights
                        }
                | None when split.Validation.Length > 0 -> Some(part split.Validation)
                | None -> None
            Folds = folds
            Alternative =
                if isCrossValidated then
                    alternative given task
                    |> Option.map (fun other -> ofOptions other data)
                    |> Option.filter (fun other -> not other.Folds.IsEmpty)
                else
                    None
            Start = start
            Embedded = embedded
            Ending = ending
            Units = units
            Settings = settings
            Shapes = shapes options table split.Training.Length features start task
            Record =
                Recording.record options table split.Training.Length features test folds.Length loss settings
        }
