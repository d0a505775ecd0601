using System.CommandLine;
using Hybrid.Kernels;
using Hybrid.Models;

namespace Hybrid.Benchmarks;

/// <summary>The arguments that specify a training step.</summary>
sealed class WorkloadArguments
{
    readonly Argument<int[]?> sizes = new("SIZES")
    {
        Description = "Inputs, hidden layers and outputs, such as 784-256-128-10; one output is trained with squared error.",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = Parsing.Sizes,
    };

    readonly Option<string?> network = new("--network")
    {
        Description = "Hidden layers as text, such as conv32x3,pool2,conv64x3,pool2, between the first and the last of the sizes; or an ONNX file.",
    };

    readonly Option<int> batch = Parsing.Positive("--batch", "Examples per step.", 128);

    readonly Option<string> optimizer = new("--optimizer")
    {
        Description = "The update rule.",
        DefaultValueFactory = _ => "sgd",
    };

    readonly Option<string> activation = new("--activation")
    {
        Description = "The activation of the hidden layers.",
        DefaultValueFactory = _ => "relu",
    };

    readonly Option<int> threads = Parsing.Threads();
    readonly Option<string?> engine = Parsing.EngineName();

    public WorkloadArguments()
    {
        optimizer.AcceptOnlyFromAmong([.. OptimizerModule.all.Select(one => one.Name)]);
        activation.AcceptOnlyFromAmong([.. Activation.functions.Select(pair => pair.Item1)]);
    }

    public void AddTo(Command command)
    {
        foreach (var symbol in (Symbol[])[sizes, network, batch, optimizer, activation, threads, engine])
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
    }

    /// <summary>The step, and the number of its threads.</summary>
    public (Workload Workload, int Threads) Create(ParseResult parsed)
    {
        var count = parsed.GetValue(threads);
        var ends = parsed.GetRequiredValue(sizes)!;
        var function = parsed.GetValue(activation)!;
        var layers = parsed.GetValue(network) switch
        {
            null => Workload.Network(ends, function),
            var text when text.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) => Workload.Read(text),
            var text => LayerText.network(function, 1, text, ends[0], ends[^1]),
        };
        var engineUsed = CpuEngine.Create(count, parsed.GetValue(engine));
        return (new Workload(engineUsed, layers, ends, parsed.GetValue(batch), parsed.GetValue(optimizer)!), count);
    }
}
