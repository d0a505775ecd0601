namespace Hybrid;

/// <summary>How a network is made and trained. Every property has a default that gives a good model for ordinary data.</summary>
public sealed record TrainingOptions
{
    /// <summary>The number of units of each hidden layer, first to last; empty for none. Null chooses by the data: two
    /// layers, the first twice as wide as the data up to 256 and at least 32, the second half as wide; narrower where the first
    /// would have more than 2²² weights, beyond 16,384 features.</summary>
    public IReadOnlyList<int>? Hidden { get; init; }

    /// <summary>The activation of all hidden layers, or one for each: relu, leaky-relu, tanh, sigmoid, identity, elu, selu,
    /// gelu or softplus. Default: relu.</summary>
    public IReadOnlyList<string> Activations { get; init; } = ["relu"];

    /// <summary>Makes the hidden layers maxout layers of so many linear pieces each, at least 2, in place of an
    /// activation. Default: 0, none.</summary>
    public int MaxoutPieces { get; init; }

    /// <summary>Makes the layers to train, from so many features (standardised, with a column for each category) to so many
    /// outputs (one for each class, or one), in place of those that Hidden, Activations, MaxoutPieces, Dropout and InputNoise
    /// make; a final softmax is left to the loss of that name. Null: those.</summary>
    public Func<int, int, Network>? Network { get; init; }

    /// <summary>The names of the losses.</summary>
    public static IReadOnlyList<string> Losses { get; } = [.. LossModule.all.Select(loss => loss.Name)];

    /// <summary>softmax, hinge, squared, absolute or huber. Null: softmax for classes, squared for a quantity.</summary>
    public string? Loss { get; init; }

    /// <summary>The strength λ of the penalty ½λ Σ w² on weights, at least 0; for adamw, of its own weight decay. Null: 1/n for
    /// n training examples, which is what a standard normal prior on every weight comes to; where few examples say all there is
    /// to know, as in XOR, 0 is better.</summary>
    public double? L2 { get; init; }

    /// <summary>The strength λ of the penalty λ Σ |w| on weights, at least 0. Default: 0.</summary>
    public double L1 { get; init; }

    /// <summary>The probability with which a hidden unit is left out in a training step, in [0, 1). Default: 0.</summary>
    public double Dropout { get; init; }

    /// <summary>The standard deviation of the noise added to inputs in training, in units of the standardised input. Default: 0.</summary>
    public double InputNoise { get; init; }

    /// <summary>The greatest length of a neuron's weights, above 0. Null: no bound.</summary>
    public double? MaxNorm { get; init; }

    /// <summary>The greatest length of the whole gradient, above 0. Null: no bound.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The names of the optimizers: those that take steps by batches, and lbfgs, which looks at all examples in
    /// every iteration.</summary>
    public static IReadOnlyList<string> Optimizers { get; } =
        [.. OptimizerModule.all.Select(optimizer => optimizer.Name), Lbfgs.Name];

    /// <summary>sgd, momentum, nesterov, rmsprop, adagrad, adam, adamw or lbfgs. Default: adam. lbfgs has no learning rate,
    /// schedule, batch size, dropout, noise or greatest norms; its epochs are iterations.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>Above 0. Null: the optimizer's own, 0.001 for adam.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The names of the schedules.</summary>
    public static IReadOnlyList<string> Schedules { get; } = [.. ScheduleModule.all.Select(schedule => schedule.Name)];

    /// <summary>constant, step, exponential or cosine. Default: constant.</summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>Examples a step, from 1 to the number of training examples. Null: 32, or 128 from 10,000 examples on, and
    /// all of them where there are fewer.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The most passes over the training examples. Null: as many as make 20,000 steps, but from 30 to 1,000.</summary>
    public int? Epochs { get; init; }

    /// <summary>Stop after so many epochs without a lower validation loss. Null: a tenth of the epochs, but at least 5.</summary>
    public int? Patience { get; init; }

    /// <summary>The share of all examples that decides which epoch was best, in [0, 1); 0 for none. Default: 0.1.</summary>
    public double Validation { get; init; } = 0.1;

    /// <summary>The share of all examples kept apart to measure the final network, in [0, 1); 0 for none. Null: 0.25, or the
    /// test part that the data come with.</summary>
    public double? Test { get; init; }

    /// <summary>Whether all classes count alike in the loss, however rare: weights n / (k·nᶜ). Default: false.</summary>
    public bool BalancedClasses { get; init; }

    /// <summary>A model to train further: its layers as they are, its preprocessing among them, in place of new ones; a final
    /// softmax, logarithm of softmax or sigmoid is left to the loss. Its columns and classes are those of the data. Weights are
    /// not drawn to 0 unless L2 says so, and a quantity is learned in its own unit. Null: a new network.</summary>
    public Model? From { get; init; }

    /// <summary>How many of its layers that have weights stay as they are, counted from the input: from 0 to one less than there
    /// are. Default: 0.</summary>
    public int Freeze { get; init; }

    /// <summary>The names of the sources of gradients.</summary>
    public static IReadOnlyList<string> GradientSources { get; } = Hybrid.GradientSources.Names;

    /// <summary>Where the gradients of the loss come from: graph, the library's own derivative rules, or diffsharp, DiffSharp's
    /// reverse mode, for which the package Hybrid.DiffSharp is referenced or lies beside the program. Default: graph.</summary>
    public string Gradients { get; init; } = Hybrid.GradientSources.Graph;

    /// <summary>The same seed gives the same split, the same start and the same steps. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many threads compute; the result does not depend on it. Default: 0, all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Whether the share of dead and of saturated hidden units is measured after each epoch, on a sample of the
    /// training examples. The network does not depend on it. Default: false.</summary>
    public bool Monitor { get; init; }

