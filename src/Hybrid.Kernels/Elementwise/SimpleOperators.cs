using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

readonly struct NegateOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        -x;
}

readonly struct SqrtOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Sqrt(x);
}

readonly struct AbsOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Abs(x);
}

/// <summary>Zero of either sign gives +0; NaN stays.</summary>
readonly struct SignOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Select(
            x > default(TLanes), TLanes.Create(1),
            TLanes.Select(x < default(TLanes), TLanes.Create(-1), x + default(TLanes)));
}

readonly struct StepOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Select(x > default(TLanes), TLanes.Create(1), default);
}

/// <summary>NaN stays.</summary>
readonly struct ReluOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Select(x <= default(TLanes), default, x);
}

readonly struct IsNaNOperator : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Select(TLanes.Equal(x, x), default, TLanes.Create(1));
}

/// <summary>To the nearest integer, of two the even one; zeros keep their sign, and NaN stays.</summary>
readonly struct RoundOperator : IUnaryOperator
{
    /// <summary>2²³: from here on, all numbers are integers, and a smaller one that is added to it is rounded to one.</summary>
    const float Integers = 8388608;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes size = TLanes.Abs(x), integers = TLanes.Create(Integers);
        var rounded = TLanes.Select(size < integers, size + integers - integers, size);
        return rounded | (x & TLanes.FromBits(int.MinValue));
    }
}
