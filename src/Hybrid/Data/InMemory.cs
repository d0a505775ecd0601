using System.Globalization;
using Hybrid.Data;

namespace Hybrid;

/// <summary>Data from objects in memory.</summary>
static class InMemory
{
    /// <summary>The name in errors of data that does not come from a file.</summary>
    const string Source = "data in memory";

    /// <summary>From a row of numbers for each example.</summary>
    public static TableData Create(IReadOnlyList<float[]> features, Target target, IReadOnlyList<string>? names)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count == 0)
            throw Wrong("there are no examples");

        var width = features[0]?.Length ?? 0;
        if (names is not null && names.Count != width)
            throw Wrong($"there are {names.Count} names for {width} columns");

        for (var row = 0; row < features.Count; row++)
            if (features[row]?.Length != width)
                throw Wrong($"example {row} has {features[row]?.Length ?? 0} numbers, but the first one has {width}");

        return Create(
            [.. Enumerable.Range(0, width).Select(i =>
                (ColumnModule.numeric(names?[i] ?? $"x{i + 1}"), features.Select(row => row[i]).ToArray()))],
            target);
    }

    /// <summary>From columns, each with a number for each example.</summary>
    public static TableData Create((Column Column, float[] Values)[] columns, Target target)
    {
        if (columns.Length == 0)
            throw Wrong("there are no columns");

        var count = columns[0].Values.Length;
        if (count == 0)
            throw Wrong("there are no examples");

        RequireDistinct("columns", [.. columns.Select(column => column.Column.Name)]);
        var numbers = new float[checked(count * columns.Length)];

        for (var i = 0; i < numbers.Length; i++)
        {
            var (row, column) = (i / columns.Length, columns[i % columns.Length]);
            numbers[i] = column.Values[row];
            if (float.IsInfinity(numbers[i]))
                throw Wrong($"{Printable.quote(column.Column.Name)} of example {row} is infinite. Use NaN for a missing value");
        }

        var data = TableModule.create(Source, Array.ConvertAll(columns, column => column.Column), numbers, "target", target);
        return data.Examples == count ? new TableData(data) : throw Wrong($"there are {count} examples and {data.Examples} targets");
    }

    /// <summary>A column of numbers, or of categories in the order of their names.</summary>
    public static (Column Column, float[] Values) Column(string name, IEnumerable<object?> values)
    {
        object?[] all = [.. values];

        if (!Array.Exists(all, IsName))
            return (ColumnModule.numeric(name), Array.ConvertAll(all, value => Number($"the column {Printable.quote(name)}", value)));

        if (Array.FindIndex(all, value => value is not null && !IsName(value)) is >= 0 and var other)
            throw Wrong($"the column {Printable.quote(name)} holds names, but example {other} has {all[other]}");

        var names = Names(all);
        return (
            new Column(name, ColumnKind.NewCategory(names)),
            Array.ConvertAll(all, value => value is null ? float.NaN : Array.BinarySearch(names, Text(value), StringComparer.Ordinal)));
    }

    /// <summary>Classes in the order of their names, or quantities.</summary>
    public static Target Target(IEnumerable<object> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        object?[] all = [.. values];
        if (Array.IndexOf(all, null) is >= 0 and var missing)
            throw Wrong($"the target of example {missing} is missing");

        if (!Array.Exists(all, IsName))
            return Quantities(Array.ConvertAll(all, value => Number("the target", value)));

        var names = Names(all);
        return Data.Target.NewClasses(
            names, Array.ConvertAll(all, value => Array.BinarySearch(names, Text(value!), StringComparer.Ordinal)));
    }

    public static Target Quantities(IReadOnlyList<float> quantities)
    {
        ArgumentNullException.ThrowIfNull(quantities);
        float[] numbers = [.. quantities];
        return Array.FindIndex(numbers, number => !float.IsFinite(number)) is >= 0 and var index
            ? throw Wrong(FormattableString.Invariant($"the target of example {index} is {numbers[index]}; it must be a finite number"))
            : Data.Target.NewQuantity(numbers);
    }

    /// <exception cref="HybridException">A name is missing, or occurs twice.</exception>
    public static void RequireDistinct(string what, IReadOnlyList<string> names)
    {
        if (names.Any(name => name is null))
            throw Wrong($"one of the {what} has no name");
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Wrong($"two {what} are called {Printable.quote(twice.Key)}");
    }

    static bool IsName(object? value) => value is string or char or bool or Enum;

    static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    static string[] Names(object?[] values) =>
        [.. values.Where(value => value is not null).Select(value => Text(value!)).Distinct().Order(StringComparer.Ordinal)];

    static float Number(string where, object? value)
    {
        if (value is null)
            return float.NaN;

        try
        {
            return Convert.ToSingle(value, CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException)
        {
            throw Wrong($"{where} holds a {value.GetType().Name}, which is neither a number nor a name");
        }
    }

    static TableException Wrong(string problem) => new(Source, null, null, problem + ".");
}
