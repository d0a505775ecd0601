namespace Hybrid.Kernels;

/// <summary>Working memory of the calling thread: it is kept, so that later calls allocate nothing.</summary>
static unsafe class Scratch
{
    const int CacheLine = 64;

    [ThreadStatic] static float[]? pool;

    /// <summary>Room for at least this count of numbers, aligned to a cache line. The next call on this thread gets the same
    /// memory.</summary>
    public static float* Borrow(int count)
    {
        var needed = count + CacheLine / sizeof(float);

        // pinned, so a pointer into it stays valid for as long as the thread keeps the array
        if (pool is null || pool.Length < needed)
            pool = GC.AllocateUninitializedArray<float>(Math.Max(needed, 1 << 14), pinned: true);

        fixed (float* start = pool)
            return (float*)(((nuint)start + (CacheLine - 1)) & ~(nuint)(CacheLine - 1));
    }
}
