namespace Hybrid.Kernels;

/// <summary>The place of rows of elements: the first, and the distance from each to the next.</summary>
readonly unsafe struct Rows(float* start, nint stride)
{
    public readonly float* Start = start;
    public readonly nint Stride = stride;
}
