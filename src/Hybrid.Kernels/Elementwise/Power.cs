using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>x to the power y, by the mathematical library, but for the exponents that occur most.</summary>
readonly unsafe struct PowerOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.All(TLanes.Equal(y, TLanes.Create(2))) ? x * x : Each(x, y);

    // The exponent of each number decides, never its neighbours': so the result doesn't depend on them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static TLanes Each<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var i = 0; i < TLanes.Count; i++)
        {
            ref var value = ref ((float*)&x)[i];
            value = Power(value, ((float*)&y)[i]);
        }

        return x;
    }

    static float Power(float x, float y) => y switch
    {
        2 => x * x,
        3 => x * x * x,
        -1 => 1 / x,
        0.5f when x >= 0 => MathF.Sqrt(x) + 0f,
        _ => MathF.Pow(x, y),
    };
}
