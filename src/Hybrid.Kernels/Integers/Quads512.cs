using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>Eight columns of two sums, with AVX-512BW: bytes are widened to 16 bits, and products of neighbours added.</summary>
readonly unsafe struct Quads512(Vector512<int> value) : IQuads<Quads512>
{
    readonly Vector512<int> value = value;

    public static bool IsSupported => Avx512BW.IsSupported;

    public static int Columns => 8;

    public static Quads512 Inputs(byte* quad) =>
        new(Avx512BW.ConvertToVector512Int16(Vector256.Create(Unsafe.ReadUnaligned<uint>(quad)).AsByte()).AsInt32());

    public static Quads512 Weights(sbyte* quads) => new(Avx512BW.ConvertToVector512Int16(Vector256.Load(quads)).AsInt32());

    public static Quads512 MultiplyAdd(Quads512 sums, Quads512 inputs, Quads512 weights) =>
        new(sums.value + Avx512BW.MultiplyAddAdjacent(inputs.value.AsInt16(), weights.value.AsInt16()));

    public static void Store(Quads512 sums, in ByteStrand strand, int column, float* target)
    {
        var pairs = sums.value.AsInt64();
        var columns = Avx512F.ConvertToVector256Int32(pairs) + Avx512F.ConvertToVector256Int32(pairs >> 32);
        strand.Put(new Lanes256(Vector256.ConvertToSingle(columns + Vector256.Load(strand.Starts + column))), column, target);
    }
}
