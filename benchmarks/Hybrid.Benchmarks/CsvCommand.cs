using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CsvHelper;
using Hybrid.Arrow;
using Hybrid.Data;
using Hybrid.Parquet;
using nietras.SeparatedValues;

namespace Hybrid.Benchmarks;

/// <summary>csv: how fast a table of numbers is read, with types, widths and places of errors, beside two libraries that only split it
/// and parse its numbers, in turns; and the same table in Parquet and Arrow files.</summary>
static class CsvCommand
{
    sealed record Row(string Name, double RowsPerSecond, double RowsPerProcessorSecond);

    public static Command Create()
    {
        var rows = Parsing.Positive("--rows", "Rows of the table.", 300_000);
        var columns = Parsing.Positive("--columns", "Numbers in a row; the last one is the target.", 29);
        var rounds = Parsing.Positive("--rounds", "How often each reader reads it.", 5);
        var write = new Option<string?>("--write") { Description = "Only write the table to this file." };
        var command = new Command("csv", "Read a generated table of numbers as a CSV file, in turns with CsvHelper and Sep.") { rows, columns, rounds, write };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(write) is { } path)
                Write(path, parsed.GetValue(rows), parsed.GetValue(columns));
            else
                Run(parsed.GetValue(rows), parsed.GetValue(columns), parsed.GetValue(rounds));
        });
        return command;
    }

    static void Run(int rows, int columns, int rounds)
    {
        var path = Path.Combine(Path.GetTempPath(), $"hybrid-{Guid.NewGuid():N}.csv");
        var (parquet, arrow) = (Path.ChangeExtension(path, "parquet"), Path.ChangeExtension(path, "arrow"));

        try
        {
            Write(path, rows, columns);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{rows:N0} rows of {columns} numbers, {new FileInfo(path).Length / 1e6:F0} MB, {Environment.ProcessorCount} processors"));
            Console.WriteLine($"{"",-12}{"rows/s",12}{"of Sep",10}{"rows/s of processor time",28}{"of Sep",10}");
            // before the others, whose memory is not ours
            Csv.read(CsvOptionsModule.defaults, path);
            var peak = Process.GetCurrentProcess().PeakWorkingSet64;
            TableFiles.WriteParquet(parquet, Names(columns), Numbers(rows, columns));
            TableFiles.WriteArrow(arrow, Names(columns), Numbers(rows, columns));
            var measured = Measured(rounds, rows, [
                ("Hybrid", () => Csv.read(CsvOptionsModule.defaults, path).Examples),
                ("of Parquet", () => RowTable.read(null, CsvOptionsModule.defaults, new ParquetRows(parquet)).Examples),
                ("of Arrow", () => RowTable.read(null, CsvOptionsModule.defaults, new ArrowRows(arrow)).Examples),
                ("CsvHelper", () => WithCsvHelper(path, columns)),
                ("Sep", () => WithSep(path, columns)),
            ]);
            var sep = measured[^1];

            foreach (var row in measured)
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Name,-12}{row.RowsPerSecond,12:N0}{row.RowsPerSecond / sep.RowsPerSecond,10:F2}"
                    + $"{row.RowsPerProcessorSecond,28:N0}{row.RowsPerProcessorSecond / sep.RowsPerProcessorSecond,10:F2}"));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Peak memory of Hybrid {peak / 1e6:F0} MB; the numbers take {4e-6 * rows * columns:F0} MB"));
        }
        finally
        {
            File.Delete(path);
            File.Delete(parquet);
            File.Delete(arrow);
        }
    }

    static string[] Names(int columns) => [.. Enumerable.Range(1, columns - 1).Select(column => $"x{column}"), "y"];

    /// <summary>Rows of numbers of about seven digits, and a target that follows from them.</summary>
    static IEnumerable<float[]> Numbers(int rows, int columns)
    {
        var random = new Random(1);

        for (var row = 0; row < rows; row++)
        {
            var numbers = new float[columns];
            foreach (ref var number in numbers.AsSpan(..^1))
            {
                number = (float)(4 * random.NextDouble() - 2);
                numbers[^1] += number;
            }

            yield return numbers;
        }
    }

    static void Write(string path, int rows, int columns)
    {
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', Names(columns)));

        foreach (var numbers in Numbers(rows, columns))
            writer.WriteLine(string.Join(',', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
    }

    /// <summary>In turns, so that a disturbance affects all; the medians.</summary>
    static Row[] Measured(int rounds, int rows, (string Name, Func<int> Read)[] readers)
    {
        var wall = readers.Select(_ => new List<double>()).ToArray();
        var processor = readers.Select(_ => new List<double>()).ToArray();

        for (var round = 0; round <= rounds; round++)
            for (var i = 0; i < readers.Length; i++)
            {
                GC.Collect();
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                var start = Stopwatch.GetTimestamp();

                if (readers[i].Read() != rows)
                    throw new InvalidOperationException($"{readers[i].Name} has not read {rows} rows.");

                // the first round compiles
                if (round == 0)
                    continue;
                wall[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                processor[i].Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
            }

        return [.. readers.Select((reader, i) => new Row(reader.Name, rows / Measure.Median(wall[i]), rows / Measure.Median(processor[i])))];
    }

    static int WithCsvHelper(string path, int columns)
    {
        using var file = File.OpenRead(path);
        using var reader = CsvReader.Create(file, new CsvReaderOptions { HasHeader = true }, false);
        var chunks = new List<float[]>();
        var rows = 0;

        for (; reader.Read(); rows++)
        {
            var row = new float[columns];
            for (var column = 0; column < columns; column++)
                row[column] = reader.Parse<float>(column);
            chunks.Add(row);
        }

        return rows;
    }

    static int WithSep(string path, int columns)
    {
        using var reader = Sep.Reader().FromFile(path);
        var chunks = new List<float[]>();

        foreach (var row in reader)
        {
            var numbers = new float[columns];
            for (var column = 0; column < columns; column++)
                numbers[column] = row[column].Parse<float>();
            chunks.Add(numbers);
        }

        return chunks.Count;
    }
}
