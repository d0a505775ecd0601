using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>How a loop reads an operand.</summary>
unsafe interface IAccess
{
    static abstract TLanes Load<TLanes>(float* start, nint i) where TLanes : unmanaged, ILanes<TLanes>;
    static abstract TLanes LoadPartial<TLanes>(float* start, nint i, int count) where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>Element i is at place i.</summary>
readonly unsafe struct Dense : IAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(float* start, nint i) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Load(start + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadPartial<TLanes>(float* start, nint i, int count)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.LoadPartial(start + i, count);
}

/// <summary>Every element is the same number.</summary>
readonly unsafe struct Scalar : IAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(float* start, nint i) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Create(*start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadPartial<TLanes>(float* start, nint i, int count)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.Create(*start);
}
