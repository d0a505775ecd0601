namespace Hybrid.Parquet;

/// <summary>The rows of a Parquet file, for <c>TableData.FromRows</c>: one row group at a time is in memory.</summary>
/// <remarks>Numbers, decimals, texts, Booleans, dates, timestamps and times of day are read; null is a missing value. Columns of lists, maps,
/// structures or bytes are refused by name, and so are files that are encrypted, and row groups of more than 1 GiB in memory.</remarks>
public sealed class ParquetRows : RowSource
{
    readonly Func<Stream> file;

    /// <summary>The rows of a file.</summary>
    /// <param name="path">The file.</param>
    public ParquetRows(string path)
        : this(path, () => File.OpenRead(path))
    {
    }

    internal ParquetRows(string name, Func<Stream> file)
        : base(name) => this.file = file;

    /// <inheritdoc/>
    public override RowReader Open() => OpenPart(0, 1);

    /// <inheritdoc/>
    public override RowReader OpenPart(int part, int parts)
    {
        var stream = file();
        try
        {
            return new ParquetRowReader(new GuardedStream(stream), part, parts);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
