namespace Hybrid;

/// <summary>What a converted file does with the numbers of an example first, as programs that train on images do before training:
/// (x · <see cref="Scale"/> − mean) / deviation.</summary>
public sealed record InputScaling
{
    /// <summary>Such as 1 / 255, for a network that was trained on pixels from 0 to 1. Not 0. Default: 1.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>A mean for all numbers, or one for each channel of the images. Default: 0.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0];

    /// <summary>A deviation for all numbers, or one for each channel of the images. Not 0. Default: 1.</summary>
    public IReadOnlyList<double> Deviation { get; init; } = [1];

    internal Models.FSharpInputScaling Value => new(Scale, [.. Mean], [.. Deviation]);
}
