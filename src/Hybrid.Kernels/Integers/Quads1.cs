using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>One column.</summary>
readonly unsafe struct Quads1(int value) : IQuads<Quads1>
{
    readonly int value = value;

    public static int Columns => 1;

    public static Quads1 Inputs(byte* quad) => new(Unsafe.ReadUnaligned<int>(quad));
    public static Quads1 Weights(sbyte* quads) => new(Unsafe.ReadUnaligned<int>(quads));

    public static Quads1 MultiplyAdd(Quads1 sums, Quads1 inputs, Quads1 weights)
    {
        int x = inputs.value, w = weights.value;
        return new(
            sums.value + (byte)x * (sbyte)w + (byte)(x >> 8) * (sbyte)(w >> 8) + (byte)(x >> 16) * (sbyte)(w >> 16)
            + (byte)(x >> 24) * (sbyte)(w >> 24));
    }

    public static void Store(Quads1 sums, in ByteStrand strand, int column, float* target) =>
        strand.Put(new Lanes1(sums.value + strand.Starts[column]), column, target);
}
