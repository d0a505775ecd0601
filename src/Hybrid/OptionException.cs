namespace Hybrid;

/// <summary>An option has a value that it cannot have.</summary>
public sealed class OptionException : HybridException
{
    /// <summary>An option and what is wrong with its value, such as "must be at least 1, not 0".</summary>
    /// <param name="option">The property or the parameter.</param>
    /// <param name="problem">What is wrong, without a full stop.</param>
    public OptionException(string option, string problem)
        : base($"{option} {problem}.") => (Option, Problem) = (option, problem);

    /// <summary>The property or the parameter.</summary>
    public string Option { get; }

    /// <summary>What is wrong with its value.</summary>
    public string Problem { get; }
}
