using System.CommandLine;
using Hybrid.Kernels;

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
        foreach (var symbol in (Symbol[])[sizes, batch, optimizer, activation, threads, engine])
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
    }

    /// <summary>The step, and the number of its threads.</summary>
    public (Workload Workload, int Threads) Create(ParseResult parsed)
    {
        var count = parsed.GetValue(threads);
        return (
            new Workload(
                CpuEngine.Create(count, parsed.GetValue(engine)), parsed.GetRequiredValue(sizes)!, parsed.GetValue(batch),
                parsed.GetValue(optimizer)!, parsed.GetValue(activation)!),
            count);
    }
}
