using System.Collections;
using System.Data;
using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Examples for training or measuring: rows of float32 numbers, each with a target, a class or a quantity. Immutable;
/// parts of a set share its numbers.</summary>
public sealed class TableData
{
    readonly int[] rows;

    internal TableData(Table value, TableData? testPart = null)
        : this(value, [.. Enumerable.Range(0, value.Examples)], testPart)
    {
    }

    internal TableData(Table value, int[] rows, TableData? testPart = null)
    {
        Value = value;
        this.rows = rows;
        TestPart = testPart;
        Columns = ColumnInfo.Of(value.Columns);
    }

    internal TableData(Sets sets)
        : this(sets.Train, sets.Test is { } test ? new TableData(test.Value) : null)
    {
    }

    /// <summary>The names that <see cref="Load"/> knows: built-in and generated data.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = [.. DataSource.names];

    /// <summary>Reads or generates data.</summary>
    /// <param name="data">One of <see cref="BuiltIn"/>, a folder as for <see cref="FromIdx"/>, <see cref="FromCifar"/> or
    /// <see cref="FromImages"/>, or a CSV or TSV file.</param>
    /// <param name="options">For CSV and TSV files only.</param>
    /// <exception cref="TableException">Nothing has this name, or it cannot be read; the message states the reason, the line
    /// and the column.</exception>
    public static TableData Load(string data, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new TableData(DataSource.load((options ?? new()).Source, data));
    }

