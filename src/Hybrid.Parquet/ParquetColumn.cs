using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace Hybrid.Parquet;

/// <summary>The values of a column in the row group that is read.</summary>
abstract class ParquetColumn(string name)
{
    static readonly Dictionary<Type, Func<DataField, ParquetColumn>> types = new()
    {
        [typeof(bool)] = field => new ParquetColumn<bool>(field, (into, value) => into.Boolean(value)),
        [typeof(sbyte)] = Number<sbyte>,
        [typeof(byte)] = Number<byte>,
        [typeof(short)] = Number<short>,
        [typeof(ushort)] = Number<ushort>,
        [typeof(int)] = Number<int>,
        [typeof(uint)] = Number<uint>,
        [typeof(long)] = Number<long>,
        [typeof(ulong)] = Number<ulong>,
        [typeof(float)] = Number<float>,
        [typeof(double)] = Number<double>,
        [typeof(decimal)] = Number<decimal>,
        [typeof(DateTime)] = field => new ParquetColumn<DateTime>(field, (into, value) => into.Time(value)),
        [typeof(Guid)] = field => new ParquetColumn<Guid>(field, Identifier),
        [typeof(string)] = Text,
        [typeof(ReadOnlyMemory<char>)] = Text,
    };

    public string Name => name;

    /// <summary>How many bytes a row has in memory.</summary>
    public abstract int RowBytes { get; }

    /// <summary>Reads the column's part of a row group.</summary>
    public abstract void Load(ParquetRowGroupReader group, int rows);

    /// <summary>Gives the value in a row of the row group; none where it is missing.</summary>
    public abstract void Write(int row, CellWriter into);

    /// <exception cref="InvalidDataException">It does not hold a single value for each row.</exception>
    public static ParquetColumn Of(Field field) => field switch
    {
        TimeDataField { Precision: TimeUnitPrecision.Millis } time =>
            new ParquetColumn<int>(time, (into, value) => into.Duration(TimeSpan.FromMilliseconds(value))),
        TimeDataField { Precision: TimeUnitPrecision.Micros } time =>
            new ParquetColumn<long>(time, (into, value) => into.Duration(TimeSpan.FromMicroseconds(value))),
        TimeDataField time => new ParquetColumn<long>(time, (into, value) => into.Duration(new TimeSpan(value / TimeSpan.NanosecondsPerTick))),
        DataField { IsArray: false } data when types.TryGetValue(data.ClrType, out var column) => column(data),
        DataField { IsArray: false } data => throw Refused(field.Name, data.ClrType == typeof(byte[]) || data.ClrType == typeof(ReadOnlyMemory<byte>) ? "bytes" : $"values of the type {data.ClrType.Name}"),
        _ => throw Refused(field.Name, "lists or further columns"),
    };

    static ParquetColumn<T> Number<T>(DataField field)
        where T : struct, IUtf8SpanFormattable => new(field, (into, value) => into.Number(value));

    static ParquetColumn<ReadOnlyMemory<char>> Text(DataField field) => new(field, (into, value) => into.Text(value.Span));

    static void Identifier(CellWriter into, Guid value)
    {
        Span<char> text = stackalloc char[36];
        value.TryFormat(text, out _);
        into.Text(text);
    }

    public static InvalidDataException Refused(string name, string holds) =>
        new($"the column {Printable.quote(name)} holds {holds}, not a number, a text, a date or yes or no. Write the file without it");
}

/// <summary>A column of one type.</summary>
/// <param name="column">The column.</param>
/// <param name="write">Gives a value.</param>
sealed class ParquetColumn<T>(DataField column, Action<CellWriter, T> write) : ParquetColumn(column.Name)
    where T : struct
{
    T[] values = [];
    int[] levels = [];

    bool IsNullable => column.MaxDefinitionLevel > 0;

    public override int RowBytes => Unsafe.SizeOf<T>() + (IsNullable ? sizeof(int) : 0);

    public override void Load(ParquetRowGroupReader group, int rows)
    {
        if (group.GetMetadata(column)?.MetaData?.NumValues is not { } count || count != rows)
            throw new InvalidDataException($"it has not {rows} values, as the row group has rows");

        if (values.Length < rows)
            (values, levels) = (new T[rows], IsNullable ? new int[rows] : []);

        group.ReadRawAsync(column, values.AsMemory(0, rows), IsNullable ? levels.AsMemory(0, rows) : default(Memory<int>?), null).AsTask().GetAwaiter().GetResult();
        if (IsNullable)
            Place(rows);
    }

    public override void Write(int row, CellWriter into)
    {
        if (!IsNullable || levels[row] == column.MaxDefinitionLevel)
            write(into, values[row]);
    }

    /// <summary>Only those that are there are read, one after the other.</summary>
    void Place(int rows)
    {
        var place = levels.AsSpan(0, rows).Count(column.MaxDefinitionLevel);
        for (var row = rows - 1; row >= place; row--)
            if (levels[row] == column.MaxDefinitionLevel)
                values[row] = values[--place];
    }
}
