using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Hybrid.Kernels;
using Hybrid.Mpi;
using Microsoft.FSharp.Core;

namespace Hybrid.Benchmarks;

/// <summary>The time of a sum over ranks, as training takes it: to rank 0 in the tree of grains, and from there to all. Run by mpirun; and
/// from what is measured, a simulation of more hosts than there are.</summary>
static class AllreduceCommand
{
    const int Grains = 8, Warming = 3;

    static readonly int[] sizes = [1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    // seconds a message, and a byte: a line of 1 Gbit/s, of 10 and of 100, each with what TCP or RDMA usually adds
    static readonly (string Name, double Latency, double PerByte)[] networks =
        [("1 Gbit/s", 50e-6, 8 / 0.94e9), ("10 Gbit/s", 30e-6, 8 / 9.4e9), ("100 Gbit/s", 5e-6, 8 / 94e9)];

    static readonly Engine engine = CpuEngine.Create(1);

    public static Command Create()
    {
        var most = new Option<int>("--most") { Description = "The largest number of floats.", DefaultValueFactory = _ => sizes[^1] };
        var command = new Command("allreduce", "Time the sum of gradients over ranks: mpirun -n 2 … allreduce.") { most };
        command.SetAction(parsed => Run(parsed.GetValue(most)));
        return command;
    }

    static int Run(int most)
    {
        using var ranks = MpiRanks.Join();
        var rows = new List<(int Floats, double Seconds)>();

        foreach (var size in sizes.Where(size => size <= most))
            rows.Add((size, Measure(ranks, size)));

        (int Floats, double Computing, double After, double During)[] overlaps =
            [.. rows.Where(row => row.Floats >= 100_000).Select(row => Overlap(ranks, row.Floats, row.Seconds))];

        if (ranks.Rank != 0)
            return 0;

        Console.WriteLine($"Sum over {ranks.Size} ranks of this machine, {Grains} grains, median:");
        foreach (var (floats, seconds) in rows)
            Console.WriteLine($"  {floats,11:N0} floats  {seconds * 1e3,10:F3} ms  {4.0 * floats / seconds / 1e9,7:F2} GB/s");

        Console.WriteLine("Computing for as long as a sum takes, and the sum, median:");
        foreach (var (floats, computing, after, during) in overlaps)
            Console.WriteLine(
                $"  {floats,11:N0} floats  computing {computing * 1e3,8:F3} ms  then the sum {after * 1e3,8:F3} ms  "
                + $"both at once {during * 1e3,8:F3} ms");

        // what adding takes, without messages
        var adding = Adding();
        Simulate(adding, ranks.Size, rows);
        Console.WriteLine(new JsonObject
        {
            ["ranks"] = ranks.Size,
            ["floats"] = rows[^1].Floats,
            ["milliseconds"] = rows[^1].Seconds * 1e3,
            ["addNanosecondsPerFloat"] = adding * 1e9,
        }.ToJsonString());
        return 0;
    }

    /// <summary>The median time of a sum, until there are enough of them.</summary>
    static double Measure(MpiRanks ranks, int size)
    {
        var total = new float[size];
        var sum = new GrainSum(ranks, Grains, size, FuncConvert.FromAction<float[], float[]>(Add));
        var compute = FuncConvert.FromAction<int, int, float[]>((first, _, into) => into.AsSpan().Fill(first + 1));
        var count = Math.Clamp(20_000_000 / size, 3, 200);
        var times = new List<double>();

        for (var i = -Warming; i < count; i++)
        {
            Communicator.agree(ranks, true);
            var start = Stopwatch.GetTimestamp();
            sum.Run(Grains, compute, total);
            ranks.Broadcast(MemoryMarshal.AsBytes(total.AsSpan()));
            if (i >= 0)
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);

            if (total[^1] != Grains * (Grains + 1) / 2)
                throw new InvalidOperationException($"The sum is {total[^1]}.");
        }

        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>The median times of computing for about so many seconds, of that and a sum behind it, and of both at once, the sum in a thread
    /// of its own: what could be gained by sending the sums of some layers while others are still computed.</summary>
    static (int Floats, double Computing, double After, double During) Overlap(MpiRanks ranks, int size, double seconds)
    {
        var total = new float[size];
        var sum = new GrainSum(ranks, Grains, size, FuncConvert.FromAction<float[], float[]>(Add));
        var compute = FuncConvert.FromAction<int, int, float[]>((_, _, _) => { });
        float[] a = new float[4096], b = new float[4096];
        var laps = (int)(seconds / Timed(() => Laps(1000)) * 1000) + 1;
        laps = BitConverter.ToInt32(Communicator.share(ranks, 0, BitConverter.GetBytes(laps)));

        double computing = Median(() => Laps(laps)), after = Median(() => { Laps(laps); Sum(); });
        var during = Median(() =>
        {
            var sending = new Thread(Sum);
            sending.Start();
            Laps(laps);
            sending.Join();
        });
        return (size, computing, after, during);

        // in the first cache, as the products of a backward pass are for the most part
        void Laps(int count)
        {
            for (var i = 0; i < count; i++)
                Add(a, b);
        }

        void Sum()
        {
            sum.Run(Grains, compute, total);
            ranks.Broadcast(MemoryMarshal.AsBytes(total.AsSpan()));
        }

        double Median(Action action)
        {
            var times = new List<double>();
            for (var i = -Warming; i < Math.Clamp(20_000_000 / size, 3, 50); i++)
            {
                Communicator.agree(ranks, true);
                var one = Timed(action);
                if (i >= 0)
                    times.Add(one);
            }

            times.Sort();
            return times[times.Count / 2];
        }

        static double Timed(Action action)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    static void Add(float[] into, float[] more) => engine.Kernels.Binary(Binary.Add, into, more, into);

    /// <summary>Seconds a float.</summary>
    static double Adding()
    {
        const int size = 10_000_000;
        float[] a = new float[size], b = new float[size];
        Add(a, b);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5; i++)
            Add(a, b);

        return Stopwatch.GetElapsedTime(start).TotalSeconds / 5 / size;
    }

    /// <summary>A model of hosts that there are not: for N of them ⌈log₂ N⌉ levels of the tree, each a message up, an addition, and a message
    /// of the broadcast down. A message takes its delay and its bytes' time; here both follow from the shortest and the longest array.</summary>
    static void Simulate(double adding, int ranks, List<(int Floats, double Seconds)> rows)
    {
        var messages = 2 * Math.Max(1, Math.Ceiling(Math.Log2(ranks)));
        var delay = rows[0].Seconds / messages;
        var perByte = Math.Max(0, ((rows[^1].Seconds - rows[0].Seconds) / messages) - (rows[^1].Floats * adding / 2)) / (4.0 * rows[^1].Floats);
        int[] hosts = [.. Enumerable.Range(0, 11).Select(power => 1 << power)];

        foreach (var floats in new[] { 100_000, 10_000_000 })
        {
            Console.WriteLine($"Simulated, not measured: milliseconds for {floats:N0} floats over N hosts");
            Console.WriteLine($"  {"N",-12}" + string.Concat(hosts.Select(count => $"{count,9:N0}")));
            foreach (var (name, latency, slope) in networks.Prepend(("as here", delay, perByte)))
                Console.WriteLine($"  {name,-12}" + string.Concat(hosts.Select(count =>
                {
                    var seconds = Math.Ceiling(Math.Log2(count)) * ((2 * (latency + (4.0 * floats * slope))) + (floats * adding));
                    return FormattableString.Invariant($"{seconds * 1e3,9:F1}");
                })));
        }
    }
}
