namespace Hybrid;

/// <summary>A part of a model's data.</summary>
public enum DataPart
{
    /// <summary>What was learned from.</summary>
    Train,

    /// <summary>What decided which epoch was best.</summary>
    Validation,

    /// <summary>What was kept apart to measure the final network.</summary>
    Test,

    /// <summary>Every example.</summary>
    All,
}
