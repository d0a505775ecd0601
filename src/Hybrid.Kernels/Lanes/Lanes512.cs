using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>16 float32 numbers in one register of 512 bits.</summary>
readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    readonly Vector512<float> value = value;

    public static int Count => 16;

    public static Lanes512 Create(float value) => new(Vector512.Create(value));
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));
    public static void Store(Lanes512 x, float* target) => x.value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadPartial(float* source, int count)
    {
        if (Avx512F.IsSupported)
            return new(Avx512F.MaskLoad(source, First(count), default));

        Vector512<float> padded = default;
        Unsafe.CopyBlockUnaligned(&padded, source, (uint)count * sizeof(float));
        return new(padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(Lanes512 x, float* target, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(target, First(count), x.value);
            return;
        }

        var padded = x.value;
        Unsafe.CopyBlockUnaligned(target, &padded, (uint)count * sizeof(float));
    }

    static Vector512<float> First(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    public static Lanes512 operator +(Lanes512 x, Lanes512 y) => new(x.value + y.value);
    public static Lanes512 operator -(Lanes512 x, Lanes512 y) => new(x.value - y.value);
    public static Lanes512 operator *(Lanes512 x, Lanes512 y) => new(x.value * y.value);
    public static Lanes512 operator /(Lanes512 x, Lanes512 y) => new(x.value / y.value);
    public static Lanes512 operator -(Lanes512 x) => new(-x.value);

    public static Lanes512 MultiplyAdd(Lanes512 x, Lanes512 y, Lanes512 z) =>
        new(Vector512.FusedMultiplyAdd(x.value, y.value, z.value));

    public static Lanes512 Sqrt(Lanes512 x) => new(Vector512.Sqrt(x.value));
    public static Lanes512 Abs(Lanes512 x) => new(Vector512.Abs(x.value));
    public static Lanes512 Maximum(Lanes512 x, Lanes512 y) => new(Vector512.Max(x.value, y.value));
    public static Lanes512 Minimum(Lanes512 x, Lanes512 y) => new(Vector512.Min(x.value, y.value));

    public static Lanes512 operator >(Lanes512 x, Lanes512 y) => new(Vector512.GreaterThan(x.value, y.value));
    public static Lanes512 operator <(Lanes512 x, Lanes512 y) => new(Vector512.LessThan(x.value, y.value));
    public static Lanes512 operator >=(Lanes512 x, Lanes512 y) => new(Vector512.GreaterThanOrEqual(x.value, y.value));
    public static Lanes512 operator <=(Lanes512 x, Lanes512 y) => new(Vector512.LessThanOrEqual(x.value, y.value));
    public static Lanes512 Equal(Lanes512 x, Lanes512 y) => new(Vector512.Equals(x.value, y.value));

    public static Lanes512 Select(Lanes512 mask, Lanes512 x, Lanes512 y) =>
        new(Vector512.ConditionalSelect(mask.value, x.value, y.value));

    public static bool All(Lanes512 mask) => Vector512.EqualsAll(mask.value.AsInt32(), Vector512<int>.AllBitsSet);

    public static Lanes512 operator &(Lanes512 x, Lanes512 y) => new(x.value & y.value);
    public static Lanes512 operator |(Lanes512 x, Lanes512 y) => new(x.value | y.value);
    public static Lanes512 operator ^(Lanes512 x, Lanes512 y) => new(x.value ^ y.value);

    public static Lanes512 FromBits(int bits) => new(Vector512.Create(bits).AsSingle());
    public static Lanes512 AddBits(Lanes512 x, Lanes512 y) => new((x.value.AsInt32() + y.value.AsInt32()).AsSingle());
    public static Lanes512 SubtractBits(Lanes512 x, Lanes512 y) =>
        new((x.value.AsInt32() - y.value.AsInt32()).AsSingle());
    public static Lanes512 ShiftLeft(Lanes512 x, int count) => new((x.value.AsInt32() << count).AsSingle());
    public static Lanes512 ShiftRight(Lanes512 x, int count) => new((x.value.AsInt32() >> count).AsSingle());
    public static Lanes512 FromIntegerBits(Lanes512 x) => new(Vector512.ConvertToSingle(x.value.AsInt32()));

    public static void StoreBytes(Lanes512 x, byte* target)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128Byte(x.value.AsInt32()).Store(target);
            return;
        }

        Lanes256.StoreBytes(new(x.value.GetLower()), target);
        Lanes256.StoreBytes(new(x.value.GetUpper()), target + Vector256<float>.Count);
    }
}
