namespace Hybrid;

/// <summary>What is known about a property of a network.</summary>
public enum PropertyVerdict
{
    /// <summary>It is proved: the file's violations are unsatisfiable (unsat).</summary>
    Holds,

    /// <summary>It is violated, at inputs that are known (sat).</summary>
    Violated,

    /// <summary>Neither could be proved (unknown).</summary>
    Undecided,

    /// <summary>The time or the number of boxes was used up first.</summary>
    TimedOut,
}
