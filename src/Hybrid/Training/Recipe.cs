using System.Globalization;
using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>What options mean for some data: the parts, the preprocessing, the network to start from, and the model that
/// becomes of it.</summary>
sealed class Recipe
{
    /// <summary>The name of the recorded option that says how many examples were split into parts.</summary>
    public const string ExamplesOption = "examples";

    /// <summary>The name of the recorded option that tells their targets from those of other data.</summary>
    public const string TargetsOption = "targets";

    /// <summary>A mark of the targets in their order: other data, or the same in another order, have another one.</summary>
    public static string Mark(Target target) => TargetModule.numbers(target)
        .Aggregate(0UL, (mark, value) => Core.Random.split(mark, BitConverter.SingleToInt32Bits(value)))
        .ToString("x16", CultureInfo.InvariantCulture);

    const double DefaultTest = 0.25;
    const int ManyExamples = 10_000;

    readonly IKernels engine;
    readonly DataSet set;
    readonly Schema schema;
    readonly Loss loss;
    readonly Core.Network start, learned, ending;
    readonly int features;
    readonly double unit = 1;
    readonly Examples training, raw;
    readonly Examples? validation;
    readonly Split split;
    readonly DataSet? ownTest;
    readonly LbfgsOptions common;
    readonly Core.TrainingOptions? steps;
    readonly KeyValuePair<string, string>[] recorded;

    public Recipe(DataSet set, TrainingOptions options, IKernels engine)
    {
        this.engine = engine;
        this.set = set;
        var data = options.From is { } model ? model.Named(TableModule.forSchema(model.Schema, set.Whole())) : set.Whole();
        var quantity = data.Target as Target.Quantity;
        if (data.Target is Target.Classes { names.Length: < 2 })
            throw new HybridException($"{data.Source}: every example has the same class, so there is nothing to tell apart.");

        schema = options.From?.Schema ?? SchemaModule.ofTable(data);
        loss = ChooseLoss(options, options.From, quantity is not null);
        ownTest = options.Test is null ? set.TestPart : null;
        var test = ownTest is null ? options.Test ?? DefaultTest : 0;

        if (options.Validation + test >= 1)
            throw new OptionException(
                nameof(options.Validation), $"of {options.Validation} and a test share of {test} leave nothing to train on");

        split = SplitModule.ofTable(options.Seed, options.Validation, test, data);

        var targets = TargetModule.numbers(data.Target);
        raw = new Examples(data.Columns.Length, data.Features, targets, split.Training);

        if (options.From is not null)
            ending = quantity is null && loss.Name == LossModule.softmax.Name ? Activation.softmax : NetworkModule.empty;
        else if (quantity is not null)
        {
            var moments = Preprocessing.targetMoments(quantity.Item, split.Training);
            unit = moments.Item2;
            targets = Array.ConvertAll(targets, target => (float)((target - moments.Item1) / moments.Item2));
            ending = NetworkModule.ofLayer(Preprocessing.unscale(moments));
        }
        else
            ending = loss.Name == LossModule.softmax.Name ? Activation.softmax : NetworkModule.empty;

        // The parts are rows of the same numbers: nothing is copied.
        training = new Examples(data.Columns.Length, data.Features, targets, split.Training);
        validation = split.Validation.Length > 0
            ? new Examples(data.Columns.Length, data.Features, targets, split.Validation)
            : null;

        var task = quantity is not null
            ? Core.Task.NewRegression(1)
            : Core.Task.NewClassification(schema.Classes.Value.Length);

        if (options.From is { } from)
        {
            features = training.Width;
            start = from.Scores;
        }
        else
        {
            var preprocessing = NetworkModule.ofLayer(Preprocessing.layer(Preprocessing.fit(data, split.Training)));
            features = NetworkModule.forward(
                preprocessing, TensorModule.input("x", ListModule.OfSeq([1, training.Width]))).Shape[1];
            start = preprocessing.Then(options.Network is { } make
                ? Given(make(features, TaskModule.outputs(task)), features, TaskModule.outputs(task), options)
                : NetworkBuilder.Build(options, features, TaskModule.outputs(task)));
        }

        learned = NetworkModule.freeze(options.Freeze, start);
        common = Common(options, task);
        steps = options.Optimizer == Lbfgs.Name ? null : Steps(options);
        recorded = Record(options, test, data.Examples, Mark(data.Target));

        Plan = new TrainingPlan(
            training.Count, validation?.Count ?? 0, ownTest?.Count ?? split.Test.Length,
            IsNew(options)
                ? [features, .. NetworkBuilder.Hidden(options, features), TaskModule.outputs(task)]
                : [features, .. Summary.ofNetwork(training.Width, start).Layers.Select(layer => layer.Neurons).Where(n => n > 0)],
            NetworkModule.parameterCount(learned), loss.Name, options.Optimizer, steps?.LearningRate,
            steps?.BatchSize ?? training.Count, common.Epochs, common.Patience.Value);
    }

