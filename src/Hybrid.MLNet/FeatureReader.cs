using Microsoft.ML;
using Microsoft.ML.Data;

namespace Hybrid.MLNet;

/// <summary>Reads a column of features, a vector of Single or a Single, as the numbers of an example.</summary>
static class FeatureReader
{
    /// <summary>The numbers at the row where a cursor is, in an array that the next call uses again.</summary>
    /// <exception cref="HybridException">The column is of another type.</exception>
    public static Func<float[]> Of(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is NumberDataViewType && column.Type.RawType == typeof(float))
        {
            var (one, number) = (new float[1], row.GetGetter<float>(column));
            return () =>
            {
                number(ref one[0]);
                return one;
            };
        }

        if (column.Type is not VectorDataViewType { Size: > 0 and var size } vector || vector.ItemType.RawType != typeof(float))
            throw new HybridException(
                $"The column {Printable.quote(column.Name)} is of the type {column.Type}, and must be a vector of Single of fixed length. "
                + "Concatenate makes one.");

        var (numbers, getter) = (new float[size], row.GetGetter<VBuffer<float>>(column));
        VBuffer<float> given = default;
        return () =>
        {
            getter(ref given);
            given.CopyTo(numbers);
            return numbers;
        };
    }
}
