using System.CommandLine;
using System.Text.Json.Nodes;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>step: how long a training step of a network takes, and a prediction for as many examples.</summary>
static class StepCommand
{
    public static Command Create()
    {
        var sizes = new Argument<int[]?>("SIZES")
        {
            Description = "Inputs, hidden layers and outputs, such as 784-256-128-10; one output is trained by squared error.",
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = Parsing.Sizes,
        };
        var batch = Parsing.Positive("--batch", "Examples a step.", 128);
        var optimizer = new Option<string>("--optimizer")
        {
            Description = "The rule of the update.",
            DefaultValueFactory = _ => "sgd",
        };
        optimizer.AcceptOnlyFromAmong([.. OptimizerModule.all.Select(one => one.Name)]);
        var activation = new Option<string>("--activation")
        {
            Description = "Of the hidden layers.",
            DefaultValueFactory = _ => "relu",
        };
        activation.AcceptOnlyFromAmong([.. Activation.functions.Select(pair => pair.Item1)]);
        var threads = Parsing.Threads();
        var engine = Parsing.EngineName();
        var json = Parsing.Json();

        var command = new Command("step", "One training step: forward, backward, update.")
        {
            sizes, batch, optimizer, activation, threads, engine, json,
        };
        command.SetAction(parsed => Report.Print(
            Run(
                parsed.GetRequiredValue(sizes)!, parsed.GetValue(batch), parsed.GetValue(optimizer)!,
                parsed.GetValue(activation)!, parsed.GetValue(threads), parsed.GetValue(engine)),
            parsed.GetValue(json)));
        return command;
    }

    static JsonObject Run(int[] sizes, int batch, string optimizer, string activation, int threads, string? name)
    {
        var engine = Engine.Create(threads, name);
        var work = new Workload(engine, sizes, batch, optimizer, activation);
        var peak = Peak.Rate(threads);
        var times = Measure.Medians(2, work.Step, work.Infer);
        var rate = work.Operations / times[0];

        return new JsonObject
        {
            ["engine"] = engine.Name,
            ["threads"] = threads,
            ["microseconds"] = 1e6 * times[0],
            ["inferenceMicroseconds"] = 1e6 * times[1],
            ["bytesPerStep"] = Measure.Bytes(work.Step),
            ["gflops"] = 1e-9 * rate,
            ["peakShare"] = rate / peak,
        };
    }
}
