using Microsoft.ML;
using Microsoft.ML.Data;

namespace Hybrid.MLNet;

/// <summary>Columns of data views, by their types.</summary>
static class Views
{
    /// <exception cref="HybridException">There is no such column.</exception>
    public static DataViewSchema.Column Column(DataViewSchema schema, string name) => schema.GetColumnOrNull(name)
        ?? throw new HybridException($"There is no column {Printable.quote(name)}. There are {string.Join(", ", schema.Select(column => column.Name))}.");

    /// <summary>The name of a column, or of each slot of a vector.</summary>
    public static IEnumerable<string> Slots(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [column.Name];
        if (vector.Size == 0)
            throw new HybridException($"The vectors of the column {Printable.quote(column.Name)} have no fixed length.");

        return SlotNames(column, vector.Size) is { } names
            ? names.Select(name => $"{column.Name}.{name}")
            : Enumerable.Range(1, vector.Size).Select(slot => $"{column.Name}.{slot}");
    }

    /// <summary>The names of a vector's slots, if all have one of their own.</summary>
    public static string[]? SlotNames(DataViewSchema.Column column, int size)
    {
        if (!column.HasSlotNames())
            return null;

        VBuffer<ReadOnlyMemory<char>> slots = default;
        column.GetSlotNames(ref slots);
        string[] names = [.. slots.DenseValues().Select(name => name.ToString())];
        return names.Length == size && names.All(name => name.Length > 0) && names.Distinct().Count() == size ? names : null;
    }

    /// <summary>The names of a column's keys, in their order; numbers from 1 where they have none.</summary>
    public static string[] KeyNames(DataViewSchema.Column column)
    {
        var count = checked((int)((KeyDataViewType)column.Type).Count);
        var values = column.Annotations.Schema.GetColumnOrNull("KeyValues");

        string[] Named<T>()
        {
            VBuffer<T> names = default;
            column.Annotations.GetValue("KeyValues", ref names);
            return [.. names.DenseValues().Select(name => Convert.ToString(
                name is ReadOnlyMemory<char> text ? text.ToString() : (object?)name, System.Globalization.CultureInfo.InvariantCulture)!)];
        }

        return (values?.Type as VectorDataViewType)?.ItemType.RawType switch
        {
            { } type when type == typeof(ReadOnlyMemory<char>) => Named<ReadOnlyMemory<char>>(),
            { } type when type == typeof(float) => Named<float>(),
            { } type when type == typeof(double) => Named<double>(),
            { } type when type == typeof(int) => Named<int>(),
            { } type when type == typeof(long) => Named<long>(),
            { } type when type == typeof(uint) => Named<uint>(),
            { } type when type == typeof(bool) => Named<bool>(),
            _ => [.. Enumerable.Range(1, count).Select(key => key.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        };
    }

    /// <summary>Reads the values of a column at the row where a cursor is: one, or one for each slot; null where it is missing.</summary>
    /// <exception cref="HybridException">The column's type is none of those that are read.</exception>
    public static Func<IEnumerable<object?>> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        return column.Type switch
        {
            KeyDataViewType => Key(row, column),
            TextDataViewType => One<ReadOnlyMemory<char>>(row, column, text => text.Length == 0 ? null : text.ToString()),
            BooleanDataViewType => One<bool>(row, column, value => value),
            DateTimeDataViewType => One<DateTime>(row, column, value => value),
            DateTimeOffsetDataViewType => One<DateTimeOffset>(row, column, value => value),
            TimeSpanDataViewType => One<TimeSpan>(row, column, value => value),
            NumberDataViewType when raw == typeof(float) => One<float>(row, column, value => value),
            NumberDataViewType when raw == typeof(double) => One<double>(row, column, value => value),
            NumberDataViewType when raw == typeof(sbyte) => One<sbyte>(row, column, value => value),
            NumberDataViewType when raw == typeof(byte) => One<byte>(row, column, value => value),
            NumberDataViewType when raw == typeof(short) => One<short>(row, column, value => value),
            NumberDataViewType when raw == typeof(ushort) => One<ushort>(row, column, value => value),
            NumberDataViewType when raw == typeof(int) => One<int>(row, column, value => value),
            NumberDataViewType when raw == typeof(uint) => One<uint>(row, column, value => value),
            NumberDataViewType when raw == typeof(long) => One<long>(row, column, value => value),
            NumberDataViewType when raw == typeof(ulong) => One<ulong>(row, column, value => value),
            VectorDataViewType { ItemType: var item } when item.RawType == typeof(float) => Many<float>(row, column),
            VectorDataViewType { ItemType: var item } when item.RawType == typeof(double) => Many<double>(row, column),
            _ => throw new HybridException(
                $"The column {Printable.quote(column.Name)} is of the type {column.Type}, which is neither a number, a text, a Boolean, a date, "
                + "a key, nor a vector of numbers. Leave it out, or convert it first."),
        };
    }

    static Func<IEnumerable<object?>> One<T>(DataViewRow row, DataViewSchema.Column column, Func<T, object?> value)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T given = default!;
            getter(ref given);
            return [value(given)];
        };
    }

    static Func<IEnumerable<object?>> Many<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        return () =>
        {
            VBuffer<T> given = default;
            getter(ref given);
            return given.DenseValues().Select(value => (object?)value);
        };
    }

    static Func<IEnumerable<object?>> Key(DataViewRow row, DataViewSchema.Column column)
    {
        var names = KeyNames(column);
        var key = KeyGetter(row, column);
        return () => [key() is > 0 and var given ? names[given - 1] : null];
    }

    /// <summary>Reads a key of any of its types: from 1, 0 where it is missing.</summary>
    public static Func<int> KeyGetter(DataViewRow row, DataViewSchema.Column column)
    {
        Func<int> Of<T>(Func<T, int> number)
        {
            var getter = row.GetGetter<T>(column);
            return () =>
            {
                T given = default!;
                getter(ref given);
                return number(given);
            };
        }

        var raw = column.Type.RawType;
        return raw == typeof(byte) ? Of<byte>(key => key)
            : raw == typeof(ushort) ? Of<ushort>(key => key)
            : raw == typeof(uint) ? Of<uint>(key => (int)key)
            : Of<ulong>(key => (int)key);
    }
}
