using System.Diagnostics;
using Hybrid.Kernels;
using Microsoft.FSharp.Core;

namespace Hybrid.Benchmarks;

/// <summary>A training by Adam of a network of some sizes on generated examples: the time of an epoch, and the memory that it needs.</summary>
sealed record ScaledTraining(int[] Sizes, int Examples, int Batch, int Threads)
{
    const double Seconds = 0.5;

    public long Parameters => Workload.Parameters(Sizes);

    public int Steps => (Examples + Batch - 1) / Batch;

    /// <summary>The bytes that it is to need at most: the data with two places for each example, in the split and in the order; weight,
    /// gradient and two moments of each parameter; of a batch the inputs, and each layer's outputs with their gradients; and 60 MiB.</summary>
    public long Allowed =>
        Examples * (sizeof(float) * (Sizes[0] + 1L) + 2 * sizeof(int))
        + 4 * sizeof(float) * Parameters
        + sizeof(float) * (long)Batch * (Sizes[0] + 2 * Sizes.Skip(1).Sum())
        + (60 << 20);

    /// <summary>The median time of an epoch, and this process's peak memory in bytes.</summary>
    public (double Seconds, long Peak) Measured()
    {
        using var engine = CpuEngine.Create(Threads);
        var options = new StepOptions(
            LearningTask.NewClassification(Sizes[^1]), LossModule.softmax, RegularizerModule.none, OptimizerModule.adam,
            ScheduleModule.constant, 1e-3, null, Batch, 1, int.MaxValue, null, null, GradientSourceModule.graph, null, 1);
        using var epochs = Core.Training.resumable(
            engine, Communicator.alone, FuncConvert.FromFunc(() => false), FuncConvert.FromAction<FSharpFunc<Unit, Position>>(_ => { }), null,
            options, Workload.Network(Sizes, "relu"), true, Generated(), null).GetEnumerator();

        // plans and methods are compiled in the first one
        epochs.MoveNext();
        var times = new List<double>();
        for (var total = 0.0; total < Seconds; total += times[^1])
        {
            var start = Stopwatch.GetTimestamp();
            epochs.MoveNext();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (Measure.Median(times), Process.GetCurrentProcess().PeakWorkingSet64);
    }

    Examples Generated()
    {
        var random = new System.Random(1);
        var features = new float[(long)Examples * Sizes[0]];
        foreach (ref var feature in features.AsSpan())
            feature = random.NextSingle();

        var targets = new float[Examples];
        for (var i = 0; i < Examples; i++)
            targets[i] = i % Sizes[^1];

        return ExamplesModule.all(Sizes[0], features, targets);
    }

    /// <summary>The same in a process of its own, whose memory has nothing else in it.</summary>
    public (double Seconds, long Peak) MeasuredApart()
    {
        // 4 MiB: the garbage of the runtime's own start may otherwise grow to the size of a cache
        var result = OwnProcess.Run(
            [
                "scaling", string.Join('-', Sizes), "--examples", $"{Examples}", "--batch", $"{Batch}", "--threads", $"{Threads}", "--json",
            ],
            ("DOTNET_GCgen0size", "400000"));
        return (result["seconds"]!.GetValue<double>(), result["peakBytes"]!.GetValue<long>());
    }
}
