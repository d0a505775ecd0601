using Parquet;

namespace Hybrid.Parquet;

/// <summary>One pass over the rows of a Parquet file.</summary>
sealed class ParquetRowReader : RowReader
{
    // an array of a column is at most 2 GiB, and what a file announces is not yet there
    const long MaximumBytes = 1 << 30;

    readonly GuardedStream stream;
    readonly ParquetReader file;
    readonly ParquetColumn[] columns;
    readonly int stop;
    int group;
    int row;
    int rows;

    /// <summary>A pass over neighbouring row groups: those of one of several parts, each of which has as many, to one.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or has columns that are not of single values.</exception>
    public ParquetRowReader(GuardedStream stream, int part, int parts)
    {
        this.stream = stream;
        Footer.Require(stream);
        file = Read(
            () => ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult(),
            cause => $"the file is damaged ({cause.Message.TrimEnd('.')})");
        columns = [.. Read(() => file.Schema, cause => $"its columns are not known ({cause.Message.TrimEnd('.')})").Fields.Select(ParquetColumn.Of)];
        Columns = [.. columns.Select(column => column.Name)];
        group = First(part) - 1;
        stop = First(part + 1);
        int First(int one) => (int)((long)file.RowGroupCount * one / parts);
    }

    public override string[] Columns { get; }

    public override bool Read()
    {
        row++;
        while (row >= rows)
        {
            if (++group >= stop)
                return false;

            Load(file.OpenRowGroupReader(group));
            row = 0;
        }

        return true;
    }

    public override void Write(int column, CellWriter into) => columns[column].Write(row, into);

    public override void Dispose() => stream.Dispose();

    void Load(ParquetRowGroupReader reader)
    {
        var bytes = columns.Sum(column => (long)column.RowBytes);
        if (reader.RowCount < 0)
            throw new InvalidDataException($"the file is damaged (row group {group + 1} has {reader.RowCount} rows)");

        if (reader.RowCount > MaximumBytes / Math.Max(1, bytes))
            throw new InvalidDataException(
                $"row group {group + 1} has {reader.RowCount} rows and needs more than 1 GiB in memory. Write the file with row groups of at most {MaximumBytes / bytes} rows");

        rows = (int)reader.RowCount;
        foreach (var column in columns)
        {
            stream.Begin();
            Read(
                () =>
                {
                    column.Load(reader, rows);
                    return true;
                },
                cause => $"the file is damaged, or written in a way that is not known (row group {group + 1}, column {Printable.quote(column.Name)}: {cause.Message.TrimEnd('.')})");
        }
    }

    /// <summary>The library reports damage by exceptions of many kinds.</summary>
    static T Read<T>(Func<T> read, Func<Exception, string> message)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            throw new InvalidDataException(message(cause), cause);
        }
    }
}
