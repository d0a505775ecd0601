using Hybrid.Explanation;
using Hybrid.Figures;

namespace Hybrid;

/// <summary>How an answer changes with one column while the others stay as they are.</summary>
public sealed class ColumnDependence
{
    readonly Dependence value;

    internal ColumnDependence(Dependence value) => this.value = value;

    /// <summary>The column.</summary>
    public string Column => value.Column;

    /// <summary>The class whose output it is, or the target.</summary>
    public string Output => value.Output;

    /// <summary>The values that the column is given, in its own unit; for categories, their indices.</summary>
    public IReadOnlyList<double> Values => value.Values;

    /// <summary>The names of the categories; null for numbers.</summary>
    public IReadOnlyList<string>? Categories => value.Categories?.Value;

    /// <summary>The answers of each row, one per value: individual conditional expectation.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Curves => value.Curves;

    /// <summary>The mean of the curves: partial dependence.</summary>
    public IReadOnlyList<double> Mean => value.Mean;

    /// <summary>The curves as the text of an SVG file.</summary>
    public string ToSvg() => FigureModule.toSvg(DependenceFigure.draw(value));
}
