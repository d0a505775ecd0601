using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>sin x, with relative error at most 3e-7.</summary>
readonly unsafe struct SinOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        var y = Quadrant.Sin(x);
        return TLanes.All(TLanes.Abs(x) <= TLanes.Create(Quadrant.Bound)) ? y : Far(x, y);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static TLanes Far<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var i = 0; i < TLanes.Count; i++)
            if (!(MathF.Abs(((float*)&x)[i]) <= Quadrant.Bound))
                ((float*)&y)[i] = MathF.Sin(((float*)&x)[i]);

        return y;
    }
}

/// <summary>cos x, with relative error at most 3e-7 (absolute error 1e-7 near its zeros).</summary>
readonly unsafe struct CosOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        var y = Quadrant.Cos(x);
        return TLanes.All(TLanes.Abs(x) <= TLanes.Create(Quadrant.Bound)) ? y : Far(x, y);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static TLanes Far<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var i = 0; i < TLanes.Count; i++)
            if (!(MathF.Abs(((float*)&x)[i]) <= Quadrant.Bound))
                ((float*)&y)[i] = MathF.Cos(((float*)&x)[i]);

        return y;
    }
}

/// <summary>Sine and cosine of an angle's remainder after subtracting the nearest multiple of π/2.</summary>
static class Quadrant
{
    /// <summary>Up to here three floats of π/2 are enough for the remainder; beyond, angles are handled one by
    /// one.</summary>
    public const float Bound = 100_000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sin<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        Evaluate(x, TLanes.FromBits(0));

    /// <summary>The sine, one quadrant further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Cos<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        Evaluate(x, TLanes.FromBits(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes Evaluate<TLanes>(TLanes x, TLanes quadrants) where TLanes : unmanaged, ILanes<TLanes>
    {
        // Adding 1.5 · 2²³ rounds to an integer, and leaves it in the low bits.
        var shift = TLanes.Create(12582912);
        var shifted = TLanes.MultiplyAdd(x, TLanes.Create(0.636619772f), shift);
        var n = shifted - shift;
        var r = TLanes.MultiplyAdd(n, TLanes.Create(-1.57079637f), x);
        r = TLanes.MultiplyAdd(n, TLanes.Create(4.37113883e-8f), r);
        r = TLanes.MultiplyAdd(n, TLanes.Create(1.71512451e-15f), r);
        var z = r * r;

        var p = TLanes.Create(2.71760323725e-6f);
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.000198392616545f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.00833332916415f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.166666666398f));
        var sine = TLanes.MultiplyAdd(p * z, r, r);

        p = TLanes.Create(-2.72048649044e-7f);
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(2.479945864e-5f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(-0.00138888835402f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Create(0.0416666666207f));
        var cosine = TLanes.MultiplyAdd(p * z, z, TLanes.MultiplyAdd(z, TLanes.Create(-0.5f), TLanes.Create(1)));

        // Odd quadrants take the cosine; the upper half of the circle is negative.
        var quadrant = TLanes.AddBits(shifted, quadrants);
        var odd = TLanes.ShiftRight(TLanes.ShiftLeft(quadrant, 31), 31);
        var sign = TLanes.ShiftLeft(TLanes.ShiftRight(quadrant, 1), 31);
        return TLanes.Select(odd, cosine, sine) ^ sign;
    }
}
