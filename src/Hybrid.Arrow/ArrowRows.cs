namespace Hybrid.Arrow;

/// <summary>The rows of an Arrow IPC file (Feather 2) or stream, compressed by LZ4 or Zstandard or not, for <c>TableData.FromRows</c>: one
/// record batch at a time is in memory.</summary>
/// <remarks>Numbers, decimals, texts, Booleans, dates, timestamps, times of day and durations are read, and dictionaries of them; null is a
/// missing value. Columns of lists, maps, structures or bytes are refused by name, and so are buffers of more than 1 GiB.</remarks>
public sealed class ArrowRows : RowSource
{
    readonly Func<Stream> file;

    /// <summary>The rows of a file.</summary>
    /// <param name="path">The file.</param>
    public ArrowRows(string path)
        : this(path, () => File.OpenRead(path))
    {
    }

    internal ArrowRows(string name, Func<Stream> file)
        : base(name) => this.file = file;

    /// <inheritdoc/>
    public override RowReader Open()
    {
        var stream = file();
        try
        {
            return new ArrowRowReader(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
