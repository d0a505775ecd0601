namespace Hybrid.Parquet;

/// <summary>Recognises Parquet files, for <c>TableData.Load</c> and the command: they begin with the letters PAR1.</summary>
public sealed class ParquetFiles : TableFormat
{
    ParquetFiles()
    {
    }

    /// <summary>The format, which has no state.</summary>
    public static TableFormat Format { get; } = new ParquetFiles();

    /// <inheritdoc/>
    public bool Matches(byte[] beginning) => beginning.AsSpan().StartsWith("PAR1"u8);

    /// <inheritdoc/>
    public RowSource Rows(string name, Func<Stream> file) => new ParquetRows(name, file);
}
