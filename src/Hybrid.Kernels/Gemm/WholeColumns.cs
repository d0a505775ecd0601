using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Columns of float32 numbers.</summary>
readonly unsafe struct WholeColumns : IColumns
{
    public static int Block => Dots.Partials;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TLanes>(float* source, out TLanes left, out TLanes right) where TLanes : unmanaged, ILanes<TLanes> =>
        (left, right) = (TLanes.Load(source), TLanes.Load(source + Dots.Half));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPartial<TLanes>(float* source, int first, int second, out TLanes left, out TLanes right)
        where TLanes : unmanaged, ILanes<TLanes> =>
        (left, right) = (TLanes.LoadPartial(source, first), TLanes.LoadPartial(source + Dots.Half, second));

    public static void Pack(ReadOnlySpan<float> numbers, float* target) => numbers.CopyTo(new Span<float>(target, Block));
}
