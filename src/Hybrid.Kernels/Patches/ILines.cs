namespace Hybrid.Kernels;

/// <summary>Where lines of images are copied to, with zeros around them, in order of places.</summary>
unsafe interface ILines
{
    /// <summary>Zeros from a place on.</summary>
    void Zeros(nint place, int count);

    /// <summary>Numbers from a place on; what follows them may be overwritten.</summary>
    void Numbers(float* source, nint place, int count);
}
