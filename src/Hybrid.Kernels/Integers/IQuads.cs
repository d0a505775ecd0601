namespace Hybrid.Kernels;

/// <summary>A register of 32-bit sums of products of bytes, one or two sums for each of a few columns. Products are written once, over
/// this interface.</summary>
/// <remarks>A quad is four numbers that follow each other along the depth: those of a row are four bytes, and those of 16 columns fill
/// a cache line. Sums are exact in every form, so that all give the same bits. None uses the instruction that adds products of bytes in
/// 16 bits, which saturates.</remarks>
unsafe interface IQuads<TSelf> where TSelf : unmanaged, IQuads<TSelf>
{
    /// <summary>The number of columns, a power of two.</summary>
    static abstract int Columns { get; }

    /// <summary>The quad of a row, unsigned bytes, for all columns.</summary>
    static abstract TSelf Inputs(byte* quad);

    /// <summary>The quads of the columns, signed bytes.</summary>
    static abstract TSelf Weights(sbyte* quads);

    /// <summary>The sums, and four products for each column.</summary>
    static abstract TSelf MultiplyAdd(TSelf sums, TSelf inputs, TSelf weights);

    /// <summary>Stores what becomes of the sums of a panel's columns from a given one on.</summary>
    static abstract void Store(TSelf sums, in ByteStrand strand, int column, float* target);
}
