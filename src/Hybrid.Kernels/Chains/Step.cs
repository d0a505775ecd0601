namespace Hybrid.Kernels;

/// <summary>A loop, and the slots that it reads and writes.</summary>
readonly unsafe struct Step(delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> loop, int a, int b, int c, int y)
{
    public readonly delegate*<Rows*, Rows*, Rows*, Rows*, int, int, void> Loop = loop;
    public readonly int A = a, B = b, C = c, Y = y;
}
