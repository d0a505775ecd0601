using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Benchmarks;

/// <summary>step: times a training step of a network, and a prediction for the same number of examples.</summary>
static class StepCommand
{
    public static Command Create()
    {
        var work = new WorkloadArguments();
        var json = Parsing.Json();
        var command = new Command("step", "Time one training step: forward, backward, update.");
        work.AddTo(command);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var (workload, threads) = work.Create(parsed);
            Report.Print(Run(workload, threads), parsed.GetValue(json));
        });
        return command;
    }

    static JsonObject Run(Workload work, int threads)
    {
        var peak = Peak.Rate(threads);
        var times = Measure.Medians(2, work.Step, work.Infer);
        var rate = work.Operations / times[0];

        return new JsonObject
        {
            ["engine"] = work.Engine,
            ["threads"] = threads,
            ["microseconds"] = 1e6 * times[0],
            ["inferenceMicroseconds"] = 1e6 * times[1],
            ["bytesPerStep"] = Measure.Bytes(work.Step),
            ["gflops"] = 1e-9 * rate,
            ["peakShare"] = rate / peak,
        };
    }
}
