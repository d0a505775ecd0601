namespace Hybrid.Models

open System
open System.Globalization
open Hybrid.Core
open Hybrid.Data

/// How to build and train a network. The defaults give a good model for ordinary data.
[<NoComparison; ReferenceEquality>]
type Options =
    {
        /// The number of units of each hidden layer, first to last. None: two layers that suit the number of features, or one of
        /// 256, without L2 for classes and with one of 0.03 for quantities, where cross-validation finds that better; for images, at least 1,000 of 16 × 16 pixels,
        /// convolutions, trained for 10 epochs at a rate that falls to 0, unless there are several Activations, or
        /// MaxoutPieces, Dropout, InputNoise or Certify.
        Hidden: int list option
        /// The activation of all hidden layers, or one for each: see Activation.functions.
        Activations: string list
        /// The number of linear pieces per hidden unit, from 2 to 1000, for maxout in place of an activation; 0 for none.
        MaxoutPieces: int
        /// Builds the layers to train from the numbers of features and outputs, instead of those that the options above give.
        Network: (int -> int -> Network) option
        /// The hidden layers as words, such as conv32x3,pool2,conv64x3,pool2,128 for images, instead of Hidden: see LayerText.
        Layers: string option
        /// A model to train further: its layers, including its preprocessing, instead of new ones.
        From: Model option
        /// The number of its layers with weights to freeze, counted from the input.
        Freeze: int
        /// The columns of categories to learn as vectors, as COLUMN or COLUMN=WIDTH; COLUMN=0 for a feature for each category. Columns
        /// that are not named are learned so where a feature for each would be too wide: see Embedded.
        Embed: string list
        /// None: softmax for classes, squared for a quantity, and that of the model to train further. For counts poisson, for several
        /// quantiles of a quantity at once Loss.quantiles.
        Loss: Loss option
        /// λ of ½λ Σ w² on weights; for adamw, of its own weight decay. None: 1/n for n training examples, which corresponds
        /// to a standard normal prior on every weight, and 0 for a model to train further.
        L2: float option
        /// λ of λ Σ |w| on weights.
        L1: float
        /// The probability of dropping a hidden unit in a training step, in [0, 1).
        Dropout: float
        /// The standard deviation of the noise added to standardised inputs in training.
        InputNoise: float
        /// The maximum length of a neuron's weights.
        MaxNorm: float option
        /// The maximum length of the whole gradient.
        ClipNorm: float option
        Optimizer: Method
        /// None: the optimizer's own; six times that where the schedule is chosen for many examples.
        LearningRate: float option
        /// None: constant; cosine from 10,000 training examples on, for 50,000 weights at most and no given rate or batch.
        Schedule: Schedule option
        /// Examples per step. None: 32, or 128 from 10,000 examples on, and all of them where there are fewer.
        BatchSize: int option
        /// The number of grains that each batch is cut into, at least 1: each of several processes computes some of them, and the result
        /// depends on the number of grains, but not on that of processes. Normalization is by the statistics of a grain.
        Grains: int
        /// The maximum number of passes over the training examples. None: as many as make 20,000 steps, but from 30 to 1,000.
        Epochs: int option
        /// The number of epochs without a lower validation loss after which training stops. None: a tenth of the epochs,
        /// a quarter where the schedule is chosen for many examples, but at least 5.
        Patience: int option
        /// The metric of the validation part that decides which epoch was best, and when patience ends: by its name, or one's own as of
        /// Metric.ofNumbers and Metric.ofScores. None: the loss.
        StopBy: Metric option
        /// The share of all examples that decides which epoch was best, in [0, 1). None: 0.1, or for few examples, as
        /// CrossValidation says, 0: then cross-validation decides how many epochs there are and a temperature of at least 1, and all
        /// of them are learned from.
        ValidationFraction: float option
        /// The examples that decide which epoch was best, in place of a share of the data.
        ValidationData: Table option
        /// The share of all examples held out to measure the final network, in [0, 1). None: 0.25, or the test part that
        /// comes with the data.
        TestFraction: float option
        /// The examples that measure the final network, in place of a share of the data.
        TestData: Table option
        /// The level of intervals, or of sets of classes, in (0, 1): the share of examples to come whose truth they hold. A part of the
        /// examples that chooses nothing is then kept for their calibration. None: no intervals.
        Interval: float option
        /// The share of all examples for that calibration, in (0, 1). None: 0.2.
        CalibrationFraction: float option
        /// Whether probabilities are calibrated by a temperature, which the validation part decides after training.
        Temperature: bool
        /// Whether the probability from which on each label is yes is chosen by its F1 on the validation part, after training; it is 0.5
        /// otherwise.
        LabelThresholds: bool
        /// How much the classes count in the loss.
        ClassWeights: ClassWeights
        /// Where the gradients of the loss come from.
        Gradients: GradientSource
        /// By how much columns may move, as for Freedom.parse, around each example, for a model that can be certified: the loss
        /// of the worst input in that box is minimised, by interval propagation, and training runs for all its epochs. None: only
        /// the examples themselves count. What is not given then differs: the learning rate is twice as high and falls to 0 while
        /// the box has its size, there are 256 examples per step from 10,000 on, epochs make 28,000 steps, and there is no L2
        /// and no part for validation.
        Certify: string option
        /// The same seed gives the same split, initial weights and steps.
        Seed: uint64
    }

