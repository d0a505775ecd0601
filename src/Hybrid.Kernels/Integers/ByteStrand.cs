using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Some rows of bytes and a panel of weights: C[i, j] = Starts[j] + Σ A[i, p] w[p, j], with row i at a place of its own, and
/// the inner index in segments of equal length.</summary>
unsafe struct ByteStrand
{
    /// <summary>Quad q of row i is at A + ARows[i] + Segments[q / Quads] + q % Quads · 4. The last quad of a segment may go beyond it:
    /// the weights there are 0.</summary>
    public byte* A;
    public nint* ARows, Segments;
    public int SegmentCount, Quads;

    /// <summary>The panel, and what the sum of each of its columns begins with.</summary>
    public sbyte* Panel;
    public int* Starts;

    /// <summary>C[i, j] is at C + i · CStride + j. Of a panel's 16 columns at least these are written, row by row if a tile's registers
    /// have room for all.</summary>
    public float* C;
    public nint CStride;
    public int Columns;

    /// <summary>What becomes of the sums, unless Scales is null: they are multiplied by Scales[j], Biases[j] is added, and what is at most
    /// Floor becomes 0.</summary>
    public float* Scales, Biases;
    public float Floor;

    /// <summary>Stores what becomes of sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Put<TLanes>(TLanes sums, int column, float* target) where TLanes : unmanaged, ILanes<TLanes>
    {
        if (Scales != null)
        {
            sums = sums * TLanes.Load(Scales + column) + TLanes.Load(Biases + column);
            sums = TLanes.Select(sums <= TLanes.Create(Floor), default, sums);
        }

        TLanes.Store(sums, target);
    }
}
