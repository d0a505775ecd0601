using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Room for numbers that stays where it is for as long as this object lives, aligned to a cache line.</summary>
sealed unsafe class AlignedRoom
{
    const int Line = 16;

    readonly float[] numbers;

    /// <param name="count">How many numbers.</param>
    public AlignedRoom(long count)
    {
        const nuint LineBytes = Line * sizeof(float);
        numbers = GC.AllocateUninitializedArray<float>(checked((int)(count + Line)), pinned: true);
        Start = (float*)(((nuint)Unsafe.AsPointer(ref numbers[0]) + (LineBytes - 1)) & ~(LineBytes - 1));
    }

    public float* Start { get; }
}
