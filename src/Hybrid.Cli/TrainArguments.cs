using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>The arguments of training. Options that are not given keep the library's defaults.</summary>
sealed class TrainArguments
{
    public const string Examples = """
        Examples:
          hybrid train iris                                      built-in data, everything chosen for you
          hybrid train houses.csv --target price --ignore id     a table with a header; the target is a quantity
          hybrid train houses.csv --target price,rent            two quantities at once
          hybrid train digits --hidden 128,64 --dropout 0.2      two hidden layers, units dropped at random
          hybrid train visits.csv --target count --loss poisson --weight days   counts, some rows of more days
          hybrid train wine.csv --activation tanh --optimizer lbfgs   a small data set, to the optimum
          hybrid train houses.csv --target price --interval 0.9  intervals that hold 90 % of the prices to come
          hybrid train spiral --activation tanh --seeds 5        five seeds: mean and spread of the accuracy
          hybrid train houses.csv --folds 5 --repeats 2          how good it is on rows held out, with an interval
          hybrid train mnist/ --epochs 10 --output mnist.onnx    a folder with MNIST's files
          hybrid train mnist/ --network conv16x3,pool2,conv32x3,pool2,64   a convolutional network
          hybrid train photos/ --network shift2,flip,conv16x3,pool2,64     photos/train/cat/*.png, photos/train/dog/*.png, …
          hybrid train new.csv --from model.onnx --freeze 1      train an existing model further
          hybrid train big.csv --checkpoint run.checkpoint       may be killed: --resume run.checkpoint goes on
          hybrid train huge.csv --stream --batch-size 256        a table larger than memory
          hybrid train data.tsv --json --history loss.csv        for scripts

        Layers, as words between commas:
          128                    neurons, and the activation; images become rows before it, as by flatten
          conv32x3               32 convolutions of 3 × 3 pixels, with zeros around the image, and the activation
          conv32x3/2             for every second pixel
          conv32x3:valid         where windows lie within the image; further :groups4, :depthwise, :dilated2
          norm                   batch normalization of what is before it, ahead of its activation
          tanh, identity, …      after a layer: this activation in place of --activation, or none
          pool2, average2        maximum, mean of 2 × 2 pixels; pool3/2: of 3 × 3 pixels around every second
          globalmax, globalaverage   of each channel
          dropout0.2             drops numbers, of images whole channels, in training
          residual(…)            adds what it takes to what the layers in it return, before the last activation, as in
                                 residual(conv64x3,norm,conv64x3,norm); where sizes change, conv64x1 fits what it takes
          shift2, flip, crop28   at the start, in training only: moves images by up to 2 pixels, mirrors half of them, takes
                                 random parts of 28 × 28 pixels (in use the middle)
          image32x32x3           at the start: height, width and channels, where the data do not say them

        Next: hybrid evaluate, hybrid predict and hybrid describe take the written file.
        """;

    static readonly TrainingOptions defaults = new();
    static readonly string[] activations = [.. NeuralNetwork.Activations];

    public Argument<string> Data { get; } = new("DATA")
    {
        Description = $"{string.Join(", ", TableData.BuiltIn)}; or a CSV, TSV, Parquet or Arrow file; or a folder of images: "
            + "MNIST's or CIFAR's files, or PNG and JPEG files as train/CLASS/*.png and test/CLASS/*.png, or only CLASS/*.png.",
    };

    /// <summary>How a table is read.</summary>
    public TableArguments Tables { get; } = new();

    readonly Option<int[]?> hidden = Arguments.Sizes(
        "--hidden", "n,n,…", "Units of each hidden layer, such as 64,32; 0 for none. Default: two layers sized for the data, or "
        + "for few examples one of 256, without L2 or for quantities with 0.03, as cross-validation decides; for images, at least 1,000 of 16 × 16 pixels, a convolutional network as of --network, trained for 10 epochs.");

    readonly Option<string?> network = Arguments.Text(
        "--network", "layers", "Hidden layers as words, in place of --hidden, such as conv32x3,pool2,conv64x3,pool2,128 for images: see "
        + "Layers below.");

