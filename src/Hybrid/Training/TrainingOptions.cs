using System.Diagnostics.CodeAnalysis;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>How to build and train a network. Every property has a default that gives a good model for ordinary data.</summary>
public sealed record TrainingOptions
{
    /// <summary>The number of units of each hidden layer, first to last; empty for none. Null: sized for the data, two
    /// layers, the first twice as wide as the data up to 256 and at least 32, or one unit per 40 examples up to 128; the second half
    /// as wide; narrower where the first would have more than 2²² weights, beyond 16,384 features; or, where cross-validation decides and
    /// L2 is not given, a single layer of 256, without L2 for classes and with one of 0.03 for quantities, if that is better. For
    /// images, at least 1,000 of 16 × 16 pixels, a convolutional network, trained for 10 epochs at a rate that falls to 0, unless
    /// there are several Activations, or MaxoutPieces, Dropout, InputNoise or Certify.</summary>
    public IReadOnlyList<int>? Hidden { get; init; }

    /// <summary>The activation of all hidden layers, or one for each: relu, leaky-relu, tanh, sigmoid, identity, elu, selu,
    /// gelu or softplus. Default: relu.</summary>
    public IReadOnlyList<string> Activations { get; init; } = [.. Models.OptionsModule.defaults.Activations];

    /// <summary>The number of linear pieces per hidden unit, from 2 to 1000, which makes the hidden layers maxout layers instead
    /// of an activation. Default: 0, none.</summary>
    public int MaxoutPieces { get; init; }

    /// <summary>Builds the layers to train from the number of features (standardised, with a column per category) and the number
    /// of outputs (one per class, or one), instead of those that Hidden, Activations, MaxoutPieces, Dropout and InputNoise
    /// give; a final softmax is left to the loss of that name. Null: those of the options.</summary>
    public Func<int, int, NeuralNetwork>? Network { get; init; }

    /// <summary>The hidden layers as words, in place of Hidden: conv32x3,norm,pool2,conv64x3,norm,pool2,128 for images is 32 convolutions
    /// of 3 × 3 pixels, maxima of 2 × 2 pixels, and so on, and 128 neurons. conv64x3/2 takes every second pixel, conv16x5:valid only
    /// windows within the image, average2 means; globalaverage and globalmax are those of each channel, dropout0.2 drops numbers or
    /// channels, residual(conv64x3,norm,conv64x3,norm) adds what it takes to what its layers return, before the last activation, and
    /// image32x32x3, at the start, states height, width and channels where the image is not a square of one channel or three. The one
    /// activation follows each convolution and each layer of neurons; norm after one of these is batch normalization between its sums
    /// and the activation, by the batch in training and by running statistics in use; the name of an activation, such as tanh, replaces
    /// the activation, and identity leaves it out. Null: those of Hidden.</summary>
    public string? Layers { get; init; }

    /// <summary>The names of the losses.</summary>
    public static IReadOnlyList<string> Losses { get; } = [.. LossModule.all.Select(loss => loss.Name)];

    /// <summary>For classes softmax, hinge, label-smoothing:0.1 or focal:2, with the share of a label that is spread over all classes, or
    /// the exponent that makes examples that are recognised count little; for a quantity squared, absolute, huber, poisson for counts, or
    /// quantile:0.1,0.5,0.9, one output of each target for each level, which never cross. Null: softmax for classes, squared for a
    /// quantity.</summary>
    public string? Loss { get; init; }

    /// <summary>A loss of your own, in place of one by name; Loss must then be null. Null: <see cref="Loss"/>.</summary>
    public CustomLoss? CustomLoss { get; init; }

    /// <summary>The strength λ of the penalty ½λ Σ w² on weights, at least 0; for adamw, of its own weight decay. Null: 1/n for n
    /// training examples, which corresponds to a standard normal prior on every weight; where a few examples are all there is, as
    /// in XOR, 0 is better.</summary>
    public double? L2 { get; init; }

