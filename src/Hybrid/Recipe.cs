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
    public static string Mark(Target target) => Evaluator.Targets(target)
        .Aggregate(0UL, (mark, value) => Core.Random.split(mark, BitConverter.SingleToInt32Bits(value)))
        .ToString("x16", CultureInfo.InvariantCulture);

    const double DefaultTest = 0.25;
    const int ManyExamples = 10_000;

    readonly IKernels engine;
    readonly Schema schema;
    readonly Loss loss;
    readonly Network start, learned, ending;
    readonly int features;
    readonly double unit = 1;
    readonly Examples training;
    readonly Examples? validation;
    readonly Core.TrainingOptions settings;
    readonly KeyValuePair<string, string>[] recorded;

    public Recipe(Sets sets, TrainingOptions options, IKernels engine)
    {
        this.engine = engine;
        var data = sets.Train;
        var quantity = data.Target as Target.Quantity;
        schema = options.From?.Schema ?? SchemaModule.ofDataset(data);
        loss = ChooseLoss(options, options.From, quantity is not null);
        OwnTest = options.Test is null ? sets.Test?.Value : null;
        var test = OwnTest is null ? options.Test ?? DefaultTest : 0;

        if (options.Validation + test >= 1)
            throw new OptionException(
                nameof(options.Validation), $"of {options.Validation} and a test share of {test} leave nothing to train on");

        Split = SplitModule.ofDataset(options.Seed, options.Validation, test, data);

        var targets = Evaluator.Targets(data.Target);

        if (options.From is not null)
            ending = quantity is null && loss.Name == LossModule.softmax.Name ? Activation.softmax : NetworkModule.empty;
        else if (quantity is not null)
        {
            var moments = Preprocessing.targetMoments(quantity.Item, Split.Training);
            unit = moments.Item2;
            targets = Array.ConvertAll(targets, target => (float)((target - moments.Item1) / moments.Item2));
            ending = NetworkModule.ofLayer(Preprocessing.unscale(moments));
        }
        else
            ending = loss.Name == LossModule.softmax.Name ? Activation.softmax : NetworkModule.empty;

        // The parts are rows of the same numbers: nothing is copied.
        training = new Examples(data.Columns.Length, data.Features, targets, Split.Training);
        validation = Split.Validation.Length > 0
            ? new Examples(data.Columns.Length, data.Features, targets, Split.Validation)
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
            var preprocessing = NetworkModule.ofLayer(Preprocessing.layer(Preprocessing.fit(data, Split.Training)));
            features = NetworkModule.forward(
                preprocessing, TensorModule.input("x", ListModule.OfSeq([1, training.Width]))).Shape[1];
            start = preprocessing.Then(NetworkBuilder.Build(options, features, TaskModule.outputs(task)));
        }

        learned = NetworkModule.freeze(options.Freeze, start);
        settings = Settings(options, task);
        recorded = Record(options, test, data.Examples, Mark(data.Target));

        Plan = new TrainingPlan(
            training.Count, validation?.Count ?? 0, OwnTest?.Examples ?? Split.Test.Length,
            options.From is null
                ? [features, .. NetworkBuilder.Hidden(options, features), TaskModule.outputs(task)]
                : [features, .. Core.Summary.ofNetwork(features, start).Layers.Select(layer => layer.Neurons).Where(n => n > 0)],
            NetworkModule.parameterCount(learned), loss.Name, settings.Optimizer.Name, settings.LearningRate,
            settings.BatchSize, settings.Epochs, settings.Patience.Value);
    }

    /// <summary>What is about to be done.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>Which examples are learned from, which choose the epoch, and which measure the result.</summary>
    public Split Split { get; }

    /// <summary>The test part that the data come with, if it is the one to measure by.</summary>
    public Dataset? OwnTest { get; }

    /// <summary>Trains, an epoch each time that another one is asked for.</summary>
    public IEnumerable<Epoch> Epochs(CancellationToken cancellation) => Training.epochs(
        engine, FuncConvert.FromFunc(() => cancellation.IsCancellationRequested), settings, learned, training,
        validation is null ? FSharpOption<Examples>.None : validation);

    /// <summary>Measures of the standardised target, with its errors in its own unit.</summary>
    public Measures InOwnUnit(Measures measures) => measures.Quality is Quality.Estimated estimated
        ? new Measures(
            measures.Examples, measures.Loss,
            Quality.NewEstimated(unit * estimated.rmse, unit * estimated.mae, estimated.r2))
        : measures;

    /// <summary>The model of a trained network: from raw columns to what its user wants to know.</summary>
    public Model Model(Network trained) => new(
        NetworkModule.thaw(start, trained).Then(ending), schema, loss.Name, recorded);

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

    Core.TrainingOptions Settings(TrainingOptions options, Core.Task task)
    {
        var optimizer = OptimizerModule.named(options.Optimizer);
        var standard = training.Count >= ManyExamples ? 128 : 32;

        if (options.BatchSize > training.Count)
            throw new OptionException(
                nameof(options.BatchSize),
                $"must be at most the number of training examples, {training.Count:N0}, not {options.BatchSize:N0}");

        var batch = options.BatchSize ?? Math.Min(standard, training.Count);
        var steps = (training.Count + batch - 1) / batch;
        var epochs = options.Epochs ?? Math.Clamp(20_000 / steps, 30, 1_000);
        var patience = options.Patience ?? Math.Max(5, epochs / 10);

        return new Core.TrainingOptions(
            task, loss,
            new Regularizer(options.L1, options.L2 ?? (options.From is null ? 1.0 / training.Count : 0), Optional(options.MaxNorm)),
            optimizer, ScheduleModule.named(options.Schedule),
            options.LearningRate ?? optimizer.DefaultRate,
            Optional(options.ClipNorm), batch, epochs, patience,
            options.BalancedClasses
                ? Step.balancedWeights(TaskModule.outputs(task), training.Pick(1, training.Targets))
                : FSharpOption<float[]>.None,
            GradientSourceModule.graph,
            Core.Random.split(options.Seed, int.MaxValue));
    }

    static FSharpOption<double>? Optional(double? value) =>
        value is { } present ? FSharpOption<double>.Some(present) : null;

    KeyValuePair<string, string>[] Record(TrainingOptions options, double test, int examples, string mark)
    {
        static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

        IEnumerable<(string Name, string? Value)> entries =
        [
            ("seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
            ("hidden", options.From is null ? string.Join(',', NetworkBuilder.Hidden(options, features)) : null),
            ("frozen", options.Freeze > 0 ? Number(options.Freeze) : null),
            ("activation", options.MaxoutPieces > 0 || options.From is not null ? null : string.Join(',', options.Activations)),
            ("maxout", options.MaxoutPieces > 0 ? Number(options.MaxoutPieces) : null),
            ("loss", loss.Name),
            ("optimizer", settings.Optimizer.Name),
            ("learning-rate", Number(settings.LearningRate)),
            ("schedule", settings.Schedule.Name),
            ("batch-size", Number(settings.BatchSize)),
            ("epochs", Number(settings.Epochs)),
            ("patience", Number(settings.Patience.Value)),
            ("l1", Number(options.L1)),
            ("l2", Number(settings.Regularizer.L2)),
            ("dropout", Number(options.Dropout)),
            ("input-noise", Number(options.InputNoise)),
            ("max-norm", options.MaxNorm is { } norm ? Number(norm) : null),
            ("clip-norm", options.ClipNorm is { } clip ? Number(clip) : null),
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