module Options =
    /// Two hidden layers of rectified units, Adam at its own rate, the seed 1.
    let defaults: Options =
        {
            Hidden = None
            Activations = [ "relu" ]
            MaxoutPieces = 0
            Network = None
            Layers = None
            From = None
            Freeze = 0
            Embed = []
            Loss = None
            L2 = None
            L1 = 0.0
            Dropout = 0.0
            InputNoise = 0.0
            MaxNorm = None
            ClipNorm = None
            Optimizer = Method.Steps Optimizer.adam
            LearningRate = None
            Schedule = None
            BatchSize = None
            Grains = 1
            Epochs = None
            Patience = None
            StopBy = None
            ValidationFraction = None
            ValidationData = None
            TestFraction = None
            TestData = None
            Interval = None
            CalibrationFraction = None
            Temperature = false
            LabelThresholds = false
            ClassWeights = ClassWeights.Alike
            Gradients = GradientSource.graph
            Certify = None
            Seed = 1UL
        }

    /// The share for validation, unless cross-validation decides.
    let internal usualValidation = 0.1

    /// The share for the calibration of intervals.
    let private usualCalibration = 0.2

    /// A higher level would need millions of calibration examples.
    let private highestLevel = 0.999999

    /// The share for the calibration of intervals; 0 without them.
    let internal calibration (options: Options) : float =
        if options.Interval.IsSome then
            defaultArg options.CalibrationFraction usualCalibration
        else
            0.0

    [<Literal>]
    let private Widest = 1_000_000

    let private require condition option (rule: string) (value: obj) =
        if not condition then
            let shown =
                if isNull value then
                    "null"
                else
                    Convert.ToString(value, CultureInfo.InvariantCulture)

            raise (OptionException(option, $"must be {rule}, not {shown}"))

    let private number (value: float option) : obj = value |> Option.map box |> Option.toObj

    let private atLeastZero option (value: float) =
        require (value >= 0.0 && Double.IsFinite value) option "at least 0" value

    let private aboveZero option (value: float option) =
        require
            (value |> Option.forall (fun value -> value > 0.0 && Double.IsFinite value))
            option
            "above 0"
            (number value)

    let private atLeastOne option (value: int option) =
        value
        |> Option.iter (fun value -> require (value >= 1) option "at least 1" value)

    let private fraction option (value: float) =
        require (value >= 0.0 && value < 1.0) option "at least 0 and below 1" value

    let private isActivation (name: string) =
        try
            not (isNull name) && (Activation.layer name).Kind <> ""
        with :? HybridException ->
            false

    /// Layers come from one place: from the options, from the caller or from a model.
    let private checkLayers (options: Options) =
        match options.Network, options.From with
        | None, None when options.Layers.IsSome ->
            let rule usual =
                $"{usual} when {nameof options.Layers} is set"

            require options.Hidden.IsNone (nameof options.Hidden) (rule "null") "a value"
            require (options.MaxoutPieces = 0) (nameof options.MaxoutPieces) (rule "0") options.MaxoutPieces
            require (options.Dropout = 0.0) (nameof options.Dropout) (rule "0") options.Dropout
            require (options.InputNoise = 0.0) (nameof options.InputNoise) (rule "0") options.InputNoise

            require
                (options.Activations.Length = 1)
                (nameof options.Activations)
                (rule "one activation")
                options.Activations.Length
        | None, None ->
            let layers = options.Hidden |> Option.map _.Length |> Option.defaultValue 2

            require
                (options.Activations.Length = 1 || options.Activations.Length = layers)
                (nameof options.Activations)
                $"one activation, or one for each of the {layers} hidden layers"
                options.Activations.Length
        | network, from ->
            let rule usual =
                let place =
                    if from.IsNone then
                        nameof options.Network
                    else
                        nameof options.From

                $"{usual} when {place} is set"

            require (network.IsNone || from.IsNone) (nameof options.Network) (rule "null") "a value"
            require options.Layers.IsNone (nameof options.Layers) (rule "null") "a value"
            require (from.IsNone || options.Embed.IsEmpty) (nameof options.Embed) (rule "empty") "a list"
            require options.Hidden.IsNone (nameof options.Hidden) (rule "null") "a value"
            require (options.MaxoutPieces = 0) (nameof options.MaxoutPieces) (rule "0") options.MaxoutPieces
            require (options.Dropout = 0.0) (nameof options.Dropout) (rule "0") options.Dropout
            require (options.InputNoise = 0.0) (nameof options.InputNoise) (rule "0") options.InputNoise

    let private checkLbfgs (options: Options) =
        let length = "it determines the length of every step itself"
        let same = "its loss must be the same at each evaluation; L2 keeps weights small"

        [
            nameof options.LearningRate, options.LearningRate.IsSome, length
            nameof options.Schedule, options.Schedule |> Option.exists ((<>) Schedule.constant), length
            nameof options.BatchSize, options.BatchSize.IsSome, "it uses all examples in every iteration"
            nameof options.Grains,
            options.Grains > 1,
            "it uses all examples in every iteration, in one process"
            nameof options.ClipNorm, options.ClipNorm.IsSome, "it needs the gradient unchanged"
            nameof options.MaxNorm, options.MaxNorm.IsSome, "it cannot bound weights; L2 keeps them small"
            nameof options.Dropout, options.Dropout > 0.0, same
            nameof options.InputNoise, options.InputNoise > 0.0, same
            nameof options.Certify, options.Certify.IsSome, "its loss must be the same at each evaluation"
        ]
        |> List.iter (fun (option, isGiven, reason) ->
            if isGiven then
                raise (
                    OptionException(option, $"cannot be combined with the optimizer {Lbfgs.Name}: {reason}")
                ))

    let private checkFreeze (options: Options) =
        match options.From with
        | Some model when Int8.isOf model.Network ->
            raise (OptionException(nameof options.From, Int8.NotTrained))
        | _ -> ()

        let weighted =
            match options.From with
            | Some model ->
                model.Network.Layers
                |> List.filter (fun layer -> not layer.Parameters.IsEmpty)
                |> List.length
            | None -> 1

        require (weighted > 0) (nameof options.From) "a model with weights to train" "one without any"

        require
            (options.Freeze >= 0 && options.Freeze < weighted)
            (nameof options.Freeze)
            $"from 0 to {weighted - 1}, since there must be a layer left to train"
            options.Freeze

    /// <summary>Refuses values outside the ranges stated above, and options that cannot be combined.</summary>
    /// <exception cref="T:Hybrid.OptionException">An option is refused; the message names it, its range and its
    /// value.</exception>
    let check (options: Options) : unit =
        let invariant (number: int) =
            number.ToString("N0", CultureInfo.InvariantCulture)

        for units in defaultArg options.Hidden [] do
            require
                (units >= 1 && units <= Widest)
                (nameof options.Hidden)
                $"sizes from 1 to {invariant Widest}"
                units

        require (not options.Activations.IsEmpty) (nameof options.Activations) "a list of names" 0

        let listed = Activation.functions |> List.map fst |> String.concat ", "

        for activation in options.Activations do
            require (isActivation activation) (nameof options.Activations) $"one of {listed}" activation

        checkLayers options
        let pieces = options.MaxoutPieces

        require
            (pieces = 0 || (pieces >= 2 && pieces <= 1000))
            (nameof options.MaxoutPieces)
            "from 2 to 1000"
            pieces

        options.L2 |> Option.iter (atLeastZero (nameof options.L2))
        atLeastZero (nameof options.L1) options.L1
        fraction (nameof options.Dropout) options.Dropout
        atLeastZero (nameof options.InputNoise) options.InputNoise
        aboveZero (nameof options.MaxNorm) options.MaxNorm
        aboveZero (nameof options.ClipNorm) options.ClipNorm
        aboveZero (nameof options.LearningRate) options.LearningRate
        atLeastOne (nameof options.BatchSize) options.BatchSize
        atLeastOne (nameof options.Grains) (Some options.Grains)
        atLeastOne (nameof options.Epochs) options.Epochs
        atLeastOne (nameof options.Patience) options.Patience

        options.ValidationFraction
        |> Option.iter (fraction (nameof options.ValidationFraction))

        options.TestFraction |> Option.iter (fraction (nameof options.TestFraction))

        require
            (options.Interval
             |> Option.forall (fun level -> level > 0.0 && level <= highestLevel))
            (nameof options.Interval)
            "a level above 0 and at most 0.999999, such as 0.9"
            (number options.Interval)

        require
            (options.CalibrationFraction
             |> Option.forall (fun share -> share > 0.0 && share < 1.0))
            (nameof options.CalibrationFraction)
            "above 0 and below 1"
            (number options.CalibrationFraction)

        require
            (options.CalibrationFraction.IsNone || options.Interval.IsSome)
            (nameof options.CalibrationFraction)
            $"null unless {nameof options.Interval} is set"
            (number options.CalibrationFraction)

        require
            (defaultArg options.ValidationFraction usualValidation
             + defaultArg options.TestFraction 0.0
                <
                1.0)
            (nameof options.TestFraction)
            "small enough that the validation part leaves something to train on"
            (number options.TestFraction)

        if options.Optimizer.IsLbfgs then
            checkLbfgs options

        require
            (options.Certify.IsNone || options.Patience.IsNone)
            (nameof options.Patience)
            $"null when {nameof options.Certify} is set, since such a training runs for all its epochs"
            (options.Patience |> Option.map box |> Option.toObj)

        require
            (options.Certify.IsNone || options.StopBy.IsNone)
            (nameof options.StopBy)
            $"null when {nameof options.Certify} is set, since such a training runs for all its epochs"
            (options.StopBy |> Option.map (fun metric -> box metric.Name) |> Option.toObj)

        require
            (options.TestData.IsNone || options.TestFraction.IsNone)
            (nameof options.TestFraction)
            $"null when {nameof options.TestData} is set"
            (number options.TestFraction)

        checkFreeze options
        ClassWeights.check options.ClassWeights

    /// The options with the activations' own names, and no share for validation where there is data for it or no need.
    let internal resolved (options: Options) : Options =
        { options with
            Activations = options.Activations |> List.map (fun name -> (Activation.layer name).Kind)
            ValidationFraction =
                if options.ValidationData.IsSome then
                    Some 0.0
                elif options.Certify.IsSome then
                    // the last epoch is taken
                    Some(defaultArg options.ValidationFraction 0.0)
                else
                    options.ValidationFraction
        }
