using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>4 float32 numbers in one register of 128 bits.</summary>
readonly unsafe struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    readonly Vector128<float> value = value;

    public static int Count => 4;

    public static Lanes128 Create(float value) => new(Vector128.Create(value));
    public static Lanes128 Load(float* source) => new(Vector128.Load(source));
    public static void Store(Lanes128 x, float* target) => x.value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadPartial(float* source, int count)
    {
        if (Avx.IsSupported)
            return new(Avx.MaskLoad(source, First(count)));

        Vector128<float> padded = default;
        Unsafe.CopyBlockUnaligned(&padded, source, (uint)count * sizeof(float));
        return new(padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(Lanes128 x, float* target, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(target, First(count), x.value);
            return;
        }

        var padded = x.value;
        Unsafe.CopyBlockUnaligned(target, &padded, (uint)count * sizeof(float));
    }

    static Vector128<float> First(int count) =>
        Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();

    public static Lanes128 operator +(Lanes128 x, Lanes128 y) => new(x.value + y.value);
    public static Lanes128 operator -(Lanes128 x, Lanes128 y) => new(x.value - y.value);
    public static Lanes128 operator *(Lanes128 x, Lanes128 y) => new(x.value * y.value);
    public static Lanes128 operator /(Lanes128 x, Lanes128 y) => new(x.value / y.value);
    public static Lanes128 operator -(Lanes128 x) => new(-x.value);

    public static Lanes128 MultiplyAdd(Lanes128 x, Lanes128 y, Lanes128 z) =>
        new(Vector128.FusedMultiplyAdd(x.value, y.value, z.value));

    public static Lanes128 Sqrt(Lanes128 x) => new(Vector128.Sqrt(x.value));
    public static Lanes128 Abs(Lanes128 x) => new(Vector128.Abs(x.value));
    public static Lanes128 Maximum(Lanes128 x, Lanes128 y) => new(Vector128.Max(x.value, y.value));
    public static Lanes128 Minimum(Lanes128 x, Lanes128 y) => new(Vector128.Min(x.value, y.value));

    public static Lanes128 operator >(Lanes128 x, Lanes128 y) => new(Vector128.GreaterThan(x.value, y.value));
    public static Lanes128 operator <(Lanes128 x, Lanes128 y) => new(Vector128.LessThan(x.value, y.value));
    public static Lanes128 operator >=(Lanes128 x, Lanes128 y) => new(Vector128.GreaterThanOrEqual(x.value, y.value));
    public static Lanes128 operator <=(Lanes128 x, Lanes128 y) => new(Vector128.LessThanOrEqual(x.value, y.value));
    public static Lanes128 Equal(Lanes128 x, Lanes128 y) => new(Vector128.Equals(x.value, y.value));

    public static Lanes128 Select(Lanes128 mask, Lanes128 x, Lanes128 y) =>
        new(Vector128.ConditionalSelect(mask.value, x.value, y.value));

    public static bool All(Lanes128 mask) => Vector128.EqualsAll(mask.value.AsInt32(), Vector128<int>.AllBitsSet);

    public static Lanes128 operator &(Lanes128 x, Lanes128 y) => new(x.value & y.value);
    public static Lanes128 operator |(Lanes128 x, Lanes128 y) => new(x.value | y.value);
    public static Lanes128 operator ^(Lanes128 x, Lanes128 y) => new(x.value ^ y.value);

    public static Lanes128 FromBits(int bits) => new(Vector128.Create(bits).AsSingle());
    public static Lanes128 AddBits(Lanes128 x, Lanes128 y) => new((x.value.AsInt32() + y.value.AsInt32()).AsSingle());
    public static Lanes128 SubtractBits(Lanes128 x, Lanes128 y) =>
        new((x.value.AsInt32() - y.value.AsInt32()).AsSingle());
    public static Lanes128 ShiftLeft(Lanes128 x, int count) => new((x.value.AsInt32() << count).AsSingle());
    public static Lanes128 ShiftRight(Lanes128 x, int count) => new((x.value.AsInt32() >> count).AsSingle());
    public static Lanes128 FromIntegerBits(Lanes128 x) => new(Vector128.ConvertToSingle(x.value.AsInt32()));
    public static void StoreBytes(Lanes128 x, byte* target)
    {
        var shorts = Vector128.Narrow(x.value.AsInt32(), default);
        Unsafe.WriteUnaligned(target, Vector128.Narrow(shorts, default).AsInt32().ToScalar());
    }
}
