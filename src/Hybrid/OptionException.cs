namespace Hybrid;

/// <summary>An option has a value that it cannot have.</summary>
public sealed class OptionException : HybridException
{
    /// <summary>An option and what is wrong with its value, such as "must be at least 1, not 0".</summary>
    public OptionException(string option, string problem)
        : base($"{option} {problem}.") => (Option, Problem) = (option, problem);

    /// <summary>The property of <see cref="TrainingOptions"/>.</summary>
    public string Option { get; }

    /// <summary>What is wrong with its value.</summary>
    public string Problem { get; }
}
