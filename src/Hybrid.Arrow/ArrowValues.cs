using Apache.Arrow;
using Apache.Arrow.Types;

namespace Hybrid.Arrow;

/// <summary>The values of a column, as what rules about columns know.</summary>
static class ArrowValues
{
    /// <exception cref="InvalidDataException">A column of this type does not hold a single value for each row.</exception>
    public static void Require(string name, IArrowType type)
    {
        var holds = type.TypeId switch
        {
            ArrowTypeId.Dictionary when ((DictionaryType)type).ValueType.TypeId != ArrowTypeId.Dictionary => null,
            ArrowTypeId.List or ArrowTypeId.LargeList or ArrowTypeId.ListView or ArrowTypeId.LargeListView or ArrowTypeId.FixedSizeList
                or ArrowTypeId.Map or ArrowTypeId.Struct => "lists or further columns",
            ArrowTypeId.Binary or ArrowTypeId.LargeBinary or ArrowTypeId.BinaryView or ArrowTypeId.FixedSizedBinary => "bytes",
            ArrowTypeId.Interval or ArrowTypeId.Union or ArrowTypeId.RunEndEncoded or ArrowTypeId.Extension or ArrowTypeId.Dictionary =>
                $"values of Arrow's type {type.Name}",
            _ => null,
        };

        if (holds is not null)
            throw Refused(name, holds);

        if (type is DictionaryType dictionary)
            Require(name, dictionary.ValueType);
    }

    public static InvalidDataException Refused(string name, string holds) =>
        new($"the column {Printable.quote(name)} holds {holds}, not a number, a text, a date or yes or no. Write the file without it");

    /// <summary>What gives the value of an array in a place; none where it is missing.</summary>
    public static Action<int, CellWriter> Writer(IArrowArray array) => array switch
    {
        NullArray => Missing,
        BooleanArray values => Present(values, (row, into) => into.Boolean(values.GetValue(row)!.Value)),
        Int8Array values => Numbers(values),
        UInt8Array values => Numbers(values),
        Int16Array values => Numbers(values),
        UInt16Array values => Numbers(values),
        Int32Array values => Numbers(values),
        UInt32Array values => Numbers(values),
        Int64Array values => Numbers(values),
        UInt64Array values => Numbers(values),
        // its own shortest text is that of another float
        HalfFloatArray values => Present(values, (row, into) => into.Number((float)values.Values[row])),
        FloatArray values => Numbers(values),
        DoubleArray values => Numbers(values),
        // decimals of more digits than decimal has are texts of numbers, which they become anyway
        Decimal32Array values => Texts(values, values.GetString),
        Decimal64Array values => Texts(values, values.GetString),
        Decimal128Array values => Texts(values, values.GetString),
        Decimal256Array values => Texts(values, values.GetString),
        Date32Array values => Present(values, (row, into) => into.Time(values.GetDateTime(row)!.Value)),
        Date64Array values => Present(values, (row, into) => into.Time(values.GetDateTime(row)!.Value)),
        TimestampArray values => Present(values, (row, into) => into.Time(values.GetTimestamp(row)!.Value.UtcDateTime)),
        Time32Array values => Present(values, (row, into) => into.Duration(values.GetTime(row)!.Value.ToTimeSpan())),
        Time64Array values => Present(values, (row, into) => into.Duration(values.GetTime(row)!.Value.ToTimeSpan())),
        DurationArray values => Present(values, (row, into) => into.Duration(values.GetTimeSpan(row)!.Value)),
        StringArray values => Present(values, (row, into) => into.Text(values.GetBytes(row))),
        LargeStringArray values => Present(values, (row, into) => into.Text(values.GetBytes(row))),
        StringViewArray values => Present(values, (row, into) => into.Text(values.GetBytes(row))),
        DictionaryArray values => Dictionary(values.Indices, Writer(values.Dictionary)),
        _ => throw new InvalidDataException($"an array of the type {array.Data.DataType.Name} is not known"),
    };

    static Action<int, CellWriter> Present(IArrowArray array, Action<int, CellWriter> write) => (row, into) =>
    {
        if (array.IsValid(row))
            write(row, into);
    };

    static Action<int, CellWriter> Numbers<T>(PrimitiveArray<T> values)
        where T : struct, IUtf8SpanFormattable, IEquatable<T> => Present(values, (row, into) => into.Number(values.Values[row]));

    static Action<int, CellWriter> Texts(IArrowArray array, Func<int, string?> text) => Present(array, (row, into) => into.Text(text(row)));

    static Action<int, CellWriter> Dictionary(IArrowArray indices, Action<int, CellWriter> write)
    {
        Func<int, int> index = indices switch
        {
            Int8Array values => row => values.Values[row],
            UInt8Array values => row => values.Values[row],
            Int16Array values => row => values.Values[row],
            UInt16Array values => row => values.Values[row],
            Int32Array values => row => values.Values[row],
            UInt32Array values => row => checked((int)values.Values[row]),
            Int64Array values => row => checked((int)values.Values[row]),
            UInt64Array values => row => checked((int)values.Values[row]),
            _ => throw new InvalidDataException($"a dictionary's indices are of the type {indices.Data.DataType.Name}"),
        };
        return Present(indices, (row, into) => write(index(row), into));
    }

    static void Missing(int row, CellWriter into)
    {
    }
}
