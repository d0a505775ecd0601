using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>exp x, with relative error at most 1.2e-7.</summary>
readonly struct ExpOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        // Beyond these bounds the result is 0 or ∞ in any case. A NaN passes, since no comparison holds for it.
        TLanes most = TLanes.Create(89), least = TLanes.Create(-105);
        var bounded = TLanes.Select(x > most, most, TLanes.Select(x < least, least, x));

        // x = n log 2 + r. Adding 1.5 · 2²³ rounds to an integer, and leaves it in the low bits.
        var shift = TLanes.Create(12582912);
        var shifted = TLanes.MultiplyAdd(bounded, TLanes.Create(1.44269504f), shift);
        var n = shifted - shift;
        var r = TLanes.MultiplyAdd(n, TLanes.Create(-0.693147182f), bounded);
        r = TLanes.MultiplyAdd(n, TLanes.Create(1.90465421e-9f), r);

        var p = TLanes.Create(0.0013950587143f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.00836894669344f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.0416662044444f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.166665183798f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(0.500000009555f));
        var y = TLanes.MultiplyAdd(p, r * r, r) + TLanes.Create(1);

        // 2ⁿ in two factors, since n exceeds the exponents of float at both ends.
        var integer = TLanes.SubtractBits(shifted, shift);
        var half = TLanes.ShiftRight(integer, 1);
        return y * PowerOfTwo(half) * PowerOfTwo(TLanes.SubtractBits(integer, half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes PowerOfTwo<TLanes>(TLanes integer) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.ShiftLeft(TLanes.AddBits(integer, TLanes.FromBits(127)), 23);
}

/// <summary>1 / (1 + exp(-x)), with relative error at most 3e-7.</summary>
readonly struct SigmoidOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        // exp(-|x|) does not overflow, and keeps the digits of the small side.
        var e = ExpOperator.Invoke(-TLanes.Abs(x));
        return TLanes.Select(x < default(TLanes), e, TLanes.Create(1)) / (TLanes.Create(1) + e);
    }
}

/// <summary>log(1 + exp x) = max(x, 0) + log(1 + exp(-|x|)), with relative error at most 3e-7.</summary>
readonly struct SoftplusOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        var e = ExpOperator.Invoke(-TLanes.Abs(x));

        // log(1 + e) = 2 artanh(s / 2) with s = 2 e / (2 + e)
        var s = e / TLanes.MultiplyAdd(e, TLanes.Create(0.5f), TLanes.Create(1));
        var z = s * s;
        var p = TLanes.Create(2.65996502173e-05f);
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(8.37348696875e-05f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.00043557253177f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.00223190706721f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.0125000164122f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.0833333329558f));
        var tail = TLanes.MultiplyAdd(p * z, s, s);
        return TLanes.Select(x > default(TLanes), x, default) + tail;
    }
}

/// <summary>tanh x, with relative error at most 3e-7, also near zero.</summary>
readonly struct TanhOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        var t = TLanes.Abs(x);
        var z = x * x;
        var p = TLanes.Create(0.00214967780042f);
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.00818527449312f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.0217041603189f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.0539474585936f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.133332122209f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.333333309894f));
        var small = TLanes.MultiplyAdd(p * z, x, x);

        var large = TLanes.Create(1) - TLanes.Create(2) / (ExpOperator.Invoke(t + t) + TLanes.Create(1));
        var sign = x & TLanes.FromBits(int.MinValue);
        return TLanes.Select(t < TLanes.Create(0.625f), small, large | sign);
    }
}
