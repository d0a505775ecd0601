namespace Hybrid;

/// <summary>The gradient of an answer for one row.</summary>
/// <param name="Output">The class whose output it is, or the target.</param>
/// <param name="Answer">The answer; a quantity in its own unit.</param>
/// <param name="Columns">What the answer depends on.</param>
public sealed record RowGradientReport(string Output, double Answer, IReadOnlyList<ColumnSlope> Columns);

/// <summary>The change of an answer with one column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Value">The row's value in the column's own unit, or the index of its category; NaN where it is missing.</param>
/// <param name="Slope">The derivative of the answer by the column, in the units of both; null for categories.</param>
/// <param name="PerDeviation">The derivative times the column's standard deviation; 0 for categories.</param>
/// <param name="Categories">By how much the answer differs with each category in place of the row's; empty for numbers.</param>
public sealed record ColumnSlope(
    string Column, double Value, double? Slope, double PerDeviation, IReadOnlyDictionary<string, double> Categories);
