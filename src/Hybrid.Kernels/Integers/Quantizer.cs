using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Numbers as bytes.</summary>
static unsafe class Quantizer
{
    /// <summary>1.5 · 2²³: a small number that is added to it is rounded to an integer, of two the even one, and is then in the low
    /// bits.</summary>
    const float Shift = 12582912;

    /// <summary>The bytes round(x / divisor) between the least and the most integer, less the least one; up to the next multiple of a
    /// register's numbers they are arbitrary.</summary>
    /// <returns>Whether no quotient is NaN; otherwise the bytes mean nothing.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Run<TLanes>(IntegerProduct product, float* x, byte* target, int count) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes divisor = TLanes.Create(product.Divisor), least = TLanes.Create(product.Least), most = TLanes.Create(product.Most);
        TLanes shift = TLanes.Create(Shift), toBytes = TLanes.FromBits(-product.Least), isNumber = TLanes.FromBits(-1);

        for (nint p = 0; p < count; p += TLanes.Count)
        {
            var numbers = p + TLanes.Count <= count ? TLanes.Load(x + p) : TLanes.LoadPartial(x + p, (int)(count - p));
            var quotient = numbers / divisor;
            isNumber &= TLanes.Equal(quotient, quotient);
            // the bounds are integers, so that clamping first gives the same
            var clamped = TLanes.Select(quotient > least, quotient, least);
            clamped = TLanes.Select(clamped < most, clamped, most);
            TLanes.StoreBytes(TLanes.AddBits(clamped + shift, toBytes), target + p);
        }

        return TLanes.All(isNumber);
    }
}
