using Hybrid.Data;

namespace Hybrid;

/// <summary>Examples to learn from or to measure by: rows of float32 numbers, and what is to be predicted of each, a class or a
/// quantity. Immutable; parts of a set share its numbers.</summary>
public sealed class DataSet
{
    readonly int[] rows;

    internal DataSet(Dataset value, DataSet? testPart = null)
        : this(value, [.. Enumerable.Range(0, value.Examples)], testPart)
    {
    }

    internal DataSet(Dataset value, int[] rows, DataSet? testPart = null)
    {
        Value = value;
        this.rows = rows;
        TestPart = testPart;
        Columns = [.. value.Columns.Select(column =>
            new DataColumn(column.Name, (column.Kind as ColumnKind.Category)?.Item))];
    }

    internal DataSet(Sets sets)
        : this(sets.Train, sets.Test is { } test ? new DataSet(test.Value) : null)
    {
    }

    /// <summary>The names that <see cref="Load"/> knows: data that come with the library, and generated data.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = [.. DataSource.names];

    /// <summary>Reads or makes data.</summary>
    /// <param name="data">One of <see cref="BuiltIn"/>, a folder as for <see cref="FromIdx"/>, or a CSV or TSV file.</param>
    /// <param name="options">For CSV and TSV files only.</param>
    /// <exception cref="DataException">There is nothing of this name, or it cannot be read; the message says what, the line
    /// and the column.</exception>
    public static DataSet Load(string data, TableOptions? options = null) =>
        new(DataSource.load((options ?? new()).Source, data));

    /// <summary>Reads a CSV or TSV file. Columns of texts become categories; empty fields, NA and ? are missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Header, target, columns to leave out, and what to learn.</param>
    /// <exception cref="DataException">It cannot be read; the message says why, the line and the column.</exception>
    public static DataSet FromCsv(string path, TableOptions? options = null) =>
        new(global::Hybrid.Data.Csv.read((options ?? new()).Csv, path));

    /// <summary>Reads a folder of IDX files named like MNIST's (train-images-idx3-ubyte, …), gzip or not; its test files become
    /// <see cref="TestPart"/>. A column a pixel, a class a label.</summary>
    /// <exception cref="DataException">A file is missing or damaged, or the files do not belong together.</exception>
    public static DataSet FromIdx(string folder) => new(Idx.readFolder(folder));

    /// <summary>Examples with a class each, from arrays, which are copied.</summary>
    /// <param name="features">A row of numbers for each example, all of one length; NaN is a missing value.</param>
    /// <param name="classes">The class of each example. Classes are numbered in the order of their names.</param>
    /// <param name="columns">The names of the columns. Null: x1, x2, …</param>
    /// <exception cref="DataException">There are no examples, rows are of different lengths, a number is infinite, or there are
    /// not as many classes as rows, or fewer than two.</exception>
    public static DataSet FromArrays(
        IReadOnlyList<float[]> features, IReadOnlyList<string> classes, IReadOnlyList<string>? columns = null) =>
        InMemory.Create(features, InMemory.Classes(classes), columns);

    /// <summary>Examples with a quantity each, from arrays, which are copied.</summary>
    /// <param name="features">A row of numbers for each example, all of one length; NaN is a missing value.</param>
    /// <param name="quantities">The number to predict for each example, in its own unit.</param>
    /// <param name="columns">The names of the columns. Null: x1, x2, …</param>
    /// <exception cref="DataException">There are no examples, rows are of different lengths, a number is infinite, a quantity is
    /// no number, or there are not as many quantities as rows.</exception>
    public static DataSet FromArrays(
        IReadOnlyList<float[]> features, IReadOnlyList<float> quantities, IReadOnlyList<string>? columns = null) =>
        InMemory.Create(features, InMemory.Quantities(quantities), columns);

    /// <summary>Examples with a class each, from objects: a column for each selector.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="class">The class of one.</param>
    /// <param name="columns">The name of a column, and its number for an example; NaN is a missing value.</param>
    /// <exception cref="DataException">There are no examples or columns, a number is infinite, or there are fewer than two
    /// classes.</exception>
    public static DataSet From<T>(
        IEnumerable<T> items, Func<T, string> @class, params (string Name, Func<T, double> Value)[] columns)
    {
        var all = items.ToArray();
        return InMemory.Create(
            InMemory.Rows(all, columns), InMemory.Classes([.. all.Select(@class)]), [.. columns.Select(column => column.Name)]);
    }

    /// <summary>Examples with a quantity each, from objects: a column for each selector.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="quantity">The number to predict for one, in its own unit.</param>
    /// <param name="columns">The name of a column, and its number for an example; NaN is a missing value.</param>
    /// <exception cref="DataException">There are no examples or columns, a number is infinite, or a quantity is no
    /// number.</exception>
    public static DataSet From<T>(
        IEnumerable<T> items, Func<T, double> quantity, params (string Name, Func<T, double> Value)[] columns)
    {
        var all = items.ToArray();
        return InMemory.Create(
            InMemory.Rows(all, columns), InMemory.Quantities([.. all.Select(item => (float)quantity(item))]),
            [.. columns.Select(column => column.Name)]);
    }

    /// <summary>The file or the name that the data are from.</summary>
    public string Source => Value.Source;

    /// <summary>How many examples there are, without those of <see cref="TestPart"/>.</summary>
    public int Count => rows.Length;

    /// <summary>The columns of a row, without the target.</summary>
    public IReadOnlyList<DataColumn> Columns { get; }

    /// <summary>What is predicted.</summary>
    public string TargetName => Value.TargetName;

    /// <summary>The names of the classes; null where the target is a quantity.</summary>
    public IReadOnlyList<string>? Classes => (Value.Target as Target.Classes)?.names;

    /// <summary>The test part that the data come with; null if they come without one.</summary>
    public DataSet? TestPart { get; }

    /// <summary>The numbers of an example, one a column: NaN where one is missing, an index where the column has categories.</summary>
    /// <param name="index">From 0.</param>
    public ReadOnlySpan<float> this[int index] => Value.Features.AsSpan(rows[index] * Columns.Count, Columns.Count);

    /// <summary>The target of an example: the index of its class, or the quantity.</summary>
    /// <param name="index">From 0.</param>
    public float Target(int index) => Value.Target switch
    {
        Data.Target.Classes classes => classes.labels[rows[index]],
        Data.Target.Quantity quantity => quantity.Item[rows[index]],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Some of the examples, in this order; they share the numbers of these.</summary>
    /// <param name="indices">From 0; one may be there more than once.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public DataSet Subset(IEnumerable<int> indices) => new(Value, [.. indices.Select(index =>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, rows.Length, nameof(indices));
        return rows[index];
    })]);

    /// <summary>Such as "iris: 150 examples, 4 columns, 3 classes".</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Source}: {Count:N0} examples, {Columns.Count:N0} columns, ")
        + (Classes is { } classes ? $"{classes.Count} classes" : "a quantity");

    /// <summary>All data that these are examples of.</summary>
    internal Dataset Value { get; }

    /// <summary>Which of the data's rows these examples are.</summary>
    internal int[] Rows => rows;

    /// <summary>These examples as data of their own, for what takes all rows of some data.</summary>
    internal Dataset Whole() => rows.Length == Value.Examples && rows.Select((row, index) => row == index).All(same => same)
        ? Value
        : DatasetModule.subset(rows, Value);
}
