namespace Hybrid;

/// <summary>A part of a model's data.</summary>
public enum DataPart
{
    /// <summary>The training examples.</summary>
    Train,

    /// <summary>The examples that decided which epoch was best.</summary>
    Validation,

    /// <summary>The examples held out to measure the final network.</summary>
    Test,

    /// <summary>Every example.</summary>
    All,

    /// <summary>The examples that intervals are calibrated on.</summary>
    Calibration,
}
