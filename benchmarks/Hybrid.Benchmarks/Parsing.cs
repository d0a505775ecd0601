using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>Options and arguments of several commands.</summary>
static class Parsing
{
    public static Option<int> Threads() => Positive("--threads", "Number of threads.", Environment.ProcessorCount);

    public static Option<string?> EngineName()
    {
        var option = new Option<string?>("--engine") { Description = $"One of {string.Join(", ", CpuEngine.Available)}; default: the first." };
        option.AcceptOnlyFromAmong([.. CpuEngine.Available]);
        return option;
    }

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on the last line." };

    public static Option<int> Positive(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result => RequirePositive(result, name));
        return option;
    }

    public static Argument<int> Extent(string name)
    {
        var argument = new Argument<int>(name) { Description = "An extent of the product [M; K] times [K; N]." };
        argument.Validators.Add(result => RequirePositive(result, name));
        return argument;
    }

    /// <summary>Sizes such as 784-256-10.</summary>
    public static int[]? Sizes(ArgumentResult result)
    {
        var parts = result.Tokens[0].Value.Split('-');
        var sizes = new int[parts.Length];

        for (var i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]) || sizes[i] < 1)
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a list of sizes. Give numbers separated by dashes, such as 784-256-10.");
                return null;
            }

        if (sizes.Length < 2)
            result.AddError("A network has at least two sizes, such as 784-10.");

        return sizes;
    }

    static void RequirePositive(SymbolResult result, string name)
    {
        if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var value) || value < 1))
            result.AddError($"{name} must be a whole number of at least 1.");
    }
}
