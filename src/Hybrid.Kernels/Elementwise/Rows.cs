namespace Hybrid.Kernels;

/// <summary>Where rows of elements stand: the first one, and how far it is from each to the next.</summary>
readonly unsafe struct Rows(float* start, nint stride)
{
    public readonly float* Start = start;
    public readonly nint Stride = stride;
}
