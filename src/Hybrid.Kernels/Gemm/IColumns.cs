using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>How <see cref="Dots"/> reads a column: a register of numbers, and that of the numbers half a block further on.</summary>
unsafe interface IColumns
{
    /// <summary>The distance of two blocks in memory.</summary>
    static abstract nint Step { get; }

    static abstract void Load<TLanes>(float* source, out TLanes left, out TLanes right) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The same of the last block, if it has fewer numbers; the rest are zeros.</summary>
    static abstract void LoadPartial<TLanes>(float* source, int first, int second, out TLanes left, out TLanes right)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>Columns of float32 numbers.</summary>
readonly unsafe struct WholeColumns : IColumns
{
    public static nint Step => Dots.Partials;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TLanes>(float* source, out TLanes left, out TLanes right) where TLanes : unmanaged, ILanes<TLanes> =>
        (left, right) = (TLanes.Load(source), TLanes.Load(source + Dots.Half));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPartial<TLanes>(float* source, int first, int second, out TLanes left, out TLanes right)
        where TLanes : unmanaged, ILanes<TLanes> =>
        (left, right) = (TLanes.LoadPartial(source, first), TLanes.LoadPartial(source + Dots.Half, second));
}

/// <summary>Columns of <see cref="HalvedColumns"/>.</summary>
readonly unsafe struct WordColumns : IColumns
{
    public static nint Step => Dots.Half;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TLanes>(float* source, out TLanes left, out TLanes right) where TLanes : unmanaged, ILanes<TLanes>
    {
        var words = TLanes.Load(source);
        (left, right) = (TLanes.ShiftLeft(words, 16), words & TLanes.FromBits(-1 << 16));
    }

    // the last block is filled up with zeros
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPartial<TLanes>(float* source, int first, int second, out TLanes left, out TLanes right)
        where TLanes : unmanaged, ILanes<TLanes> =>
        Load(source, out left, out right);
}
