using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Hybrid.Arrow;
using Hybrid.Data;
using Hybrid.Parquet;
using Hybrid.Tests.Cli;
using Hybrid.Tests.Support;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Parquet;
using Parquet.Schema;
using Xunit;
using Schema = Apache.Arrow.Schema;

namespace Hybrid.Tests;

/// <summary>Parquet and Arrow files: the same rows give the same model as a CSV file; damaged and foreign ones are named.</summary>
public sealed class TableFormatTests
{
    const int Rows = 240;

    static readonly TrainingOptions quick = new() { Hidden = [6], Epochs = 3, Threads = 1 };

    sealed record Visit(
        int Number, double? Area, float Ratio, string? City, bool Garden, DateTime Day, DateTime? Seen, TimeSpan Opens, long Steps, Half Grade,
        bool? Asked, decimal Cost, double Price)
    {
        public static Visit Of(int i)
        {
            var random = new Random(i);
            var (area, ratio) = (40 + 100 * random.NextDouble(), (float)random.NextDouble());
            return new(
                i % 9, i % 13 == 5 ? null : area, ratio, i % 17 == 3 ? null : i % 3 == 0 ? "Ulm, am \"Tor\"" : i % 3 == 1 ? "Bonn" : "Köln",
                i % 4 == 1, new DateTime(2021, 3, 1).AddDays(random.Next(900)),
                i % 11 == 7 ? null : new DateTime(2022, 1, 1).AddMicroseconds(random.NextInt64(1L << 45)),
                TimeSpan.FromMilliseconds(random.Next(86_400_000)), random.NextInt64(1L << 60), (Half)(8 * random.NextSingle()),
                i % 5 == 2 ? null : i % 3 == 0, random.Next(100_000) / 100m, 1000 * area + 300 * ratio + i % 9);
        }
    }

    static readonly Visit[] visits = [.. Enumerable.Range(0, Rows).Select(Visit.Of)];

    static readonly string[] kinds = ["parquet", "parquet in groups", "arrow", "arrow stream", "arrow lz4", "arrow zstd"];

