using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>Two columns of two sums: bytes are widened to 16 bits, and products of neighbours added.</summary>
readonly unsafe struct Quads128(Vector128<int> value) : IQuads<Quads128>
{
    readonly Vector128<int> value = value;

    public static int Columns => 2;

    public static Quads128 Inputs(byte* quad) =>
        new(Vector128.WidenLower(Vector128.Create(Unsafe.ReadUnaligned<uint>(quad)).AsByte()).AsInt32());

    public static Quads128 Weights(sbyte* quads) =>
        new(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(quads)).AsSByte()).AsInt32());

    public static Quads128 MultiplyAdd(Quads128 sums, Quads128 inputs, Quads128 weights) =>
        new(sums.value + (Sse2.IsSupported
            ? Sse2.MultiplyAddAdjacent(inputs.value.AsInt16(), weights.value.AsInt16())
            : Portable(inputs.value, weights.value)));

    /// <summary>x₀ y₀ + x₁ y₁ of the two 16-bit numbers in each lane.</summary>
    internal static Vector128<int> Portable(Vector128<int> x, Vector128<int> y) =>
        (x << 16 >> 16) * (y << 16 >> 16) + (x >> 16) * (y >> 16);

    public static void Store(Quads128 sums, in ByteStrand strand, int column, float* target)
    {
        var starts = strand.Starts + column;
        strand.Put(new Lanes1(sums.value[0] + sums.value[1] + starts[0]), column, target);
        strand.Put(new Lanes1(sums.value[2] + sums.value[3] + starts[1]), column + 1, target + 1);
    }
}