    /// <summary>What is about to be done.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>Watches the hidden units of the network on some of the training examples.</summary>
    public UnitWatch Watch() => new(engine, start, training);

    /// <summary>Trains, an epoch each time that another one is asked for.</summary>
    public IEnumerable<Epoch> Epochs(CancellationToken cancellation)
    {
        var cancelled = FuncConvert.FromFunc(() => cancellation.IsCancellationRequested);
        var measured = validation is null ? FSharpOption<Examples>.None : validation;

        return steps is null
            ? Lbfgs.epochs(engine, cancelled, common, learned, training, measured)
            : Training.epochs(engine, cancelled, steps, learned, training, measured);
    }

    /// <summary>Measures of the standardised target, with its errors in its own unit.</summary>
    public Measures InOwnUnit(Core.Measures measures)
    {
        var own = Measures.Of(measures, schema.Classes?.Value);
        return own with { RootMeanSquareError = unit * own.RootMeanSquareError, MeanAbsoluteError = unit * own.MeanAbsoluteError };
    }

    /// <summary>The model of a network that was trained, from raw columns to what its user wants to know.</summary>
    public Model ModelOf(Epoch epoch) =>
        new(NetworkModule.thaw(start, epoch.Network).Then(ending), schema, loss.Name, recorded);

    /// <summary>What came of a training: a model, and how good that is on each part of the data.</summary>
    /// <exception cref="NonFiniteResult">The model has a result for an example of a part that is NaN or infinite.</exception>
    public TrainingReport Conclude(Model model, Epoch best, Epoch last, TimeSpan elapsed, bool isCancelled)
    {
        using var evaluator = new Evaluator(model, engine);

        Measures? Of(int[] rows) =>
            rows.Length > 0 ? evaluator.Measure(new Examples(raw.Width, raw.Features, raw.Targets, rows)) : null;

        DataSet? Part(int[] rows) => rows.Length > 0 ? set.Subset(rows) : null;

        return new TrainingReport(
            model, last.Number, best.Number, elapsed, Of(split.Training)!, Of(split.Validation),
            ownTest is null ? Of(split.Test) : evaluator.Measure(model.Examples(ownTest)), isCancelled,
            Part(split.Training)!, Part(split.Validation), ownTest ?? Part(split.Test));
    }

    /// <summary>Whether the network is made of the options, and not taken from a file or the caller.</summary>
    static bool IsNew(TrainingOptions options) => options.From is null && options.Network is null;

    /// <summary>The caller's layers, without a softmax that is the loss's.</summary>
    Core.Network Given(Network? network, int features, int outputs, TrainingOptions options)
    {
        const string option = nameof(TrainingOptions.Network);
        if (network is null)
            throw new OptionException(option, "has to make a network, not null");
        if (network.Parameters.Count == 0)
            throw new OptionException(option, "has no weights to train");
        if (network.Inputs != features)
            throw new OptionException(
                option, $"takes {network.Inputs} inputs, and the data have {features} features after preprocessing");
        if (network.Outputs != outputs)
            throw new OptionException(option, $"answers {network.Outputs} numbers, and the target needs {outputs}");
        if (options.Optimizer == Lbfgs.Name && network.IsRandomInTraining)
            throw new OptionException(
                option, $"has dropout or noise, and the loss of {Lbfgs.Name} has to be the same at each evaluation");

        return loss.Name == LossModule.softmax.Name ? EndingModule.scores(features, network.Value) : network.Value;
    }