    /// <summary>The strength λ of the penalty λ Σ |w| on weights, at least 0. Default: 0.</summary>
    public double L1 { get; init; }

    /// <summary>The probability of dropping a hidden unit in a training step, in [0, 1). Default: 0.</summary>
    public double Dropout { get; init; }

    /// <summary>The standard deviation of the noise added to inputs in training, in units of the standardised input. Default:
    /// 0.</summary>
    public double InputNoise { get; init; }

    /// <summary>The maximum length of a neuron's weights, above 0. Null: no limit.</summary>
    public double? MaxNorm { get; init; }

    /// <summary>The maximum length of the whole gradient, above 0. Null: no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The names of the optimizers: those that take a step per batch, and lbfgs, which uses all examples in every
    /// iteration.</summary>
    public static IReadOnlyList<string> Optimizers { get; } =
        [.. Models.MethodModule.names];

    /// <summary>sgd, momentum, nesterov, rmsprop, adagrad, adam, adamw or lbfgs. Default: adam. lbfgs has no learning rate,
    /// schedule, batch size, dropout, noise or norm limits; its epochs are iterations.</summary>
    public string Optimizer { get; init; } = Models.MethodModule.name(Models.OptionsModule.defaults.Optimizer);

    /// <summary>Above 0. Null: the optimizer's own, 0.001 for adam; and six times that from 10,000 training examples on, for
    /// at most 50,000 weights, if batch size and schedule are null too.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The names of the schedules.</summary>
    public static IReadOnlyList<string> Schedules { get; } = [.. ScheduleModule.all.Select(schedule => schedule.Name)];

    /// <summary>constant, step, exponential or cosine. Null: constant; and cosine where the learning rate is six times the
    /// optimizer's own.</summary>
    public string? Schedule { get; init; }

    /// <summary>A schedule of your own, in place of one by name. Null: <see cref="Schedule"/>.</summary>
    public CustomSchedule? CustomSchedule { get; init; }

    /// <summary>Examples per step, from 1 to the number of training examples. Null: 32, or 128 from 10,000 examples on, and
    /// all of them where there are fewer.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The number of parts, grains, that each batch is cut into, at least 1: their gradients are computed one by one and summed in a
    /// fixed order. Where several processes train together, each computes some of the grains: the result depends on the number of grains, but
    /// not on that of processes. Normalization, if the network has any, is by the statistics of a grain. Default: 1.</summary>
    public int Grains { get; init; } = Models.OptionsModule.defaults.Grains;

    /// <summary>Connects several processes, ranks, that compute this training together, at most as many as there are grains: each is given the
    /// same data and options and has the same result, and rank 0 writes the checkpoints and decides when it is cancelled. Of several
    /// trainings, for seeds, folds or a search, each is that of one rank, and all have the results. The package Hybrid.Mpi has one. Null: this process alone.</summary>
    public ICommunicator? Communicator { get; init; }

    /// <summary>The maximum number of passes over the training examples. Null: as many as make 20,000 steps, but from 30 to
    /// 1,000.</summary>
    public int? Epochs { get; init; }

    /// <summary>The number of epochs without a lower validation loss after which training stops. Null: a tenth of the epochs,
    /// or a quarter where the learning rate is six times the optimizer's own, but at least 5.</summary>
    public int? Patience { get; init; }

    /// <summary>The metric of the validation part that decides which epoch was best and when patience ends, out of
    /// <see cref="Metric.Names"/>; equal values are decided by the loss. Null: the validation loss.</summary>
    public string? StopBy { get; init; }

    /// <summary>A metric of your own that decides this, in place of one by name. Null: <see cref="StopBy"/>.</summary>
    public CustomMetric? CustomStopBy { get; init; }

