using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Hybrid.Benchmarks;

/// <summary>scaling: how time and memory of a training grow with the examples and with the parameters, to 10⁷ and 10⁸, and a model of its
/// time on more cores.</summary>
static class ScalingCommand
{
    // 64 · width + width² + 10 · width, about 10³ to 10⁸
    static readonly int[] widths = [12, 70, 280, 965, 3_130, 9_960];
    static readonly int[] examples = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    public static Command Create()
    {
        var sizes = new Argument<int[]?>("sizes")
        {
            Description = "Only a training of this network, in this process.",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = Parsing.Sizes,
        };
        var count = Parsing.Positive("--examples", "Examples of that training.", 512);
        var batch = Parsing.Positive("--batch", "Examples of its steps, at most all.", 64);
        var threads = Parsing.Threads();
        var json = Parsing.Json();
        var command = new Command("scaling", "Measure how time and memory of a training grow with examples, parameters and cores.")
        {
            sizes, count, batch, threads, json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(sizes) is { Length: > 0 } network)
            {
                var all = parsed.GetValue(count);
                var training = new ScaledTraining(network, all, Math.Min(all, parsed.GetValue(batch)), parsed.GetValue(threads));
                Report.Print(ToJson(training, each => each.Measured()), parsed.GetValue(json));
            }
            else
                All(parsed.GetValue(threads), parsed.GetValue(json));
        });
        return command;
    }

    static void All(int threads, bool json)
    {
        var ofExamples = examples.Select(count => new ScaledTraining([32, 64, 10], count, Math.Min(count, 1_000), threads));
        var ofParameters = widths.Select(width => new ScaledTraining([64, width, width, 10], 512, 64, threads));
        var points = new JsonArray();

        if (!json)
            Console.WriteLine($"{"axis",-12}{"count",12}{"time",12}{"each",12}{"peak",12}{"allowed",12}");
        foreach (var (axis, training) in ofExamples.Select(each => ("examples", each)).Concat(ofParameters.Select(each => ("parameters", each))))
        {
            var point = ToJson(training, each => each.MeasuredApart());
            point["axis"] = axis;
            points.Add(point);
            if (!json)
                Print(axis, training, point);
        }

        var machine = Machine.Measured();
        CoreModel[] models =
        [
            CoreModel.Of(machine, [784, 256, 128, 10], 128), CoreModel.Of(machine, [64, 3_130, 3_130, 10], 64),
        ];

        if (json)
            Console.WriteLine(new JsonObject
            {
                ["points"] = points,
                ["machine"] = machine.ToJson(),
                ["models"] = new JsonArray([.. models.Select(model => model.ToJson())]),
            }.ToJsonString());
        else
            CoreModel.Print(machine, models);
    }

    /// <summary>Of the examples an epoch, of the parameters a step.</summary>
    static void Print(string axis, ScaledTraining training, JsonObject point)
    {
        var isOfExamples = axis == "examples";
        var count = isOfExamples ? training.Examples : training.Parameters;
        var seconds = point["seconds"]!.GetValue<double>() / (isOfExamples ? 1 : training.Steps);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{axis,-12}{count,12:N0}{Report.Time(seconds),12}{1e9 * seconds / count,9:F2} ns"
            + $"{point["peakBytes"]!.GetValue<long>() >> 20,8:N0} MiB{training.Allowed >> 20,8:N0} MiB"));
    }

    static JsonObject ToJson(ScaledTraining training, Func<ScaledTraining, (double Seconds, long Peak)> measure)
    {
        var (seconds, peak) = measure(training);
        return new()
        {
            ["examples"] = training.Examples,
            ["parameters"] = training.Parameters,
            ["steps"] = training.Steps,
            ["seconds"] = seconds,
            ["peakBytes"] = peak,
            ["allowedBytes"] = training.Allowed,
        };
    }
}
