using Hybrid.Data;

namespace Hybrid;

/// <summary>Data from the program's own objects.</summary>
static class InMemory
{
    /// <summary>What errors call data that are from no file.</summary>
    const string Source = "data in memory";

    public static DataSet Create(IReadOnlyList<float[]> features, Target target, IReadOnlyList<string>? names)
    {
        if (features.Count == 0)
            throw Wrong("there are no examples");

        var width = features[0].Length;
        if (width == 0)
            throw Wrong("there are no columns");
        if (names is not null && names.Count != width)
            throw Wrong($"there are {names.Count} names for {width} columns");

        var numbers = new float[checked(features.Count * width)];
        for (var row = 0; row < features.Count; row++)
        {
            var example = features[row];
            if (example.Length != width)
                throw Wrong($"example {row} has {example.Length} numbers, and the first one has {width}");
            if (Array.FindIndex(example, float.IsInfinity) is >= 0 and var column)
                throw Wrong($"number {column} of example {row} is infinite. NaN is for a missing value");

            example.CopyTo(numbers, row * width);
        }

        var columns = Enumerable.Range(0, width).Select(i => new Column(names?[i] ?? $"x{i + 1}", ColumnKind.Numeric)).ToArray();
        if (columns.GroupBy(column => column.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Wrong($"two columns are called «{twice.Key}»");

        var data = new Dataset(Source, columns, numbers, "target", target, oneUnit: false);
        return data.Examples == features.Count
            ? new DataSet(data)
            : throw Wrong($"there are {features.Count} examples and {data.Examples} targets");
    }

    public static Target Classes(IReadOnlyList<string> classes)
    {
        string[] names = [.. classes.Distinct().Order(StringComparer.Ordinal)];
        return names.Length >= 2
            ? Target.NewClasses(names, [.. classes.Select(name => Array.BinarySearch(names, name, StringComparer.Ordinal))])
            : throw Wrong($"there have to be two classes at least, not {names.Length}");
    }

    public static Target Quantities(IReadOnlyList<float> quantities)
    {
        float[] numbers = [.. quantities];
        return Array.FindIndex(numbers, number => !float.IsFinite(number)) is >= 0 and var index
            ? throw Wrong($"the quantity of example {index} is {numbers[index]}, and has to be a number")
            : Target.NewQuantity(numbers);
    }

    public static float[][] Rows<T>(T[] items, (string Name, Func<T, double> Value)[] columns) =>
        [.. items.Select(item => Array.ConvertAll(columns, column => (float)column.Value(item)))];

    static DataException Wrong(string problem) => new(Source, null, null, problem + ".");
}
