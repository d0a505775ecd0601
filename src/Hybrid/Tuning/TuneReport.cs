using Hybrid.Figures;
using Hybrid.Tuning;

namespace Hybrid;

/// <summary>The result of a search for options.</summary>
public sealed class TuneReport
{
    readonly TuneTask task;
    readonly FSharpList<Tuning.FSharpTrial> trials;

    internal TuneReport(TuneTask task, FSharpList<Tuning.FSharpTrial> trials, Tuning.FSharpTrial best, TrainingReport training)
    {
        this.task = task;
        this.trials = trials;
        Trials = [.. trials.Select(Trial.Of)];
        Best = Trials[trials.ToList().IndexOf(best)];
        Training = training;
    }

    /// <summary>Where was searched.</summary>
    public SearchSpace Space => new(task.Space);

    /// <summary>The metric that trials were compared by; null for the loss.</summary>
    public string? Metric => task.Metric?.Value.Name;

    /// <summary>All trials, in their order.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The best trial. The best of many values is better than what it leads to: see <see cref="Score"/> and
    /// <see cref="Training"/>.</summary>
    public Trial Best { get; }

    /// <summary>The training with the best options, on all examples that the search saw, and its measures on the test part, if there
    /// is one.</summary>
    public TrainingReport Training { get; }

    /// <summary>The model with the best options.</summary>
    public Model Model => Training.Model;

    /// <summary>The whole search measured by folds that no trial saw; null without folds.</summary>
    public CrossValidationReport? Score { get; init; }

    /// <summary>The number of trials, of all searches, that were cut because the time was over: what they had reached counts, and
    /// another run may differ.</summary>
    public int Cut { get; init; }

    /// <summary>The trials as a figure, the text of an SVG file: their values, and the best one so far.</summary>
    public string ToSvg() => FigureModule.toSvg(TrialFigure.draw(task.Metric, trials));
}
