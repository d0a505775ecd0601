using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>How a CSV or TSV file is read for training. Separator, decimal comma and quotes are recognised.</summary>
public sealed record TableOptions
{
    /// <summary>Whether the first row holds the columns' names; otherwise they are called x1, x2, … Default: decided by whether
    /// its values fit the columns below them.</summary>
    public bool? Header { get; init; }

    /// <summary>The name of the column to predict, or its number from 1 where there is no header. A text that names no column is a
    /// list of names, separated by commas; a name that contains commas is then enclosed in double quotes. Null: the last column, or
    /// <see cref="Targets"/>.</summary>
    public string? Target
    {
        get => Targets is [var one] ? one : null;
        init => Targets = value is null ? [] : [value];
    }

    /// <summary>The columns to predict, each named like <see cref="Target"/>: all quantities, or all yes or no. Default: the last
    /// column.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The columns to leave out, named like the target. Default: none.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>The columns whose values are categories, even if they are numbers or many. Default: none.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>The columns whose values are quantities, even if they look like identifiers or codes. Default: none.</summary>
    public IReadOnlyList<string> Numeric { get; init; } = [];

    /// <summary>The columns of categories that are learned as vectors (<see cref="TrainingOptions.Embed"/>): they are read as categories,
    /// like those of <see cref="Categorical"/>. Default: none.</summary>
    public IReadOnlyList<string> Embedded { get; init; } = [];

    /// <summary>Texts that stand for a missing value, besides nothing, NA, N/A, n/a, #N/A, NaN, nan, NULL, null, None, ?, - and a
    /// point. Default: none.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The column of groups, such as patients, named like the target: the examples of a group stay in one part of every
    /// split, and the column is not learned from. Null: none.</summary>
    public string? Group { get; init; }

    /// <summary>The column of times, numbers or dates, named like the target: what is learned from is at most as late as what
    /// validates, and that as what tests; the column is not learned from. Null: none.</summary>
    public string? Time { get; init; }

    /// <summary>The column of the examples' weights, named like the target: an example of weight 2 counts as if it were there twice, in
    /// training, in the parts and in all measures, and one of weight 0 is left out. Null: all count alike.</summary>
    public string? Weight { get; init; }

    /// <summary>What to learn. Default: inferred from the target's values.</summary>
    public TaskKind Task { get; init; } = TaskKind.Guess;

    /// <summary>Of a table that is read for a model (<see cref="ModelData"/>) or as further examples of another one
    /// (<see cref="TableData.LoadLike"/>): what to do about rows that do not fit, such as those with an unknown category. How many they
    /// are is in <see cref="TableData.Notes"/>. Default: an error.</summary>
    public RowErrors OnError { get; init; }

    /// <summary>The data may be larger than memory. Of a folder of PNG or JPEG files by class each image is read from its file when it is
    /// needed, a buffer ahead, and all are shuffled together as in memory. Of a table the rows are kept in a file of float32 numbers, in
    /// the folder TMPDIR or else in /var/tmp where there is one, which is gone when the program ends. Training reads them ahead, and shuffles <see cref="Buffer"/> rows together;
    /// targets, weights and orders of the rows stay in memory, some 24 bytes for each, and 8 of its <see cref="Group"/> or
    /// <see cref="Time"/>. Default: false.</summary>
    public bool Stream { get; init; }

    /// <summary>How many streamed rows are read ahead in training, and of a table shuffled together, at least 1: with as many as there are,
    /// and of images with any number, training gives the bits of data in memory. Null: the rows of 32 MiB.</summary>
    public int? Buffer { get; init; }

    /// <summary>What connects the processes that read the data of <see cref="TableData.Load"/> together, all of them with the same options,
    /// as for <see cref="TrainingOptions.Communicator"/>: each parses its part of a CSV file, of the row groups of a Parquet file, or of a
    /// folder's images, and sends the numbers to the others. The data are those of one process, to the bit. Null: this process reads
    /// alone.</summary>
    public ICommunicator? Communicator { get; init; }

    internal CsvOptions Csv => new(
        OptionModule.OfNullable(Header), ListModule.OfSeq(Targets), ListModule.OfSeq(Ignore), ListModule.OfSeq(Categorical),
        ListModule.OfSeq(Numeric), ListModule.OfSeq(Embedded), ListModule.OfSeq(Missing), false, OptionModule.OfObj(Weight),
        Task switch
        {
            TaskKind.Classification => TaskChoice.Classification,
            TaskKind.Regression => TaskChoice.Regression,
            _ => TaskChoice.Guess,
        },
        (Group, Time) switch
        {
            (null, null) => null,
            ({ } group, null) => FSharpOption<SplitRole>.Some(SplitRole.NewGroup(group)),
            (null, { } time) => FSharpOption<SplitRole>.Some(SplitRole.NewTime(time)),
            _ => throw new OptionException(nameof(Group), "cannot be combined with a split by time"),
        });

    internal SourceOptions Source => new(
        Csv, SourceOptionsModule.defaults.Seed, null, null, ImageDecoders.Found, TableFormats.Found,
        PredictionOptions.PolicyOf(OnError), Streaming, Communicator ?? Core.Communicator.alone);

    internal FSharpOption<StreamOptions>? Streaming => Stream
        ? FSharpOption<StreamOptions>.Some(new StreamOptions(OptionModule.OfNullable(Buffer)))
        : Buffer is null ? null : throw new OptionException(nameof(Buffer), "applies only to a streamed table");
}
