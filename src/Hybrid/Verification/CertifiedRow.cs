namespace Hybrid;

/// <summary>What was found about a row and the box around it.</summary>
public sealed record CertifiedRow
{
    /// <summary>The row among the examples, from 0.</summary>
    public required int Row { get; init; }

    /// <summary>False if a limit of time came first: nothing is known then.</summary>
    public required bool IsReached { get; init; }

    /// <summary>Its class; null for a quantity.</summary>
    public string? Class { get; init; }

    /// <summary>The class that the model gives it; null for a quantity.</summary>
    public string? Predicted { get; init; }

    /// <summary>Null for a quantity, and where margins are asked for.</summary>
    public RowVerdict? Verdict { get; init; }

    /// <summary>By how much the score of its class, before a softmax, exceeds every other one in the box, at least; null if nothing
    /// is known.</summary>
    public double? Bound { get; init; }

    /// <summary>A row in the box with a different class: numbers in the columns' own units, the index of a category, NaN for a
    /// missing value. Null if none was found.</summary>
    public IReadOnlyList<double>? Attack { get; init; }

    /// <summary>The largest multiple of the radii for which the class is proved to stay; null if there is none.</summary>
    public double? ProvedMargin { get; init; }

    /// <summary>The smallest multiple of the radii at which a row with a different class was found; null if none was.</summary>
    public double? AttackedMargin { get; init; }

    /// <summary>The model's answer, a quantity; null for a class.</summary>
    public double? Answer { get; init; }

    /// <summary>Every answer in the box lies in this interval: proved. Null for a class.</summary>
    public Interval? Proved { get; init; }

    /// <summary>The least and the greatest answer that was computed for rows in the box. Null for a class.</summary>
    public Interval? Computed { get; init; }

    internal static CertifiedRow Of(Certification.FSharpCertifiedRow row, Model model) => new()
    {
        Row = row.Row,
        IsReached = row.Reached,
        Class = model.Classes![row.Class],
        Predicted = model.Classes![row.Predicted],
        Verdict = row.Margin is null ? VerdictOf(row.Verdict) : null,
        Bound = double.IsFinite(row.Bound) ? row.Bound : null,
        Attack = row.Attack is { } attack ? InOwnUnits(attack.Value, model) : null,
        ProvedMargin = row.Margin?.Value.Proved is { } proved && !double.IsNaN(proved) ? proved : null,
        AttackedMargin = row.Margin?.Value.Attacked is { } attacked && double.IsFinite(attacked) ? attacked : null,
    };

    internal static CertifiedRow Of(Certification.MovedRow row) => new()
    {
        Row = row.Row,
        IsReached = row.Reached,
        Answer = row.Answer,
        Proved = row.Proved,
        Computed = row.Attacked,
    };

    /// <summary>A row as columns have it, with their offsets.</summary>
    internal static double[] InOwnUnits(float[] row, Model model) => [.. row.Select((value, i) => value + model.Columns[i].Offset)];

    static RowVerdict VerdictOf(Certification.FSharpRowVerdict verdict) =>
        verdict.IsCertified ? RowVerdict.Certified
        : verdict.IsAttacked ? RowVerdict.Attacked
        : verdict.IsWrong ? RowVerdict.Wrong
        : RowVerdict.Undecided;
}
