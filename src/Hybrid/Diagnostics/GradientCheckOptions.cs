namespace Hybrid;

/// <summary>How much of a model's gradient is checked, and how closely.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>The maximum number of examples that the loss is averaged over, at least 0; 0 for all. Default: 64, and fewer for a
    /// network so large that the check would take more than seconds.</summary>
    public int? Examples { get; init; }

    /// <summary>The maximum number of elements checked per parameter tensor, at least 0; 0 for all. Default: 200, and fewer for a
    /// large network.</summary>
    public int? Parameters { get; init; }

    /// <summary>Chooses examples and parameters. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The maximum relative error that passes, at least 0. Default: 10⁻⁴.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>The names of what gradients are compared with.</summary>
    public static IReadOnlyList<string> Comparisons { get; } = [Differences, GradientSources.DiffSharp];

    /// <summary>What the gradients are compared with: differences, which are central, or diffsharp, the gradients by DiffSharp's
    /// reverse mode, for which the package Hybrid.DiffSharp must be referenced or be in the program's folder. Default:
    /// differences.</summary>
    public string Against { get; init; } = Differences;

    internal const string Differences = "differences";

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="OptionException">A value is out of range; the message names the option, its range and the
    /// value.</exception>
    public void Check()
    {
        if (Examples < 0)
            throw new OptionException(nameof(Examples), $"must be at least 0, not {Examples}");
        if (Parameters < 0)
            throw new OptionException(nameof(Parameters), $"must be at least 0, not {Parameters}");
        if (!Comparisons.Contains(Against))
            throw new OptionException(nameof(Against), $"must be one of {string.Join(", ", Comparisons)}, not {Against ?? "null"}");
        if (!(Threshold >= 0))
            throw new OptionException(nameof(Threshold), $"must be at least 0, not {Threshold}");
    }
}