    /// <summary>The share of all examples that decides which epoch was best, in [0, 1); 0 for none. Null: 0.1, or none for 20 to
    /// 1,200 training examples and a network of at most 50,000 weights, if neither the epochs nor patience, metric, schedule, loss or layers
    /// are given: then 5-fold cross-validation decides how many epochs there are, and a temperature of at least 1 for the
    /// probabilities of classes and labels, and all training examples are learned from.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>Examples that decide which epoch was best, with the columns and classes of the data, in place of a share of it.
    /// Null: <see cref="ValidationFraction"/>.</summary>
    public TableData? ValidationData { get; init; }

    /// <summary>The share of all examples held out to measure the final network, in [0, 1); 0 for none. Null: 0.25, or the
    /// test part that comes with the data.</summary>
    public double? TestFraction { get; init; }

    /// <summary>Examples that measure the final network, with the columns and classes of the data, in place of a share of it. Null:
    /// <see cref="TestFraction"/>.</summary>
    public TableData? TestData { get; init; }

    /// <summary>The level of intervals of a quantity, or of sets of classes, above 0 and below 1, such as 0.9: the share of examples to
    /// come whose truth they hold, however wrong the model is. A part of the examples that chooses nothing is kept for their calibration.
    /// Null: no intervals.</summary>
    public double? Interval { get; init; }

    /// <summary>The share of all examples that intervals are calibrated on, above 0 and below 1; at least level / (1 - level)
    /// examples. Null: 0.2, with <see cref="Interval"/>.</summary>
    public double? CalibrationFraction { get; init; }

    /// <summary>Whether probabilities are calibrated by a temperature T, softmax(z / T), that the validation part decides after
    /// training; the most probable class stays the same. Default: false.</summary>
    public bool Temperature { get; init; }

    /// <summary>Whether the probability from which on each of several labels is yes is chosen by its F1 on the validation part, after
    /// training: see <see cref="Model.Thresholds"/>. Default: false, and it is 0.5.</summary>
    public bool LabelThresholds { get; init; }

    /// <summary>Whether all classes count equally in the loss, however rare: weights n / (k·nᶜ). Default: false.</summary>
    public bool BalancedClasses { get; init; }

    /// <summary>How much the examples of some classes count in the loss, by the names of the classes: at least 0, and 1 for classes that
    /// are not named. Null: <see cref="BalancedClasses"/>.</summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>A model to train further: its layers, including its preprocessing, instead of new ones; a final
    /// softmax, logarithm of softmax or sigmoid is left to the loss. Its columns and classes are those of the data. Weights are
    /// not penalised unless L2 is set, and a quantity is learned in its own unit. Of a file from elsewhere, whether the trained model can be
    /// saved is known before: <see cref="Model.Save(Stream)"/> to <see cref="Stream.Null"/> says so. Null: a new network.</summary>
    public Model? From { get; init; }

    /// <summary>The number of its layers with weights to freeze, counted from the input: from 0 to one less than their
    /// number. Default: 0.</summary>
    public int Freeze { get; init; }

    /// <summary>The columns of categories to learn as vectors, a few numbers for each category: COLUMN, or COLUMN=WIDTH for so many
    /// numbers, or COLUMN=0 for a feature for each category. Default: none named; those are learned so that have more than 256
    /// categories in training, or more than 32 that occur 10 times on average, with the fourth root of their number as width.</summary>
    /// <remarks>Categories that occur less than 3 times in training, unknown ones and missing values share one vector.</remarks>
    public IReadOnlyList<string> Embed { get; init; } = [];

    /// <summary>The names of the sources of gradients.</summary>
    public static IReadOnlyList<string> GradientSources { get; } = Hybrid.GradientSources.Names;

    /// <summary>Where the gradients of the loss come from: graph, the library's own derivative rules, or diffsharp, DiffSharp's
    /// reverse mode, for which the package Hybrid.DiffSharp must be referenced or be in the program's folder. Default:
    /// graph.</summary>
    public string Gradients { get; init; } = Hybrid.GradientSources.Graph;

