namespace Hybrid.Kernels;

/// <summary>How <see cref="Dots"/> reads a column: a register of a block's numbers, and that of the numbers half a block further on.</summary>
unsafe interface IColumns
{
    /// <summary>The room of a block of <see cref="Dots.Partials"/> numbers.</summary>
    static abstract int Block { get; }

    static abstract void Load<TLanes>(float* source, out TLanes left, out TLanes right) where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The same of the last block, if it has fewer numbers; the rest are zeros.</summary>
    static abstract void LoadPartial<TLanes>(float* source, int first, int second, out TLanes left, out TLanes right)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Writes a block of at most <see cref="Dots.Partials"/> numbers.</summary>
    static abstract void Pack(ReadOnlySpan<float> numbers, float* target);
}
