namespace Hybrid;

/// <summary>The extents of images.</summary>
/// <param name="Channels">1 of grey images, 3 of red, green and blue.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Width">In pixels.</param>
public sealed record ImageSize(int Channels, int Height, int Width)
{
    /// <summary>Channels × height × width, as in 3×32×32.</summary>
    public override string ToString() => $"{Channels}×{Height}×{Width}";
}
