using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>Four columns of two sums, with AVX2: bytes are widened to 16 bits, and products of neighbours added.</summary>
readonly unsafe struct Quads256(Vector256<int> value) : IQuads<Quads256>
{
    readonly Vector256<int> value = value;

    public static bool IsSupported => Avx2.IsSupported;

    public static int Columns => 4;

    public static Quads256 Inputs(byte* quad) =>
        new(Avx2.ConvertToVector256Int16(Vector128.Create(Unsafe.ReadUnaligned<uint>(quad)).AsByte()).AsInt32());

    public static Quads256 Weights(sbyte* quads) => new(Avx2.ConvertToVector256Int16(quads).AsInt32());

    public static Quads256 MultiplyAdd(Quads256 sums, Quads256 inputs, Quads256 weights) =>
        new(sums.value + Avx2.MultiplyAddAdjacent(inputs.value.AsInt16(), weights.value.AsInt16()));

    public static void Store(Quads256 sums, in ByteStrand strand, int column, float* target)
    {
        var columns = Ssse3.HorizontalAdd(sums.value.GetLower(), sums.value.GetUpper());
        strand.Put(new Lanes128(Vector128.ConvertToSingle(columns + Vector128.Load(strand.Starts + column))), column, target);
    }
}
