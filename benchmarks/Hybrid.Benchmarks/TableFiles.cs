using Apache.Arrow;
using Apache.Arrow.Ipc;
using Parquet;
using Parquet.Schema;

namespace Hybrid.Benchmarks;

/// <summary>A table of float32 numbers as a Parquet and as an Arrow file, in parts of 65,536 rows.</summary>
static class TableFiles
{
    const int RowsAtATime = 1 << 16;

    public static void WriteParquet(string path, string[] names, IEnumerable<float[]> rows) => Write(path, names, rows).GetAwaiter().GetResult();

    static async Task Write(string path, string[] names, IEnumerable<float[]> rows)
    {
        var schema = new ParquetSchema(names.Select(name => new DataField<float>(name)));
        await using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);

        foreach (var part in rows.Chunk(RowsAtATime))
        {
            using var group = writer.CreateRowGroup();
            foreach (var (column, field) in schema.DataFields.Index())
                await group.WriteAsync<float>(field, Column(part, column));
        }
    }

    public static void WriteArrow(string path, string[] names, IEnumerable<float[]> rows)
    {
        var schema = new Schema(names.Select(name => new Apache.Arrow.Field(name, Apache.Arrow.Types.FloatType.Default, nullable: false)), null);
        using var stream = File.Create(path);
        using var writer = new ArrowFileWriter(stream, schema);

        foreach (var part in rows.Chunk(RowsAtATime))
            writer.WriteRecordBatch(new RecordBatch(
                schema, names.Index().Select(name => new FloatArray.Builder().Append(Column(part, name.Index)).Build()), part.Length));

        writer.WriteEnd();
    }

    static float[] Column(float[][] rows, int column) => System.Array.ConvertAll(rows, row => row[column]);
}
