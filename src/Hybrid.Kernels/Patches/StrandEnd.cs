using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>What becomes of the sums of a <see cref="Strand"/> on their way to its result.</summary>
static unsafe class StrandEnd
{
    /// <summary>The bias of some columns, or what added to a number leaves it, -0 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Bias<TLanes>(float* bias, int column, int columns) where TLanes : unmanaged, ILanes<TLanes> =>
        bias == null ? TLanes.Create(-0f) : TLanes.LoadPartial(bias + column, columns);

    /// <summary>Numbers that are at most this become 0: no number is at most NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Floor<TLanes>(bool isRectified) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Create(isRectified ? 0 : float.NaN);

    /// <summary>Stores sums with their bias as what becomes of them: those of a register, and those of the next one, of which these
    /// columns are the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TLanes>(TLanes left, TLanes right, TLanes floor, float* c, float* addend, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (addend != null)
        {
            left = TLanes.Load(addend) + left;
            addend += TLanes.Count;
        }

        TLanes.Store(TLanes.Select(left <= floor, default, left), c);
        Put(right, floor, c + TLanes.Count, addend, columns - TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TLanes>(TLanes x, TLanes floor, float* c, float* addend, int columns) where TLanes : unmanaged, ILanes<TLanes>
    {
        var isWhole = columns == TLanes.Count;

        if (addend != null)
            x = (isWhole ? TLanes.Load(addend) : TLanes.LoadPartial(addend, columns)) + x;

        x = TLanes.Select(x <= floor, default, x);

        if (isWhole)
            TLanes.Store(x, c);
        else
            TLanes.StorePartial(x, c, columns);
    }
}
