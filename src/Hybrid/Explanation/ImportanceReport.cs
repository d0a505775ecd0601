namespace Hybrid;

/// <summary>What a model loses without what its columns say.</summary>
/// <param name="Loss">The mean loss of the rows as they are.</param>
/// <param name="Examples">The number of rows.</param>
/// <param name="Repeats">How often each column was shuffled.</param>
/// <param name="Columns">Every column, the most important first.</param>
/// <param name="Groups">Columns that go together: shuffled one by one, each is replaced by the others.</param>
public sealed record ImportanceReport(
    double Loss, int Examples, int Repeats, IReadOnlyList<ColumnImportance> Columns, IReadOnlyList<ColumnImportance> Groups);

/// <summary>The rise of the loss if columns are shuffled among the rows.</summary>
/// <param name="Columns">One column, or several that are shuffled together.</param>
/// <param name="Rise">The mean rise of a row's loss.</param>
/// <param name="Lower">The lower end of its interval, with a confidence of 95 %. Where 0 is between the ends, the column may as well
/// be noise.</param>
/// <param name="Upper">The upper end.</param>
public sealed record ColumnImportance(IReadOnlyList<string> Columns, double Rise, double Lower, double Upper);
