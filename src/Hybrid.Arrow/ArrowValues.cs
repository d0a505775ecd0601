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

    /// <summary>The values of an array by their places; null where one is missing.</summary>
    public static Func<int, object?> Of(IArrowArray array) => array switch
    {
        NullArray => _ => null,
        BooleanArray values => row => values.GetValue(row),
        Int8Array values => row => values.GetValue(row),
        UInt8Array values => row => values.GetValue(row),
        Int16Array values => row => values.GetValue(row),
        UInt16Array values => row => values.GetValue(row),
        Int32Array values => row => values.GetValue(row),
        UInt32Array values => row => values.GetValue(row),
        Int64Array values => row => values.GetValue(row),
        UInt64Array values => row => values.GetValue(row),
        HalfFloatArray values => row => values.GetValue(row),
        FloatArray values => row => values.GetValue(row),
        DoubleArray values => row => values.GetValue(row),
        // decimals of more digits than decimal has are texts of numbers, which they become anyway
        Decimal32Array values => values.GetString,
        Decimal64Array values => values.GetString,
        Decimal128Array values => values.GetString,
        Decimal256Array values => values.GetString,
        Date32Array values => row => values.GetDateTime(row),
        Date64Array values => row => values.GetDateTime(row),
        TimestampArray values => row => values.GetTimestamp(row),
        Time32Array values => row => values.GetTime(row),
        Time64Array values => row => values.GetTime(row),
        DurationArray values => row => values.GetTimeSpan(row),
        StringArray values => row => values.GetString(row),
        LargeStringArray values => row => values.GetString(row),
        StringViewArray values => row => values.GetString(row),
        DictionaryArray values => OfDictionary(Of(values.Indices), Of(values.Dictionary)),
        _ => throw new InvalidDataException($"an array of the type {array.Data.DataType.Name} is not known"),
    };

    static Func<int, object?> OfDictionary(Func<int, object?> indices, Func<int, object?> values) => row =>
        indices(row) is IConvertible index ? values(index.ToInt32(null)) : null;
}
