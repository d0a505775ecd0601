using Hybrid.Certification;

namespace Hybrid;

/// <summary>What <see cref="Robustness"/> found about rows of data and the boxes around them.</summary>
public sealed record CertificationReport
{
    static readonly double[] shares = [0.1, 0.25, 0.5, 0.75, 0.9];

    readonly Certification.FSharpCertifiedRow[] classified;

    internal CertificationReport(Model model, Certification.FSharpCertifiedRow[] rows, bool margin, Interval? range)
    {
        classified = rows;
        Range = range;
        Rows = [.. rows.Select(row => CertifiedRow.Of(row, model))];
        Total = CertifiedShares.Of("all", CertifiedSummary.counts(rows));
        ByClass = [.. CertifiedSummary.byClass(model.Classes!.Count, rows).Select((counts, i) => CertifiedShares.Of(model.Classes[i], counts))];
        Hardest = [.. CertifiedSummary.hardest(5, rows).Select(row => CertifiedRow.Of(row, model))];

        if (!margin)
            return;

        var right = rows.Where(row => row.Class == row.Predicted && row.Reached).Select(row => row.Margin.Value).ToArray();
        var proved = CertifiedSummary.quantiles(shares, [.. right.Select(one => double.IsNaN(one.Proved) ? 0 : one.Proved)]);
        var attacked = CertifiedSummary.quantiles(shares, [.. right.Select(one => one.Attacked)]);
        Quantiles = [.. shares.Zip(proved, attacked).Select(one => new MarginQuantile(one.First, one.Second, one.Third))];
    }

    internal CertificationReport(MovedRow[] rows, Interval? range)
    {
        classified = [];
        Range = range;
        Rows = [.. rows.Select(CertifiedRow.Of)];
        var reaches = rows.Select(CertifiedSummary.reach).ToArray();
        if (reaches.Length == 0)
            return;

        MeanProved = reaches.Average(one => one.Item1);
        MaximumProved = reaches.Max(one => one.Item1);
        MeanComputed = reaches.Average(one => one.Item2);
        MaximumComputed = reaches.Max(one => one.Item2);
    }

    /// <summary>The radius, as it was given.</summary>
    public required string Radius { get; init; }

    /// <summary>What the proofs are for: float32 or real.</summary>
    public required string Arithmetic { get; init; }

    /// <summary>What was found about each row, in their order.</summary>
    public IReadOnlyList<CertifiedRow> Rows { get; }

    /// <summary>The range that columns in one unit, such as pixels, have in the data, to which boxes are clipped; null for other
    /// columns.</summary>
    public Interval? Range { get; }

    /// <summary>Whether every row was reached before a limit of time.</summary>
    public bool IsComplete => Rows.All(row => row.IsReached);

    /// <summary>The shares of all rows; null for a quantity.</summary>
    public CertifiedShares? Total { get; }

    /// <summary>The shares of each class; null for a quantity.</summary>
    public IReadOnlyList<CertifiedShares>? ByClass { get; }

    /// <summary>The rows with the right class that come nearest to losing it; null for a quantity.</summary>
    public IReadOnlyList<CertifiedRow>? Hardest { get; }

    /// <summary>Quantiles of the margins of rows with the right class; null where margins were not asked for.</summary>
    public IReadOnlyList<MarginQuantile>? Quantiles { get; }

    /// <summary>How far an answer may move in the box, on average: proved, in the target's unit. Null for classes.</summary>
    public double? MeanProved { get; }

    /// <summary>How far an answer may move in the box, at most: proved. Null for classes.</summary>
    public double? MaximumProved { get; }

    /// <summary>How far an answer was moved in the box, on average. Null for classes.</summary>
    public double? MeanComputed { get; }

    /// <summary>How far an answer was moved in the box, at most. Null for classes.</summary>
    public double? MaximumComputed { get; }

    /// <summary>The share of rows whose class is proved to stay, and of those for which no attack was found, over the radius or its
    /// multiple, as an SVG picture.</summary>
    /// <exception cref="HybridException">Margins were not asked for.</exception>
    public string ToSvg()
    {
        if (Quantiles is null)
            throw new HybridException("The picture shows margins. Ask for them.");

        return Figures.FigureModule.toSvg(CertifiedFigure.ofMargins(
            $"Rows that keep their class, {(Arithmetic == "real" ? "in real arithmetic" : "for float32 in any order of summation")}",
            Radius == "1" ? "radius" : $"multiple of the radius {Radius}",
            [.. classified.Select(row => row.Margin.Value)]));
    }
}
