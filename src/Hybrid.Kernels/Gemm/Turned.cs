using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A product of few columns whose A is dense along its rows: the transposed product, Cᵀ = Bᵀ Aᵀ, fills
/// registers.</summary>
static unsafe class Turned
{
    public static bool Fits(in Product p) => p.Columns <= Strip.Few && p.ARow == 1 && p.Rows > p.Columns;

    /// <summary>C[i, j] for the rows and columns of a part, a few registers of rows at a time.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes>(in Product p, int row, int rowEnd, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var width = 2 * TLanes.Count;
        var columns = columnEnd - column;
        var turned = stackalloc float[Strip.Few * width];

        for (var i = row; i < rowEnd; i += width)
        {
            var rows = Math.Min(width, rowEnd - i);
            Strip.Run<TLanes>(
                columns, rows, p.Depth, p.B + column * p.BColumn, p.BColumn, p.BDepth,
                p.A + i, p.ADepth, rows == width, turned, width, false);

            for (var j = 0; j < columns; j++)
                for (var line = 0; line < rows; line++)
                    p.C[(nint)(i + line) * p.Columns + column + j] = turned[j * width + line];
        }
    }
}
