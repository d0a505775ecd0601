using Hybrid.Data;

namespace Hybrid;

/// <summary>A column of data.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Categories">The texts that it may hold, a value being the index of one; null for a column of numbers.</param>
public sealed record DataColumn(string Name, IReadOnlyList<string>? Categories = null)
{
    internal static IReadOnlyList<DataColumn> Of(Column[] columns) => [.. columns.Select(column =>
        new DataColumn(column.Name, (column.Kind as ColumnKind.Category)?.Item))];
}
