namespace Hybrid.Kernels;

/// <summary>One float32 number: the engine for processors without vectors, and the plain meaning of all the
/// others.</summary>
readonly unsafe struct Lanes1(float value) : ILanes<Lanes1>
{
    readonly float value = value;

    int Bits => BitConverter.SingleToInt32Bits(value);

    public static int Count => 1;

    public static Lanes1 Create(float value) => new(value);
    public static Lanes1 Load(float* source) => new(*source);
    public static void Store(Lanes1 x, float* target) => *target = x.value;
    public static Lanes1 LoadPartial(float* source, int count) => count == 0 ? default : new(*source);

    public static void StorePartial(Lanes1 x, float* target, int count)
    {
        if (count > 0)
            *target = x.value;
    }

    public static Lanes1 operator +(Lanes1 x, Lanes1 y) => new(x.value + y.value);
    public static Lanes1 operator -(Lanes1 x, Lanes1 y) => new(x.value - y.value);
    public static Lanes1 operator *(Lanes1 x, Lanes1 y) => new(x.value * y.value);
    public static Lanes1 operator /(Lanes1 x, Lanes1 y) => new(x.value / y.value);
    public static Lanes1 operator -(Lanes1 x) => new(-x.value);

    public static Lanes1 MultiplyAdd(Lanes1 x, Lanes1 y, Lanes1 z) =>
        new(MathF.FusedMultiplyAdd(x.value, y.value, z.value));

    public static Lanes1 Sqrt(Lanes1 x) => new(MathF.Sqrt(x.value));
    public static Lanes1 Abs(Lanes1 x) => new(MathF.Abs(x.value));
    public static Lanes1 Maximum(Lanes1 x, Lanes1 y) => new(MathF.Max(x.value, y.value));
    public static Lanes1 Minimum(Lanes1 x, Lanes1 y) => new(MathF.Min(x.value, y.value));

    public static Lanes1 operator >(Lanes1 x, Lanes1 y) => Mask(x.value > y.value);
    public static Lanes1 operator <(Lanes1 x, Lanes1 y) => Mask(x.value < y.value);
    public static Lanes1 operator >=(Lanes1 x, Lanes1 y) => Mask(x.value >= y.value);
    public static Lanes1 operator <=(Lanes1 x, Lanes1 y) => Mask(x.value <= y.value);
    public static Lanes1 Equal(Lanes1 x, Lanes1 y) => Mask(x.value == y.value);

    static Lanes1 Mask(bool condition) => FromBits(condition ? -1 : 0);

    public static Lanes1 Select(Lanes1 mask, Lanes1 x, Lanes1 y) => mask.Bits != 0 ? x : y;
    public static bool All(Lanes1 mask) => mask.Bits == -1;

    public static Lanes1 operator &(Lanes1 x, Lanes1 y) => FromBits(x.Bits & y.Bits);
    public static Lanes1 operator |(Lanes1 x, Lanes1 y) => FromBits(x.Bits | y.Bits);
    public static Lanes1 operator ^(Lanes1 x, Lanes1 y) => FromBits(x.Bits ^ y.Bits);

    public static Lanes1 FromBits(int bits) => new(BitConverter.Int32BitsToSingle(bits));
    public static Lanes1 AddBits(Lanes1 x, Lanes1 y) => FromBits(x.Bits + y.Bits);
    public static Lanes1 SubtractBits(Lanes1 x, Lanes1 y) => FromBits(x.Bits - y.Bits);
    public static Lanes1 ShiftLeft(Lanes1 x, int count) => FromBits(x.Bits << count);
    public static Lanes1 ShiftRight(Lanes1 x, int count) => FromBits(x.Bits >> count);
    public static Lanes1 FromIntegerBits(Lanes1 x) => new(x.Bits);
    public static void StoreBytes(Lanes1 x, byte* target) => *target = (byte)x.Bits;
}
