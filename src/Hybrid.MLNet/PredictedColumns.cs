using Microsoft.ML;

namespace Hybrid.MLNet;

/// <summary>The columns of a row, and behind them those of predictions.</summary>
sealed class PredictedColumns(
    DataViewRow input, DataViewSchema schema, HashSet<int> active, OutputColumn[] columns, Func<Func<float[]>> predict)
{
    readonly Lazy<Func<float[]>> outputs = new(predict);

    public DataViewSchema Schema => schema;

    public bool IsActive(DataViewSchema.Column column) => active.Contains(column.Index);

    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index < input.Schema.Count)
            return input.GetGetter<TValue>(input.Schema[column.Index]);

        return columns[column.Index - input.Schema.Count].Getter(outputs.Value) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"The column {column.Name} is of the type {column.Type}, not {typeof(TValue).Name}.");
    }
}
