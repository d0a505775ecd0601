using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Examples for training or measuring: rows of float32 numbers, each with a target, a class or a quantity. Immutable;
/// parts of a set share its numbers.</summary>
public sealed partial class TableData
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

            return Value.InMemory.AsSpan(row * Columns.Count, Columns.Count);
        }
    }

    /// <summary>The same in double precision, for any columns.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public double[] Values(int index)
    {
        var start = Row(index) * Columns.Count;
        return [.. Columns.Select((column, i) => Value.InMemory[start + i] + column.Offset)];
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
        if (share is not (>= 0 and < 1))
            throw new OptionException(nameof(share), FormattableString.Invariant($"must be at least 0 and below 1, not {share}"));

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
