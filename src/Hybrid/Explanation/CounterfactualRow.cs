namespace Hybrid;

/// <summary>A row with the wanted answer, near another row.</summary>
/// <param name="Values">The new row, for <see cref="Model.Predict(ReadOnlySpan{double})"/>.</param>
/// <param name="Changes">What differs.</param>
/// <param name="Distance">√Σ dⱼ², with the change of a number in standard deviations of its column, and 1 for another category.</param>
/// <param name="Outputs">What the model returns for the new row.</param>
public sealed record CounterfactualRow(
    IReadOnlyList<double> Values, IReadOnlyList<ColumnChange> Changes, double Distance, IReadOnlyList<double> Outputs);

/// <summary>A column that differs.</summary>
/// <param name="Column">The column.</param>
/// <param name="From">Its value in the row, in its own unit, or the index of a category; NaN where it is missing.</param>
/// <param name="To">Its value in the new row.</param>
/// <param name="FromCategory">The name of the category in the row; null for numbers.</param>
/// <param name="ToCategory">The name of the category in the new row; null for numbers.</param>
public sealed record ColumnChange(string Column, double From, double To, string? FromCategory, string? ToCategory);