    readonly Option<string[]?> activation = Arguments.Choices(
        "--activation", "name",
        $"{string.Join(", ", activations)}: one for all, or one per hidden layer, separated by commas. "
        + $"Default: {string.Join(',', defaults.Activations)}.",
        activations);

    readonly Option<int?> maxout = Arguments.Whole(
        "--maxout", "Hidden layers of maxout units with k linear pieces, at least 2, instead of an activation.", "k");

    readonly Option<string?> loss = Arguments.Named(
        "--loss", "loss", "For classes softmax (cross-entropy, the default), hinge or focal:2; for a quantity squared (the default), absolute, "
        + "huber, poisson for counts, or quantile:0.1,0.5,0.9 for several quantiles at once; for several columns of yes or no sigmoid.",
        LossModule.named, LossModule.all.Select(loss => loss.Name));

    readonly Option<double?> labelSmoothing = Arguments.Number(
        "--label-smoothing", "With --loss softmax: the share of each label that is spread over all classes, at least 0 and below 1.", "share");

    readonly Option<double?> l2 = Arguments.Number(
        "--l2", "Strength of the penalty on squared weights. Default: 1/n with n training examples.");
    readonly Option<double?> l1 = Arguments.Number("--l1", "Strength of the penalty on absolute weights.");

    readonly Option<double?> dropout = Arguments.Number(
        "--dropout", "Probability of dropping a hidden unit in a training step, at least 0 and below 1.", "p");

    readonly Option<double?> inputNoise = Arguments.Number(
        "--input-noise", "Standard deviation of the noise added to standardised inputs in training.", "sd");

    readonly Option<string?> certify = Arguments.Text(
        "--certify", "radius", "Train for a model that can be certified: the worst row counts in which columns differ by this radius, as for "
        + "hybrid certify. What is proved of the test part is in the report.");

    readonly Option<double?> maxNorm = Arguments.Number("--max-norm", "Maximum norm of a neuron's weights.");
    readonly Option<double?> clipNorm = Arguments.Number("--clip-norm", "Maximum norm of the whole gradient.");

    readonly Option<string?> optimizer = Arguments.Choice(
        "--optimizer", "lbfgs uses all examples in every iteration: for small data sets; --epochs then counts iterations. "
        + $"Default: {defaults.Optimizer}.", TrainingOptions.Optimizers);

    readonly Option<double?> learningRate = Arguments.Number("--learning-rate", "Above 0. Default: the optimizer's own; six times that for many examples and a small network.", "rate").Also("--lr");

    readonly Option<string?> schedule = Arguments.Choice(
        "--schedule", "How the learning rate changes. Default: constant; cosine for many examples and a small network.",
        ScheduleModule.all.Select(schedule => schedule.Name));

    readonly Option<int?> batchSize = Arguments.Whole(
        "--batch-size", "Examples per step, at most all training examples. Default: depends on the number of examples.");

    readonly Option<int?> epochs = Arguments.Whole(
        "--epochs", "Maximum number of passes over the training examples. Default: depends on the number of examples.");

    public Option<SharePart?> Validation { get; } = Arguments.Share(
        "--validation",
        "Share of the examples that decides which epoch is best, 0 for none; or a file of further examples that does. Default: 0.1, "
        + "or for few examples none, and cross-validation decides how many epochs there are.");

    readonly Option<int?> patience = Arguments.Whole(
        "--patience", "Stop after N epochs without a lower validation loss, or a better --stop-by. Default: by --epochs.");

    readonly Option<string?> stopBy = Arguments.OneMetric(
        "--stop-by", "The metric of the validation part that decides which epoch is best, such as roc-auc or mae; see hybrid evaluate "
        + "--metric. Default: the loss.");

    public Option<SharePart?> Test { get; } = Arguments.Share(
        "--test", "Share of the examples held out to measure the final network, 0 for none; or a file of further examples to measure "
        + "it. Default: 0.25, or the test part of a folder of images.");

    readonly Option<double?> interval = Arguments.Number(
        "--interval", "Predict intervals, or sets of classes, that hold the truth of this share of the examples to come, such as 0.9, however "
        + "wrong the model is. Default: none.", "level");

