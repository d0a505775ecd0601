using System.Diagnostics;
using Hybrid.Data;
using Hybrid.Kernels;

namespace Hybrid;

/// <summary>Trains networks on data.</summary>
public static class Trainer
{
    /// <summary>Splits data, learns their preprocessing, makes a network, trains it and measures it.</summary>
    /// <param name="sets">What to learn from. A test part that comes with it is used unless the options ask for a share.</param>
    /// <param name="options">How.</param>
    /// <param name="started">Told what is about to be done, before the first epoch.</param>
    /// <param name="progress">Told after each epoch, on the calling thread.</param>
    /// <param name="cancellation">Stops training within a step; the report then holds the best network so far.</param>
    /// <exception cref="OptionException">An option is out of range, by itself or for the data.</exception>
    /// <exception cref="TrainingDiverged">The loss or a weight became NaN or infinite.</exception>
    public static TrainingReport Train(
        Sets sets,
        TrainingOptions options,
        Action<TrainingPlan>? started = null,
        IProgress<EpochReport>? progress = null,
        CancellationToken cancellation = default)
    {
        options.Check();
        var engine = Engine.Create(options.Threads);
        using var threads = engine as IDisposable;
        var recipe = new Recipe(sets, options, engine);
        started?.Invoke(recipe.Plan);
        var watch = options.Monitor ? recipe.Watch() : null;
        var stopwatch = Stopwatch.StartNew();
        Epoch? best = null, last = null;

        foreach (var epoch in recipe.Epochs(cancellation))
        {
            best = best is null ? epoch : EpochModule.better(best, epoch);
            last = epoch;
            progress?.Report(new EpochReport(
                epoch.Number, recipe.Plan.Epochs, epoch.TrainingLoss,
                epoch.Validation is { } validation ? recipe.InOwnUnit(validation.Value) : null, epoch.LearningRate,
                stopwatch.Elapsed, watch?.Measure(epoch.Network)));
        }

        stopwatch.Stop();
        var model = recipe.Model(best!.Network);
        var evaluator = new Evaluator(model, engine);

        return new TrainingReport(
            model, last!.Number, best.Number, stopwatch.Elapsed,
            evaluator.Measure(sets.Train, recipe.Split.Training),
            recipe.Split.Validation.Length > 0 ? evaluator.Measure(sets.Train, recipe.Split.Validation) : null,
            recipe.OwnTest is { } test ? evaluator.Measure(DatasetModule.forSchema(model.Schema, test))
                : recipe.Split.Test.Length > 0 ? evaluator.Measure(sets.Train, recipe.Split.Test)
                : null,
            last.Cancelled);
    }
}
