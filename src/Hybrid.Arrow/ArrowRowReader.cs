using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;

namespace Hybrid.Arrow;

/// <summary>One pass over the rows of an Arrow file or stream.</summary>
sealed class ArrowRowReader : RowReader
{
    readonly ArrowStreamReader file;
    readonly Stream stream;
    RecordBatch? batch;
    Action<int, CellWriter>[] values = [];
    int count;
    int row;

    /// <exception cref="InvalidDataException">It is damaged, or has columns that are not of single values.</exception>
    public ArrowRowReader(Stream stream)
    {
        this.stream = stream;
        Span<byte> beginning = stackalloc byte[8];
        var isFile = ArrowFiles.IsFile(beginning[..stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)]);
        stream.Position = 0;
        AnnouncedColumns.Require(stream, isFile);

        var memory = new LimitedMemory();
        var codecs = new CompressionCodecFactory();
        file = isFile ? new ArrowFileReader(stream, memory, codecs, leaveOpen: true) : new ArrowStreamReader(stream, memory, codecs, leaveOpen: true);
        var fields = Read(() => file.Schema, "its columns").FieldsList;
        foreach (var field in fields)
            ArrowValues.Require(field.Name, field.DataType);

        Columns = [.. fields.Select(field => field.Name)];
    }

    public override string[] Columns { get; }

    public override bool Read()
    {
        row++;
        while (row >= (batch?.Length ?? 0))
        {
            batch = Read(file.ReadNextRecordBatch, $"record batch {++count}");
            if (batch is null)
                return false;

            if (batch.ColumnCount != Columns.Length || batch.Arrays.Any(array => array.Length != batch.Length))
                throw new InvalidDataException($"the file is damaged (record batch {count}: its columns are of different lengths)");

            values = [.. batch.Arrays.Select(array => Read(() => ArrowValues.Writer(array), $"record batch {count}"))];
            row = 0;
        }

        return true;
    }

    public override void Write(int column, CellWriter into)
    {
        try
        {
            values[column](row, into);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            throw new InvalidDataException(
                $"a value of the column {Printable.quote(Columns[column])} cannot be read ({cause.Message.TrimEnd('.')})", cause);
        }
    }

    public override void Dispose()
    {
        file.Dispose();
        stream.Dispose();
    }

    /// <summary>The library reports damage by exceptions of many kinds.</summary>
    static T Read<T>(Func<T> read, string what)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            throw new InvalidDataException($"the file is damaged, or written in a way that is not known ({what}: {cause.Message.TrimEnd('.')})", cause);
        }
    }
}