    /// <summary>By how much columns may move around each example, in their own units, for a model that can be certified: 0.1 or 1%
    /// for every column of numbers, or some by name, such as area=2,rooms=5%. The loss of the worst row in that box is then
    /// minimised, and training runs for all its epochs. Null: only the examples themselves count.</summary>
    /// <remarks>What is null then differs: the learning rate is twice as high, and falls to 0 while the box has its size; there are
    /// 256 examples per step from 10,000 on, epochs make 28,000 steps, and there is no L2 and no part for validation.</remarks>
    public string? Certify { get; init; }

    /// <summary>The same seed gives the same split, initial weights and steps. Default: 1.</summary>
    public ulong Seed { get; init; } = Models.OptionsModule.defaults.Seed;

    /// <summary>The number of threads; the result does not depend on it. Default: 0, all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Whether the share of dead and of saturated hidden units is measured after each epoch, on a sample of the
    /// training examples. The network does not depend on it. Default: false.</summary>
    public bool Monitor { get; init; }

    /// <summary>The file that the training's state is written to while it runs, so that it survives the end of the process: the
    /// network, the state of optimizer, schedule and early stopping, and what distinguishes data and options. It is replaced as a whole
    /// or not at all, and the one before it is kept as FILE.previous. A training that is cancelled or ends writes it too. Null:
    /// none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The time from one checkpoint to the next; zero for one after each epoch. If writing takes more than 1 % of the time, there
    /// are fewer. Default: 30 seconds.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A checkpoint to go on from: the model is then the same as without a break, to the bit, with any number of threads. Data
    /// and options must be the same as before. Null: from the beginning.</summary>
    public string? Resume { get; init; }

    /// <summary>Whether a checkpoint of other data or options is gone on from, with those given. Its layers and method must be the
    /// same. Default: false.</summary>
    public bool AcceptChanges { get; init; }

    /// <summary>Refuses values outside the ranges stated above, and options that cannot be combined.</summary>
    /// <exception cref="OptionException">An option is refused; the message names it, its range and its value.</exception>
    public void Check()
    {
        Models.OptionsModule.check(Value(GradientSourceModule.graph));

        if (!GradientSources.Contains(Gradients))
            throw Unknown(nameof(Gradients), GradientSources, Gradients);
        if (Threads is < 0 or > Kernels.CpuEngine.MaxThreads)
            throw new OptionException(nameof(Threads), $"must be from 0 to {Kernels.CpuEngine.MaxThreads}, not {Threads}");
        if (CheckpointInterval < TimeSpan.Zero)
            throw new OptionException(nameof(CheckpointInterval), $"must be at least 0, not {CheckpointInterval}");
        if (AcceptChanges && Resume is null)
            throw new OptionException(nameof(AcceptChanges), $"needs {nameof(Resume)}");
    }

    /// <summary>Refuses more ranks than there are grains for one training.</summary>
    /// <exception cref="OptionException">There are more.</exception>
    internal void CheckRanks()
    {
        if (Communicator is { Size: var ranks } && ranks > Grains)
            throw new OptionException(nameof(Grains), $"must be at least the number of ranks, {ranks}, not {Grains}");
    }

    /// <summary>Refuses checkpoints where there are several trainings, which would overwrite each other's.</summary>
    /// <exception cref="OptionException">There is one.</exception>
    internal void CheckSeveral()
    {
        if (Checkpoint is not null || Resume is not null)
            throw new OptionException(
                Checkpoint is null ? nameof(Resume) : nameof(Checkpoint), "is for one training, not for several with different seeds or parts");
    }

