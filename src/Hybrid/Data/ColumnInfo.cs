using Hybrid.Data;

namespace Hybrid;

/// <summary>A column of data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Categories">The categories, of which a value is the index; null for a column of numbers.</param>
/// <param name="Offset">What is subtracted from numbers in double precision, so that float32 distinguishes them; 0 for most
/// columns.</param>
public sealed record ColumnInfo(string Name, IReadOnlyList<string>? Categories = null, double Offset = 0)
{
    /// <summary>Such as "street: Elm, Oak", or the name of a column of numbers.</summary>
    public override string ToString() => Categories is null ? Name : $"{Name}: {string.Join(", ", Categories)}";

    internal static IReadOnlyList<ColumnInfo> Of(Column[] columns) => [.. columns.Select(column => column.Kind switch
    {
        ColumnKind.Category category => new ColumnInfo(column.Name, category.Item),
        ColumnKind.Number number => new ColumnInfo(column.Name, Offset: number.Item.Offset),
        _ => throw new System.Diagnostics.UnreachableException(),
    })];
}
