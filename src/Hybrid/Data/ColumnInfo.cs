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

    /// <summary>Whether its numbers are dates: days since the beginning of 1970.</summary>
    public bool HasDates => Notation?.IsDate ?? false;

    /// <summary>How its numbers are written in the table; null for categories, and for columns that come from no table.</summary>
    internal Notation? Notation { get; init; }

    /// <summary>A value as the table has it: the name of a category, a date, or a number; "" for a missing one.</summary>
    /// <param name="value">In the column's own unit, or the index of a category; NaN for a missing value.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not the index of a category.</exception>
    public string Text(double value)
    {
        if (double.IsNaN(value))
            return "";

        if (Categories is null)
            return NotationModule.text(Notation ?? NotationModule.plain, value);

        return value >= 0 && value < Categories.Count && value == Math.Floor(value)
            ? Categories[(int)value]
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"There are {Categories.Count} categories.");
    }

    internal static IReadOnlyList<ColumnInfo> Of(Column[] columns) => [.. columns.Select(column => column.Kind switch
    {
        ColumnKind.Category category => new ColumnInfo(column.Name, category.Item),
        ColumnKind.Number number => new ColumnInfo(column.Name, Offset: number.Item.Offset) { Notation = number.Item.Notation },
        _ => throw new System.Diagnostics.UnreachableException(),
    })];
}
