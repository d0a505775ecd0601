namespace Hybrid.Kernels;

/// <summary>A product to compute: C[i, j] = Σ A[i, p] B[p, j], with every element placed by
/// strides.</summary>
readonly unsafe struct Product(
    int rows, int depth, int columns, float* a, nint aRow, nint aDepth, float* b, nint bDepth, nint bColumn, float* c,
    float* panels = null, bool areHalved = false)
{
    public readonly int Rows = rows, Depth = depth, Columns = columns;
    public readonly float* A = a, B = b, C = c;

    /// <summary>All of B in the panels that <see cref="Gemm"/> packs or, for <see cref="Dots"/>, in <see cref="DotPanels"/>, if it does
    /// not change and there are any.</summary>
    public readonly float* Panels = panels;

    /// <summary>Whether the panels are of <see cref="HalvedColumns"/>.</summary>
    public readonly bool AreHalved = areHalved;

    public readonly nint ARow = aRow, ADepth = aDepth, BDepth = bDepth, BColumn = bColumn;

    /// <summary>The product of the contract's MatMul.</summary>
    public static Product Create(bool transposeA, bool transposeB, int m, int k, int n, float* a, float* b, float* y)
    {
        var (aRow, aDepth) = transposeA ? ((nint)1, (nint)m) : (k, 1);
        var (bDepth, bColumn) = transposeB ? ((nint)1, (nint)k) : (n, 1);

        // one column is the transposed product of one row, which fills registers
        return n == 1
            ? new Product(1, k, m, b, 1, 1, a, aDepth, aRow, y)
            : new Product(m, k, n, a, aRow, aDepth, b, bDepth, bColumn, y);
    }

    /// <summary>The same, with the panels of B.</summary>
    public Product With(float* panels, bool areHalved = false) =>
        new(Rows, Depth, Columns, A, ARow, ADepth, B, BDepth, BColumn, C, panels, areHalved);

    public long Work => (long)Rows * Depth * Columns;
}