    readonly Option<double?> calibration = Arguments.Number(
        "--calibration", "With --interval: share of the examples that intervals are calibrated on, and that choose nothing. Default: 0.2.",
        "share");

    readonly Option<bool> temperature = new("--temperature")
    {
        Description = "Calibrate probabilities by a temperature that the validation part decides; the report has the expected calibration "
            + "error without and with it.",
    };

    readonly Option<bool> labelThresholds = new("--label-thresholds")
    {
        Description = "For several columns of yes or no: choose for each the probability from which on it is yes, by its F1 on the validation "
            + "part. Default: 0.5 for all.",
    };

    readonly Option<string?> classWeights = Arguments.Named(
        "--class-weights", "balanced|none|a=2,b=1", "balanced: rare classes count as much as common ones; or how much an example of each class "
        + "counts, 1 if it is not named. Default: none.", Models.ClassWeightsModule.parse, ["balanced", "none"]);

    readonly Option<string?> gradients = Arguments.Choice(
        "--gradients", "Where gradients come from: the library's own rules, or DiffSharp if the package Hybrid.DiffSharp is "
        + $"installed next to the program. Default: {defaults.Gradients}.", TrainingOptions.GradientSources);

    public Option<string?> From { get; } = Arguments.Text(
        "--from", "model.onnx", "A model to train further, instead of a new one: hybrid's own, or a foreign ONNX file. Its "
        + "preprocessing is kept, and --l2 is 0 unless given.");

    public Option<int?> Freeze { get; } = Arguments.Whole(
        "--freeze", "With --from: the first N layers with weights are not trained. Default: 0.");

    readonly Option<ulong?> seed = Arguments.Natural(
        "--seed", $"The same seed gives the same network. Default: {defaults.Seed}.");

    public Option<int?> Seeds { get; } = Arguments.Whole(
        "--seeds", "Train with N seeds, starting at --seed; prints mean and spread, and writes the network of the best "
        + "validation loss.");

    public FoldArguments Folding { get; } = new();

    readonly Option<int?> grains = Arguments.Whole(
        "--grains", "Cut each batch into N parts, whose gradients are summed in a fixed order, so that the network is the same for any number of "
        + $"processes under mpirun. Default: 1; {Ranks.Grains} under mpirun.");

    readonly Option<int?> threads = Arguments.Whole(
        "--threads", "Number of threads; the network does not depend on it. Default: one per processor.");

    readonly Option<bool> monitor = new("--monitor")
    {
        Description = "Show after each epoch the share of hidden units that are dead or saturated, also in --history and --json; "
            + "measured on 1,000 training examples.",
    };

    public Option<string?> Checkpoint { get; } = Arguments.Text(
        "--checkpoint", "path", "Write the training's state to this file while it runs, so that it survives a crash; --resume goes on from "
        + "it. The one before it is kept as FILE.previous.");

    readonly Option<TimeSpan?> every = Arguments.Interval(
        "--every", "With --checkpoint or --resume: how often, such as 30s, 5m or epoch; less often where writing takes more than 1 % of the "
        + "time. Default: 30s.");

    public Option<string?> Resume { get; } = Arguments.Text(
        "--resume", "path", "Go on from this checkpoint, with the same data and options as before: the model is the same as without a break, "
        + "to the bit. Further checkpoints go to it, or to --checkpoint.");

    readonly Option<bool> acceptChanges = new("--accept-changes")
    {
        Description = "With --resume: go on although data or options differ; layers and optimizer must be the same.",
    };

    public Option<string?> History { get; } = Arguments.Text("--history", "file.csv", "Write one row per epoch to this file.");

    public Option<string?> Output { get; } = Arguments.Output(
        "file.onnx", $"The file for the network. Default: {TrainCommand.DefaultOutput}.");

    public Option<bool> Json { get; } = Arguments.Json();

