namespace Hybrid.Kernels;

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

    /// <summary>Whether sums go on from the result of an earlier strip.</summary>
    public bool IsResumed;

    /// <summary>What becomes of the sums: Bias[j] is added if there is a bias, then the number at Addend + CRows[i] + j if there are
    /// addends, and what is at most 0 becomes 0 if they are rectified.</summary>
    public float* Bias, Addend;
    public bool IsRectified;
}