    public static TheoryData<string> Kinds => [.. kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Rows_of_a_file_train_as_those_of_CSV(string kind)
    {
        using var folder = new TemporaryFolder();
        var (csv, path) = await Written(folder, kind);
        var expected = Trained(TableData.FromCsv(csv));

        Assert.Equal(expected, Trained(TableData.Load(path)));
        Assert.Equal(expected, Trained(TableData.Load(path, new() { Stream = true, Buffer = Rows })));
        Assert.Equal(expected, Trained(TableData.FromRows(kind.StartsWith("parquet", StringComparison.Ordinal) ? new ParquetRows(path) : new ArrowRows(path))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ranks_read_their_row_groups_or_all_say_that_they_read_all(string kind)
    {
        using var folder = new TemporaryFolder();
        var (csv, path) = await Written(folder, kind);
        var expected = Trained(TableData.FromCsv(csv));

        foreach (var isStreamed in (bool[])[false, true])
            foreach (var table in Shared(ranks => TableData.Load(path, new() { Stream = isStreamed, Buffer = isStreamed ? Rows : null, Communicator = ranks })))
            {
                var trained = Trained(table);
                Assert.Equal(!kind.StartsWith("parquet", StringComparison.Ordinal), trained.Contains(ReadByAll));
                Assert.Equal(expected, trained.Replace(ReadByAll, ""));
            }
    }

    const string ReadByAll = "every rank reads all of the data, not a part: rows of this kind are read one after the other. ";

    static FSharpList<TableData> Shared(Func<ICommunicator, TableData> load) =>
        global::Hybrid.Testing.Ranks.together(3, FuncConvert.FromFunc(load));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Their_columns_always_have_names(string kind)
    {
        using var folder = new TemporaryFolder();
        var (_, path) = await Written(folder, kind);
        var error = Assert.Throws<OptionException>(() => TableData.Load(path, new() { Header = false }));
        Assert.StartsWith("Header applies only to tables that are text, such as CSV, and ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_model_predicts_and_measures_them_as_those_of_CSV(string kind)
    {
        using var folder = new TemporaryFolder();
        var (csv, path) = await Written(folder, kind);
        var model = Trainer.Train(TableData.FromCsv(csv), quick).Model;

        string Predicted(string data)
        {
            var all = new List<string>();
            model.PredictFile(
                data, rows => all.Add($"{string.Join(' ', rows.Outputs)} {string.Join(' ', rows.Kept.Select(kept => kept[0]))}"), new() { Keep = ["city"] });
            return string.Join(' ', all);
        }

        Assert.Equal(Predicted(csv), Predicted(path));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_command_trains_on_them_and_predicts(string kind)
    {
        using var command = new HybridCommand();
        command.Write("visits.csv", Csv());
        await Write(kind, command.File("visits.data"));

        (byte[] Model, string Predictions) Answers(string data)
        {
            command.Succeed("train", data, "--hidden", "6", "--epochs", "3", "--output", "visits.onnx");
            return (File.ReadAllBytes(command.File("visits.onnx")), command.Succeed("predict", "visits.onnx", data).Output);
        }

        var (expected, answers) = (Answers("visits.csv"), Answers("visits.data"));
        Assert.Equal(expected.Model, answers.Model);
        Assert.Equal(expected.Predictions, answers.Predictions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50_000)]
    public void Columns_within_columns_are_refused_however_deep(int depth)
    {
        IArrowType type = Int32Type.Default;
        for (var level = 0; level < depth; level++)
            type = new ListType(type);

        using var command = new HybridCommand();
        void Write(Func<Stream, Schema, ArrowStreamWriter> writer)
        {
            using var stream = File.Create(command.File("deep.arrow"));
            using var written = writer(stream, new([new Apache.Arrow.Field("one", Int32Type.Default, false), new Apache.Arrow.Field("deep", type, true)], null));
            written.WriteStart();
            written.WriteEnd();
        }

        foreach (var writer in (Func<Stream, Schema, ArrowStreamWriter>[])
            [(stream, schema) => new ArrowStreamWriter(stream, schema, leaveOpen: true), (stream, schema) => new ArrowFileWriter(stream, schema, leaveOpen: true)])
        {
            // what writes goes down the columns too
            var thread = new Thread(() => Write(writer), 1 << 29);
            thread.Start();
            thread.Join();
            command.Fail(1, ["deep.arrow", "the column «deep» holds lists or further columns"], "train", "deep.arrow");
        }
    }

    [Fact]
    public async Task Cut_off_and_changed_files_are_errors_that_name_them()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("visits.data");

        foreach (var kind in kinds)
        {
            await Write(kind, path);
            var whole = File.ReadAllBytes(path);
            var random = new Random(1);

            for (var round = 0; round < 150; round++)
            {
                var bytes = round % 3 == 0 ? whole[..random.Next(20, whole.Length)] : (byte[])whole.Clone();
                // ends and beginnings say how the rest is read
                for (var change = 0; round % 3 != 0 && change < 1 + round % 4; change++)
                    bytes[round % 3 == 1 ? bytes.Length - 1 - random.Next(600) : random.Next(16, bytes.Length)] = (byte)random.Next(256);

                File.WriteAllBytes(path, bytes);
                try
                {
                    TableData.Load(path);
                }
                catch (TableException error)
                {
                    Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("arrow")]
    public async Task A_number_of_a_file_is_read_without_an_object(string kind)
    {
        const int Columns = 16, Few = 2_000, Many = 8_000;
        using var folder = new TemporaryFolder();
        var names = Enumerable.Range(0, Columns).Select(column => $"x{column}").ToArray();
        File.WriteAllText(folder.File("few.csv"), string.Join(',', names) + "\n" + string.Concat(Enumerable.Range(0, 60).Select(row =>
            string.Join(',', names.Select((_, column) => Text(row * 0.37 * (column + 1) % 1))) + "\n")));
        var model = Trainer.Train(TableData.FromCsv(folder.File("few.csv")), quick).Model;

        async Task<long> Allocated(int rows)
        {
            var path = folder.File($"{rows}.data");
            double[] Column(int column) => [.. Enumerable.Range(0, rows).Select(row => row * 0.37 * (column + 1) % 1)];
            await using (var stream = File.Create(path))
                if (kind == "parquet")
                {
                    var schema = new ParquetSchema(names.Select(name => new DataField<double>(name)));
                    await using var writer = await ParquetWriter.CreateAsync(schema, stream);
                    using var group = writer.CreateRowGroup();
                    for (var column = 0; column < Columns; column++)
                        await group.WriteAsync<double>(schema.DataFields[column], Column(column));
                }
                else
                {
                    var batch = new RecordBatch.Builder();
                    for (var column = 0; column < Columns; column++)
                        batch.Append(names[column], false, new DoubleArray.Builder().AppendRange(Column(column)).Build());

                    using var rowsOfBatch = batch.Build();
                    using var writer = new ArrowFileWriter(stream, rowsOfBatch.Schema);
                    await writer.WriteRecordBatchAsync(rowsOfBatch);
                    await writer.WriteEndAsync();
                }

            RowSource source = kind == "parquet" ? new ParquetRows(path) : new ArrowRows(path);
            var read = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            RowTable.readBatches(
                model.Value.Schema, ModelCsvOptionsModule.predict, 100, source,
                FuncConvert.FromAction<RowBatch>(batch => read += batch.Rows.Examples));
            Assert.Equal(rows, read);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        await Allocated(Few);
        var (few, many) = (await Allocated(Few), await Allocated(Many));
        // four for a number that is passed on, and what the libraries hold of their files; an object has 24
        Assert.InRange((many - few) / ((double)Columns * (Many - Few)), 0, 20);
    }

    [Fact]
    public async Task Columns_that_hold_no_single_values_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("lists.data");
        var schema = new ParquetSchema(new DataField<int>("one"), new ListField("many", new DataField<int>("element")));
        await using (var stream = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<int>(schema.DataFields[0], new[] { 1, 2 });
            var defined = schema.DataFields[1].MaxDefinitionLevel;
            await group.WriteAllPartsAsync<int>(schema.DataFields[1], new[] { 1, 2, 3 }, new[] { defined, defined, defined }, new[] { 0, 1, 0 }, CancellationToken.None);
        }

        Refuses("the column «many» holds lists");

        var bytes = new BinaryArray.Builder().Append([1, 2]).Append([3]).Build();
        var batch = new RecordBatch.Builder().Append("one", false, new Int32Array.Builder().AppendRange([1, 2]).Build()).Append("picture", false, bytes).Build();
        await using (var stream = File.Create(path))
        using (var writer = new ArrowFileWriter(stream, batch.Schema))
        {
            await writer.WriteRecordBatchAsync(batch);
            await writer.WriteEndAsync();
        }

        Refuses("the column «picture» holds bytes");

        void Refuses(string message)
        {
            var error = Assert.Throws<TableException>(() => TableData.Load(path));
            Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    static string Csv() => string.Concat(visits
        .Select(visit => string.Join(
            ',', Text(visit.Number), Text(visit.Area), Text(visit.Ratio), visit.City is null ? "" : $"\"{visit.City.Replace("\"", "\"\"")}\"",
            visit.Garden ? "true" : "false", visit.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            visit.Seen?.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture), Text(visit.Opens.TotalDays), Text(visit.Steps),
            Text((float)visit.Grade), visit.Asked is { } asked ? asked ? "true" : "false" : "", Text(visit.Cost), Text(visit.Price)) + "\n")
        .Prepend("number,area,ratio,city,garden,day,seen,opens,steps,grade,asked,cost,price\n"));

    /// <summary>What was decided of the columns, and the model's parameters and loss, to the bit.</summary>
    static string Trained(TableData data)
    {
        var report = Trainer.Train(data, quick);
        var columns = string.Join(' ', data.Columns);
        return $"{columns} {string.Join(' ', data.Notes)} {string.Join(' ', report.Model.Network.Parameters.SelectMany(one => one.Values.ToArray()))} {report.Test!.Loss:R}";
    }

    /// <summary>The same rows as a CSV file and as one of another kind.</summary>
    static async Task<(string Csv, string Path)> Written(TemporaryFolder folder, string kind)
    {
        var (csv, path) = (folder.File("visits.csv"), folder.File("visits.data"));
        File.WriteAllText(csv, Csv());
        await Write(kind, path);
        return (csv, path);
    }

    static Task Write(string kind, string path) => kind switch
    {
        "parquet" => WriteParquet(path, Rows),
        "parquet in groups" => WriteParquet(path, 50),
        _ => WriteArrow(path, kind),
    };

    static Task WriteParquet(string path, int rows) => WriteParquet(path, rows, visits);

    static async Task WriteParquet(string path, int rows, Visit[] visits)
    {
        var schema = new ParquetSchema(
            new DataField<int>("number"), new DataField<double?>("area"), new DataField<float>("ratio"), new DataField<string>("city"),
            new DataField<bool>("garden"), new DateTimeDataField("day", DateTimeFormat.Date),
            new DateTimeDataField("seen", rows < Rows ? DateTimeFormat.Impala : DateTimeFormat.DateAndTimeMicros, isNullable: true),
            new TimeDataField("opens", TimeUnitPrecision.Micros), new DataField<long>("steps"), new DataField<float>("grade"),
            new DataField<bool?>("asked"), new DecimalDataField("cost", 12, 2), new DataField<double>("price"));

        await using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        foreach (var part in visits.Chunk(rows))
        {
            using var group = writer.CreateRowGroup();
            var fields = schema.DataFields;
            await group.WriteAsync<int>(fields[0], part.Select(visit => visit.Number).ToArray());
            await group.WriteAsync<double>(fields[1], part.Select(visit => visit.Area).ToArray());
            await group.WriteAsync<float>(fields[2], part.Select(visit => visit.Ratio).ToArray());
            await group.WriteAsync(fields[3], part.Select(visit => visit.City).ToArray()!);
            await group.WriteAsync<bool>(fields[4], part.Select(visit => visit.Garden).ToArray());
            await group.WriteAsync<DateTime>(fields[5], part.Select(visit => visit.Day).ToArray());
            await group.WriteAsync<DateTime>(fields[6], part.Select(visit => visit.Seen).ToArray());
            await group.WriteAsync<long>(fields[7], part.Select(visit => visit.Opens.Ticks / TimeSpan.TicksPerMicrosecond).ToArray());
            await group.WriteAsync<long>(fields[8], part.Select(visit => visit.Steps).ToArray());
            await group.WriteAsync<float>(fields[9], part.Select(visit => (float)visit.Grade).ToArray());
            await group.WriteAsync<bool>(fields[10], part.Select(visit => visit.Asked).ToArray());
            await group.WriteAsync<decimal>(fields[11], part.Select(visit => visit.Cost).ToArray());
            await group.WriteAsync<double>(fields[12], part.Select(visit => visit.Price).ToArray());
        }
    }

    static RecordBatch Batch(Visit[] part)
    {
        var area = new DoubleArray.Builder();
        var day = new Date32Array.Builder();
        var cost = new Decimal128Array.Builder(new Decimal128Type(12, 2));
        string[] names = ["Bonn", "Köln", "Ulm, am \"Tor\""];
        var city = new Int8Array.Builder();
        var asked = new BooleanArray.Builder();
        var opens = new Time32Array.Builder(TimeUnit.Millisecond);
        var seen = new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC"));
        foreach (var visit in part)
        {
            area.Append(visit.Area);
            day.Append(visit.Day);
            cost.Append(visit.Cost);
            opens.Append((int)visit.Opens.TotalMilliseconds);
            _ = visit.Asked is { } yes ? asked.Append(yes) : asked.AppendNull();
            _ = visit.Seen is { } time ? seen.Append(new DateTimeOffset(time, TimeSpan.Zero)) : seen.AppendNull();
            if (visit.City is null)
                city.AppendNull();
            else
                city.Append((sbyte)System.Array.IndexOf(names, visit.City));
        }

        var cities = new DictionaryArray(
            new DictionaryType(Int8Type.Default, StringType.Default, false), city.Build(), new StringArray.Builder().AppendRange(names).Build());
        return new RecordBatch.Builder()
            .Append("number", false, new Int32Array.Builder().AppendRange(part.Select(visit => visit.Number)).Build())
            .Append("area", true, area.Build())
            .Append("ratio", false, new FloatArray.Builder().AppendRange(part.Select(visit => visit.Ratio)).Build())
            .Append("city", true, cities)
            .Append("garden", false, new BooleanArray.Builder().AppendRange(part.Select(visit => visit.Garden)).Build())
            .Append("day", false, day.Build())
            .Append("seen", true, seen.Build())
            .Append("opens", false, opens.Build())
            .Append("steps", false, new Int64Array.Builder().AppendRange(part.Select(visit => visit.Steps)).Build())
            .Append("grade", false, new HalfFloatArray.Builder().AppendRange(part.Select(visit => visit.Grade)).Build())
            .Append("asked", true, asked.Build())
            .Append("cost", false, cost.Build())
            .Append("price", false, new DoubleArray.Builder().AppendRange(part.Select(visit => visit.Price)).Build())
            .Build();
    }

    static Task WriteArrow(string path, string kind) => WriteArrow(path, kind, visits);

    static async Task WriteArrow(string path, string kind, Visit[] visits)
    {
        var batches = visits.Chunk(100).Select(Batch).ToArray();
        var options = new IpcOptions
        {
            CompressionCodecFactory = new CompressionCodecFactory(),
            CompressionCodec = kind switch
            {
                "arrow lz4" => CompressionCodecType.Lz4Frame,
                "arrow zstd" => CompressionCodecType.Zstd,
                _ => null,
            },
        };

        await using var stream = File.Create(path);
        using var writer = kind == "arrow stream"
            ? new ArrowStreamWriter(stream, batches[0].Schema, leaveOpen: true)
            : new ArrowFileWriter(stream, batches[0].Schema, leaveOpen: true, options);
        foreach (var batch in batches)
            await writer.WriteRecordBatchAsync(batch);

        await writer.WriteEndAsync();
    }
}
