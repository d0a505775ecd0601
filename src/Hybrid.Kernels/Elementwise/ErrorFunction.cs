using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>erf x, with relative error at most 3e-7, also near zero: x + x P(x²), then 1 - exp P(|x|), since the log of 1 -
/// erf is close to a parabola.</summary>
readonly struct ErfOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        var t = TLanes.Abs(x);
        var z = x * x;
        var p = TLanes.Create(-1.04970666313e-5f);
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.000115100387228f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.000851222372568f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.00522263626503f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.026865898334f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.112837889474f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.376126387992f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.128379167089f));
        var small = TLanes.MultiplyAdd(p, x, x);

        // From 4 on the result is 1. A NaN passes.
        var bounded = TLanes.Select(t > TLanes.Create(4), TLanes.Create(4), t);
        var q = TLanes.Create(-2.07730196647e-5f);
        q = TLanes.MultiplyAdd(q, bounded, TLanes.Create(0.000430732891303f));
        q = TLanes.MultiplyAdd(q, bounded, TLanes.Create(-0.00415296735488f));
        q = TLanes.MultiplyAdd(q, bounded, TLanes.Create(0.0250717352113f));
        q = TLanes.MultiplyAdd(q, bounded, TLanes.Create(-0.108206313598f));
        q = TLanes.MultiplyAdd(q, bounded, TLanes.Create(-0.633413927915f));
        q = TLanes.MultiplyAdd(q, bounded, TLanes.Create(-1.1294818018f));
        q = TLanes.MultiplyAdd(q, bounded, TLanes.Create(0.000167805987054f));
        var large = TLanes.Create(1) - ExpOperator.Invoke(q);
        var sign = x & TLanes.FromBits(int.MinValue);
        return TLanes.Select(t < TLanes.Create(0.9f), small, large | sign);
    }
}
