using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace Hybrid.Parquet;

/// <summary>The values of a column in the row group that is read.</summary>
abstract class ParquetColumn(string name)
{
    static readonly Dictionary<Type, Func<DataField, ParquetColumn>> types = new()
    {
        [typeof(bool)] = field => new ParquetColumn<bool>(field),
        [typeof(sbyte)] = field => new ParquetColumn<sbyte>(field),
        [typeof(byte)] = field => new ParquetColumn<byte>(field),
        [typeof(short)] = field => new ParquetColumn<short>(field),
        [typeof(ushort)] = field => new ParquetColumn<ushort>(field),
        [typeof(int)] = field => new ParquetColumn<int>(field),
        [typeof(uint)] = field => new ParquetColumn<uint>(field),
        [typeof(long)] = field => new ParquetColumn<long>(field),
        [typeof(ulong)] = field => new ParquetColumn<ulong>(field),
        [typeof(Half)] = field => new ParquetColumn<Half>(field),
        [typeof(float)] = field => new ParquetColumn<float>(field),
        [typeof(double)] = field => new ParquetColumn<double>(field),
        [typeof(decimal)] = field => new ParquetColumn<decimal>(field),
        [typeof(DateTime)] = field => new ParquetColumn<DateTime>(field),
        [typeof(Guid)] = field => new ParquetColumn<Guid>(field),
        [typeof(string)] = Text,
        [typeof(ReadOnlyMemory<char>)] = Text,
    };

    public string Name => name;

    /// <summary>How many bytes a row has in memory.</summary>
    public abstract int RowBytes { get; }

    /// <summary>Reads the column's part of a row group.</summary>
    public abstract void Load(ParquetRowGroupReader group, int rows);

    /// <summary>The value in a row of the row group; null where it is missing.</summary>
    public abstract object? Value(int row);

    /// <exception cref="InvalidDataException">It does not hold a single value for each row.</exception>
    public static ParquetColumn Of(Field field) => field switch
    {
        TimeDataField { Precision: TimeUnitPrecision.Millis } time =>
            new ParquetColumn<int>(time, value => TimeSpan.FromMilliseconds(value)),
        TimeDataField { Precision: TimeUnitPrecision.Micros } time => new ParquetColumn<long>(time, value => TimeSpan.FromMicroseconds(value)),
        TimeDataField time => new ParquetColumn<long>(time, value => new TimeSpan(value / TimeSpan.NanosecondsPerTick)),
        DataField { IsArray: false } data when types.TryGetValue(data.ClrType, out var column) => column(data),
        DataField { IsArray: false } data => throw Refused(field.Name, data.ClrType == typeof(byte[]) || data.ClrType == typeof(ReadOnlyMemory<byte>) ? "bytes" : $"values of the type {data.ClrType.Name}"),
        _ => throw Refused(field.Name, "lists or further columns"),
    };

    static ParquetColumn<ReadOnlyMemory<char>> Text(DataField field) => new ParquetColumn<ReadOnlyMemory<char>>(field, text => text.ToString());

    public static InvalidDataException Refused(string name, string holds) =>
        new($"the column {Printable.quote(name)} holds {holds}, not a number, a text, a date or yes or no. Write the file without it");
}

/// <summary>A column of one type.</summary>
/// <param name="column">The column.</param>
/// <param name="value">From a value to what rules about columns know. By default the value.</param>
sealed class ParquetColumn<T>(DataField column, Func<T, object>? value = null) : ParquetColumn(column.Name)
    where T : struct
{
    readonly Func<T, object> value = value ?? (one => one);
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

    public override object? Value(int row) => IsNullable && levels[row] < column.MaxDefinitionLevel ? null : value(values[row]);

    /// <summary>Only those that are there are read, one after the other.</summary>
    void Place(int rows)
    {
        var place = levels.AsSpan(0, rows).Count(column.MaxDefinitionLevel);
        for (var row = rows - 1; row >= place; row--)
            if (levels[row] == column.MaxDefinitionLevel)
                values[row] = values[--place];
    }
}