    static Loss ChooseLoss(TrainingOptions options, Model? from, bool quantity)
    {
        var loss = LossModule.named(options.Loss ?? from?.Loss ?? (quantity ? LossModule.squared : LossModule.softmax).Name);

        if (quantity && (loss.Name == LossModule.softmax.Name || loss.Name == LossModule.hinge.Name))
            throw new OptionException(
                nameof(options.Loss), $"must be squared, absolute or huber for a quantity, not {loss.Name}");

        if (quantity && options.BalancedClasses)
            throw new OptionException(nameof(options.BalancedClasses), "needs classes, and the target is a quantity");

        return loss;
    }

    /// <summary>What every optimizer is told, and all that L-BFGS is.</summary>
    LbfgsOptions Common(TrainingOptions options, Core.Task task)
    {
        var epochs = options.Epochs ?? Math.Clamp(20_000 / StepsPerEpoch(options), 30, 1_000);

        return new LbfgsOptions(
            task, loss,
            new Regularizer(options.L1, options.L2 ?? (options.From is null ? 1.0 / training.Count : 0), Optional(options.MaxNorm)),
            epochs, options.Patience ?? Math.Max(5, epochs / 10),
            options.BalancedClasses
                ? Step.balancedWeights(TaskModule.outputs(task), training.Pick(1, training.Targets))
                : FSharpOption<float[]>.None,
            GradientSources.Named(options.Gradients));
    }

    /// <summary>How many examples a step looks at, and of L-BFGS an iteration.</summary>
    int BatchSize(TrainingOptions options)
    {
        if (options.BatchSize > training.Count)
            throw new OptionException(
                nameof(options.BatchSize),
                $"must be at most the number of training examples, {training.Count:N0}, not {options.BatchSize:N0}");

        var standard = training.Count >= ManyExamples ? 128 : 32;
        return options.Optimizer == Lbfgs.Name ? training.Count : options.BatchSize ?? Math.Min(standard, training.Count);
    }

    int StepsPerEpoch(TrainingOptions options) => (training.Count + BatchSize(options) - 1) / BatchSize(options);

    Core.TrainingOptions Steps(TrainingOptions options)
    {
        var optimizer = OptimizerModule.named(options.Optimizer);

        return new Core.TrainingOptions(
            common.Task, common.Loss, common.Regularizer, optimizer, ScheduleModule.named(options.Schedule),
            options.LearningRate ?? optimizer.DefaultRate, Optional(options.ClipNorm), BatchSize(options), common.Epochs,
            common.Patience, common.ClassWeights, common.Gradients, Core.Random.split(options.Seed, int.MaxValue));
    }

    static FSharpOption<double>? Optional(double? value) =>
        value is { } present ? FSharpOption<double>.Some(present) : null;

    KeyValuePair<string, string>[] Record(TrainingOptions options, double test, int examples, string mark)
    {
        static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

        IEnumerable<(string Name, string? Value)> entries =
        [
            ("seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
            ("hidden", IsNew(options) ? string.Join(',', NetworkBuilder.Hidden(options, features)) : null),
            ("frozen", options.Freeze > 0 ? Number(options.Freeze) : null),
            ("activation", options.MaxoutPieces > 0 || !IsNew(options) ? null : string.Join(',', options.Activations)),
            ("maxout", options.MaxoutPieces > 0 ? Number(options.MaxoutPieces) : null),
            ("loss", loss.Name),
            ("optimizer", options.Optimizer),
            ("learning-rate", steps is null ? null : Number(steps.LearningRate)),
            ("schedule", steps?.Schedule.Name),
            ("batch-size", steps is null ? null : Number(steps.BatchSize)),
            ("epochs", Number(common.Epochs)),
            ("patience", Number(common.Patience.Value)),
            ("l1", Number(options.L1)),
            ("l2", Number(common.Regularizer.L2)),
            ("dropout", Number(options.Dropout)),
            ("input-noise", Number(options.InputNoise)),
            ("max-norm", options.MaxNorm is { } norm ? Number(norm) : null),
            ("clip-norm", options.ClipNorm is { } clip ? Number(clip) : null),
            ("gradients", options.Gradients == GradientSources.Graph ? null : options.Gradients),
            ("class-weights", options.BalancedClasses ? "balanced" : null),
            ("validation", Number(options.Validation)),
            ("test", Number(test)),
            (ExamplesOption, Number(examples)),
            (TargetsOption, mark),
        ];

        return [.. entries.Where(entry => entry.Value is not null)
            .Select(entry => KeyValuePair.Create(entry.Name, entry.Value!))];
    }
}