    /// <summary>Reads further examples with the columns and the target of these, such as a validation or a test table.</summary>
    /// <param name="data">As for <see cref="Load"/>; of a folder, its test files.</param>
    /// <param name="header">Whether the first row of a file holds names. Null: recognised.</param>
    /// <param name="onError">What to do about rows that do not fit, such as those with an unknown category: <see cref="Notes"/> says how
    /// many they are. Default: an error.</param>
    /// <exception cref="TableException">It cannot be read, or lacks columns, which are listed, or has other categories or
    /// classes.</exception>
    public TableData LoadLike(string data, bool? header = null, RowErrors onError = RowErrors.Fail)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new TableData(DataSource.loadLike(Value, new TableOptions { Header = header, OnError = onError }.Source, data));
    }

    /// <summary>Reads a CSV or TSV file. What each column holds is decided by all of its values, and said in
    /// <see cref="Notes"/>.</summary>
    /// <param name="path">The file; - for the standard input.</param>
    /// <param name="options">Header, target, columns to leave out, and what to learn.</param>
    /// <exception cref="TableException">It cannot be read; the message states the reason, the line and the column.</exception>
    public static TableData FromCsv(string path, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new TableData(Data.Csv.read((options ?? new()).Csv, path));
    }

    /// <summary>Reads a folder of IDX files named like MNIST's (train-images-idx3-ubyte, …), gzip or not; its test files become
    /// <see cref="TestPart"/>. One column per pixel, one class per label.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="TableException">A file is missing or damaged, or the files do not match.</exception>
    public static TableData FromIdx(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new TableData(Idx.readFolder(folder));
    }

    /// <summary>Reads a folder of CIFAR-10 or CIFAR-100 in their binary version (data_batch_1.bin, …, test_batch.bin; train.bin,
    /// test.bin), gzip or not; the test file becomes <see cref="TestPart"/>. Of CIFAR-100 the fine labels are the classes.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="TableException">A file is missing or damaged.</exception>
    public static TableData FromCifar(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new TableData(Cifar.readFolder(folder));
    }

    /// <summary>Reads a folder of PNG and JPEG files: train/CLASS/*.png and test/CLASS/*.png, of which the latter become
    /// <see cref="TestPart"/>, or only CLASS/*.png. Needs the package Hybrid.Images.</summary>
    /// <param name="folder">The folder. All images have the same size and the same channels, and together fit in memory as float32.</param>
    /// <exception cref="TableException">There are no images, one is damaged or unlike the first, or the package is absent.</exception>
    public static TableData FromImages(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new TableData(DataSource.imageFiles(ImageDecoders.Found, folder));
    }

    /// <summary>Examples with classes, from arrays, which are copied.</summary>
    /// <param name="features">A row of numbers for each example, all of one length; NaN is a missing value. They are taken as they
    /// are: a float32 has about 7 digits, so that Unix time in seconds comes in steps of 128 s. Give double for numbers that are large
    /// beside their differences.</param>
    /// <param name="classes">The class of each example. Classes are numbered in the order of their names.</param>
    /// <param name="columns">The names of the columns. Null: x1, x2, …</param>
    /// <exception cref="TableException">There are no examples, rows are of different lengths, a number is infinite, or the
    /// numbers of rows and classes differ.</exception>
    public static TableData FromArrays(
        IReadOnlyList<float[]> features, IReadOnlyList<string> classes, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new TableData(Data.Records.ofArrays(columns?.ToArray(), [.. features], SingleTarget(NotNull(classes))));
    }

    /// <summary>Examples with quantities, from arrays, which are copied.</summary>
    /// <param name="features">As for classes.</param>
    /// <param name="quantities">The number to predict for each example, in its own unit; as precise as the features.</param>
    /// <param name="columns">The names of the columns. Null: x1, x2, …</param>
    /// <exception cref="TableException">There are no examples, rows are of different lengths, a number is infinite, a quantity is
    /// not a finite number, or the numbers of rows and quantities differ.</exception>
    public static TableData FromArrays(
        IReadOnlyList<float[]> features, IReadOnlyList<float> quantities, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new TableData(Data.Records.ofArrays(columns?.ToArray(), [.. features], SingleTarget(NotNull(quantities?.Cast<object>()))));
    }

    /// <summary>Examples with classes, from arrays in double precision: an offset is subtracted where float32 does not tell a column's
    /// numbers apart (<see cref="ColumnInfo.Offset"/>).</summary>
    /// <param name="features">A row of numbers for each example, all of one length; NaN is a missing value.</param>
    /// <param name="classes">The class of each example.</param>
    /// <param name="columns">The names of the columns. Null: x1, x2, …</param>
    /// <exception cref="TableException">As for float.</exception>
    public static TableData FromArrays(
        IReadOnlyList<double[]> features, IReadOnlyList<string> classes, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new TableData(Data.Records.ofDoubles(columns?.ToArray(), [.. features], SingleTarget(NotNull(classes))));
    }

    /// <summary>Examples with quantities, from arrays in double precision.</summary>
    /// <param name="features">A row of numbers for each example, all of one length; NaN is a missing value.</param>
    /// <param name="quantities">The number to predict for each example, in its own unit.</param>
    /// <param name="columns">The names of the columns. Null: x1, x2, …</param>
    /// <exception cref="TableException">As for float.</exception>
    public static TableData FromArrays(
        IReadOnlyList<double[]> features, IReadOnlyList<double> quantities, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        return new TableData(Data.Records.ofDoubles(columns?.ToArray(), [.. features], SingleTarget(NotNull(quantities?.Cast<object>()))));
    }

    /// <summary>Examples from objects: a column for each selector.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="target">What to predict for an example: a string, an enum value or a Boolean is a class, any number is a
    /// quantity in its own unit. To use numbers as classes, return them as strings.</param>
    /// <param name="columns">The name of a column and its value for an example: numbers, or strings, enum values and Booleans,
    /// which are categories; null and NaN are missing values.</param>
    /// <exception cref="TableException">There are no examples or columns, a number is infinite, a target is missing, or a column
    /// holds both numbers and strings.</exception>
    public static TableData From<T>(
        IEnumerable<T> items, Func<T, object?> target, params (string Name, Func<T, object?> Value)[] columns) =>
        new RowSchema<T>(columns).Table(items, target);

    /// <summary>Examples with several targets from objects: a column for each selector.</summary>
    /// <param name="items">The examples.</param>
    /// <param name="targets">What to predict for an example, as for <see cref="RowSchema{T}.Table(IEnumerable{T}, ValueTuple{string,
    /// Func{T, object}}[])"/>.</param>
    /// <param name="columns">The name of a column and its value for an example, as for one target.</param>
    /// <exception cref="TableException">As for one target; or an example has no target, a target is constant, two have the same name
    /// or are of different kinds.</exception>
    public static TableData From<T>(
        IEnumerable<T> items, IEnumerable<(string Name, Func<T, object?> Value)> targets,
        params (string Name, Func<T, object?> Value)[] columns)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return new RowSchema<T>(columns).Table(items, [.. targets]);
    }

    /// <summary>Examples with several quantities, from arrays in double precision.</summary>
    /// <param name="features">A row of numbers for each example, all of one length; NaN is a missing value.</param>
    /// <param name="quantities">The numbers to predict for each example, in their own units; NaN where one is missing.</param>
    /// <param name="targets">The names of the quantities.</param>
    /// <param name="columns">The names of the columns. Null: x1, x2, …</param>
    /// <exception cref="TableException">As for one quantity; or an example has not one number per name, or no target, or a target is
    /// constant.</exception>
    public static TableData FromArrays(
        IReadOnlyList<double[]> features, IReadOnlyList<double[]> quantities, IReadOnlyList<string> targets,
        IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(quantities);
        ArgumentNullException.ThrowIfNull(targets);
        for (var example = 0; example < quantities.Count; example++)
            if (quantities[example]?.Length != targets.Count)
                throw new HybridException(
                    $"Example {example} has {quantities[example]?.Length ?? 0} quantities, but there are {targets.Count} names of targets.");

        return new TableData(Data.Records.ofDoubles(
            columns?.ToArray(), [.. features],
            [.. targets.Select((name, target) =>
                new ValueTuple<string, object[]>(name, [.. quantities.Select(numbers => (object)numbers[target])]))]));
    }

    /// <summary>Examples from rows as a program has them: dictionaries, JSON objects, database records, or objects with public
    /// properties. Texts, enum values and Booleans are categories or classes; null, DBNull, NaN and what a row lacks are
    /// missing. A target of few integers is one of classes, as in tables, unless the options name the task. Rows without a target,
    /// columns of names that are almost all different, and those of other values are left out; <see cref="Notes"/> says
    /// so.</summary>
    /// <param name="rows">The rows, in memory or read one after the other, such as a DbDataReader.</param>
    /// <param name="options">Targets, columns to ignore, columns to keep as categories, what stands for a missing value besides null,
    /// and the task; names in any case. By default the last column is the target.</param>
    /// <exception cref="TableException">There are no rows, a row is none of these, a column is absent, every target is missing, or a
    /// column holds numbers and names.</exception>
    public static TableData FromRows(IEnumerable rows, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new TableData(Data.Records.ofRows((options ?? new()).Csv, rows));
    }

    /// <summary>The same from a data table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">As for <see cref="FromRows(IEnumerable, TableOptions?)"/>.</param>
    /// <exception cref="TableException">As for <see cref="FromRows(IEnumerable, TableOptions?)"/>.</exception>
    public static TableData FromRows(DataTable table, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return FromRows(table.Rows, options);
    }

    /// <summary>The same from the rows that a database's reader has not read yet.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="options">As for <see cref="FromRows(IEnumerable, TableOptions?)"/>.</param>
    /// <exception cref="TableException">As for <see cref="FromRows(IEnumerable, TableOptions?)"/>.</exception>
    public static TableData FromReader(IDataReader reader, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new TableData(Data.Records.ofRows((options ?? new()).Csv, reader));
    }

    /// <summary>The file or name of the data.</summary>
    public string Source => Value.Source;

    /// <summary>The number of examples, without those of <see cref="TestPart"/>.</summary>
    public int Count => rows.Length;

    /// <summary>The columns of a row, without the target.</summary>
    public IReadOnlyList<ColumnInfo> Columns { get; }

    /// <summary>What is predicted: the names of the targets.</summary>
    public string TargetName => Value.TargetName;

    /// <summary>What is predicted: one column of classes, or quantities, or several labels, each with its names for no and
    /// yes.</summary>
    public IReadOnlyList<ColumnInfo> Targets => ColumnInfo.Of(Value.Targets);

    /// <summary>The names of the classes; null where the targets are quantities or labels.</summary>
    public IReadOnlyList<string>? Classes => (Value.Target as Target.Classes)?.names;

    /// <summary>What was decided or found when the data was read: columns that are left out, how numbers are written, and so
    /// on.</summary>
    public IReadOnlyList<TableNote> Notes => TableNote.Of(Value.Notes);

    /// <summary>The extents of the images whose numbers the columns are, in rows of pixels from the top, with the channels of a pixel
    /// together; null where they are not those of images.</summary>
    public ImageSize? Image => Value.Image is { Value: var image } ? new(image.Channels, image.Height, image.Width) : null;

    /// <summary>The same examples, whose columns are the numbers of images, in rows of pixels from the top, with the channels of a pixel
    /// together. They are scaled together, and networks of images know their extents.</summary>
    /// <param name="image">The extents.</param>
    /// <exception cref="TableException">There are not as many columns, or some have categories.</exception>
    public TableData WithImages(ImageSize image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Table Of(Table table) => ImageTable.ofTable(new(image.Height, image.Width, image.Channels), table);
        return new TableData(Of(Whole()), TestPart is { } test ? new TableData(Of(test.Whole())) : null);
    }

    /// <summary>The test part that comes with the data; null if there is none.</summary>
    public TableData? TestPart { get; }

    /// <summary>The numbers of an example, one per column: NaN where one is missing, an index where the column has
    /// categories.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    /// <exception cref="PrecisionException">Float32 does not tell a column's numbers apart: use <see cref="Values"/>.</exception>
    public ReadOnlySpan<float> this[int index]
    {
        get
        {
            var row = Row(index);
            if (Columns.FirstOrDefault(column => column.Offset != 0) is { } large)
                throw new PrecisionException(large.Name, large.Offset, $"{nameof(Values)}, which returns double");

            return Value.Features.AsSpan(row * Columns.Count, Columns.Count);
        }
    }

    /// <summary>The same in double precision, for any columns.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public double[] Values(int index)
    {
        var start = Row(index) * Columns.Count;
        return [.. Columns.Select((column, i) => Value.Features[start + i] + column.Offset)];
    }

    /// <summary>The target of an example: the index of its class, or the quantity in its own unit. Of several targets, the first:
    /// see <see cref="TargetsOf"/>.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public double Target(int index) => TargetsOf(index)[0];

    /// <summary>The targets of an example: the index of its class, or quantities in their own units, or 1 for a label that is yes and
    /// 0 for one that is no; NaN where one is missing.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public double[] TargetsOf(int index)
    {
        var row = Row(index);
        double Number(int target) => Value.Target switch
        {
            Data.Target.Classes classes => classes.labels[row],
            Data.Target.Quantity quantity => quantity.Item[row * Value.Targets.Length + target],
            Data.Target.Labels labels => labels.Item[row * Value.Targets.Length + target],
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        return [.. Value.Targets.Select((target, at) => Number(at) + ColumnModule.offset(target))];
    }

    /// <summary>The examples with weights: one of weight 2 counts as if it were there twice, in training, in the parts and in all
    /// measures; those of weight 0 are left out. The test part that came with the data stays as it is.</summary>
    /// <param name="weights">The weight of each example.</param>
    /// <exception cref="TableException">There are not as many weights as examples; one is negative, NaN or infinite; or all are
    /// 0.</exception>
    public TableData WithWeights(IEnumerable<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new TableData(Data.Weights.give([.. weights], Whole()), TestPart);
    }

    /// <summary>The weight of an example; 1 if all count alike.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public double Weight(int index) => Value.Weights is { } weights ? weights.Value[Row(index)] : Row(index) >= 0 ? 1 : 0;

    /// <summary>The number of the row that an example was read from, from 1, among all rows of its source: those without a target and
    /// those of weight 0, which are no examples, count too; a header and blank lines do not. It is the number of the line that predict
    /// writes for the row.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public int RowNumber(int index) => Value.RowNumber(Row(index));

    /// <summary>Some of the examples, in this order, without the test part; they share the numbers of these.</summary>
    /// <param name="indices">From 0; one may occur more than once, and may then be both learned from and measured on.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public TableData Subset(IEnumerable<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return new TableData(Value, [.. indices.Select(Row)]);
    }

    /// <summary>The same examples in groups: those of a group stay in one part of every split.</summary>
    /// <param name="groups">The group of each example.</param>
    /// <exception cref="TableException">There is not one name per example.</exception>
    public TableData WithGroups(IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return With(SplitColumnModule.ofGroups("group", [.. groups]), groups.Count);
    }

    /// <summary>The same examples with times: what is learned from is at most as late as what validates, and that as what
    /// tests.</summary>
    /// <param name="times">The time of each example, in any unit.</param>
    /// <exception cref="TableException">There is not one finite number per example.</exception>
    public TableData WithTimes(IReadOnlyList<double> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        return With(SplitColumnModule.ofTimes("time", [.. times]), times.Count);
    }

    TableData With(FSharpResult<SplitColumn, string> column, int count)
    {
        if (column.IsError || count != Count)
            throw new TableException(
                Source, null, null, column.IsError ? $"{column.ErrorValue}." : $"there are {Count} examples, and {count} values for splits.");

        return new TableData(TableModule.splitBy(column.ResultValue, Whole()), TestPart);
    }

    /// <summary>Two random parts; with classes, each part has its share of every class, and with groups or times they are
    /// respected.</summary>
    /// <param name="share">The share of the examples in the second part, in [0, 1).</param>
    /// <param name="seed">The same seed gives the same parts. Default: 1.</param>
    /// <exception cref="HybridException">The share is out of range, or leaves nothing in the first part.</exception>
    public (TableData First, TableData Second) Split(double share, ulong seed = 1)
    {
        var split = SplitModule.ofTable(seed, 0, share, Whole());
        return (Subset(split.Training), Subset(split.Test));
    }

    /// <summary>Such as "iris: 150 examples, 4 columns, 3 classes".</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Source}: {Count:N0} example{Plural(Count)}, {Columns.Count:N0} column{Plural(Columns.Count)}, ")
        + (Classes is { } classes ? $"{classes.Count} classes"
            : Value.Targets.Length == 1 ? "a quantity"
            : $"{Value.Targets.Length} {(Value.Target.IsLabels ? "labels" : "quantities")}");

    static string Plural(int count) => count == 1 ? "" : "s";

    /// <summary>All data that these are examples of.</summary>
    internal Table Value { get; }

    /// <summary>Which of the data's rows these examples are.</summary>
    internal int[] Rows => rows;

    static ValueTuple<string, object[]>[] SingleTarget(object[] values) => [("target", values)];

    static object[] NotNull(IEnumerable<object>? values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values];
    }

    int Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, rows.Length);
        return rows[index];
    }

    /// <summary>These examples as separate data, for functions that take all rows of some data.</summary>
    internal Table Whole() => rows.Length == Value.Examples && rows.Select((row, index) => row == index).All(same => same)
        ? Value
        : TableModule.subset(rows, Value);
}
