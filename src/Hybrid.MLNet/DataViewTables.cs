using Microsoft.ML;

namespace Hybrid.MLNet;

/// <summary>ML.NET's data as examples of Hybrid.</summary>
public static class DataViewTables
{
    extension(TableData)
    {
        /// <summary>Examples from a data view, such as ML.NET's own data or a DataFrame of Microsoft.Data.Analysis, which are read in
        /// one pass. Numbers, dates and durations are quantities, texts, Booleans and keys are categories, and each slot of a vector is
        /// a column of its own.</summary>
        /// <param name="view">The data.</param>
        /// <param name="target">The column to predict: texts, Booleans and keys are classes, numbers a quantity.</param>
        /// <param name="features">The columns to learn from. None: all others that are not hidden.</param>
        /// <exception cref="TableException">There are no examples, a number is infinite, or a target is missing.</exception>
        /// <exception cref="HybridException">There is no such column, or its type is none of these.</exception>
        public static TableData From(IDataView view, string target, params IReadOnlyList<string> features)
        {
            ArgumentNullException.ThrowIfNull(view);
            ArgumentNullException.ThrowIfNull(target);
            ArgumentNullException.ThrowIfNull(features);

            var targetColumn = Views.Column(view.Schema, target);
            DataViewSchema.Column[] columns = features.Count > 0
                ? [.. features.Select(name => Views.Column(view.Schema, name))]
                : [.. view.Schema.Where(column => !column.IsHidden && column.Name != target)];
            (string Name, Func<object?[], object?> Value)[] selectors =
                [.. columns.SelectMany(Views.Slots).Select((name, index) => (name, (Func<object?[], object?>)(row => row[index])))];

            var rows = Rows(view, columns, targetColumn).ToArray();
            return TableData.From(rows, row => row[^1], selectors);
        }
    }

    /// <summary>The columns' values for each row, and the target's last.</summary>
    static IEnumerable<object?[]> Rows(IDataView view, DataViewSchema.Column[] columns, DataViewSchema.Column target)
    {
        using var cursor = view.GetRowCursor([.. columns, target]);
        Func<IEnumerable<object?>>[] readers = [.. columns.Append(target).Select(column => Views.Reader(cursor, column))];
        while (cursor.MoveNext())
            yield return [.. readers.SelectMany(reader => reader())];
    }
}
