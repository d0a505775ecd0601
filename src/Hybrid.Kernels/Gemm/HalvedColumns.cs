using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hybrid.Kernels;

/// <summary>Columns of numbers of bfloat16, in half of the memory.</summary>
/// <remarks>A word has the upper 16 bits of two numbers that are <see cref="Dots.Half"/> apart, the first one below: a shift and a mask
/// make float32 of them, the same numbers as before. What is missing of the last block is 0.</remarks>
readonly unsafe struct HalvedColumns : IColumns
{
    /// <summary>Fewer numbers are read in about a microsecond in any form.</summary>
    const int Fewest = 1 << 15;

    const uint Upper = 0xFFFF0000;

    public static int Block => Dots.Half;

    /// <summary>Whether numbers are many enough, and all of bfloat16.</summary>
    public static bool Fit(ReadOnlySpan<float> numbers)
    {
        if (numbers.Length < Fewest)
            return false;

        foreach (var bits in MemoryMarshal.Cast<float, uint>(numbers))
            if ((bits & ~Upper) != 0)
                return false;

        return true;
    }

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

    public static void Pack(ReadOnlySpan<float> numbers, float* target)
    {
        var words = new Span<uint>(target, Block);
        words.Clear();

        for (var i = 0; i < numbers.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(numbers[i]);
            words[i % Block] |= i < Block ? bits >> 16 : bits;
        }
    }
}