    public void AddTo(Command command)
    {
        command.Add(Data);
        foreach (var option in (IEnumerable<Option>)[
            .. Tables.Options, hidden, network, activation, maxout,
            loss, labelSmoothing, optimizer,
            learningRate, schedule, batchSize,
            From, Freeze, epochs, patience, stopBy, Validation, Test, Tables.OnError, interval, calibration, temperature, labelThresholds, l2, l1, dropout, inputNoise, certify,
            maxNorm, clipNorm, classWeights, gradients, seed, Seeds, .. Folding.Options, grains, threads, monitor,
            Checkpoint, every, Resume, acceptChanges, History, Output, Json])
            command.Add(option);
    }

    /// <summary>The options that a search takes too: how a table is read, and what is not searched.</summary>
    public IEnumerable<Option> OfSearch =>
    [
        .. Tables.OfSearch, hidden, network, activation, maxout,
        loss, labelSmoothing, optimizer, learningRate, schedule, batchSize, epochs, Validation, Test, Tables.OnError, l2, l1, dropout, inputNoise, maxNorm,
        clipNorm, classWeights, gradients, seed, threads, Output, Json,
    ];

    /// <summary>The axes of a search whose options are given, if only with their defaults.</summary>
    public IReadOnlyList<string> Given(ParseResult parsed)
    {
        string[] given =
        [
            .. OfSearch.Where(option => parsed.GetResult(option) is not null).Select(option => option.Name.TrimStart('-')),
            .. (parsed.GetResult(maxout) is null ? Array.Empty<string>() : ["activation"]),
            .. (parsed.GetResult(network) is null ? Array.Empty<string>() : ["hidden", "dropout", "input-noise"]),
            .. (parsed.GetResult(learningRate) is null ? Array.Empty<string>() : ["rate-factor"]),
        ];
        return [.. SearchSpace.Names.Intersect(given)];
    }

    /// <summary>How a table is read.</summary>
    public TableOptions Table(ParseResult parsed) => Tables.Value(parsed, parsed.GetValue(loss) is { } name && IsOfQuantities(name));

    /// <summary>The number of grains, if it is given.</summary>
    public int? Grains(ParseResult parsed) => parsed.GetValue(grains);

    /// <summary>Whether a loss is for quantities only, so that a target of few integers is not one of classes.</summary>
    static bool IsOfQuantities(string loss) => loss == LossModule.poisson.Name || loss.StartsWith("quantile", StringComparison.Ordinal);

    /// <summary>The loss, with label smoothing if that is asked for.</summary>
    /// <exception cref="UsageException">Labels are not smoothed in another loss.</exception>
    string? Loss(ParseResult parsed) => (parsed.GetValue(labelSmoothing), parsed.GetValue(loss)) switch
    {
        (null, var name) => name ?? defaults.Loss,
        (double share, null or "softmax") when share is >= 0 and < 1 => LossModule.smoothed(share).Name,
        (double share, null or "softmax") => throw new UsageException(
            $"--label-smoothing must be at least 0 and below 1, not {Words.Number(share)}."),
        (_, var name) => throw new UsageException($"--label-smoothing is for the loss softmax, not {name}. Omit one of them."),
    };

    /// <exception cref="UsageException">Options for a new network are combined with --from.</exception>
    void CheckFrom(ParseResult parsed)
    {
        var isFrom = parsed.GetValue(From) is not null;
        Option[] layers = [hidden, network, activation, maxout, dropout, inputNoise, Tables.Embed];

        if (isFrom && layers.FirstOrDefault(option => parsed.GetResult(option) is not null) is { } made)
            throw new UsageException($"{made.Name} is for a new network, but --from takes one from a file. Omit one of them.");

        if (parsed.GetResult(interval) is null && parsed.GetResult(calibration) is not null)
            throw new UsageException("--calibration needs --interval: without intervals there is nothing to calibrate.");

        if (parsed.GetResult(every) is not null && parsed.GetValue(Checkpoint) is null && parsed.GetValue(Resume) is null)
            throw new UsageException("--every needs --checkpoint or --resume: without them there is nothing to write.");

        if (parsed.GetValue(acceptChanges) && parsed.GetValue(Resume) is null)
            throw new UsageException("--accept-changes needs --resume: a new training has nothing to differ from.");

        if (!isFrom && parsed.GetResult(Freeze) is not null)
            throw new UsageException("--freeze needs --from: a new network has nothing to freeze.");
    }

