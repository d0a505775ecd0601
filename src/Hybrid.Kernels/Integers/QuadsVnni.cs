using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>Eight columns, with AVX-VNNI, whose instruction multiplies unsigned by signed bytes and adds in 32 bits.</summary>
readonly unsafe struct QuadsVnni(Vector256<int> value) : IQuads<QuadsVnni>
{
    readonly Vector256<int> value = value;

    public static bool IsSupported => AvxVnni.IsSupported;

    public static int Columns => 8;

    public static QuadsVnni Inputs(byte* quad) => new(Vector256.Create(Unsafe.ReadUnaligned<int>(quad)));

    public static QuadsVnni Weights(sbyte* quads) => new(Vector256.Load((int*)quads));

    public static QuadsVnni MultiplyAdd(QuadsVnni sums, QuadsVnni inputs, QuadsVnni weights) =>
        new(AvxVnni.MultiplyWideningAndAdd(sums.value, inputs.value.AsByte(), weights.value.AsSByte()));

    public static void Store(QuadsVnni sums, in ByteStrand strand, int column, float* target) =>
        strand.Put(new Lanes256(Vector256.ConvertToSingle(sums.value + Vector256.Load(strand.Starts + column))), column, target);
}
