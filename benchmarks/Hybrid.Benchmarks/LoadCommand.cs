using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>load: the slowdown of a training step while other threads keep the machine busy, compared with that of a fair share
/// of the machine.</summary>
static class LoadCommand
{
    sealed record Row(int Others, int Threads, double Seconds, double Slowdown, double Share);

    public static Command Create()
    {
        var json = Parsing.Json();
        var command = new Command("load", "Time a step while other threads keep the machine busy.") { json };
        command.SetAction(parsed =>
        {
            var rows = Measured();

            if (parsed.GetValue(json))
                Console.WriteLine(ToJson(rows).ToJsonString());
            else
                Print(rows);
        });
        return command;
    }

    static IEnumerable<Row> Measured()
    {
        var cores = Environment.ProcessorCount;

        foreach (var threads in new[] { 1, cores }.Distinct())
        {
            using var engine = CpuEngine.Create(threads);
            var work = new Workload(engine, [784, 256, 128, 10], 128, "momentum", "relu");
            var alone = Measure.Median(work.Step, 1);

            foreach (var others in new[] { 0, 1, cores, 2 * cores })
            {
                var seconds = Under(others, () => Measure.Median(work.Step, 2));
                // each thread gets its share of the cores, at most a whole one
                var share = Math.Min(1, (double)cores / (others + threads));
                yield return new Row(others, threads, seconds, seconds / alone, 1 / share);
            }
        }
    }

    static double Under(int others, Func<double> measure)
    {
        using var stop = new CancellationTokenSource();
        var busy = Enumerable.Range(0, others).Select(_ => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                Thread.SpinWait(1_000);
        })
        { IsBackground = true }).ToArray();

        foreach (var thread in busy)
            thread.Start();

        try
        {
            return measure();
        }
        finally
        {
            stop.Cancel();

            foreach (var thread in busy)
                thread.Join();
        }
    }

    static void Print(IEnumerable<Row> rows)
    {
        Console.WriteLine($"{"threads",8}{"others",8}{"per step",12}{"slower",9}{"fair",8}");

        foreach (var row in rows)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Threads,8}{row.Others,8}{Report.Time(row.Seconds),12}{row.Slowdown,8:F2}×{row.Share,7:F2}×"));
    }

    static JsonObject ToJson(IEnumerable<Row> rows) => new()
    {
        ["rows"] = new JsonArray([.. rows.Select(row => new JsonObject
        {
            ["threads"] = row.Threads, ["others"] = row.Others, ["seconds"] = row.Seconds, ["slowdown"] = row.Slowdown,
            ["fairSlowdown"] = row.Share,
        })]),
    };
}
