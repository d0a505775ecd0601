namespace Hybrid.Kernels;

/// <summary>A few float32 numbers processed by one instruction. Kernels are written once, over this interface; the
/// compiler makes one version per width, with every call below turned into its instruction.</summary>
/// <remarks>A mask is a value whose lanes have all bits set or none. No member mixes lanes, except those that say
/// so, and each gives the same bits at every width: hence an engine's results do not depend on its
/// width.</remarks>
unsafe interface ILanes<TSelf> where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>The number of lanes, a power of two. As a literal: code that asks the vector for it depends on the processor, and a
    /// package does not carry it as machine code.</summary>
    static abstract int Count { get; }

    static abstract TSelf Create(float value);
    static abstract TSelf Load(float* source);
    static abstract void Store(TSelf x, float* target);

    /// <summary>The first <paramref name="count"/> numbers, then zeros; touches no memory beyond them. 0 ≤ count ≤
    /// Count.</summary>
    static abstract TSelf LoadPartial(float* source, int count);

    /// <summary>Stores the first <paramref name="count"/> numbers only.</summary>
    static abstract void StorePartial(TSelf x, float* target, int count);

    static abstract TSelf operator +(TSelf x, TSelf y);
    static abstract TSelf operator -(TSelf x, TSelf y);
    static abstract TSelf operator *(TSelf x, TSelf y);
    static abstract TSelf operator /(TSelf x, TSelf y);
    static abstract TSelf operator -(TSelf x);

    /// <summary>x y + z, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf x, TSelf y, TSelf z);

    static abstract TSelf Sqrt(TSelf x);
    static abstract TSelf Abs(TSelf x);

    /// <summary>The larger; NaN if either is NaN; +0 is above -0.</summary>
    static abstract TSelf Maximum(TSelf x, TSelf y);

    /// <summary>The smaller; NaN if either is NaN; -0 is below +0.</summary>
    static abstract TSelf Minimum(TSelf x, TSelf y);

    static abstract TSelf operator >(TSelf x, TSelf y);
    static abstract TSelf operator <(TSelf x, TSelf y);
    static abstract TSelf operator >=(TSelf x, TSelf y);
    static abstract TSelf operator <=(TSelf x, TSelf y);

    /// <summary>The mask of x = y; false for NaN.</summary>
    static abstract TSelf Equal(TSelf x, TSelf y);

    /// <summary>Lanes of x where the mask is set, else of y.</summary>
    static abstract TSelf Select(TSelf mask, TSelf x, TSelf y);

    /// <summary>Whether a mask is set in all lanes.</summary>
    static abstract bool All(TSelf mask);

    static abstract TSelf operator &(TSelf x, TSelf y);
    static abstract TSelf operator |(TSelf x, TSelf y);
    static abstract TSelf operator ^(TSelf x, TSelf y);

    /// <summary>The number with these bits.</summary>
    static abstract TSelf FromBits(int bits);

    /// <summary>Bits added and subtracted as 32-bit integers.</summary>
    static abstract TSelf AddBits(TSelf x, TSelf y);
    static abstract TSelf SubtractBits(TSelf x, TSelf y);

    /// <summary>Bits shifted as 32-bit integers; right shifts keep the sign.</summary>
    static abstract TSelf ShiftLeft(TSelf x, int count);
    static abstract TSelf ShiftRight(TSelf x, int count);

    /// <summary>The bits' 32-bit integers, converted to numbers.</summary>
    static abstract TSelf FromIntegerBits(TSelf x);

    /// <summary>Stores the lowest eight bits of each lane.</summary>
    static abstract void StoreBytes(TSelf x, byte* target);
}
