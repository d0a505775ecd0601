namespace Hybrid;

/// <summary>What to learn from a table's target.</summary>
public enum TaskKind
{
    /// <summary>Classes for texts and for numbers that look like labels, a quantity otherwise.</summary>
    Guess,

    /// <summary>A class for each example.</summary>
    Classification,

    /// <summary>A number for each example.</summary>
    Regression,
}
