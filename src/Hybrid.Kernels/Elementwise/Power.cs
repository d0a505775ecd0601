using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>x to the power y, by the mathematical library except for the most frequent exponents.</summary>
/// <remarks>The exponent of each number decides, never its neighbours', so a result does not depend on
/// them.</remarks>
readonly unsafe struct PowerOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.All(TLanes.Equal(y, TLanes.Create(2))) ? x * x : Other(x, y);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static TLanes Other<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes>
    {
        var one = TLanes.Create(1);

        if (TLanes.All(TLanes.Equal(y, -one)))
            return one / x;

        if (TLanes.All(TLanes.Equal(y, TLanes.Create(3))))
            return x * x * x;

        // The sign of zero is lost; below zero the library decides between NaN and ∞.
        if (TLanes.All(TLanes.Equal(y, TLanes.Create(0.5f)) & (x >= default(TLanes))))
            return TLanes.Sqrt(x) + default(TLanes);

        for (var i = 0; i < TLanes.Count; i++)
        {
            ref var value = ref ((float*)&x)[i];
            value = Power(value, ((float*)&y)[i]);
        }

        return x;
    }

    static float Power(float x, float y) => y switch
    {
        // also fills up a register with fewer numbers
        0 => 1,
        2 => x * x,
        3 => x * x * x,
        -1 => 1 / x,
        0.5f when x >= 0 => MathF.Sqrt(x) + 0f,
        _ => MathF.Pow(x, y),
    };
}
