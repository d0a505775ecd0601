using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>8 float32 numbers in one register of 256 bits.</summary>
readonly unsafe struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    readonly Vector256<float> value = value;

    public static int Count => 8;

    public static Lanes256 Create(float value) => new(Vector256.Create(value));
    public static Lanes256 Load(float* source) => new(Vector256.Load(source));
    public static void Store(Lanes256 x, float* target) => x.value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadPartial(float* source, int count)
    {
        if (Avx.IsSupported)
            return new(Avx.MaskLoad(source, First(count)));

        Vector256<float> padded = default;
        Unsafe.CopyBlockUnaligned(&padded, source, (uint)count * sizeof(float));
        return new(padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(Lanes256 x, float* target, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(target, First(count), x.value);
            return;
        }

        var padded = x.value;
        Unsafe.CopyBlockUnaligned(target, &padded, (uint)count * sizeof(float));
    }

    static Vector256<float> First(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    public static Lanes256 operator +(Lanes256 x, Lanes256 y) => new(x.value + y.value);
    public static Lanes256 operator -(Lanes256 x, Lanes256 y) => new(x.value - y.value);
    public static Lanes256 operator *(Lanes256 x, Lanes256 y) => new(x.value * y.value);
    public static Lanes256 operator /(Lanes256 x, Lanes256 y) => new(x.value / y.value);
    public static Lanes256 operator -(Lanes256 x) => new(-x.value);

    public static Lanes256 MultiplyAdd(Lanes256 x, Lanes256 y, Lanes256 z) =>
        new(Vector256.FusedMultiplyAdd(x.value, y.value, z.value));

    public static Lanes256 Sqrt(Lanes256 x) => new(Vector256.Sqrt(x.value));
    public static Lanes256 Abs(Lanes256 x) => new(Vector256.Abs(x.value));
    public static Lanes256 Maximum(Lanes256 x, Lanes256 y) => new(Vector256.Max(x.value, y.value));
    public static Lanes256 Minimum(Lanes256 x, Lanes256 y) => new(Vector256.Min(x.value, y.value));

    public static Lanes256 operator >(Lanes256 x, Lanes256 y) => new(Vector256.GreaterThan(x.value, y.value));
    public static Lanes256 operator <(Lanes256 x, Lanes256 y) => new(Vector256.LessThan(x.value, y.value));
    public static Lanes256 operator >=(Lanes256 x, Lanes256 y) => new(Vector256.GreaterThanOrEqual(x.value, y.value));
    public static Lanes256 operator <=(Lanes256 x, Lanes256 y) => new(Vector256.LessThanOrEqual(x.value, y.value));
    public static Lanes256 Equal(Lanes256 x, Lanes256 y) => new(Vector256.Equals(x.value, y.value));

    public static Lanes256 Select(Lanes256 mask, Lanes256 x, Lanes256 y) =>
        new(Vector256.ConditionalSelect(mask.value, x.value, y.value));

    public static bool All(Lanes256 mask) => Vector256.EqualsAll(mask.value.AsInt32(), Vector256<int>.AllBitsSet);

    public static Lanes256 operator &(Lanes256 x, Lanes256 y) => new(x.value & y.value);
    public static Lanes256 operator |(Lanes256 x, Lanes256 y) => new(x.value | y.value);
    public static Lanes256 operator ^(Lanes256 x, Lanes256 y) => new(x.value ^ y.value);

    public static Lanes256 FromBits(int bits) => new(Vector256.Create(bits).AsSingle());
    public static Lanes256 AddBits(Lanes256 x, Lanes256 y) => new((x.value.AsInt32() + y.value.AsInt32()).AsSingle());
    public static Lanes256 SubtractBits(Lanes256 x, Lanes256 y) =>
        new((x.value.AsInt32() - y.value.AsInt32()).AsSingle());
    public static Lanes256 ShiftLeft(Lanes256 x, int count) => new((x.value.AsInt32() << count).AsSingle());
    public static Lanes256 ShiftRight(Lanes256 x, int count) => new((x.value.AsInt32() >> count).AsSingle());
    public static Lanes256 FromIntegerBits(Lanes256 x) => new(Vector256.ConvertToSingle(x.value.AsInt32()));
    public static void StoreBytes(Lanes256 x, byte* target)
    {
        var shorts = Vector128.Narrow(x.value.GetLower().AsInt32(), x.value.GetUpper().AsInt32());
        Unsafe.WriteUnaligned(target, Vector128.Narrow(shorts, default).AsInt64().ToScalar());
    }
}
