using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

readonly struct AddOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        x + y;
}

readonly struct SubtractOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        x - y;
}

readonly struct MultiplyOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        x * y;
}

readonly struct DivideOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        x / y;
}

readonly struct MaximumOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Maximum(x, y);
}

readonly struct MinimumOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Minimum(x, y);
}

readonly struct GreaterOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Select(x > y, TLanes.Create(1), default);
}

readonly struct EqualOperator : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes y) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Select(TLanes.Equal(x, y), TLanes.Create(1), default);
}