    /// <summary>The same in the functional core, where the gradients are those of a source.</summary>
    /// <exception cref="OptionException">A name is unknown.</exception>
    internal Models.Options Value(GradientSource gradients) => new(
        Hidden is null ? null : FSharpOption<FSharpList<int>>.Some(ListModule.OfSeq(Hidden)),
        ListModule.OfSeq((Activations ?? throw Unknown(nameof(Activations), NeuralNetwork.Activations, null)).Select(name => name ?? "")),
        MaxoutPieces,
        Network is null
            ? null
            : FSharpOption<FSharpFunc<int, FSharpFunc<int, Core.Network>>>.Some(FuncConvert.FromFunc<int, int, Core.Network>(Made)),
        OptionModule.OfObj(Layers),
        From is null ? null : FSharpOption<Models.FSharpModel>.Some(From.Value),
        Freeze, ListModule.OfSeq(Embed),
        OptionModule.OfObj(LossValue()),
        OptionModule.OfNullable(L2), L1, Dropout, InputNoise, OptionModule.OfNullable(MaxNorm), OptionModule.OfNullable(ClipNorm),
        Known(nameof(Optimizer), Optimizers, Models.MethodModule.named, Optimizer),
        OptionModule.OfNullable(LearningRate),
        OptionModule.OfObj(CustomSchedule?.Value ?? (Schedule is null ? null : Known(nameof(Schedule), Schedules, ScheduleModule.named, Schedule))),
        OptionModule.OfNullable(BatchSize), Grains, OptionModule.OfNullable(Epochs), OptionModule.OfNullable(Patience),
        OptionModule.OfObj(StopByValue()),
        OptionModule.OfNullable(ValidationFraction),
        ValidationData is null ? null : FSharpOption<Data.Table>.Some(ValidationData.Whole()),
        OptionModule.OfNullable(TestFraction), TestData is null ? null : FSharpOption<Data.Table>.Some(TestData.Whole()),
        OptionModule.OfNullable(Interval), OptionModule.OfNullable(CalibrationFraction), Temperature, LabelThresholds,
        Weights(), gradients,
        Certify is null ? null : FSharpOption<string>.Some(Certify), Seed);

    Core.Loss? LossValue() => (CustomLoss, Loss) switch
    {
        (null, null) => null,
        (null, _) => Known(nameof(Loss), Losses, LossModule.named, Loss),
        ({ } own, null) => own.Value,
        _ => throw new OptionException(nameof(Loss), $"must be null when {nameof(CustomLoss)} is set, not {Loss}"),
    };

    Models.FSharpMetric? StopByValue() => (CustomStopBy, StopBy) switch
    {
        (null, null) => null,
        (null, _) => Known(nameof(StopBy), Metric.Names, Models.MetricModule.named, StopBy),
        ({ } own, null) => own.Core,
        _ => throw new OptionException(nameof(StopBy), $"must be null when {nameof(CustomStopBy)} is set, not {StopBy}"),
    };

    Models.ClassWeights Weights() => (ClassWeights, BalancedClasses) switch
    {
        (null, false) => Models.ClassWeights.Alike,
        (null, true) => Models.ClassWeights.Balanced,
        ({ } weights, false) => Models.ClassWeights.NewOwn(
            ListModule.OfSeq(weights.Select(weight => Tuple.Create(weight.Key, weight.Value)))),
        _ => throw new OptionException(nameof(ClassWeights), $"must be null when {nameof(BalancedClasses)} is true"),
    };

    /// <summary>The caller's layers.</summary>
    Core.Network Made(int features, int outputs)
    {
        var network = Network!(features, outputs) ?? throw new OptionException(nameof(Network), "must return a network, not null");
        return network.Inputs == features
            ? network.Value
            : throw new OptionException(
                nameof(Network), $"takes {network.Inputs} inputs, but the data has {features} features after preprocessing");
    }

    static T Known<T>(string option, IReadOnlyList<string> names, Func<string, T> named, string? name) =>
        Try(named, name, out var found) ? found : throw Unknown(option, names, name);

    static bool Try<T>(Func<string, T> named, string? name, [MaybeNullWhen(false)] out T found)
    {
        try
        {
            found = named(name ?? "");
            return true;
        }
        catch (HybridException)
        {
            found = default;
            return false;
        }
    }

    static OptionException Unknown(string option, IReadOnlyList<string> names, string? name) =>
        new(option, $"must be one of {string.Join(", ", names)}, not {name ?? "null"}");
}