    /// <summary>The words of a network say what these options would.</summary>
    void CheckNetwork(ParseResult parsed)
    {
        if (parsed.GetValue(network) is null)
            return;

        foreach (var (option, instead) in ((Option, string)[])[
            (hidden, "write 64,32 among the layers"), (maxout, "layers of words have other activations"),
            (dropout, "write dropout0.2 among the layers"), (inputNoise, "shift2 and flip change images in training")])
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} and --network exclude each other: omit one of them ({instead}).");
    }

    /// <summary>How to build and train the network, checked; without the model of --from, which is read with the data.</summary>
    public TrainingOptions Training(ParseResult parsed)
    {
        CheckFrom(parsed);
        CheckNetwork(parsed);
        var options = new TrainingOptions
        {
            Hidden = List(parsed, hidden) ?? defaults.Hidden,
            Layers = parsed.GetValue(network),
            Activations = List(parsed, activation) ?? defaults.Activations,
            MaxoutPieces = parsed.GetValue(maxout) ?? defaults.MaxoutPieces,
            Loss = Loss(parsed),
            L2 = parsed.GetValue(l2) ?? defaults.L2,
            L1 = parsed.GetValue(l1) ?? defaults.L1,
            Dropout = parsed.GetValue(dropout) ?? defaults.Dropout,
            InputNoise = parsed.GetValue(inputNoise) ?? defaults.InputNoise,
            Embed = parsed.GetValue(Tables.Embed) ?? [],
            Certify = parsed.GetValue(certify),
            MaxNorm = parsed.GetValue(maxNorm) ?? defaults.MaxNorm,
            ClipNorm = parsed.GetValue(clipNorm) ?? defaults.ClipNorm,
            Optimizer = parsed.GetValue(optimizer) ?? defaults.Optimizer,
            LearningRate = parsed.GetValue(learningRate) ?? defaults.LearningRate,
            Schedule = parsed.GetValue(schedule) ?? defaults.Schedule,
            BatchSize = parsed.GetValue(batchSize) ?? defaults.BatchSize,
            Grains = parsed.GetValue(grains) ?? defaults.Grains,
            Epochs = parsed.GetValue(epochs) ?? defaults.Epochs,
            Patience = parsed.GetValue(patience) ?? defaults.Patience,
            StopBy = parsed.GetValue(stopBy),
            ValidationFraction = parsed.GetValue(Validation)?.Share ?? defaults.ValidationFraction,
            TestFraction = parsed.GetValue(Test)?.Share ?? defaults.TestFraction,
            Interval = parsed.GetValue(interval) ?? defaults.Interval,
            CalibrationFraction = parsed.GetValue(calibration) ?? defaults.CalibrationFraction,
            Temperature = parsed.GetValue(temperature),
            LabelThresholds = parsed.GetValue(labelThresholds),
            BalancedClasses = Weights(parsed).IsBalanced,
            ClassWeights = Weights(parsed) is Models.ClassWeights.Own own
                ? own.Item.ToDictionary(each => each.Item1, each => each.Item2)
                : null,
            Gradients = parsed.GetValue(gradients) ?? defaults.Gradients,
            Seed = parsed.GetValue(seed) ?? defaults.Seed,
            Threads = parsed.GetValue(threads) ?? defaults.Threads,
            Monitor = parsed.GetValue(monitor),
            Checkpoint = parsed.GetValue(Checkpoint),
            CheckpointInterval = parsed.GetValue(every) ?? defaults.CheckpointInterval,
            Resume = parsed.GetValue(Resume),
            AcceptChanges = parsed.GetValue(acceptChanges),
        };

        options.Check();
        return options;
    }

    Models.ClassWeights Weights(ParseResult parsed) => Models.ClassWeightsModule.parse(parsed.GetValue(classWeights) ?? "none");

    /// <summary>The parser gives an empty list for an absent option, which must not mean no hidden layers.</summary>
    static T[]? List<T>(ParseResult parsed, Option<T[]?> option) =>
        parsed.GetResult(option) is null ? null : parsed.GetValue(option);
}
