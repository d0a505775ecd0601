namespace Hybrid;

/// <summary>What is added around an image.</summary>
public enum PaddingMode
{
    /// <summary>The same number everywhere.</summary>
    Constant,

    /// <summary>The pixel at the edge, repeated.</summary>
    Edge,

    /// <summary>The pixels next to the edge, mirrored at it: the edge itself is not repeated.</summary>
    Reflect,
}
