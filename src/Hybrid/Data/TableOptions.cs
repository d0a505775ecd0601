using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>How a CSV or TSV file is read for training. Separator, decimal comma and quotes are recognised.</summary>
public sealed record TableOptions
{
    /// <summary>Whether the first row holds the columns' names; otherwise they are called x1, x2, … Default: true.</summary>
    public bool Header { get; init; } = true;

    /// <summary>The name of the column to predict, or its number from 1 where there is no header. Null: the last one.</summary>
    public string? Target { get; init; }

    /// <summary>The columns to leave out, named like the target. Default: none.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>What to learn. Default: inferred from the target's values.</summary>
    public TaskKind Task { get; init; } = TaskKind.Guess;

    internal CsvOptions Csv => new(
        Header, OptionModule.OfObj(Target), ListModule.OfSeq(Ignore),
        Task switch
        {
            TaskKind.Classification => TaskChoice.Classification,
            TaskKind.Regression => TaskChoice.Regression,
            _ => TaskChoice.Guess,
        });

    internal SourceOptions Source => new(Csv, SourceOptionsModule.defaults.Seed, null, null);
}
