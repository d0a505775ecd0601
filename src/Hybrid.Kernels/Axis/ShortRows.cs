using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Dense rows that are too short to fill registers. Several are transposed at a time, so that each element of a
/// register belongs to a different row.</summary>
static unsafe class ShortRows
{
    /// <summary>The length up to which folding transposed rows costs less than folding along them.</summary>
    public const int FoldLength = 32;

    /// <summary>The same for exponentials, whose rows are read more often.</summary>
    public const int MostLength = 128;

    /// <summary>The number of rows that are transposed at a time: a multiple of every width.</summary>
    public const int Lines = 16;

    /// <summary>The room that <see cref="Turn"/> may write to.</summary>
    public const int PanelLength = MostLength * Lines + Panel.Slack;

    /// <summary>panel[l · Lines + row] = x[row · length + l] for the given rows, at most Lines.</summary>
    public static void Turn(float* x, int length, int rows, float* panel) =>
        Panel.Pack(x, length, 1, rows, Lines, length, panel);

    /// <summary>y[row · length + l] = panel[l · Lines + row].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TurnBack(float* panel, int length, int rows, float* y)
    {
        for (var row = 0; row < rows; row++, y += length)
        {
            var element = panel + row;

            for (nint l = 0; l < length; l++, element += Lines)
                y[l] = *element;
        }
    }
}
