using System.Globalization;
using Hybrid.Data;

namespace Hybrid;

/// <summary>A column of data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Categories">The categories, of which a value is the index; null for a column of numbers.</param>
public sealed record ColumnInfo(string Name, IReadOnlyList<string>? Categories = null)
{
    internal static IReadOnlyList<ColumnInfo> Of(Column[] columns) => [.. columns.Select(column =>
        new ColumnInfo(column.Name, (column.Kind as ColumnKind.Category)?.Item))];

    /// <summary>The number that represents a value written as in a table.</summary>
    /// <exception cref="HybridException">It is neither a number nor a known category.</exception>
    internal float Parse(string value)
    {
        if (Csv.isMissing(value))
            return float.NaN;

        if (Categories is { } categories)
            return categories.Index().Where(category => category.Item == value).Select(category => (int?)category.Index)
                .FirstOrDefault() ?? throw new HybridException(
                    $"{Printable.quote(value)} is not a category of the column {Printable.quote(Name)}: {string.Join(", ", categories)}.");

        return float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? number
            : throw new HybridException($"{Printable.quote(value)} is not a number, and the column {Printable.quote(Name)} holds numbers.");
    }
}
