namespace Hybrid.Kernels;

/// <summary>What becomes of the sums of a strip.</summary>
enum Sums
{
    /// <summary>They are the result.</summary>
    Fresh,

    /// <summary>They go on from the result of an earlier strip.</summary>
    Resumed,

    /// <summary>They are added to what is there.</summary>
    Added,
}

/// <summary>Some rows and columns of a product whose first factor is read from images, or written to them: C[i, j] = Σ A[i, p] B[p, j],
/// with row i of A and of C at a place of its own, and the inner index in segments of equal length.</summary>
unsafe struct Strand
{
    /// <summary>A[i, p] is at A + ARows[i] + Segments[p / Run] + p % Run · Step.</summary>
    public float* A;
    public nint* ARows, Segments;
    public int SegmentCount, Run;
    public nint Step;

    /// <summary>B[p, j] is at B + p · BStride + j or, with segments of its own, at B + BSegments[p / Run] + p % Run · BStride + j; each row
    /// can be read to the full width.</summary>
    public float* B;
    public nint* BSegments;
    public nint BStride;

    /// <summary>C[i, j] is at C + CRows[i] + j.</summary>
    public float* C;
    public nint* CRows;
    public int Columns;
    public Sums Sums;
}
