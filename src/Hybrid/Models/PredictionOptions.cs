using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>What to do about a row that does not fit a model, or the table whose further examples are read.</summary>
public enum RowErrors
{
    /// <summary>It is an error that names file, line and column, and nothing after it is predicted.</summary>
    Fail,

    /// <summary>The row is left out and counted.</summary>
    Skip,

    /// <summary>A text in a column of numbers or an unknown category counts as a missing value, and the row is counted; rows with
    /// too many fields, or one only, or whose result is NaN or infinite, are left out and counted.</summary>
    Missing,
}

/// <summary>How rows of data are predicted.</summary>
public sealed record PredictionOptions
{
    /// <summary>What to do about rows that do not fit the model. Default: an error.</summary>
    public RowErrors OnError { get; init; }

    /// <summary>The columns of a table whose texts are passed on, such as an identifier; of image files, file is their name. Default: none.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Whether the first row of a table holds names. Null: it does if it has the name of one of the model's columns, or does
    /// not fit them.</summary>
    public bool? Header { get; init; }

    internal Data.ModelCsvOptions Csv
    {
        get
        {
            var usual = Data.ModelCsvOptionsModule.predict;
            return new(
                Header is { } header ? FSharpOption<bool>.Some(header) : null, usual.Evaluate, usual.Targets, Policy, ListModule.OfSeq(Keep),
                usual.SplitBy, usual.Weight);
        }
    }

    Data.FSharpRowErrors Policy => PolicyOf(OnError);

    internal static Data.FSharpRowErrors PolicyOf(RowErrors errors) => errors switch
    {
        RowErrors.Skip => Data.FSharpRowErrors.Skip,
        RowErrors.Missing => Data.FSharpRowErrors.Missing,
        _ => Data.FSharpRowErrors.Fail,
    };
}

/// <summary>Predictions for some rows of data.</summary>
/// <param name="Outputs">[rows; outputs], as <see cref="Model.Predict(ReadOnlySpan{double})"/> returns them.</param>
/// <param name="Kept">For each row, the texts of the columns to keep.</param>
public sealed record PredictedRows(double[] Outputs, IReadOnlyList<IReadOnlyList<string>> Kept);

/// <summary>What became of the rows of data.</summary>
/// <param name="Predicted">Rows with a prediction.</param>
/// <param name="Skipped">Rows that were left out, because they do not fit the model.</param>
/// <param name="Mended">Predicted rows with a value that counts as missing because it does not fit.</param>
/// <param name="NonFinite">Rows that were left out, because their result is NaN or infinite.</param>
/// <param name="Notes">What was decided or found when the data was read.</param>
public sealed record PredictionCount(long Predicted, long Skipped, long Mended, long NonFinite, IReadOnlyList<TableNote> Notes)
{
    /// <summary>Such as "97 predicted; 3 skipped, which did not fit the model".</summary>
    public override string ToString() => FormattableString.Invariant($"{Predicted:N0} predicted")
        + (Mended > 0 ? FormattableString.Invariant($", {Mended:N0} with a missing value in place of one that does not fit") : "")
        + (Skipped > 0 ? FormattableString.Invariant($"; {Skipped:N0} skipped, which did not fit the model") : "")
        + (NonFinite > 0 ? FormattableString.Invariant($"; {NonFinite:N0} skipped, whose result is NaN or infinite") : "");
}
