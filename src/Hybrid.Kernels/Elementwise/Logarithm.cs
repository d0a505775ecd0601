using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>log x, with relative error at most 3e-7.</summary>
readonly struct LogOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        // Subnormal numbers have their exponent in their digits: they are scaled first.
        var tiny = x < TLanes.FromBits(0x00800000);
        var normal = TLanes.Select(tiny, x * TLanes.Create(8388608), x);

        // x = 2ⁿ m with m from √½ to √2, by the bits.
        var offset = TLanes.SubtractBits(normal, TLanes.FromBits(0x3f3504f3));
        var integer = TLanes.ShiftRight(offset, 23);
        var m = TLanes.SubtractBits(normal, TLanes.ShiftLeft(integer, 23));
        var n = TLanes.FromIntegerBits(integer) - TLanes.Select(tiny, TLanes.Create(23), default);

        // log m = 2 artanh((m - 1) / (m + 1))
        var s = (m - TLanes.Create(1)) / (m + TLanes.Create(1));
        var z = s * s;
        var p = TLanes.Create(0.235774925888f);
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.285376064943f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.40000329276f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.666666656808f));
        var y = TLanes.MultiplyAdd(p * z, s, s + s);
        y = TLanes.MultiplyAdd(n, TLanes.Create(-1.90465421e-9f), y);
        y = TLanes.MultiplyAdd(n, TLanes.Create(0.693147182f), y);

        // +∞ and NaN give themselves; zero gives -∞, and negative numbers NaN.
        y = TLanes.Select(x < TLanes.Create(float.PositiveInfinity), y, x);
        y = TLanes.Select(TLanes.Equal(x, default), TLanes.Create(float.NegativeInfinity), y);
        return TLanes.Select(x < default(TLanes), TLanes.Create(float.NaN), y);
    }
}
