using Hybrid.Tuning;

namespace Hybrid;

/// <summary>The file of a search's results, appended line by line.</summary>
sealed class TrialJournal : IDisposable
{
    readonly StreamWriter? writer;
    readonly FSharpList<Tuple<int, TrialResult>> known;

    /// <summary>Opens a journal, and reads what is there.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="task">The search.</param>
    /// <exception cref="OptionException">The file is not of this search.</exception>
    /// <exception cref="HybridException">The file cannot be read or written.</exception>
    public TrialJournal(string? path, TuneTask task)
    {
        try
        {
            (writer, known, HasDropped) = Open(path, task);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HybridException(
                $"{path}: the journal of the search cannot be kept there ({error.Message.TrimEnd('.')}). Give the path of a file that can be written.", error);
        }
    }

    static (StreamWriter? Writer, FSharpList<Tuple<int, TrialResult>> Known, bool HasDropped) Open(string? path, TuneTask task)
    {
        string[] lines = path is not null && File.Exists(path) ? File.ReadAllLines(path) : [];
        var content = Journal.read(task, ListModule.OfSeq(lines));
        var hasDropped = content.Lines < lines.Length;
        if (path is null)
            return (null, content.Results, hasDropped);

        // a line that a crash cut off would be continued by the next one
        string[] whole = lines.Length == 0 ? [Journal.header(task)] : lines[..content.Lines];
        File.WriteAllLines(path, whole);
        return (new StreamWriter(path, append: true) { NewLine = "\n" }, content.Results, hasDropped);
    }

    /// <summary>The number of results that were there.</summary>
    public int Count => known.Length;

    /// <summary>Whether a last line was not whole and was left out.</summary>
    public bool HasDropped { get; }

    /// <summary>The results of one search: 0 for that on all examples, from 1 on those of the folds.</summary>
    public FSharpList<TrialResult> Known(int search) =>
        ListModule.OfSeq(known.Where(one => one.Item1 == search).Select(one => one.Item2));

    public void Add(int search, TrialResult result)
    {
        writer?.WriteLine(Journal.line(search, result));
        writer?.Flush();
    }

    public void Dispose() => writer?.Dispose();
}
