using System.Globalization;
using System.Text.Json.Nodes;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>A model of a step's time on any number of cores. What one core computes is shared but for a part, which follows from the time
/// of two; what does not stay in caches goes through the memory's bandwidth; and in each of the plan's calls every core passes a cache line
/// on once.</summary>
/// <param name="Name">Of the network.</param>
/// <param name="Measured">Seconds of a step, by the number of cores, of one and two at least.</param>
/// <param name="Calls">The number of the plan's calls.</param>
/// <param name="Bytes">Read from and written to memory by a step.</param>
/// <param name="Machine">Where it was measured.</param>
sealed record CoreModel(string Name, IReadOnlyDictionary<int, double> Measured, int Calls, double Bytes, Machine Machine)
{
    static readonly int[] cores = [1, 2, 4, 8, 16, 32, 64];

    // weights, gradients and moments that fit stay in the cache that cores share
    const long Cache = 32 << 20;

    /// <summary>Measured on as many cores as there are.</summary>
    public static CoreModel Of(Machine machine, int[] sizes, int batch)
    {
        var measured = new Dictionary<int, double>();
        var (calls, bytes) = (0, 0L);

        foreach (var count in cores.Where(count => count <= Math.Max(2, Environment.ProcessorCount)))
        {
            using var engine = CpuEngine.Create(count);
            var work = new Workload(engine, sizes, batch, "adam", "relu");
            measured[count] = Measure.Median(work.Step, 2);
            (calls, bytes) = (work.Steps.Count, sizeof(float) * work.Steps.Sum(step => step.Numbers));
        }

        var isCached = 4 * sizeof(float) * Workload.Parameters(sizes) <= Cache;
        return new($"{string.Join('-', sizes)}, batch {batch}", measured, calls, isCached ? 0 : bytes, machine);
    }

    double Memory(int count) => Bytes / Machine.Bandwidth((double)count);

    double PassingOn(int count) => count == 1 ? 0 : count * Calls * Machine.HandOff;

    double Computing => Math.Max(0, Measured[1] - Memory(1));

    double Alone => Math.Clamp(2 * (Measured[2] - Memory(2) - PassingOn(2)) - Computing, 0, Computing);

    /// <summary>Seconds of a step.</summary>
    public double Seconds(int count) => Alone + (Computing - Alone) / count + Memory(count) + PassingOn(count);

    public static void Print(Machine machine, CoreModel[] models)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A model, not measured: a step by Adam on more cores, from the times of one and two, {1e9 * machine.HandOff:F0} ns for a cache "
            + $"line from one core to another, and {1e-9 * machine.OneCore:F1} GB/s from and to memory of one core and {1e-9 * machine.TwoCores:F1} of two."));
        Console.WriteLine($"{"cores",-36}" + string.Concat(cores.Select(count => $"{count,11}")));

        foreach (var model in models)
        {
            Console.WriteLine($"{model.Name,-36}" + string.Concat(cores.Select(count => $"{Report.Time(model.Seconds(count)),11}")));
            Console.WriteLine($"{"  measured",-36}" + string.Concat(
                cores.Select(count => $"{(model.Measured.TryGetValue(count, out var seconds) ? Report.Time(seconds) : "-"),11}")));
        }
    }

    public JsonObject ToJson() => new()
    {
        ["network"] = Name,
        ["modelled"] = ByCores(Seconds, cores),
        ["measured"] = ByCores(count => Measured[count], Measured.Keys),
    };

    static JsonObject ByCores(Func<int, double> seconds, IEnumerable<int> counts) =>
        new(counts.Select(count => KeyValuePair.Create($"{count}", (JsonNode?)JsonValue.Create(seconds(count)))));
}
