using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>scaling: how the time of a training step grows with the examples and with the parameters, over four decades
/// each.</summary>
static class ScalingCommand
{
    sealed record Point(string Axis, long Count, double Seconds);

    public static Command Create()
    {
        var threads = Parsing.Threads();
        var json = Parsing.Json();
        var command = new Command("scaling", "Measure how the time of a step grows with examples and with parameters, over four decades.") { threads, json };
        command.SetAction(parsed =>
        {
            var points = Measured(parsed.GetValue(threads));

            if (parsed.GetValue(json))
                Console.WriteLine(ToJson(points).ToJsonString());
            else
                Print(points);
        });
        return command;
    }

    static IEnumerable<Point> Measured(int threads)
    {
        var engine = CpuEngine.Create(threads);

        foreach (var examples in new[] { 10, 100, 1_000, 10_000, 100_000 })
        {
            var work = new Workload(engine, [32, 64, 10], examples, "sgd", "relu");
            yield return new Point("examples", examples, Measure.Median(work.Step, 0.3));
        }

        // about 10³ to 10⁷ parameters: width² + (64 + 10) width
        foreach (var width in new[] { 12, 70, 280, 965, 3_130 })
        {
            int[] sizes = [64, width, width, 10];
            var work = new Workload(engine, sizes, 64, "sgd", "relu");
            yield return new Point("parameters", Workload.Parameters(sizes), Measure.Median(work.Step, 0.5));
        }
    }

    static void Print(IEnumerable<Point> points)
    {
        Console.WriteLine($"{"axis",-12}{"count",12}{"per step",12}{"each",12}");

        foreach (var point in points)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{point.Axis,-12}{point.Count,12:N0}{Report.Time(point.Seconds),12}{1e9 * point.Seconds / point.Count,9:F2} ns"));
    }

    static JsonObject ToJson(IEnumerable<Point> points) => new()
    {
        ["points"] = new JsonArray([.. points.Select(point => new JsonObject
        {
            ["axis"] = point.Axis, ["count"] = point.Count, ["seconds"] = point.Seconds,
        })]),
    };
}
