using Hybrid.Data;

namespace Hybrid;

/// <summary>The columns of a program's objects, declared once: for the data to learn from, and for the rows to predict.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class RowSchema<T>
{
    readonly (string Name, Func<T, object?> Value)[] columns;

    /// <summary>Declares the columns.</summary>
    /// <param name="columns">The name of a column and its value for an object: a number or a date, or a text, enum value or
    /// Boolean, which are categories; null, DBNull and NaN are missing values.</param>
    public RowSchema(params (string Name, Func<T, object?> Value)[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (Array.Exists(columns, column => column.Name is null || column.Value is null))
            throw new ArgumentNullException(nameof(columns));

        this.columns = [.. columns];
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns => [.. columns.Select(column => column.Name)];

    /// <summary>Objects as data to learn from or to measure on.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="target">What to predict for an example: a text, an enum value or a Boolean is a class, any number is a quantity
    /// in its own unit.</param>
    /// <param name="targetName">The name of what is predicted. Default: target.</param>
    /// <exception cref="TableException">There are no examples or columns, a number is infinite, a target is missing, or a column
    /// holds numbers and names.</exception>
    public TableData Table(IEnumerable<T> items, Func<T, object?> target, string targetName = "target")
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(targetName);
        T[] all = [.. items];

        return new TableData(Data.Records.ofColumns(
            [.. columns.Select(column => new ValueTuple<string, object?[]>(column.Name, Array.ConvertAll(all, item => column.Value(item))))],
            targetName, TaskChoice.Regression, Array.ConvertAll(all, item => target(item))));
    }

    /// <summary>Objects as rows for <see cref="Model.PredictAll"/>, <see cref="Model.ClassifyAll"/> or
    /// <see cref="Model.EncodeAll"/>: data without a target.</summary>
    /// <param name="items">The objects.</param>
    public IEnumerable<IReadOnlyDictionary<string, object?>> Rows(IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Select(Row);
    }

    /// <summary>An object as a row for <see cref="Model.Encode"/>.</summary>
    /// <param name="item">The object.</param>
    public IReadOnlyDictionary<string, object?> Row(T item) =>
        columns.ToDictionary(column => column.Name, column => column.Value(item));
}