    /// <summary>Refuses values that are outside the ranges stated above, and options that do not go together.</summary>
    /// <exception cref="OptionException">One is not; the message names it, its range and its value.</exception>
    public void Check()
    {
        static void Require(bool condition, string option, string rule, object? value)
        {
            if (!condition)
                throw new OptionException(option, FormattableString.Invariant($"must be {rule}, not {value ?? "null"}"));
        }

        static void Known(string option, IReadOnlyList<string> names, string? name) =>
            Require(name is null || names.Contains(name), option, $"one of {string.Join(", ", names)}", name);

        static bool AtLeastZero(double value) => value >= 0 && double.IsFinite(value);
        static bool AboveZero(double? value) => value is null || (value > 0 && double.IsFinite(value.Value));
        static bool Fraction(double value) => value is >= 0 and < 1;

        const int widest = 1_000_000;
        foreach (var units in Hidden ?? [])
            Require(units is >= 1 and <= widest, nameof(Hidden), $"sizes from 1 to {widest:N0}", units);

        Require(Activations is { Count: > 0 }, nameof(Activations), "a list of names", Activations?.Count);
        foreach (var activation in Activations!)
            Known(nameof(Activations), Hybrid.Network.Activations, activation ?? "");

        Require(Optimizer is not null, nameof(Optimizer), "a name", null);
        Require(Schedule is not null, nameof(Schedule), "a name", null);
        Require(Gradients is not null, nameof(Gradients), "a name", null);
        Known(nameof(Optimizer), Optimizers, Optimizer);
        Known(nameof(Schedule), Schedules, Schedule);
        Known(nameof(Loss), Losses, Loss);
        Known(nameof(Gradients), GradientSources, Gradients);
        CheckLayers(Require);

        Require(MaxoutPieces is 0 or (>= 2 and <= 1000), nameof(MaxoutPieces), "from 2 to 1000", MaxoutPieces);
        Require(AtLeastZero(L2 ?? 0), nameof(L2), "at least 0", L2);
        Require(AtLeastZero(L1), nameof(L1), "at least 0", L1);
        Require(Fraction(Dropout), nameof(Dropout), "at least 0 and below 1", Dropout);
        Require(AtLeastZero(InputNoise), nameof(InputNoise), "at least 0", InputNoise);
        Require(AboveZero(MaxNorm), nameof(MaxNorm), "above 0", MaxNorm);
        Require(AboveZero(ClipNorm), nameof(ClipNorm), "above 0", ClipNorm);
        Require(AboveZero(LearningRate), nameof(LearningRate), "above 0", LearningRate);
        Require(BatchSize is null or >= 1, nameof(BatchSize), "at least 1", BatchSize);
        Require(Epochs is null or >= 1, nameof(Epochs), "at least 1", Epochs);
        Require(Patience is null or >= 1, nameof(Patience), "at least 1", Patience);
        Require(Fraction(Validation), nameof(Validation), "at least 0 and below 1", Validation);
        Require(Fraction(Test ?? 0), nameof(Test), "at least 0 and below 1", Test);
        Require(
            Validation + (Test ?? 0) < 1, nameof(Test),
            "so small that with the validation part something is left to train on", Test);
        foreach (var (option, isGiven, reason) in (IEnumerable<(string, bool, string)>)[
            (nameof(LearningRate), LearningRate is not null, "it searches for the length of every step"),
            (nameof(Schedule), Schedule != ScheduleModule.constant.Name, "it searches for the length of every step"),
            (nameof(BatchSize), BatchSize is not null, "it looks at all examples in every iteration"),
            (nameof(ClipNorm), ClipNorm is not null, "it takes the gradient as it is"),
            (nameof(MaxNorm), MaxNorm is not null, "it knows no bounds of weights; L2 keeps them small"),
            (nameof(Dropout), Dropout > 0, "its loss has to be the same at each evaluation; L2 keeps weights small"),
            (nameof(InputNoise), InputNoise > 0, "its loss has to be the same at each evaluation; L2 keeps weights small")])
            if (isGiven && Optimizer == Lbfgs.Name)
                throw new OptionException(option, $"does not go with the optimizer {Lbfgs.Name}: {reason}");

        var weighted = From?.Network.Value.Layers.Count(layer => !layer.Parameters.IsEmpty) ?? 1;
        Require(weighted > 0, nameof(From), "a model with weights to train", "one without any");
        Require(
            Freeze >= 0 && Freeze < weighted, nameof(Freeze),
            $"from 0 to {weighted - 1}, since there must be a layer left to train", Freeze);
        Require(Threads is >= 0 and <= Kernels.Engine.MaxThreads, nameof(Threads), $"from 0 to {Kernels.Engine.MaxThreads}", Threads);
    }

    /// <summary>Layers come from one place: from these options, from the caller or from a model.</summary>
    void CheckLayers(Action<bool, string, string, object?> require)
    {
        if (From is null && Network is null)
        {
            var layers = Hidden?.Count ?? 2;
            require(
                Activations.Count == 1 || Activations.Count == layers, nameof(Activations),
                $"one activation, or one for each of the {layers} hidden layers", Activations.Count);
            return;
        }

        var place = From is null ? nameof(Network) : nameof(From);
        require(From is null || Network is null, nameof(Network), "null where From says which layers to train", "both");
        require(Hidden is null, nameof(Hidden), $"null where {place} says which layers to train", "both");
        require(MaxoutPieces == 0, nameof(MaxoutPieces), $"0 where {place} says which layers to train", MaxoutPieces);
        require(Dropout == 0, nameof(Dropout), $"0 where {place} says which layers to train", Dropout);
        require(InputNoise == 0, nameof(InputNoise), $"0 where {place} says which layers to train", InputNoise);
    }
}
