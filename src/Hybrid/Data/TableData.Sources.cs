using System.Collections;
using System.Data;
using System.Data.Common;
using Hybrid.Data;

namespace Hybrid;

/// <content>Where examples come from: files and folders, arrays, objects and rows.</content>
public sealed partial class TableData
{
    /// <summary>The names that <see cref="Load"/> knows: built-in and generated data.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = [.. DataSource.names];

    /// <summary>Reads or generates data.</summary>
    /// <param name="data">One of <see cref="BuiltIn"/>, a folder as for <see cref="FromIdx"/>, <see cref="FromCifar"/> or
    /// <see cref="FromImages"/>, a CSV or TSV file, or a file in a format of the packages Hybrid.Parquet and Hybrid.Arrow.</param>
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
    /// <param name="options">Header, target, columns to leave out, what to learn, and whether rows are streamed.</param>
    /// <exception cref="TableException">It cannot be read; the message states the reason, the line and the column.</exception>
    public static TableData FromCsv(string path, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new();
        return new TableData(
            options.Streaming is { } streaming ? Data.Csv.stream(streaming.Value, options.Csv, path) : Data.Csv.read(options.Csv, path));
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
        return new TableData(DataSource.imageFiles(null, ImageDecoders.Found, folder));
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

    /// <summary>Examples from a database, of any number (<see cref="TableOptions.Stream"/>): the query is run at most twice. What a column
    /// holds is decided by all of its values and by the rules of CSV files, and said in <see cref="Notes"/>: texts and Booleans are
    /// categories or classes; dates are days since 1970, durations are days; NULL, an empty text and NaN are missing values. The same rows
    /// give the same examples as from a file.</summary>
    /// <param name="query">Runs the query anew and returns its reader, which is disposed of here: always the same rows, in the same
    /// order.</param>
    /// <param name="options">As for <see cref="FromCsv"/>; there are always names.</param>
    /// <param name="name">What messages call the data; in them line 2 is the first row.</param>
    /// <exception cref="TableException">The query fails, gives other columns or another number of rows the second time, or is not such a
    /// table.</exception>
    public static TableData FromReader(Func<DbDataReader> query, TableOptions? options = null, string name = "the query")
    {
        ArgumentNullException.ThrowIfNull(query);
        return FromRows(new DatabaseRows(name, query), options);
    }

    /// <summary>Examples from rows that are read one after the other, at most twice, as by <see cref="FromReader(Func{DbDataReader},
    /// TableOptions?, string)"/>: such as those of a file in a format of its own.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="options">As for <see cref="FromCsv"/>; there are always names.</param>
    /// <exception cref="TableException">The rows cannot be read, change between two passes, or are not such a table.</exception>
    public static TableData FromRows(RowSource rows, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        options ??= new();
        return new TableData(RowTable.read(options.Streaming, options.Csv, rows));
    }

    static ValueTuple<string, object[]>[] SingleTarget(object[] values) => [("target", values)];

    static object[] NotNull(IEnumerable<object>? values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values];
    }
}
