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
    /// <exception cref="TableException">Two columns have the same name.</exception>
    public RowSchema(params (string Name, Func<T, object?> Value)[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (Array.Exists(columns, column => column.Name is null || column.Value is null))
            throw new ArgumentNullException(nameof(columns));

        Records.requireDistinct("columns", columns.Select(column => column.Name));
        this.columns = [.. columns];
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns => [.. columns.Select(column => column.Name)];

    /// <summary>Objects as data to learn from or to measure on.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="target">What to predict for an example: a text, an enum value or a Boolean is a class, any number is a quantity
    /// in its own unit.</param>
    /// <param name="targetName">The name of what is predicted. Default: target.</param>
    /// <param name="weight">How much an example counts: one of weight 2 as if it were there twice, one of weight 0 not at all. Null: all
    /// count alike.</param>
    /// <exception cref="TableException">There are no examples or columns, a number is infinite, a target is missing, a column holds
    /// numbers and names, a weight is negative, NaN or infinite, or all are 0.</exception>
    public TableData Table(
        IEnumerable<T> items, Func<T, object?> target, string targetName = "target", Func<T, double>? weight = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(targetName);
        T[] all = [.. items];
        var table = Table(all, [(targetName, target)]);
        return weight is null ? table : table.WithWeights(all.Select(weight));
    }

    /// <summary>Objects as data with several targets: all quantities, or all yes or no.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="targets">The name of a target and its value for an example: a Boolean, or one of two texts or enum values, or any
    /// number; null, DBNull and NaN where the example lacks it.</param>
    /// <exception cref="TableException">There are no examples, columns or targets, a number is infinite, an example has no target, a
    /// target is constant, two have the same name or are of different kinds, or a column holds numbers and names.</exception>
    public TableData Table(IEnumerable<T> items, params (string Name, Func<T, object?> Value)[] targets)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(targets);
        if (Array.Exists(targets, target => target.Name is null || target.Value is null))
            throw new ArgumentNullException(nameof(targets));
        if (targets.Select(target => target.Name).Intersect(Columns).FirstOrDefault() is { } both)
            throw new HybridException($"{Printable.quote(both)} is both a target and a column. Leave one of them out.");

        T[] all = [.. items];
        ValueTuple<string, object?[]>[] Values((string Name, Func<T, object?> Value)[] columns) =>
            [.. columns.Select(column => new ValueTuple<string, object?[]>(column.Name, Array.ConvertAll(all, item => column.Value(item))))];

        return new TableData(Data.Records.ofColumns(Values(columns), TaskChoice.Regression, Values(targets)));
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
