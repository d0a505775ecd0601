using Microsoft.ML;

namespace Hybrid.MLNet;

/// <summary>Data with predictions, which are computed as they are read.</summary>
sealed class PredictedView(IDataView input, PredictionMapper mapper) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, System.Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Predicted(input.GetRowCursor(mapper.GetDependencies(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, System.Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapper.GetDependencies(needed), n, rand).Select(cursor => Predicted(cursor, needed))];
    }

    PredictedCursor Predicted(DataViewRowCursor cursor, DataViewSchema.Column[] needed) => new(cursor, mapper.Of(cursor, needed));
}
