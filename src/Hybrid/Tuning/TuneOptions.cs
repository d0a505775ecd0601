namespace Hybrid;

/// <summary>How to search for the options of a training.</summary>
public sealed record TuneOptions
{
    /// <summary>What is not searched, and the first trial. Its number of epochs is the maximum of a trial, its threads those of the
    /// search. Null: the defaults.</summary>
    public TrainingOptions? Training { get; init; }

    /// <summary>Where to search. Null: the usual space. In either case, options that differ from the defaults in <see cref="Training"/>
    /// are not searched, nor are those of <see cref="Given"/>.</summary>
    public SearchSpace? Space { get; init; }

    /// <summary>The names of axes (<see cref="SearchSpace.Names"/>) that are not searched, because the defaults in <see cref="Training"/>
    /// are wanted. Default: none.</summary>
    public IReadOnlyList<string> Given { get; init; } = [];

    /// <summary>What trials are compared by, out of <see cref="Metric.Names"/>; equal values are decided by the loss. Null: the
    /// loss.</summary>
    public string? Metric { get; init; }

    /// <summary>A metric of your own that trials are compared by, in place of one by name. Null: <see cref="Metric"/>.</summary>
    public CustomMetric? CustomMetric { get; init; }

    /// <summary>The number of trials, at least 1; with folds, of each search. Null: as many as fit into <see cref="Time"/>.</summary>
    public int? Trials { get; init; }

    /// <summary>The time in which the trials are expected to end, with folds those of all searches: it decides how many there are. Trials
    /// that have not ended after a tenth more are cut after the epoch that they are in: <see cref="TuneReport.Cut"/>. Null: 60 seconds,
    /// without <see cref="Trials"/>.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The number of folds that measure the whole search, at least 2: a search of its own, with as many trials, sees only the
    /// other folds. The model then learns from all examples. Null: the test part measures the model.</summary>
    public int? Folds { get; init; }

    /// <summary>A file to which results are appended as they come, so that the same search goes on where it ended, also with a
    /// larger budget. Null: none.</summary>
    public string? Journal { get; init; }

    /// <summary>Refuses values outside the ranges stated above, and options that cannot be combined.</summary>
    /// <exception cref="OptionException">An option is refused.</exception>
    public void Check()
    {
        (Training ?? new()).Check();
        if (Given.FirstOrDefault(name => !SearchSpace.Names.Contains(name)) is { } unknown)
            throw new OptionException(nameof(Given), $"must be some of {string.Join(", ", SearchSpace.Names)}, not {unknown}");
        if (CustomMetric is not null && Metric is not null)
            throw new OptionException(nameof(Metric), $"must be null when {nameof(CustomMetric)} is set, not {Metric}");
        if (Trials is < 1)
            throw new OptionException(nameof(Trials), $"must be at least 1, not {Trials}");
        if (Time is { } time && time <= TimeSpan.Zero)
            throw new OptionException(nameof(Time), $"must be above 0, not {time}");
        if (Trials is not null && Time is not null)
            throw new OptionException(nameof(Time), $"must be null when {nameof(Trials)} is set");
        if (Folds is < 2)
            throw new OptionException(nameof(Folds), $"must be at least 2, not {Folds}");
    }
}
